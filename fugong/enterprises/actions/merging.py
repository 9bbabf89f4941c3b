"""Two entries that are one enterprise: merged by a person, with all that is needed to undo it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.core import absorbing
from fugong.core.audit import plain, record
from fugong.core.refusals import refuse_if
from fugong.enterprises import rules
from fugong.enterprises.actions.ledger import LEDGER_FIELDS, locked, save
from fugong.enterprises.models import Contact, Enterprise, Listing, Merge, NotDuplicate, Premises
from fugong.enterprises.rules import PositionSource

# What the kept entry takes over where it has nothing itself.
FILLED = tuple(field for field in LEDGER_FIELDS if field not in ("area", "name", "size", "is_key"))
POSITION = ("longitude", "latitude", "coordinates_given", "position_source")


@transaction.atomic
def merge(*, kept: Enterprise, absorbed: Enterprise, by: User, at: datetime) -> Merge:
    """Make two entries one: `kept` takes over contacts, premises, listings and what it did not know itself.

    The absorbed entry stays with `merged_into`, out of every count; visits and issues still point at it, and
    the modules above read them through.
    """
    kept, absorbed = absorbing.held(kept, absorbed, locked)
    refuse_if(rules.why_not_merge(kept, absorbed))
    absorbed.merged_into = kept
    save(absorbed, "merged_into")
    filled = _fill(kept, absorbed)
    moved: dict[str, Any] = {
        "earlier": absorbing.gather(absorbed, kept),
        "contacts": _move(Contact, absorbed, kept),
        "premises": _move_premises(absorbed, kept),
        **_move_listings(absorbed, kept, at),
        "filled": filled,
    }
    done = Merge.objects.create(kept=kept, absorbed=absorbed, by=by, at=at, moved=plain(moved))
    record("enterprises.enterprise.absorbed", absorbed, by=by, at=at, into=kept)
    record("enterprises.enterprise.merged", kept, by=by, at=at, absorbed=absorbed, **filled)
    return done


def _move(model: Any, source: Enterprise, target: Enterprise) -> list[int]:
    rows = model.objects.system().filter(enterprise=source)
    numbers = list(rows.values_list("pk", flat=True))
    rows.update(enterprise=target)
    return numbers


def _move_premises(absorbed: Enterprise, kept: Enterprise) -> list[int]:
    """Places of the same kind and name are the same place: those stay where they are."""
    own = set(Premises.objects.system().filter(enterprise=kept).values_list("kind", "name"))
    rows = Premises.objects.system().filter(enterprise=absorbed)
    numbers = [row.pk for row in rows if (row.kind, row.name) not in own]
    rows.filter(pk__in=numbers).update(enterprise=kept)
    return numbers


def _move_listings(absorbed: Enterprise, kept: Enterprise, at: datetime) -> dict[str, list[int]]:
    """Listings in force move over; where the kept entry is on the same list, the absorbed one's ends."""
    own = set(Listing.objects.system().in_force().filter(enterprise=kept).values_list("risk_list", flat=True))
    rows = Listing.objects.system().in_force().filter(enterprise=absorbed)
    both = [row.pk for row in rows if row.risk_list in own]
    only = [row.pk for row in rows if row.risk_list not in own]
    rows.filter(pk__in=only).update(enterprise=kept)
    reason = _("Merged into another entry that is on this list.")
    rows.filter(pk__in=both).update(
        left_at=Greatest("entered_at", Value(at, output_field=DateTimeField())), left_reason=reason
    )
    return {"listings": only, "ended": both}


def _fill(kept: Enterprise, absorbed: Enterprise) -> dict[str, Any]:
    """Take over what the kept entry does not know; {field: value taken over}."""
    filled = {
        field: getattr(absorbed, field)
        for field in FILLED
        if getattr(kept, field) in (None, "") and getattr(absorbed, field) not in (None, "")
    }
    if kept.position_source == PositionSource.NONE and absorbed.position_source != PositionSource.NONE:
        filled |= {field: getattr(absorbed, field) for field in POSITION}
    for field, value in filled.items():
        setattr(kept, field, value)
    save(kept, *filled)
    return filled


@transaction.atomic
def undo_merge(*, merge: Merge, by: User, at: datetime) -> Merge:
    """Make it two entries again: everything that moved goes back, except what was changed since."""
    merge = Merge.objects.select_for_update().select_related("kept", "absorbed").get(pk=merge.pk)
    kept, absorbed = absorbing.held(merge.kept, merge.absorbed, locked)
    merge.kept = kept
    refuse_if(rules.why_not_undo_merge(merge))
    _empty(kept, merge.moved["filled"])
    refuse_if(_why_not_code(absorbed))
    absorbed.merged_into = None
    save(absorbed, "merged_into")
    for model, key in ((Contact, "contacts"), (Premises, "premises")):
        model.objects.system().filter(pk__in=merge.moved[key], enterprise=kept).update(enterprise=absorbed)
    listings = Listing.objects.system()
    listings.filter(pk__in=merge.moved["listings"], enterprise=kept).update(enterprise=absorbed)
    listings.filter(pk__in=merge.moved["ended"], enterprise=absorbed).update(left_at=None, left_reason="")
    absorbing.give_back(merge.moved["earlier"], kept, absorbed)
    record("enterprises.enterprise.separated", absorbed, by=by, at=at, kept=kept)
    record("enterprises.enterprise.merge_undone", kept, by=by, at=at, absorbed=absorbed)
    return absorbing.undone(merge, by=by, at=at)


def _empty(kept: Enterprise, filled: dict[str, Any]) -> None:
    """Take back what was filled in by the merge, unless somebody has changed it since."""
    unchanged = [field for field, value in filled.items() if plain(getattr(kept, field)) == value]
    if set(POSITION) & set(filled) and not set(POSITION) & set(filled) <= set(unchanged):
        unchanged = [field for field in unchanged if field not in POSITION]
    for field in unchanged:
        model_field: Any = Enterprise._meta.get_field(field)
        setattr(kept, field, model_field.get_default())
    save(kept, *unchanged)


def _why_not_code(absorbed: Enterprise) -> str:
    if not absorbed.credit_code:
        return ""
    standing = Enterprise.objects.system().of(absorbed.campaign).filter(credit_code=absorbed.credit_code)
    same = standing.first()
    return _("“%(name)s” has this credit code now.") % {"name": same.name} if same else ""


@transaction.atomic
def mark_not_duplicate(*, first: Enterprise, second: Enterprise, by: User, at: datetime) -> NotDuplicate:
    """Two enterprises after all: the pair is not proposed again."""
    one, other = sorted((first, second), key=lambda row: row.pk)
    pair, is_new = NotDuplicate.objects.get_or_create(first=one, second=other, defaults={"by": by, "at": at})
    if is_new:
        record(
            "enterprises.not_duplicate.marked",
            pair,
            by=by,
            at=at,
            campaign_id=one.campaign_id,
            first=one,
            second=other,
        )
    return pair
