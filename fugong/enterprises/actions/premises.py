"""The places of an enterprise: workshops, dormitories, canteens."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.enterprises import rules
from fugong.enterprises.models import Enterprise, Premises


@dataclass(frozen=True)
class PremisesFacts:
    """What is known about a place: posts, beds or seats (`capacity`), people at one time, rooms, m²."""

    kind: str
    name: str
    capacity: int | None = None
    people: int | None = None
    rooms: int | None = None
    floor_area: float | None = None


@transaction.atomic
def add_premises(*, enterprise: Enterprise, facts: PremisesFacts, by: User, at: datetime) -> Premises:
    """Enter a place of the enterprise; refused when it has one of this kind and name."""
    refuse_if(rules.why_not_change(enterprise) or _why_not_named(enterprise, facts))
    premises: Premises = Premises.objects.create(enterprise=enterprise, **asdict(facts))
    record(
        "enterprises.premises.added",
        premises,
        by=by,
        at=at,
        campaign_id=enterprise.campaign_id,
        enterprise=enterprise,
        **asdict(facts),
    )
    return premises


@transaction.atomic
def correct_premises(*, premises: Premises, facts: PremisesFacts, by: User, at: datetime) -> Premises:
    """Correct a place."""
    premises = _locked(premises)
    refuse_if(_why_not_named(premises.enterprise, facts, besides=premises))
    changes = {
        field: [getattr(premises, field), value]
        for field, value in asdict(facts).items()
        if getattr(premises, field) != value
    }
    for field, (_was, now) in changes.items():
        setattr(premises, field, now)
    if changes:
        premises.save(update_fields=list(changes))
        campaign = premises.enterprise.campaign_id
        record("enterprises.premises.corrected", premises, by=by, at=at, campaign_id=campaign, **changes)
    return premises


@transaction.atomic
def remove_premises(*, premises: Premises, by: User, at: datetime) -> None:
    """The place is no longer used (or was entered by mistake); the audit keeps what it was."""
    premises = _locked(premises)
    facts = {name: getattr(premises, name) for name in PremisesFacts.__dataclass_fields__}
    record(
        "enterprises.premises.removed",
        premises,
        by=by,
        at=at,
        campaign_id=premises.enterprise.campaign_id,
        enterprise=premises.enterprise,
        **facts,
    )
    premises.delete()


def _why_not_named(enterprise: Enterprise, facts: PremisesFacts, besides: Premises | None = None) -> str:
    same = Premises.objects.system().filter(enterprise=enterprise, kind=facts.kind, name=facts.name)
    if besides is not None:
        same = same.exclude(pk=besides.pk)
    return _("The enterprise has a place of this kind and name already.") if same.exists() else ""


def _locked(premises: Premises) -> Premises:
    found: Premises = (
        Premises.objects.system()
        .select_for_update(of=("self",))
        .select_related("enterprise")
        .get(pk=premises.pk)
    )
    return found
