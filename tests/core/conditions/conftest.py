"""Rows with every awkward value, and a moment to ask for."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from fugong.core.conditions import Moment
from fugong.enterprises.models import Enterprise, Listing
from tests.town import NOW, TODAY, Town, firm

NAMES = [
    "",
    "东桥五金厂",
    "abc",
    "ABC ltd",
    "50%",
    "a_b",
    "Straße",
    "ÀÉ",
    "Ａ厂",
    'o\'neil "x"',
    "\\",
    "厂东",
]
NUMBERS = [None, 0, 1, 2, 7, 299, 300, 301, 412]
DAYS = [None, *(TODAY + timedelta(days=days) for days in (-30, -8, -7, -1, 0, 1, 3))]
# Around midnight in Shanghai, which is 16:00 in UTC.
INSTANTS = [NOW + timedelta(minutes=minutes) for minutes in (-571, -570, -569, -1, 0, 1, 869, 870, 871, 5000)]


@pytest.fixture
def moment(town: Town) -> Moment:
    return Moment(campaign_id=town.campaign.pk, on=TODAY, at=NOW)


@pytest.fixture
def rows(town: Town) -> list[Any]:
    """Sixty enterprises with values drawn from the awkward ones, on up to two risk lists."""
    dice = random.Random(20200210)
    made = [
        firm(
            town,
            dice.choice(NAMES),
            dice.choice(["willow", "pine", "willow_grid", "town", "far_village"]),
            size=dice.choice(["above-scale", "above-quota", "small"]),
            industry=dice.choice(NAMES),
            headcount=dice.choice(NUMBERS),
            mask_days=dice.choice(NUMBERS),
            dormitory_people=dice.choice(NUMBERS),
            dormitory_places=dice.choice(NUMBERS),
            is_enclosed=dice.choice([None, True, False]),
            is_key=dice.choice([True, False]),
            resumption_planned_on=dice.choice(DAYS),
            place=dice.choice([True, False]),
        )
        for _number in range(60)
    ]
    for row in made:
        Enterprise.objects.system().filter(pk=row.pk).update(created_at=dice.choice(INSTANTS))
        for key in dice.sample(["crowded", "fever", "left"], dice.choice([0, 0, 1, 2])):
            left = NOW - timedelta(hours=1) if key == "left" else None
            Listing.objects.create(
                enterprise=row,
                risk_list=key,
                source="person",
                reason="test",
                entered_at=NOW - timedelta(days=2),
                left_at=left,
            )
    return list(Enterprise.objects.system().order_by("pk"))
