"""The wishes that wait for the next version of a plan, each with what it says and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.visits.models import Exclusion, LeftOut, Plan, PlannedVisit
from fugong.visits.queries import exclusions_of


@dataclass(frozen=True)
class Wish:
    """One sentence, the address that takes it back, and whether the plan as it stands does not keep it yet."""

    firm: str
    text: str
    undo: str
    icon: str
    waits: bool = True


def wishes_of(plan: Plan, seen: QuerySet[PlannedVisit], left: QuerySet[LeftOut]) -> list[Wish]:
    """Everything people have asked of the next version; those that wait first. Three queries."""
    own = seen.filter(plan=plan).filter(Q(is_locked=True) | Q(wish__isnull=False))
    stops = list(own.select_related("enterprise", "officer", "wish").order_by("arrives_at", "pk"))
    wanted = left.filter(plan=plan, officer__isnull=False).select_related("enterprise", "officer")
    found = [_of_stop(stop) for stop in stops if not stop.joint_id]
    found += [_of_left_out(row) for row in wanted.order_by("pk")]
    found += _of_bans(plan, exclusions_of(plan), seen)
    return sorted(found, key=lambda wish: not wish.waits)


def waiting(found: Iterable[Wish]) -> int:
    return sum(1 for wish in found if wish.waits)


def _of_stop(stop: PlannedVisit) -> Wish:
    undo = reverse("visits:plan_unlock", args=[stop.pk])
    moved = stop.wish_at is not None and stop.wish_at != stop.arrives_at
    values = {"name": (stop.wish or stop.officer).name, "at": _at(stop)}
    if stop.wish_id and stop.wish_at:
        text = _("%(name)s goes, about %(at)s") % values
    elif stop.wish_id:
        text = _("%(name)s goes") % values
    elif moved:
        text = _("%(name)s goes, about %(at)s") % values
    else:
        text = _("stays with %(name)s") % values
    waits = bool(stop.wish_id) or moved
    return Wish(stop.enterprise.name, text, undo, "arrows-exchange" if waits else "lock", waits)


def _at(row: Any) -> str:
    return f"{timezone.localtime(row.wish_at):%H:%M}" if row.wish_at else ""


def _of_left_out(row: LeftOut) -> Wish:
    assert row.officer is not None
    values = {"name": row.officer.name, "at": _at(row)}
    text = _("%(name)s visits it all the same") % values
    if row.wish_at:
        text = _("%(name)s visits it all the same, about %(at)s") % values
    return Wish(row.enterprise.name, text, reverse("visits:plan_unwant", args=[row.pk]), "calendar-plus")


def _of_bans(plan: Plan, bans: QuerySet[Exclusion], seen: QuerySet[PlannedVisit]) -> list[Wish]:
    """Bans wait as long as the plan still sends whom it must not."""
    rows = list(bans)
    firms = {row.enterprise_id for row in rows}
    sent = set(seen.filter(plan=plan, enterprise__in=firms).values_list("enterprise_id", "officer_id"))
    return [_of_ban(row, sent) for row in rows]


def _of_ban(row: Exclusion, sent: set[tuple[int, int]]) -> Wish:
    if row.officer is None:
        text, waits = _("nobody goes on this day"), any(firm == row.enterprise_id for firm, _who in sent)
    else:
        text = _("%(name)s does not go there") % {"name": row.officer.name}
        waits = (row.enterprise_id, row.officer_id) in sent
    if row.reason:
        text = f"{text} ({row.reason})"
    return Wish(row.enterprise.name, text, reverse("visits:plan_allow", args=[row.pk]), "circle-x", waits)
