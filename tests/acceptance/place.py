"""A town of a pack as the command loads it, with the named cast in it, and rows in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from click.testing import CliRunner, Result
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from fugong.campaigns.models import Campaign
from fugong.cli import main
from fugong.core.models import Schedule
from fugong.enterprises.models import Contact, Enterprise
from fugong.resumption.models import DailyReport, Period
from fugong.territory.models import Area
from fugong.visits.models import Visit
from tests.town import FIRST_DAY, NOW, TODAY, Town, build_people

PACKS = Path(__file__).resolve().parents[2] / "packs"
EAST, NORTH, STEP = 112.90, 22.95, 0.02


def fugong(*arguments: Any, ok: int = 0) -> Result:
    """The command `fugong`, which must end with this exit code."""
    result = CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == ok, result.output
    return result


def town_of(pack: str | Path, *, today: date = TODAY) -> Town:
    """Load and start a pack, let its day stand still, post the cast: Willow is its first village, Pine its second."""
    fugong("pack", "load", pack, "--start")
    campaign = Campaign.objects.select_related("area", "release").order_by("-pk").first()
    assert campaign is not None
    set_day(campaign, today)
    villages = villages_of(campaign)
    place_areas([campaign.area, *villages])
    campaign.area.refresh_from_db()
    town = Town(campaign=campaign, areas=_areas(campaign, villages), today=today)
    town.people = build_people(town.areas)
    return town


def worker() -> None:
    """`fugong worker --once`. It closes its connection after each task; the test's own must outlive that."""
    with mock.patch.object(BaseDatabaseWrapper, "close"):
        fugong("worker", "--once")


def after_a_round() -> None:
    """Let the worker do what its schedule has for it: the first run sets the clock, which then comes round."""
    worker()
    Schedule.objects.filter(every_seconds__isnull=False).update(next_at=timezone.now() - timedelta(minutes=1))
    worker()


def set_day(campaign: Campaign, today: date) -> None:
    """The campaign's clock shows some minutes past five on this day (see `moment_of`)."""
    campaign.frozen_on, campaign.frozen_at = today, timezone.now()
    campaign.save(update_fields=["frozen_on", "frozen_at"])


def villages_of(campaign: Campaign) -> list[Area]:
    return list(Area.objects.below(campaign.area.path).filter(kind="village").order_by("path"))


def place_areas(areas: Sequence[Area]) -> None:
    """Middles on a raster, two kilometres apart, so that ways have lengths."""
    for place, area in enumerate(areas):
        area.longitude, area.latitude = EAST + STEP * (place % 6), NORTH + STEP * (place // 6)
    Area.objects.bulk_update(areas, ["longitude", "latitude"])


def square(area: Area) -> dict[str, Any]:
    """An outline of two kilometres around the middle of an area, as a GeoJSON feature."""
    half, x, y = STEP / 2, area.longitude or 0.0, area.latitude or 0.0
    ring = [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return {"type": "Feature", "properties": {"code": area.code, "name": area.name}, "geometry": geometry}


def _areas(campaign: Campaign, villages: list[Area]) -> dict[str, Area]:
    """The cast's places by the names that tests.town gives them; West Bridge is a town beside this one."""
    above = campaign.area.parent or campaign.area
    beside = Area.objects.create(
        kind="town", name="西桥镇", parent=above, path=f"{above.path}9994/", depth=above.depth + 1
    )
    city = Area.objects.get(path="/".join(campaign.area.path.split("/")[:1]) + "/")
    return {
        "city": city,
        "town": campaign.area,
        "west_town": beside,
        "willow": villages[0],
        "pine": villages[1 % len(villages)],
    }


# Rows


def firms(town: Town, area: Area, count: int, name: str, **values: Any) -> list[Enterprise]:
    """Enterprises of one kind in one area; `values` overrides any field."""
    rows = [
        Enterprise(
            campaign=town.campaign,
            area=area,
            name=f"{name}{number}号厂",
            normalised_name=f"{name}{number}号厂",
            created_at=NOW,
            **{"headcount": 20, **values},
        )
        for number in range(1, count + 1)
    ]
    return list(Enterprise.objects.bulk_create(rows, batch_size=500))


def resumed(rows: Iterable[Enterprise], on: date = FIRST_DAY) -> None:
    Period.objects.bulk_create(
        [Period(enterprise=row, state="resumed", from_on=on) for row in rows], batch_size=500
    )


def reported(rows: Iterable[tuple[Enterprise, int, int, int | None]], on: date) -> None:
    """Daily reports: (enterprise, staff, on duty, capacity in per cent)."""
    DailyReport.objects.bulk_create(
        [
            DailyReport(
                enterprise=row,
                campaign_id=row.campaign_id,
                on=on,
                staff=staff,
                on_duty=duty,
                capacity_percent=capacity,
                at=NOW,
            )
            for row, staff, duty, capacity in rows
        ],
        batch_size=500,
    )


def visited(rows: Iterable[tuple[Enterprise, Any]], on: date, **values: Any) -> list[Visit]:
    """Visits of half an hour: (enterprise, officer)."""
    begin = datetime.combine(on, NOW.timetz())
    made = [
        Visit(
            campaign_id=row.campaign_id,
            area_id=row.area_id,
            enterprise=row,
            officer=officer,
            status="done",
            on=on,
            started_at=begin,
            ended_at=begin + timedelta(minutes=30),
            **values,
        )
        for row, officer in rows
    ]
    return list(Visit.objects.bulk_create(made, batch_size=500))


def speaks_for(town: Town, firm: Enterprise, phone: str = "10000001234") -> Contact:
    """Qian speaks for a firm."""
    return Contact.objects.create(
        enterprise=firm,
        campaign_id=town.campaign.pk,
        user=town.qian,
        name="钱厂长",
        duty="厂长",
        phone=phone,
        from_on=FIRST_DAY,
    )
