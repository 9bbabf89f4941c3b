"""The generated town beside the rows made from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.campaigns.rules import STANDS_AT
from fugong.core.audit import described
from fugong.core.models import Event
from fugong.demo.town import EnterpriseSeed, FindingsModel, History, Layout, Officer
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area

BATCH = 500


@dataclass
class World:
    """Seeds and, as they are written, their rows by key."""

    campaign: Campaign
    seed: int
    layout: Layout
    firms: Sequence[EnterpriseSeed]
    officers: Sequence[Officer]
    told: History
    model: FindingsModel
    areas_by_name: dict[str, Area]
    users: dict[str, User] = field(default_factory=dict)
    departments: dict[str, User] = field(default_factory=dict)
    leads: dict[str, User] = field(default_factory=dict)
    rows: dict[str, Enterprise] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The moment at which the demo stands still."""
        assert self.campaign.frozen_on is not None
        return timezone.make_aware(datetime.combine(self.campaign.frozen_on, STANDS_AT))

    def area_of(self, village_key: str) -> Area:
        """The area of a village of the layout."""
        return self.areas_by_name[self.layout.village(village_key).name]

    def department(self, word: str) -> str:
        """One of the pack's departments for a department of the generator; the same word, the same department."""
        keys = sorted(self.departments)
        return word if word in self.departments else keys[sum(map(ord, word)) % len(keys)]

    def who(self, key: str, village: str) -> User:
        """The user behind a step: an officer, a department's officer, or the grid lead noting for an enterprise."""
        if key in self.users:
            return self.users[key]
        if key.startswith("enterprise:") or not key:
            return self.leads[village]
        return self.departments[self.department(key)]


def events(
    name: str, rows: Iterable[models.Model], *, campaign: Campaign, by: Any = None, at: datetime | None = None
) -> list[Event]:
    """One event a row; `by` and `at` are values, or functions of the row."""
    return [
        Event(
            **described(
                name,
                row,
                by=by(row) if callable(by) else by,
                at=at(row) if callable(at) else at,
                campaign_id=campaign.pk,
                changes={},
            )
        )
        for row in rows
    ]


def keep_events(found: list[Event]) -> None:
    Event.objects.bulk_create(found, batch_size=BATCH)
