"""The figures that outlive a campaign: each indicator for the whole and for each area directly below."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from fugong.campaigns.models import Campaign
from fugong.insight.queries import Figure, asked, by_area_of, figures_of, indicators_of, tally
from fugong.territory.models import Area


def figures(campaign: Campaign, at: datetime) -> list[dict[str, Any]]:
    """Counts alone, as of this moment: nobody's name, and no row that could be traced to a person."""
    on = timezone.localdate(at)
    asking, wanted = asked(campaign, campaign.area, on, at), indicators_of(campaign, on)
    counted = tally(campaign, wanted, campaign.area, asking.moment)
    found = [_kept(campaign.area, one) for one in figures_of(asking, wanted, counted)]
    for indicator in wanted:
        found += [_kept(area, one) for area, one in by_area_of(asking, indicator, counted)]
    return found


def _kept(area: Area, one: Figure) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "area": area.name,
        "path": area.path,
        "n": one.n,
        "of": one.of,
        "on": one.on.isoformat(),
    }
