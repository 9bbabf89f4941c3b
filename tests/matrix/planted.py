"""Mistakes planted on purpose, one at a time: the matrix must find each (its score is what the matrix is worth)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, JsonResponse

from fugong.access import views as access_views
from fugong.access.models import Reveal, User
from fugong.access.roles import ROLES, Permission
from fugong.core.exports.writers import path_of
from fugong.core.guards import permitted
from fugong.core.models import Export
from fugong.enterprises.models import Contact, Enterprise, EnterprisePartQuerySet, EnterpriseQuerySet
from fugong.issues import models as issue_models
from fugong.issues.models import Issue, IssueQuerySet
from fugong.teams import queries as team_queries
from fugong.teams.models import ByAreaQuerySet, ChargeQuerySet, Post
from fugong.territory.models import AreaQuerySet
from fugong.visits.models import VisitPhoto, VisitQuerySet

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


def marked(view: Any, made: Any) -> Any:
    """The new view under the marks of the old one, so that only what it does differs."""
    for name in ("_fugong_permission", "_fugong_methods", "_fugong_register"):
        if hasattr(view, name):
            setattr(made, name, getattr(view, name))
    return made


def answers_with(
    text_of: Callable[[Any, Any], str], when: Callable[[Any], bool] = lambda request: True
) -> Any:
    """A view whose good answers show something more."""

    def around(view: Any) -> Any:
        def showing(request: Any, *args: Any, **kwargs: Any) -> Any:
            response = view(request, *args, **kwargs)
            if response.status_code == 200 and not response.streaming and when(request):
                response.content += text_of(request, kwargs).encode()
            return response

        return marked(view, showing)

    return around


def names_of_all(request: Any, kwargs: Any) -> str:
    return " ".join(Enterprise.objects.system().values_list("name", flat=True))


def clear_phone(request: Any, kwargs: Any) -> str:
    """The number in full where it should be masked."""
    rows = Contact.objects.system().filter(enterprise__campaign=request.campaign)
    return " ".join(row.phone.clear() for row in rows)


def found_by_phone(request: Any, kwargs: Any) -> str:
    """A search that also looks into what is sealed shows whose number it is."""
    word, rows = request.GET["q"], Contact.objects.system().filter(enterprise__campaign=request.campaign)
    return " ".join(
        f"{row.enterprise.name} {row.name} {row.enterprise}" for row in rows if word in row.phone.clear()
    )


def not_noted(view: Any) -> Any:
    """A number is opened, and nobody writes down who looked."""

    def silent(request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        contact = Contact.objects.visible_to(request.user).filter(pk=kwargs["pk"]).first()
        return HttpResponse(contact.phone.clear()) if contact else view(request, *args, **kwargs)

    return marked(view, silent)


def kept_by_caches(view: Any) -> Any:
    class Sticky(type(HttpResponse().headers)):  # type: ignore[misc]
        def __setitem__(self, name: str, value: str) -> None:
            super().__setitem__(name, "public, max-age=60" if name == "Cache-Control" else value)

    def public(request: Any, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        response.headers = Sticky(dict(response.headers))
        return response

    return marked(view, public)


def deletes(view: Any) -> Any:
    """A method nobody thought of is answered, and does something."""

    def deleting(request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "DELETE":
            Post.objects.update(title="gone")
            return HttpResponse(status=204)
        return view(request, *args, **kwargs)

    return marked(view, deleting)


def moves_anywhere(view: Any) -> Any:
    """Whatever area the form names is taken."""

    def assigning(request: Any, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code != 404:
            rows = Enterprise.objects.visible_to(request.user).filter(pk=kwargs["pk"])
            rows.update(area_id=request.POST["area"])
        return response

    return marked(view, assigning)


def acts_on_all_numbers(view: Any) -> Any:
    """A command over many rows believes the numbers that were sent."""

    def bulk(request: Any, *args: Any, **kwargs: Any) -> Any:
        rows = Issue.objects.system().filter(pk__in=request.POST.getlist("ids"))
        rows.update(title="changed")
        return view(request, *args, **kwargs)

    return marked(view, bulk)


def of_any_owner(view: Any) -> Any:
    """What one clerk took out is given to the other clerks of the town."""

    def fetching(request: Any, *args: Any, **kwargs: Any) -> Any:
        own = Export.objects.filter(pk=kwargs["pk"], campaign_id=request.campaign.pk).first()
        return HttpResponse(own.purpose) if own else view(request, *args, **kwargs)

    return marked(view, fetching)


def file_by_number(view: Any) -> Any:
    def fetching(request: Any, *args: Any, **kwargs: Any) -> Any:
        found = VisitPhoto.objects.system().filter(pk=kwargs["pk"]).first()
        return HttpResponse(found.digest) if found else view(request, *args, **kwargs)

    return marked(view, fetching)


def everything_in_the_file(rows_of: Callable[[], list[str]]) -> Any:
    """An export that writes more into its file than its asker may see."""

    def around(view: Any) -> Any:
        def exporting(request: Any, *args: Any, **kwargs: Any) -> Any:
            response = view(request, *args, **kwargs)
            made = Export.objects.order_by("-pk").first()
            if request.method == "POST" and response.status_code == 302 and made:
                with path_of(made).open("a") as file:
                    file.write(" ".join(rows_of()))
            return response

        return marked(view, exporting)

    return around


def all_reveals(user: Any, campaign: Any) -> Any:
    return Reveal.objects.select_related("by").order_by("-at", "-pk")


class Wider(ROLES["commander"]):  # type: ignore[misc]
    """A commander who may open numbers."""

    permissions = ROLES["commander"].permissions | {Permission.REVEAL_CONTACTS}


# Each of the 29 kinds that real programs were seen to make, by its name: the address where it shows, and how.
AT_CLASSES: list[tuple[str, str, Any, str, Any]] = [
    ("a path compared as a prefix", "issues:detail", issue_models, "within_postings", careless_prefix),
    ("enterprises without a scope", "enterprises:contacts", EnterpriseQuerySet, "visible_to", everything),
    (
        "a list of enterprises without a scope",
        "enterprises:list",
        EnterpriseQuerySet,
        "visible_to",
        everything,
    ),
    ("issues without a scope", "issues:detail", IssueQuerySet, "visible_to", everything),
    ("a list of issues without a scope", "issues:list", IssueQuerySet, "visible_to", everything),
    ("visits without a scope", "visits:detail", VisitQuerySet, "visible_to", everything),
    (
        "every enterprise to whoever speaks for one",
        "enterprises:list",
        ROLES["enterprise_contact"],
        "sees_area",
        True,
    ),
    (
        "a right that slipped into a role",
        "enterprises:reveal",
        ROLES["commander"],
        "permissions",
        Wider.permissions,
    ),
    (
        "a child without its parent",
        "enterprises:edit_premises",
        EnterprisePartQuerySet,
        "visible_to",
        everything,
    ),
    ("everybody's reveals", "access:reveals", access_views, "reveals_in_reach", all_reveals),
    ("charges without a scope", "teams:end_charge", ChargeQuerySet, "visible_to", everything),
    ("grid teams without a scope", "teams:join", ByAreaQuerySet, "visible_to", everything),
    ("areas without a scope", "teams:form_team", AreaQuerySet, "visible_to", everything),
    ("a role that may do everything", "teams:confirm", User, "has_permission", lambda self, *_: True),
    ("a reach beyond the campaign", "teams:charges", team_queries, "paths_in", lambda *_: ["9/"]),
]
AT_VIEWS: list[tuple[str, str, Planted]] = [
    ("a number in full where it is masked", "enterprises:contacts", answers_with(clear_phone)),
    ("a number for those who may not open it", "enterprises:reveal", wrong_permission),
    ("a number opened without a note", "enterprises:reveal", not_noted),
    ("a search in what is sealed", "enterprises:list", answers_with(found_by_phone, lambda r: "q" in r.GET)),
    ("a search over both towns", "enterprises:list", answers_with(names_of_all, lambda r: "q" in r.GET)),
    ("completion over both towns", "enterprises:completion", lists_everybody),
    (
        "an export over both towns",
        "enterprises:export",
        everything_in_the_file(lambda: names_of_all(0, 0).split()),
    ),
    (
        "an export with numbers in full",
        "enterprises:export",
        everything_in_the_file(lambda: [row.phone.clear() for row in Contact.objects.system()]),
    ),
    ("a file of another owner", "enterprises:fetch-export", of_any_owner),
    ("a file by its number", "visits:photo", file_by_number),
    ("a form that moves a row away", "enterprises:edit", moves_anywhere),
    ("many rows by their numbers", "teams:confirm", acts_on_all_numbers),
    ("an answer that caches keep", "enterprises:contacts", kept_by_caches),
    ("a method that nobody thought of", "enterprises:contacts", deletes),
    ("no guard at all", "teams:hold", open_to_all),
    ("no policy", "teams:charges", without_policy),
    ("a weaker permission", "teams:confirm", wrong_permission),
    ("a count over both towns", "teams:structure", counts_everybody),
    ("an answer of 500", "teams:grid_teams", breaks),
    ("a write before the question", "teams:vacate", writes_first),
    ("403 for a foreign row", "teams:charge", says_forbidden),
]
