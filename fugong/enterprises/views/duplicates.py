"""Entries that may be one enterprise: side by side, merged or kept apart by a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.registers.columns import shown
from fugong.core.row_numbers import row_number
from fugong.core.templatetags import ui
from fugong.enterprises import actions, queries
from fugong.enterprises.models import Enterprise, Merge
from fugong.enterprises.views import scope

PAGE = 10
WHY = {
    "code": gettext_lazy("same organisation number in the credit code"),
    "name": gettext_lazy("same name without place and legal form"),
    "part": gettext_lazy("short and full name"),
}
COMPARED = (
    "name",
    "credit_code",
    "area",
    "address",
    "industry",
    "size",
    "headcount",
    "staff_from_affected_areas",
    "resumption_planned_on",
    "position_source",
    "created_at",
)


@methods("GET")
@permitted(P.MERGE_ENTERPRISES)
def pairs(request: HttpRequest) -> HttpResponse:
    """All pairs, the surest first, ten on a page, with their differences marked."""
    found: list[queries.Pair] = []
    if request.campaign is not None:
        found = queries.duplicates(scope.standing(request), queries.gazetteer_of(request.campaign))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    numbers = {pk for pair in page for pk in (pair.first, pair.second)}
    rows = scope.standing(request).select_related("area").in_bulk(numbers)
    cards = [
        {"why": WHY[pair.why], "first": rows[pair.first], "second": rows[pair.second], "lines": lines}
        for pair in page
        if (lines := _lines(rows[pair.first], rows[pair.second]))
    ]
    return render(request, "enterprises/duplicates.html", {"page": page, "cards": cards, "total": len(found)})


def _lines(first: Enterprise, second: Enterprise) -> list[dict[str, Any]]:
    """The compared fields in which at least one of the two says something."""
    lines = []
    for name in COMPARED:
        one, other = _value(first, name), _value(second, name)
        if one not in (None, "") or other not in (None, ""):
            label = Enterprise._meta.get_field(name).verbose_name
            lines.append(
                {"label": label, "first": shown(one), "second": shown(other), "differs": one != other}
            )
    return lines


def _value(row: Enterprise, name: str) -> Any:
    if name == "created_at":
        return ui.moment(row.created_at, year=True)
    display = getattr(row, f"get_{name}_display", None)
    return str(display()) if display else getattr(row, name)


@methods("POST")
@permitted(P.MERGE_ENTERPRISES)
def merge(request: HttpRequest) -> HttpResponse:
    """Merge two entries; the toast offers to undo it."""
    kept, absorbed = _two(request, "kept", "absorbed")
    done = actions.merge(kept=kept, absorbed=absorbed, by=request.user, at=request.now)
    sentence = _("“%(absorbed)s” was merged into “%(kept)s”.") % {
        "absorbed": absorbed.name,
        "kept": kept.name,
    }
    undo = reverse("enterprises:undo_merge", args=[done.pk])
    messages.success(request, sentence, extra_tags=f"undo:{undo}")
    return redirect("enterprises:duplicates")


@methods("POST")
@permitted(P.MERGE_ENTERPRISES)
def not_duplicate(request: HttpRequest) -> HttpResponse:
    """Keep two entries apart from now on."""
    first, second = _two(request, "first", "second")
    actions.mark_not_duplicate(first=first, second=second, by=request.user, at=request.now)
    messages.success(request, _("The two stay two; they are not proposed again."))
    return redirect("enterprises:duplicates")


@methods("POST")
@permitted(P.MERGE_ENTERPRISES)
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it two entries again."""
    seen = Enterprise.objects.visible_to(request.user).values("pk")
    done = get_object_or_404(Merge.objects.select_related("kept__area"), pk=pk, kept__in=seen)
    scope.permit(request, P.MERGE_ENTERPRISES, done.kept)
    actions.undo_merge(merge=done, by=request.user, at=request.now)
    messages.success(request, _("The merge was undone; both entries stand again."))
    return redirect("enterprises:duplicates")


def _two(request: HttpRequest, *names: str) -> list[Enterprise]:
    """The two entries named in the form; both must lie where the person may merge."""
    found = []
    for name in names:
        text = request.POST.get(name, "")
        enterprise = scope.one(request, row_number(text))
        scope.permit(request, P.MERGE_ENTERPRISES, enterprise)
        found.append(enterprise)
    return found
