"""Ratios and shortages of teams, and why somebody may not take a charge: plain calculations over numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fugong.territory.rules import Kind

# Roles that count as health professionals of a grid team (the 1 of "1+X"); the others are stationed officers (the X).
PROFESSIONALS = frozenset({"instructor"})
# Roles of the stationed officers: one who works in the field for enterprises, in whichever of the roles.
STATIONED = frozenset(
    {"grid_lead", "service_officer", "inspector", "emergency_officer", "presenter", "liaison"}
)
# Areas that have a team of their own.
TEAM_AREAS = (Kind.VILLAGE, Kind.PARK, Kind.GRID)


@dataclass(frozen=True)
class Ratio:
    """What a pack asks of a grid team: so many professionals, each guiding at most so many stationed officers."""

    least_professionals: int
    most_professionals: int
    stationed_each: int


def shortages(professionals: int, stationed: int, ratio: Ratio) -> list[str]:
    """What a grid team lacks against its ratio, as sentences; empty when it is whole."""
    found = []
    if professionals < ratio.least_professionals:
        found.append(
            _("%(have)d of %(want)d health professionals")
            % {"have": professionals, "want": ratio.least_professionals}
        )
    if professionals and stationed > professionals * ratio.stationed_each:
        found.append(
            ngettext(
                "%(stationed)d stationed officers for %(have)d professional; one guides at most %(each)d",
                "%(stationed)d stationed officers for %(have)d professionals; one guides at most %(each)d",
                professionals,
            )
            % {"stationed": stationed, "have": professionals, "each": ratio.stationed_each}
        )
    if not stationed:
        found.append(_("no stationed officer"))
    return found


def professionals_wanted(stationed: int, ratio: Ratio) -> int:
    """How many professionals a team of so many stationed officers should have, within the pack's least and most."""
    needed = -(-stationed // ratio.stationed_each)
    return min(max(needed, ratio.least_professionals), ratio.most_professionals)


def why_not_charge(officer_active: bool, same: bool) -> str:
    """Why this officer may not take this charge; empty when they may."""
    if not officer_active:
        return _("This officer is no longer active.")
    if same:
        return _("This officer answers for the enterprise already.")
    return ""


def why_not_team(area_kind: str) -> str:
    """Why an area of this kind has no grid team; empty when it may."""
    return "" if area_kind in TEAM_AREAS else _("Only a village, a park or a grid has a grid team.")


def why_not_stand(stands_from: date | None, stands_to: date | None) -> str:
    """Why a task group cannot stand in these days; empty when it can."""
    if stands_to is not None and (stands_from is None or stands_to < stands_from):
        return _("A task group cannot end before it begins.")
    return ""
