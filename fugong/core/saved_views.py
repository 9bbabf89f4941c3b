"""Saved views: a condition and an order over a register, kept under a name."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fugong.core.audit import record
from fugong.core.models import SavedView
from fugong.core.refusals import refuse_if


@dataclass(frozen=True)
class Kept:
    """What is kept under a name: a condition and an order; `is_shared` shows it to everybody in the campaign."""

    condition: str
    order: str
    is_shared: bool
    campaign_id: int | None


def seen_by(user: Any, campaign_id: int | None) -> Q:
    """One's own views, and those shared in the campaign one works in."""
    own = Q(by_id=user.pk)
    return own | Q(is_shared=True, campaign_id=campaign_id) if campaign_id else own


@transaction.atomic
def save(register: Any, *, name: str, kept: Kept, by: Any, at: datetime) -> SavedView:
    """Keep a condition and an order under a name; the same name of the same person is written anew."""
    name = name.strip()[:60]
    refuse_if("" if name else _("Give the view a name."))
    view, _created = SavedView.objects.update_or_create(
        register=register.key, by_id=by.pk, name=name, defaults={**asdict(kept), "at": at}
    )
    told = {"view": name, "condition": kept.condition, "is_shared": kept.is_shared}
    record("core.savedview.saved", view, by=by, at=at, campaign_id=kept.campaign_id, **told)
    return view


@transaction.atomic
def delete(view: SavedView, *, by: Any, at: datetime) -> None:
    """Delete one's own view."""
    refuse_if("" if view.by_id == by.pk else _("Only the person who saved a view may delete it."))
    record("core.savedview.deleted", view, by=by, at=at, view=view.name, condition=view.condition)
    view.delete()
