"""The append-only audit: one event in the same transaction as the change it speaks of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models

from fugong.core.gates import refuse_shut
from fugong.core.models import Event

System = None


def record(
    name: str,
    target: models.Model,
    /,
    *,
    by: Any,
    at: datetime,
    campaign_id: int | None = None,
    **changes: Any,
) -> Event:
    """Write the event `name` (`module.model.past_tense`) about `target`; call it inside the action's transaction.

    `by` is a user, or None for the system. `changes` holds what changed, as plain values; never a sealed value in clear.
    Refused where a gate stands against it (`fugong.core.gates`): with the event the whole action is undone.
    """
    values = described(name, target, by=by, at=at, campaign_id=campaign_id, changes=changes)
    refuse_shut(name, values["campaign_id"])
    return Event.objects.create(**values)


def record_many(events: Sequence[Event], *, batch_size: int = 500) -> None:
    """Write events of one kind about many rows (each from `described`), where the gates stand against none of them."""
    for name, campaign_id in {(event.name, event.campaign_id) for event in events}:
        refuse_shut(name, campaign_id)
    Event.objects.bulk_create(events, batch_size=batch_size)


def described(
    name: str,
    target: models.Model,
    *,
    by: Any,
    at: datetime,
    campaign_id: int | None,
    changes: dict[str, Any],
) -> dict[str, Any]:
    """The values of an event, for one row or for many (`record_many`)."""
    return {
        "name": name,
        "target": target._meta.label_lower,
        "target_id": target.pk,
        "by_id": getattr(by, "pk", None),
        "by_label": str(by) if by is not None else "",
        "at": at,
        "campaign_id": campaign_id if campaign_id is not None else getattr(target, "campaign_id", None),
        "changes": {key: plain(value) for key, value in changes.items()},
    }


def plain(value: Any) -> Any:
    """A value that JSON can hold: rows become their number and name, dates their ISO text.

    A row that says of itself `names_a_person` (of somebody without an account) becomes its number alone: events
    cannot be erased, and such a name must go with its campaign.
    """
    if isinstance(value, models.Model):
        if getattr(value, "names_a_person", False):
            return {"id": value.pk}
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def history_of(target: models.Model) -> models.QuerySet[Event]:
    """The events about one row, oldest first."""
    return Event.objects.filter(target=target._meta.label_lower, target_id=target.pk).order_by("at", "pk")
