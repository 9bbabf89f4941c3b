"""Which area and which day a page of figures is about, within what the person may see."""

from __future__ import annotations

from datetime import date
from typing import Any

from fugong.campaigns.models import Campaign
from fugong.core.days import day_asked
from fugong.core.row_numbers import row_number
from fugong.territory.models import Area


def area_in_reach(user: Any, campaign: Campaign, asked: str) -> Area | None:
    """The area that is asked for (its number), else where the person's view begins; None outside their postings.

    The view begins at the campaign's area where a posting covers it, else at the first posting inside it.
    """
    seen = Area.objects.visible_to(user).below(campaign.area.path)
    if asked:
        return seen.filter(pk=row_number(asked)).first()
    return seen.order_by("path").first()


def day_in_reach(campaign: Campaign, asked: str, today: date) -> date:
    """The day that is asked for, not before the campaign and not after today."""
    return max(day_asked(asked, today), min(campaign.starts_on, today))


def way_to(area: Area, campaign: Campaign, user: Any) -> list[Area]:
    """The areas from where the person's view begins down to this one."""
    above = [path for path in _steps(area.path) if path.startswith(campaign.area.path)]
    found = Area.objects.visible_to(user).filter(path__in=above)
    return list(found.order_by("path"))


def _steps(path: str) -> list[str]:
    names = path.rstrip("/").split("/")
    return ["/".join(names[: length + 1]) + "/" for length in range(len(names))]
