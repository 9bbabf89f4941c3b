"""Enter an enterprise into the ledger, and correct what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import history_of, record
from fugong.core.refusals import refuse_if
from fugong.core.workbooks.names import normalise_name
from fugong.enterprises import rules
from fugong.enterprises.models import Enterprise
from fugong.enterprises.queries import edition_on, gazetteer_of
from fugong.territory.models import Area

# What a person may enter or correct; position, merging and listing have verbs of their own.
LEDGER_FIELDS = (
    "area",
    "name",
    "credit_code",
    "industry_code",
    "industry",
    "size",
    "is_key",
    "headcount",
    "staff_from_affected_areas",
    "staff_with_symptoms",
    "dormitory_people",
    "dormitory_places",
    "origins",
    "mask_days",
    "is_enclosed",
    "has_constant_temperature",
    "has_emergency_plan",
    "has_named_lead",
    "measures_in_force",
    "resumption_planned_on",
    "address",
)


@transaction.atomic
def register(
    *,
    campaign: Campaign,
    area: Area,
    name: str,
    by: User,
    at: datetime,
    values: Mapping[str, Any] | None = None,
) -> Enterprise:
    """Enter an enterprise by hand. `values` are further fields of `LEDGER_FIELDS`.

    Refused when its credit code stands in the ledger already, or its name in the same area.
    """
    given = dict(values or {})
    code = given.get("credit_code") or None
    key = normalise_name(name, places=gazetteer_of(campaign).places)
    refuse_if(_why_not_enter(campaign, area, key, code))
    enterprise: Enterprise = Enterprise.objects.create(
        campaign=campaign,
        area=area,
        name=name,
        normalised_name=key,
        created_at=at,
        **{field: given[field] for field in LEDGER_FIELDS if field in given and field not in ("area", "name")}
        | {"credit_code": code}
        | _edition(campaign, given.get("industry_code", ""), at),
    )
    record("enterprises.enterprise.registered", enterprise, by=by, at=at, **given, area=area, name=name)
    return enterprise


def _why_not_enter(campaign: Campaign, area: Area, key: str, code: str | None) -> str:
    standing = Enterprise.objects.system().of(campaign)
    if code and (same := standing.filter(credit_code=code).first()):
        return _("“%(name)s” has this credit code already.") % {"name": same.name}
    if same := standing.filter(normalised_name=key, area=area).first():
        known = not code or not same.credit_code
        return _("“%(name)s” stands in this area's ledger already.") % {"name": same.name} if known else ""
    return ""


def _edition(campaign: Campaign, industry_code: str, at: datetime) -> dict[str, str]:
    """An industry code is nothing without its edition."""
    return {"industry_edition": edition_on(campaign, timezone.localdate(at))} if industry_code else {}


@transaction.atomic
def correct(
    *, enterprise: Enterprise, version: int, values: Mapping[str, Any], by: User, at: datetime
) -> Enterprise:
    """Correct fields of an entry that the person saw at `version`.

    Refused, with who changed what, when somebody else has saved since. Fields that stay are left alone.
    """
    enterprise = locked(enterprise)
    refuse_if(rules.why_not_change(enterprise))
    refuse_if(_why_not_version(enterprise, version))
    changes: dict[str, Any] = {
        field: [getattr(enterprise, field), values[field]]
        for field in LEDGER_FIELDS
        if field in values and getattr(enterprise, field) != values[field]
    }
    if not changes:
        return enterprise
    refuse_if(_why_not_code(enterprise, changes))
    for field in changes:
        setattr(enterprise, field, values[field])
    derived = _derive(enterprise, changes, at)
    save(enterprise, *changes, *derived)
    record("enterprises.enterprise.corrected", enterprise, by=by, at=at, **changes)
    return enterprise


def _derive(enterprise: Enterprise, changes: Mapping[str, Any], at: datetime) -> list[str]:
    """Set what follows from changed fields; the names of the fields set."""
    derived = []
    if "name" in changes:
        places = gazetteer_of(enterprise.campaign).places
        enterprise.normalised_name = normalise_name(enterprise.name, places=places)
        derived.append("normalised_name")
    if "industry_code" in changes:
        edition = _edition(enterprise.campaign, enterprise.industry_code, at)
        enterprise.industry_edition = edition.get("industry_edition", "")
        derived.append("industry_edition")
    return derived


def _why_not_version(enterprise: Enterprise, version: int) -> str:
    """Each event about an entry raised its version by one: the newest ones are what the person has not seen."""
    if enterprise.version == version:
        return ""
    events = list(history_of(enterprise).reverse()[: max(1, enterprise.version - version)])
    who = _(", ").join(dict.fromkeys(event.by_label for event in events if event.by_label))
    labels = {field.name: str(field.verbose_name) for field in Enterprise._meta.concrete_fields}
    what = dict.fromkeys(labels[name] for event in events for name in event.changes if name in labels)
    return rules.why_not_version(enterprise.version, version, who, what)


def _why_not_code(enterprise: Enterprise, changes: Mapping[str, Any]) -> str:
    code = changes.get("credit_code", [None, None])[1]
    if not code:
        return ""
    standing = Enterprise.objects.system().of(enterprise.campaign).exclude(pk=enterprise.pk)
    same = standing.filter(credit_code=code).first()
    return _("“%(name)s” has this credit code already.") % {"name": same.name} if same else ""


def locked(enterprise: Enterprise) -> Enterprise:
    """The entry as it stands now, held until the transaction ends."""
    found: Enterprise = (
        Enterprise.objects.system()
        .select_for_update(of=("self",))
        .select_related("campaign__release", "campaign__area", "area", "merged_into")
        .defer("campaign__release__content")  # a whole pack: most corrections do not ask it
        .get(pk=enterprise.pk)
    )
    return found


def save(enterprise: Enterprise, *fields: str) -> None:
    """Write the named fields; the version counts up, so that an open form notices. One event for each save."""
    enterprise.version += 1
    enterprise.save(update_fields=[*fields, "version"])
