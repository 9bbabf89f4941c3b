"""Mistakes planted on purpose, one at a time: the matrix must find each (its score is what the matrix is worth)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, JsonResponse

from fugong.access.models import User
from fugong.core.guards import permitted
from fugong.enterprises.models import Enterprise, EnterpriseQuerySet
from fugong.issues.models import IssueQuerySet
from fugong.teams import queries as team_queries
from fugong.teams.models import ByAreaQuerySet, ChargeQuerySet, Post
from fugong.territory.models import AreaQuerySet

Planted = Callable[[Any], Any]
everything = lambda self, user: self  # noqa: E731


def careless_prefix(user: Any, field: str = "area__path") -> Any:
    """`startswith` on a path without its last slash: East Bridge's `9/1/4` is the beginning of West Bridge's."""
    from django.db.models import Q

    found = Q(pk__in=[])
    for path in user.area_paths() if user.is_authenticated else []:
        found |= Q(**{f"{field}__startswith": path.rstrip("/")})
    return found


def open_to_all(view: Any) -> Any:
    """The view under its guards, with the mark of a policy but nothing behind it."""
    inner = view
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    inner._fugong_permission = getattr(view, "_fugong_permission", None)
    return inner


def without_policy(view: Any) -> Any:
    def bare(request: Any, *args: Any, **kwargs: Any) -> Any:
        return view(request, *args, **kwargs)

    return bare


def counts_everybody(view: Any) -> Any:
    def counting(request: Any, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not response.streaming:
            response.content += str(Enterprise.objects.system().count()).encode()
        return response

    counting._fugong_permission = view._fugong_permission  # type: ignore[attr-defined]
    return counting


def lists_everybody(view: Any) -> Any:
    def leaking(request: Any, *args: Any, **kwargs: Any) -> Any:
        answer = view(request, *args, **kwargs)
        names = list(Enterprise.objects.system().values_list("name", flat=True))
        return JsonResponse({"choices": names}) if answer.status_code == 200 else answer

    leaking._fugong_permission = view._fugong_permission  # type: ignore[attr-defined]
    return leaking


def breaks(view: Any) -> Any:
    def broken(request: Any, *args: Any, **kwargs: Any) -> Any:
        return HttpResponse(status=500) if request.user.is_authenticated else view(request, *args, **kwargs)

    broken._fugong_permission = view._fugong_permission  # type: ignore[attr-defined]
    return broken


def writes_first(view: Any) -> Any:
    """It writes before it asks whether it may."""

    def hasty(request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            Post.objects.update(title="changed")
        return view(request, *args, **kwargs)

    hasty._fugong_permission = view._fugong_permission  # type: ignore[attr-defined]
    return hasty


def says_forbidden(view: Any) -> Any:
    """403 for a foreign row tells that it is there."""
    from django.http import Http404

    def telling(request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            there = Enterprise.objects.system().filter(pk=kwargs.get("pk", 0)).exists()
            if there:
                return HttpResponse(status=403)
            raise

    telling._fugong_permission = view._fugong_permission  # type: ignore[attr-defined]
    return telling


def wrong_permission(view: Any) -> Any:
    """Guarded by a right that more people have than the one it names."""
    inner = permitted("see_teams")(open_to_all(view))
    inner._fugong_permission = view._fugong_permission  # type: ignore[attr-defined]
    return inner


# What is planted, at which address it shows, how: on a class or module, or around the view.
AT_CLASSES: list[tuple[str, str, Any, str, Any]] = [
    ("enterprises without a scope", "enterprises:contacts", EnterpriseQuerySet, "visible_to", everything),
    ("issues without a scope", "issues:detail", IssueQuerySet, "visible_to", everything),
    ("charges without a scope", "teams:end_charge", ChargeQuerySet, "visible_to", everything),
    ("grid teams without a scope", "teams:join", ByAreaQuerySet, "visible_to", everything),
    ("areas without a scope", "teams:form_team", AreaQuerySet, "visible_to", everything),
    ("a path compared as a prefix", "issues:detail", None, "within_postings", careless_prefix),
    ("a role that may do everything", "teams:confirm", User, "has_permission", lambda self, *_: True),
    ("a reach beyond the campaign", "teams:charges", team_queries, "paths_in", lambda *_: ["9/"]),
]
AT_VIEWS: list[tuple[str, str, Planted]] = [
    ("no guard at all", "teams:hold", open_to_all),
    ("no policy", "teams:charges", without_policy),
    ("a weaker permission", "teams:confirm", wrong_permission),
    ("a count over both towns", "teams:structure", counts_everybody),
    ("completion over both towns", "enterprises:completion", lists_everybody),
    ("an answer of 500", "teams:grid_teams", breaks),
    ("a write before the question", "teams:vacate", writes_first),
    ("403 for a foreign row", "teams:charge", says_forbidden),
]
