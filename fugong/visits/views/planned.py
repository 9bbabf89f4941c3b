"""What every page of plans asks first: which plan, whether this person decides on it, what they look at."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from fugong.access.models import Posting, User
from fugong.access.roles import Permission as P
from fugong.core.paths import below, below_any
from fugong.territory.models import Area
from fugong.visits.models import Plan, PlannedVisit
from fugong.visits.plans.boards import Wanted
from fugong.visits.rules import PlanStatus, why_not_plan

COLOURS = {PlanStatus.PROPOSED: "amber", PlanStatus.ACCEPTED: "green", PlanStatus.SUPERSEDED: "grey"}
DAYS_AHEAD, DAYS_BACK = 6, 3


def may_take_out(request: HttpRequest) -> bool:
    """Whoever plans hands the plan on; else it takes the right to export."""
    user = request.user
    return bool(user.has_permission(P.PLAN_VISITS) or user.has_permission(P.EXPORT))


def plan_of(request: HttpRequest, pk: int) -> Plan:
    """The plan of this number, where the person may see it; else 404."""
    rows = Plan.objects.visible_to(request.user)
    plan: Plan = get_object_or_404(
        rows.select_related("campaign__release", "area", "made_by", "accepted_by"), pk=pk
    )
    return plan


def stop_of(request: HttpRequest, pk: int) -> PlannedVisit:
    """The stop of this number, where the person may see it; else 404."""
    rows = PlannedVisit.objects.visible_to(request.user).select_related(
        "plan__area", "plan__campaign__release", "enterprise__area", "officer", "wish", "joint"
    )
    stop: PlannedVisit = get_object_or_404(rows, pk=pk)
    return stop


def permit(request: HttpRequest, area: Area) -> None:
    """Deciding asks for the right at the plan's own area."""
    if not request.user.has_permission(P.PLAN_VISITS, area):
        raise PermissionDenied


def plannable(request: HttpRequest) -> QuerySet[Area]:
    """Areas of the campaign for which this person may plan; without grids, which have no officers of their own."""
    paths = request.user.area_paths(P.PLAN_VISITS)
    root = request.campaign.area.path if request.campaign else ""
    found = Area.objects.filter(below_any(paths), below(root))
    return found.exclude(kind="grid").order_by("path")


def plannable_officers(request: HttpRequest) -> QuerySet[User]:
    """Whoever is posted in a visiting role within the areas for which this person plans."""
    within = below_any(request.user.area_paths(P.PLAN_VISITS), "area__path")
    roles = request.campaign.part("visits").get("visiting_roles", []) if request.campaign else []
    posted = Posting.objects.on(request.today).filter(within, role__in=roles)
    return User.objects.filter(pk__in=posted.values("user"), is_active=True).order_by("name")


def number(request: HttpRequest, name: str) -> int | None:
    """A number asked for in the address; None for anything else."""
    wanted = request.GET.get(name, "")
    return int(wanted) if wanted.isdigit() and len(wanted) < 19 else None


def wanted_of(request: HttpRequest, plan: Plan) -> Wanted:
    """What of the plan the person wants to look at; an area outside the plan is not found."""
    place = number(request, "village")
    area = get_object_or_404(Area.objects.below(plan.area.path), pk=place) if place else None
    inside = frozenset(Area.objects.below(area.path).values_list("pk", flat=True)) if area else frozenset()
    tier = request.GET.get("tier", "")[:40]
    return Wanted(number(request, "officer"), area, tier, inside)


def query_of(wanted: Wanted) -> str:
    """The same choice as the end of an address ("?..." or "")."""
    parts = {
        "officer": wanted.officer,
        "village": wanted.area.pk if wanted.area else None,
        "tier": wanted.tier or None,
    }
    chosen = {name: value for name, value in parts.items() if value is not None}
    return f"?{urlencode(chosen)}" if chosen else ""


def moment_on(day: date, clock: time | None) -> datetime | None:
    """A time of a day as a moment, in the zone of the site."""
    return timezone.make_aware(datetime.combine(day, clock)) if clock else None


def days_of(
    request: HttpRequest, area: Area, days: list[date], *, newest_first: bool = False
) -> list[dict[str, Any]]:
    """Each day with the newest version of the area, the accepted one, and an accepted one from above; one query.

    `newest_first`: a proposal is shown before the version in force.
    """
    rows = Plan.objects.visible_to(request.user).filter(campaign=request.campaign, on__in=days)
    own: dict[date, list[Plan]] = {}
    around: dict[date, list[Plan]] = {}
    for one in rows.select_related("area", "accepted_by").order_by("-version"):
        if one.area_id == area.pk:
            own.setdefault(one.on, []).append(one)
        elif area.path.startswith(one.area.path) and one.status == PlanStatus.ACCEPTED:
            around.setdefault(one.on, []).append(one)
    return [_day(request, day, own.get(day, []), around.get(day, []), newest_first) for day in days]


def _day(
    request: HttpRequest, day: date, own: list[Plan], around: list[Plan], newest_first: bool
) -> dict[str, Any]:
    standing = next((one for one in own if one.status == PlanStatus.ACCEPTED), None)
    proposed = next((one for one in own if one.status == PlanStatus.PROPOSED), None)
    first, second = (proposed, standing) if newest_first else (standing, proposed)
    shown = first or second or next(iter(around), None)
    return {
        "day": day,
        "is_today": day == request.today,
        "is_past": day < request.today,
        "shown": shown,
        "colour": COLOURS[PlanStatus(shown.status)] if shown else "",
        "proposed": proposed if standing else None,
        "from_above": shown if shown in around else None,
        "versions": len(own),
        "why_not": why_not_plan(day, request.today),
    }


def strip_of(request: HttpRequest, plan: Plan) -> list[dict[str, Any]]:
    """The days around this plan to step through: yesterday to a week ahead, and the plan's own day."""
    days = {request.today + timedelta(days=ahead) for ahead in range(-1, DAYS_AHEAD + 1)} | {plan.on}
    rows = days_of(request, plan.area, sorted(days), newest_first=True)
    for row in rows:
        row["is_here"] = row["day"] == plan.on
        shown = row["shown"]
        row["url"] = reverse("visits:plan_day", args=[shown.pk]) if shown else ""
        if row["is_here"]:
            row["shown"], row["colour"] = plan, COLOURS[PlanStatus(plan.status)]
    return rows
