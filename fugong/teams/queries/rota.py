"""Questions about the rota: a week of shifts, who could take one and why the others cannot, a fair proposal."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.campaigns.queries import is_erased
from fugong.teams.models import CalledOff, Shift, Turn, Volunteer
from fugong.teams.rules import Hand, Span, why_not_take

SALT = "fugong.teams.my-shifts"


def _part(campaign: Campaign) -> Mapping[str, Any]:
    return campaign.part("teams").get("volunteers") or {}


def rest_hours(campaign: Campaign, on: date) -> float:
    """Hours that lie at least between two shifts of one volunteer; 8 where the pack is silent."""
    return float(value_on(_part(campaign).get("rest_hours", []), on) or 8)


def skills_of(campaign: Campaign) -> list[tuple[str, str]]:
    """(key, name) of the pack's skills."""
    return [(row["key"], text(row["name"])) for row in _part(campaign).get("skill", [])]


def shift_kinds(campaign: Campaign) -> list[tuple[str, str]]:
    """(key, name) of what volunteers do at posts."""
    return [(row["key"], text(row["name"])) for row in _part(campaign).get("shift", [])]


def skill_of_kind(campaign: Campaign, kind: str) -> str:
    """The skill that the pack asks for in shifts of this kind; "" for none."""
    return next((row["skill"] for row in _part(campaign).get("shift", []) if row["key"] == kind), "")


def shifts_of_week(shifts: QuerySet[Shift], monday: date) -> list[Shift]:
    """The shifts that begin in the week with their turns, in order of place and hour; two queries."""
    begin = timezone.make_aware(datetime.combine(monday, time.min))
    rows = shifts.open().filter(starts_at__gte=begin, starts_at__lt=begin + timedelta(days=7))  # type: ignore[attr-defined]
    turns = Turn.objects.select_related("volunteer").order_by("volunteer__name", "pk")
    rows = rows.select_related("area").prefetch_related(Prefetch("turns", queryset=turns))
    return list(rows.order_by("kind", "place", "starts_at", "pk"))


def span_of(shift: Shift) -> Span:
    return Span(timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at))


def hand_of(volunteer: Volunteer, taken: Iterable[Shift], called_off: Iterable[Shift] = ()) -> Hand:
    """A volunteer as the rules see them; `times_away` should be fetched already."""
    return Hand(
        skills=frozenset(volunteer.skills),
        weekdays=frozenset(volunteer.weekdays),
        from_time=volunteer.from_time,
        to_time=volunteer.to_time,
        away=tuple((row.from_on, row.to_on) for row in volunteer.times_away.all()),  # type: ignore[attr-defined]
        taken=tuple(span_of(shift) for shift in taken),
        called_off=tuple(span_of(shift) for shift in called_off),
        has_left=volunteer.left_on is not None,
    )


def hours_by_volunteer(campaign: Campaign) -> dict[int, float]:
    """Hours of each volunteer so far: those counted, and those of shifts to come; one query."""
    found: dict[int, float] = defaultdict(float)
    rows = Turn.objects.filter(shift__campaign=campaign, shift__cancelled_at__isnull=True)
    for turn in rows.select_related("shift").only("volunteer", "hours", "shift__starts_at", "shift__ends_at"):
        found[turn.volunteer_id] += turn.shift.hours if turn.hours is None else turn.hours
    return dict(found)


def _taken(volunteers: Iterable[Volunteer]) -> dict[int, list[Shift]]:
    """The shifts of each volunteer that were not cancelled; one query."""
    found: dict[int, list[Shift]] = defaultdict(list)
    rows = Turn.objects.filter(volunteer__in=volunteers, shift__cancelled_at__isnull=True)
    for turn in rows.select_related("shift"):
        found[turn.volunteer_id].append(turn.shift)
    return found


def _called_off(volunteers: Iterable[Volunteer]) -> dict[int, list[Shift]]:
    """The shifts to which each volunteer said that they cannot come; one query."""
    found: dict[int, list[Shift]] = defaultdict(list)
    for row in CalledOff.objects.filter(volunteer__in=volunteers).select_related("shift"):
        found[row.volunteer_id].append(row.shift)
    return found


def called_off(shifts: QuerySet[Shift], at: datetime) -> list[CalledOff]:
    """Who cannot come to shifts that have not begun and still lack somebody, the next shift first; one query."""
    short = shifts.open().filter(starts_at__gt=at).annotate(on_it=Count("turns"))  # type: ignore[attr-defined]
    rows = CalledOff.objects.filter(shift__in=short.filter(on_it__lt=F("needed")).values("pk"))
    return list(rows.select_related("shift__area", "volunteer").order_by("shift__starts_at", "pk"))


@dataclass(frozen=True)
class Candidature:
    """A volunteer for a shift: the hours they have, and why not, if not."""

    volunteer: Volunteer
    hours: float
    why_not: str
    is_near: bool


def candidates(shift: Shift, volunteers: QuerySet[Volunteer]) -> list[Candidature]:
    """Everybody who could take the shift, the ones with the fewest hours first; then the others with their reasons."""
    people = list(volunteers.select_related("area").prefetch_related("times_away"))
    hours, taken, said = hours_by_volunteer(shift.campaign), _taken(people), _called_off(people)
    rest = rest_hours(shift.campaign, timezone.localdate(shift.starts_at))
    on_it = {turn.volunteer_id for turn in shift.turns.all()}  # type: ignore[attr-defined]
    found = [
        Candidature(
            one,
            hours.get(one.pk, 0.0),
            why_not_take(
                hand_of(one, taken.get(one.pk, ()), said.get(one.pk, ())),
                span_of(shift),
                skill=shift.skill,
                rest_hours=rest,
            ),
            one.area.path.startswith(shift.area.path) or shift.area.path.startswith(one.area.path),
        )
        for one in people
        if one.pk not in on_it
    ]
    return sorted(found, key=lambda one: (bool(one.why_not), not one.is_near, one.hours, one.volunteer.pk))


@dataclass(frozen=True)
class Proposed:
    """A volunteer for an open place of a shift, and why this one."""

    shift: Shift
    volunteer: Volunteer
    reason: str

    @property
    def key(self) -> str:
        return f"{self.shift.pk}-{self.volunteer.pk}"


def propose(
    campaign: Campaign, shifts: Iterable[Shift], volunteers: QuerySet[Volunteer], at: datetime
) -> list[Proposed]:
    """Fill the open places: the shift with the fewest who can take it first, each time whoever has the fewest hours.

    Nearer ones go before others with as many hours. Nothing is written. Six queries.
    """
    wanted = [shift for shift in shifts if shift.starts_at > at]
    people = list(volunteers.select_related("area").prefetch_related("times_away"))
    hours, taken = defaultdict(float, hours_by_volunteer(campaign)), _taken(people)
    said = _called_off(people)
    open_places = {shift.pk: shift.needed - len(shift.turns.all()) for shift in wanted}  # type: ignore[attr-defined]
    hands = {one.pk: hand_of(one, taken[one.pk], said[one.pk]) for one in people}
    spans = {shift.pk: span_of(shift) for shift in wanted}

    def able(shift: Shift) -> list[Volunteer]:
        span = spans[shift.pk]
        rest = rest_hours(campaign, span.start.date())
        terms: dict[str, Any] = {"skill": shift.skill, "rest_hours": rest}
        return [one for one in people if not why_not_take(hands[one.pk], span, **terms)]

    found: list[Proposed] = []
    scarce = [
        (len(able(shift)), shift.starts_at, shift.pk, shift) for shift in wanted if open_places[shift.pk] > 0
    ]
    heapq.heapify(scarce)
    while scarce:
        shift = heapq.heappop(scarce)[-1]
        free = able(shift)
        chosen = sorted(free, key=lambda one: (hours[one.pk], one.area_id != shift.area_id, one.pk))
        for one in chosen[: open_places[shift.pk]]:
            found.append(Proposed(shift, one, _reason(hours[one.pk], len(free))))
            hours[one.pk] += shift.hours
            hands[one.pk] = hands[one.pk].with_one_more(spans[shift.pk])
    return sorted(found, key=lambda one: (one.shift.starts_at, one.shift.pk, one.volunteer.pk))


def _reason(hours: float, free: int) -> str:
    return _("%(hours)g hours so far, the fewest of the %(free)d who can") % {"hours": hours, "free": free}


def own_shift(volunteer: Volunteer, number: int) -> Shift | None:
    """The shift of this number, if the volunteer is on it or has said that they cannot come to it."""
    own = Q(turns__volunteer=volunteer) | Q(called_off__volunteer=volunteer)
    found: Shift | None = Shift.objects.system().filter(own, pk=number).distinct().first()
    return found


def link_of(volunteer: Volunteer) -> str:
    """The token of the page on which a volunteer sees their shifts; a new key makes older links worthless."""
    return signing.Signer(salt=SALT).sign_object([volunteer.pk, volunteer.key.hex])


def volunteer_of_link(token: str) -> Volunteer | None:
    """The volunteer of a link that is still good."""
    try:
        pk, key = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = (
        Volunteer.objects.system().present().select_related("campaign__release", "campaign__closing", "area")
    )
    found: Volunteer | None = rows.filter(pk=pk, key=key).first()
    return None if found is None or is_erased(found.campaign) else found
