"""Saved views: a condition and an order over a register, kept under a name."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.core.audit import record
from fugong.core.models import SavedView
from fugong.core.refusals import refuse_if


@transaction.atomic
def save(
    register: Any, *, name: str, condition: str, order: str, is_shared: bool, by: Any, at: datetime
) -> SavedView:
    """Keep a condition and an order under a name; the same name of the same person is written anew."""
    name = name.strip()[:60]
    refuse_if("" if name else _("Give the view a name."))
    view, _created = SavedView.objects.update_or_create(
        register=register.key,
        by_id=by.pk,
        name=name,
        defaults={"condition": condition, "order": order, "is_shared": is_shared, "at": at},
    )
    record("core.savedview.saved", view, by=by, at=at, view=name, condition=condition, is_shared=is_shared)
    return view


@transaction.atomic
def delete(view: SavedView, *, by: Any, at: datetime) -> None:
    """Delete one's own view."""
    refuse_if("" if view.by_id == by.pk else _("Only the person who saved a view may delete it."))
    record("core.savedview.deleted", view, by=by, at=at, view=view.name, condition=view.condition)
    view.delete()
