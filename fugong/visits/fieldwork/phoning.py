"""What the pack says about phone rounds, whom one may call, and how a round stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from fugong.access.models import Posting, User
from fugong.access.roles import ROLES, Permission
from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.paths import below
from fugong.enterprises.models import Contact, Enterprise, current
from fugong.teams.models import Charge
from fugong.territory.models import Area
from fugong.visits.models import Call, PhoneRound, Visit
from fugong.visits.rules import CallStatus, VisitKind, VisitStatus


@dataclass(frozen=True)
class Outcome:
    """One outcome code of the pack: `ends` says what it does to the call."""

    key: str
    name: str
    ends: str


@dataclass(frozen=True)
class Phone:
    """The pack's rules for phone rounds as of a day."""

    part: Mapping[str, Any]
    on: date

    def _number(self, name: str, default: int) -> int:
        value = value_on(self.part.get(name) or [], self.on)
        return default if value is None else int(value)

    @property
    def most_attempts(self) -> int:
        return self._number("attempts", 3)

    @property
    def retry(self) -> timedelta:
        return timedelta(minutes=self._number("retry_minutes", 120))

    @property
    def lease(self) -> timedelta:
        """For so long a number is its caller's alone."""
        return timedelta(minutes=self._number("claim_minutes", 15))

    @property
    def numbers_a_day(self) -> int:
        return self._number("numbers_a_day", 150)

    @property
    def counts_as_visit(self) -> bool:
        return bool(self.part.get("counts_as_visit"))

    @property
    def outcomes(self) -> list[Outcome]:
        return [Outcome(row["key"], text(row["name"]), row["ends"]) for row in self.part.get("outcome", [])]

    def outcome(self, key: str) -> Outcome | None:
        return next((one for one in self.outcomes if one.key == key), None)

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The pack's short list, in the active language."""
        return [
            {
                "name": row["name"],
                "label": text(row["label"]),
                "kind": row["kind"],
                "choices": [text(choice) for choice in row.get("choices", [])],
            }
            for row in self.part.get("question", [])
        ]


def phone_of(campaign: Campaign, at: datetime) -> Phone:
    return Phone(campaign.part("visits").get("phone") or {}, timezone.localdate(at))


def kinds_of_needs(campaign: Campaign) -> list[tuple[str, str]]:
    """(key, name) of the pack's kinds of requests: every kind of issue but the problem found at a visit."""
    rows = campaign.part("issues").get("kind", [])
    return [(row["key"], text(row["name"])) for row in rows if row["key"] != "problem"]


def to_be_called(campaign: Campaign, area: Area, condition: str, at: datetime) -> QuerySet[Enterprise]:
    """The enterprises of the area that meet the condition now. Raises `ConditionError`."""
    ledger: QuerySet[Enterprise] = (
        Enterprise.objects.system().of(campaign).filter(below(area.path, "area__path"))
    )
    return conditions.apply(ledger, condition, conditions.Moment(campaign.pk, timezone.localdate(at), at))


def possible_callers(area: Area, on: date) -> QuerySet[User]:
    """Field officers and clerks posted in the area or around it."""
    steps = area.path.rstrip("/").split("/")
    around = ["/".join(steps[:depth]) + "/" for depth in range(1, len(steps) + 1)]
    wanted = (Permission.FIND_ISSUES, Permission.EDIT_ENTERPRISES)
    roles = [key for key, role in ROLES.items() if any(right in role.permissions for right in wanted)]
    posted = Posting.objects.on(on).filter(
        below(area.path, "area__path") | Q(area__path__in=around), role__in=roles
    )
    return User.objects.filter(pk__in=posted.values("user"), is_active=True).order_by("name", "pk")


def shared_out(firms: Iterable[Enterprise], callers: Iterable[User], on: date) -> dict[int, int]:
    """Who calls whom (numbers): whoever answers for the enterprise, else the one with the fewest numbers so far.

    Of those without a charge among the callers, the ones posted around the enterprise come first. Three queries.
    """
    firms, people = list(firms), [user.pk for user in callers]
    charges = Charge.objects.system().in_force(on).filter(officer__in=people).order_by("-kind")
    by_charge = dict(charges.values_list("enterprise_id", "officer_id"))
    load: Counter[int] = Counter(by_charge[firm.pk] for firm in firms if firm.pk in by_charge)
    posted = Posting.objects.on(on).filter(user__in=people).values_list("user_id", "area__path")
    homes: dict[int, list[str]] = {}
    for user, path in posted:
        homes.setdefault(user, []).append(path)
    found = dict(by_charge)
    for firm in firms:
        if firm.pk in by_charge:
            continue
        near = [
            user for user in people if any(firm.area.path.startswith(path) for path in homes.get(user, []))
        ]
        chosen = min(near or people, key=lambda user: load[user])
        load[chosen] += 1
        found[firm.pk] = chosen
    return {firm.pk: found[firm.pk] for firm in firms}


def next_calls(phone_round: PhoneRound, by: User, at: datetime) -> QuerySet[Call]:
    """What this caller may take now: what they hold, their call-backs by their time, their own, then the others'."""
    free: QuerySet[Call] = Call.objects.system().filter(phone_round=phone_round).free(at, by)
    place = Case(
        When(claimed_by=by.pk, then=Value(0)),
        When(caller=by.pk, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return free.order_by(place, F("call_at").asc(nulls_last=True), "attempts", "pk")


def number_to_call(enterprise: Enterprise, on: date) -> Contact | None:
    """The contact whose number is called: the first one in force with a number."""
    rows = Contact.objects.system().filter(current(on), enterprise=enterprise).order_by("pk")
    return next((contact for contact in rows.select_related("enterprise") if contact.phone), None)


def number_before(call: Call, by: User, at: datetime) -> str:
    """The clear number for whoever has it before them: opened and on record when they took the call; else ""."""
    holds = call.claimed_by_id == by.pk and call.claimed_until is not None and call.claimed_until >= at
    if not holds or call.contact is None or call.status != CallStatus.WAITING:
        return ""
    clear: str = call.contact.phone.clear()
    return clear


def visited_since_begun() -> Exists:
    """Whether the enterprise of a call was visited on the spot since the round began."""
    made = Visit.objects.system().filter(
        enterprise=OuterRef("enterprise"),
        status=VisitStatus.DONE,
        started_at__gte=OuterRef("phone_round__begun_at"),
    )
    return Exists(made.exclude(kind=VisitKind.PHONE))


@dataclass(frozen=True)
class Standing:
    """How a round stands, over the calls in the caller's scope: by status, by caller and status, by village and status."""

    total: int
    telephoned: int
    visited: int
    by_status: Counter[str]
    by_caller: dict[str, Counter[str]]
    by_area: dict[str, Counter[str]]


def standing_of(phone_round: PhoneRound, seen: QuerySet[Call]) -> Standing:
    """One query over the calls that somebody sees; an enterprise counts once, however often it was called."""
    rows = seen.filter(phone_round=phone_round).annotate(was_visited=visited_since_begun())
    columns = rows.order_by().values_list("status", "calls_made", "was_visited", "caller__name", "area__name")
    by_status: Counter[str] = Counter()
    callers: dict[str, Counter[str]] = {}
    areas: dict[str, Counter[str]] = {}
    telephoned = visited = 0
    for status, calls, was_visited, caller, area in columns:
        by_status[status] += 1
        callers.setdefault(caller, Counter())[status] += 1
        areas.setdefault(area, Counter())[status] += 1
        telephoned += bool(calls)
        visited += bool(was_visited)
    return Standing(sum(by_status.values()), telephoned, visited, by_status, callers, areas)
