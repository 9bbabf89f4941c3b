"""The cleaned ledger: enterprises with premises, contacts and charges."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password

from fugong.access.models import Posting, User
from fugong.core.workbooks.names import normalise_name
from fugong.demo.town import EnterpriseSeed
from fugong.demo.town.words import MEASURES
from fugong.demo.writing.world import BATCH, World, events, keep_events
from fugong.enterprises.models import Contact, Enterprise, Premises
from fugong.enterprises.rules import Coordinates, PositionSource
from fugong.teams.models import Charge, ChargeKind
from fugong.territory.geometry import to_wgs84

# Of the enterprises whose address says too little, so many in ten have been placed by a person within ten days.
PLACED_OF_TEN = 8
MEASURE_WORDS = {key: words for key, words, _share in MEASURES}
KINDS = {"workshop": "workshop", "dormitory": "dormitory", "canteen": "canteen"}


def write_ledger(world: World, *, at: datetime) -> None:
    """All enterprises of the town, each with an event; the first key enterprises get a contact who can sign in."""
    rows = [_enterprise(world, seed, number, at) for number, seed in enumerate(world.firms)]
    Enterprise.objects.bulk_create(rows, batch_size=BATCH)
    world.rows = {seed.key: row for seed, row in zip(world.firms, rows, strict=True)}
    keep_events(events("enterprises.enterprise.registered", rows, campaign=world.campaign, at=at))
    Premises.objects.bulk_create(
        [p for seed in world.firms for p in _premises(world, seed)], batch_size=BATCH
    )
    Contact.objects.bulk_create([_contact(world, seed) for seed in world.firms], batch_size=BATCH)
    _sign_in_contacts(world)
    _charges(world, at)


def _enterprise(world: World, seed: EnterpriseSeed, number: int, at: datetime) -> Enterprise:
    position, source, given = _position(seed, number)
    dormitories = [p for p in seed.premises if p.kind == "dormitory"]
    return Enterprise(
        campaign=world.campaign,
        area=world.area_of(seed.place.village),
        name=seed.name,
        normalised_name=normalise_name(seed.name),
        credit_code=seed.credit_code,
        industry_code=f"{seed.section}{seed.division}"[:5],
        industry_edition="GB/T 4754-2017"[:12],
        industry=seed.trade[:60],
        size=seed.size,
        is_key=seed.is_key,
        headcount=seed.headcount,
        staff_from_affected_areas=seed.staff.affected,
        staff_with_symptoms=seed.staff.fever + seed.staff.cough,
        dormitory_people=sum(p.people for p in dormitories) if dormitories else None,
        dormitory_places=sum(p.capacity for p in dormitories) if dormitories else None,
        origins=seed.staff.origins,
        mask_days=seed.risk.mask_days,
        is_enclosed=any(p.is_enclosed for p in seed.premises),
        has_constant_temperature=any(p.is_constant_temperature for p in seed.premises),
        has_emergency_plan=seed.risk.emergency_plan not in {"", "none", "crude"},
        has_named_lead=seed.risk.has_named_leader,
        measures_in_force="、".join(MEASURE_WORDS[key] for key in seed.measures)[:200],
        resumption_planned_on=seed.planned_resumption_on,
        address=seed.place.address[:200],
        longitude=position[0] if position else None,
        latitude=position[1] if position else None,
        coordinates_given=given,
        position_source=source,
        created_at=at,
    )


def _position(seed: EnterpriseSeed, number: int) -> tuple[tuple[float, float] | None, str, str]:
    """Where the ledger or a person put it; a part of the vague addresses still waits in the placing queue."""
    place = seed.place
    if place.position:
        system = Coordinates.GCJ02 if place.source_crs == "gcj02" else Coordinates.WGS84
        return to_wgs84(place.position, system), PositionSource.IMPORTED, system
    if number % 10 < PLACED_OF_TEN:
        return place.true_position, PositionSource.PLACED, ""
    return None, PositionSource.NONE, ""


def _premises(world: World, seed: EnterpriseSeed) -> list[Premises]:
    return [
        Premises(
            enterprise=world.rows[seed.key],
            kind=KINDS.get(p.kind, "workshop"),
            name=p.name[:60],
            capacity=p.capacity,
            people=p.people,
            floor_area=p.area_m2 or None,
        )
        for p in seed.premises
    ]


def _contact(world: World, seed: EnterpriseSeed) -> Contact:
    return Contact(
        enterprise=world.rows[seed.key],
        campaign_id=world.campaign.pk,
        name=seed.contact.name,
        duty=seed.contact.post,
        phone=seed.contact.phone,
        from_on=world.campaign.starts_on,
    )


def _sign_in_contacts(world: World) -> None:
    """A user for the contact of each of the first five key enterprises."""
    firms = [seed for seed in world.firms if seed.is_key][:5]
    for number, seed in enumerate(firms, start=1):
        user = User.objects.create(
            login=f"contact{number}", name=seed.contact.name, password=make_password(None)
        )
        Posting.objects.create(
            user=user, role="enterprise_contact", area=world.campaign.area, from_on=world.campaign.starts_on
        )
        Contact.objects.system().filter(enterprise=world.rows[seed.key]).update(user=user)


def _charges(world: World, at: datetime) -> None:
    """Liaisons answer for their key enterprises; an instructor answers for each enterprise they were first to visit."""
    charges = [
        Charge(
            enterprise=world.rows[key],
            officer=world.users[officer.key],
            kind=ChargeKind.LIAISON,
            from_on=world.campaign.starts_on,
        )
        for officer in world.officers
        for key in officer.charges
    ]
    first: dict[str, str] = {}
    for visit in world.told.visits:
        first.setdefault(visit.enterprise, visit.officers[0])
    charges += [
        Charge(
            enterprise=world.rows[key],
            officer=world.users[officer],
            kind=ChargeKind.INSTRUCTOR,
            from_on=world.campaign.starts_on,
        )
        for key, officer in first.items()
    ]
    Charge.objects.bulk_create(charges, batch_size=BATCH)
    keep_events(events("teams.charge.begun", charges, campaign=world.campaign, at=at))
