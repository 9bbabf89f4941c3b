"""The procedure that each visit followed, letters of advice with their receipts, open cards, numbers agreed to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from django.utils import timezone, translation

from fugong.campaigns.dated import value_on
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.demo.writing.world import BATCH, World, events, keep_events
from fugong.enterprises.models import Contact, Enterprise
from fugong.teams.models import Charge, ChargeKind
from fugong.visits.artefacts import letters
from fugong.visits.models import Letter, Link, PublicNumber, Visit
from fugong.visits.rules import LetterStatus, VisitKind, VisitStatus

# Letters spread over the ten days; two in three are acknowledged within hours.
LETTERS, CARDS = 36, 120
AFTER_VISIT = timedelta(minutes=12)


class Procedures:
    """The pack's procedure as the visits of the generated town followed it."""

    def __init__(self, world: World) -> None:
        self.release = world.campaign.release
        self.rows = world.campaign.part("visits")["procedure"]
        self.names = dict(Contact.objects.system().values_list("enterprise", "name"))
        on = world.campaign.starts_on
        moment = Moment(campaign_id=world.campaign.pk, on=on, at=world.now)
        ledger = Enterprise.objects.system().filter(campaign=world.campaign)
        self.met = {
            condition: set(conditions.apply(ledger, condition, moment).values_list("pk", flat=True))
            for condition in {row["condition"] for row in self.rows}
            if condition
        }

    def of(self, visit: Visit) -> dict[str, Any]:
        """What `procedures.kept` would have kept of this visit."""
        if visit.status != VisitStatus.DONE:
            return {}
        way = "phone" if visit.kind == VisitKind.PHONE else "visit"
        rows = [row for row in self.rows if row["way"] in {way, "both"} and self._meets(row, visit)]
        steps = [self._step(row, visit) for row in rows]
        return {"version": self.release.version, "digest": self.release.digest[:12], "steps": steps}

    def _meets(self, row: dict[str, Any], visit: Visit) -> bool:
        return not row["condition"] or visit.enterprise_id in self.met[row["condition"]]

    def _step(self, row: dict[str, Any], visit: Visit) -> dict[str, Any]:
        step = {name: row[name] for name in ("key", "text", "when", "required", "evidence")}
        is_signed = row["evidence"] == "signature" and crc32(f"{visit.key}".encode()) % 3
        if not (row["required"] or row["evidence"] == "position" or is_signed):
            return step
        shares = {"before": 0.0, "during": 0.3, "after": 0.95}
        at = visit.started_at + (visit.ended_at - visit.started_at) * shares[row["when"]]
        is_named = row["evidence"] in {"person", "signature"}
        name = self.names.get(visit.enterprise_id, "") if is_named else ""
        return step | {"ticked_at": at.replace(microsecond=0).isoformat(), "name": name}


def write_papers(world: World, *, at: datetime) -> None:
    """Letters about visits with serious findings, cards of key enterprises, numbers of some instructors."""
    with translation.override("zh-hans"):
        _numbers(world)
        _letters(world, at)
        _cards(world, at)


def _letters(world: World, at: datetime) -> None:
    found = Visit.objects.system().done().filter(campaign=world.campaign, findings__severity="serious")
    found = found.filter(ended_at__lt=at - AFTER_VISIT).distinct()
    pks = list(found.order_by("ended_at", "pk").values_list("pk", flat=True))
    chosen = pks[:: -max(1, len(pks) // LETTERS)][:LETTERS]
    visits = Visit.objects.system().filter(pk__in=chosen).order_by("ended_at", "pk")
    visits = visits.select_related("campaign__release", "enterprise", "officer", "checklist", "area")
    rows = [_letter(world, visit, number, at) for number, visit in enumerate(visits, start=1)]
    Letter.objects.bulk_create(rows, batch_size=BATCH)
    days = int(value_on(world.campaign.part("visits")["letter"]["valid_days"], world.campaign.starts_on) or 0)
    Link.objects.bulk_create(
        [
            Link(
                enterprise=row.enterprise,
                letter=row,
                made_by=row.issued_by,
                made_at=row.issued_at,
                expires_at=row.issued_at + timedelta(days=days),
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
    issued = events(
        "visits.letter.issued",
        rows,
        campaign=world.campaign,
        by=lambda row: row.issued_by,
        at=lambda row: row.issued_at,
    )
    received = [row for row in rows if row.acknowledged_at]
    keep_events(issued)
    keep_events(
        events(
            "visits.letter.acknowledged",
            received,
            campaign=world.campaign,
            at=lambda row: row.acknowledged_at,
        )
    )


def _letter(world: World, visit: Visit, number: int, at: datetime) -> Letter:
    issued_at = visit.ended_at + AFTER_VISIT
    advice = letters.compose(visit)
    content = letters.contents(visit, advice, number=number, by=visit.officer, at=issued_at, replaces=None)
    letter = Letter(
        campaign=world.campaign,
        area=visit.area,
        number=number,
        visit=visit,
        enterprise=visit.enterprise,
        content=content,
        issued_by=visit.officer,
        issued_at=issued_at,
    )
    by_chance = crc32(f"{visit.key} receipt".encode())
    received_at = issued_at + timedelta(minutes=20 + by_chance % 300)
    contact = Contact.objects.system().filter(enterprise=visit.enterprise).order_by("pk").first()
    if by_chance % 3 and received_at < at and contact is not None:
        letter.status = LetterStatus.ACKNOWLEDGED
        letter.acknowledged_at, letter.acknowledged_as = received_at, contact.name
    return letter


def _cards(world: World, at: datetime) -> None:
    """The links of cards that were handed to key enterprises on the first days."""
    commander = next(world.users[officer.key] for officer in world.officers if officer.role == "commander")
    days = int(value_on(world.campaign.part("visits")["card"]["valid_days"], world.campaign.starts_on) or 0)
    made_at = timezone.make_aware(datetime.combine(world.campaign.starts_on, at.time())) + timedelta(days=1)
    firms = Enterprise.objects.system().filter(campaign=world.campaign, is_key=True).order_by("pk")[:CARDS]
    Link.objects.bulk_create(
        [
            Link(
                enterprise=row, made_by=commander, made_at=made_at, expires_at=made_at + timedelta(days=days)
            )
            for row in firms
        ],
        batch_size=BATCH,
    )


def _numbers(world: World) -> None:
    """Every third instructor agreed to a number; it is invented like the others of the town."""
    charges = Charge.objects.system().filter(kind=ChargeKind.INSTRUCTOR, enterprise__campaign=world.campaign)
    officers = list(charges.order_by("officer").values_list("officer", flat=True).distinct())[::3]
    opened = timezone.make_aware(datetime.combine(world.campaign.starts_on, world.now.time()))
    PublicNumber.objects.bulk_create(
        [
            PublicNumber(officer_id=pk, number=f"0000-82{place:05d}", agreed_at=opened)
            for place, pk in enumerate(officers, start=1)
        ],
        batch_size=BATCH,
    )
