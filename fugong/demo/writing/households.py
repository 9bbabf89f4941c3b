"""The demo's households: under watch or not, each with its officer, and what was heard at them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from fugong.demo.town.dice import Rng, stream
from fugong.demo.town.names import Names
from fugong.demo.writing.world import BATCH, World, events, keep_events
from fugong.teams.models import Household, HouseholdCharge
from fugong.territory.models import Area
from fugong.visits import actions as visits
from fugong.visits.models import HouseholdContact
from fugong.visits.rules import Outcome

HOUSEHOLDS, UNCOVERED = 300, 5


def write_households(world: World, areas: list[Area], names: Names, opened: datetime, at: datetime) -> None:
    """Three hundred households, five without an officer; most were called at, a few under watch, a few missed."""
    rng = stream(world.seed, "households")
    today = timezone.localdate(at)
    rows = [
        _household(world, rng, areas[number % len(areas)], names, number=number, at=opened, today=today)
        for number in range(HOUSEHOLDS)
    ]
    Household.objects.bulk_create(rows)
    keep_events(events("teams.household.registered", rows, campaign=world.campaign, at=opened))
    officers = {
        world.area_of(o.villages[0]).pk: world.users[o.key]
        for o in world.officers
        if o.role == "liaison" and o.villages
    }
    leads = {world.area_of(key).pk: user for key, user in world.leads.items()}
    charges = [
        HouseholdCharge(
            household=row,
            officer=officers.get(row.area_id) or leads[row.area_id],
            from_on=world.campaign.starts_on,
        )
        for row in rows[UNCOVERED:]
    ]
    HouseholdCharge.objects.bulk_create(charges)
    calls = list(_calls(rng, charges, at))
    HouseholdContact.objects.bulk_create(calls, batch_size=BATCH)
    keep_events(
        events(
            "visits.household.called",
            [call.household for call in calls],
            campaign=world.campaign,
            at=at - timedelta(hours=2),
        )
    )
    for charge, kind, words in zip(
        charges, ("supplies", "transport"), ("需要口罩和消毒液", "老人就医需要用车"), strict=False
    ):
        called = visits.Called(outcome=Outcome.NEEDS, note=words, kind=kind)
        visits.call_at_household(household=charge.household, called=called, by=charge.officer, at=at)


def _household(
    world: World, rng: Rng, area: Area, names: Names, *, number: int, at: datetime, today: date
) -> Household:
    watched = today + timedelta(days=int(rng.integers(-2, 12))) if rng.random() < 0.15 else None
    return Household(
        campaign=world.campaign,
        area=area,
        code=f"H{number + 1:04d}",
        address=f"{area.name}{1 + number % 6}组{number // 6 + 1}号",
        label=names.person(),
        phone=names.phone(),
        people=int(rng.integers(1, 7)),
        watched_until=watched,
        created_at=at,
    )


def _calls(rng: Rng, charges: Iterable[HouseholdCharge], at: datetime) -> Iterator[HouseholdContact]:
    """The last call of nearly all; under watch it was today or yesterday."""
    for charge in charges:
        if rng.random() < 0.04:
            continue
        is_watched = charge.household.watched_until is not None
        moment = at - timedelta(
            days=int(rng.integers(0, 2 if is_watched else 7)), minutes=int(rng.integers(0, 300))
        )
        outcome: Any = Outcome.DONE if rng.random() < 0.93 else Outcome.NOBODY
        yield HouseholdContact(
            household=charge.household,
            officer=charge.officer,
            on=timezone.localdate(moment),
            at=moment,
            outcome=outcome,
        )
