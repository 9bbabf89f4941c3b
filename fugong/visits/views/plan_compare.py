"""Two plans beside each other: versions of a day, two days, or two areas."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.visits.models import LeftOut, Plan, PlannedVisit
from fugong.visits.plans import comparing
from fugong.visits.plans.board_map import both, shapes_of
from fugong.visits.plans.boards import Board, board_of
from fugong.visits.views.planned import number, plan_of

# So many plans are offered to choose from, the newest days first.
OFFERED = 80
# So many changes are listed; the figures count all.
LISTED = 200


@methods("GET")
@permitted(P.SEE_VISITS)
def compare(request: HttpRequest) -> HttpResponse:
    """What the second plan does otherwise than the first; without a choice, what there is to choose from."""
    plans = _offered(request)
    pair = _pair(request)
    context: dict[str, Any] = {"plans": plans, "pair": pair}
    if pair is not None:
        context |= _compared(request, *pair)
    return render(request, "visits/plan_compare.html", context)


def _offered(request: HttpRequest) -> list[Plan]:
    rows = Plan.objects.visible_to(request.user).filter(campaign=request.campaign).select_related("area")
    return list(rows.order_by("-on", "area__path", "-version")[:OFFERED])


def _pair(request: HttpRequest) -> tuple[Board, Board] | None:
    """The two plans asked for with the stops that the person may see; None as long as one is missing."""
    numbers = number(request, "before"), number(request, "after")
    if numbers[0] is None or numbers[1] is None:
        return None
    before, after = (_board(request, pk) for pk in numbers if pk is not None)
    return before, after


def _board(request: HttpRequest, pk: int) -> Board:
    return board_of(plan_of(request, pk), PlannedVisit.objects.visible_to(request.user), crew=True)


def _compared(request: HttpRequest, before: Board, after: Board) -> dict[str, Any]:
    left = LeftOut.objects.visible_to(request.user).filter(plan=after.plan)
    found = comparing.changes(before, after, left)
    kind = request.GET.get("kind", "")
    shown = [one for one in found if kind in ("", one.kind)]
    shifts = comparing.shifts(before, after)
    address = f"{reverse('visits:plan_compare_map')}?before={before.plan.pk}&after={after.plan.pk}"
    return {
        "before": before,
        "after": after,
        "figures": comparing.figures(before, after),
        "kinds": comparing.counted(found),
        "kind": kind,
        "changes": shown[:LISTED],
        "more": max(0, len(shown) - LISTED),
        "unchanged": len(after.stops) - sum(len(one.after) for one in found),
        "shifts": shifts,
        "people": len(comparing.concerned(found)),
        "map": {"areas": shapes_of(after.plan), "routes": address},
        "map_options": {
            "size": "l",
            "label": _("Routes of both plans"),
            "points_word": _("Stops"),
            "cluster": False,
        },
    }


@methods("GET")
@permitted(P.SEE_VISITS)
def compare_map(request: HttpRequest) -> HttpResponse:
    """The routes of both plans, of those officers alone whose day differs."""
    pair = _pair(request)
    if pair is None:
        return JsonResponse({"type": "FeatureCollection", "features": []})
    found = comparing.changes(*pair)
    return JsonResponse(both(*pair, officers=comparing.concerned(found) or None))
