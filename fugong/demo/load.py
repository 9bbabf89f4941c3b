"""Puts the fictional town into the database: its people, ledger and first ten days.

The rows of ten days are written in bulk with the same events that the actions would have recorded; what the product
computes (risk lists, look-backs, proposals) is left to its own actions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fugong.campaigns import actions as campaigns
from fugong.campaigns.models import Campaign
from fugong.campaigns.reading import read_pack
from fugong.campaigns.rules import STANDS_AT
from fugong.core.checks import mark_as_demo
from fugong.core.statistics import refresh_statistics
from fugong.demo import SEED
from fugong.demo.town import FindingsModel, History, Layout, enterprises, history, ledger_workbook, people
from fugong.demo.writing.collect import rate, write_collect
from fugong.demo.writing.gaps import write_gaps
from fugong.demo.writing.helping import write_helping
from fugong.demo.writing.history import write_history
from fugong.demo.writing.ledger import write_ledger
from fugong.demo.writing.papers import write_papers
from fugong.demo.writing.people import write_people
from fugong.demo.writing.reports import write_reports
from fugong.demo.writing.requests import write_requests
from fugong.demo.writing.rounds import write_rounds
from fugong.demo.writing.today import write_today
from fugong.demo.writing.world import World
from fugong.enterprises import actions as ledger
from fugong.visits import actions as visits
from fugong.visits.models import Checklist

DAYS = 10
Progress = Callable[[str, float], None]


def load_demo(*, seed: int = SEED, progress: Progress | None = None) -> Campaign:
    """Make the town of packs/demo on day 10 of its campaign. Everything or nothing; the same seed, the same town."""
    say = progress or (lambda _what, _share: None)
    mark_as_demo()
    with transaction.atomic():
        campaign = _campaign(seed, say)
    refresh_statistics()
    return campaign


def _campaign(seed: int, say: Progress) -> Campaign:
    say("pack", 0.02)
    pack = read_pack(Path(settings.PACKS_DIR) / "demo")
    starts_on = date.fromisoformat(pack.content["pack"]["campaign"]["starts_on"])
    opened = _at(starts_on - timedelta(days=3), time(9))
    campaign = campaigns.load_pack(pack=pack, by=None, at=opened)
    campaigns.start(campaign=campaign, by=None, at=opened)
    campaign.frozen_on, campaign.frozen_at = starts_on + timedelta(days=DAYS - 1), timezone.now()
    campaign.status = "running"
    campaign.save(update_fields=["frozen_on", "frozen_at"])
    say("town", 0.06)
    world = _world(campaign, seed)
    say("people", 0.16)
    write_people(world, at=opened)
    rate(world, at=world.now)
    say("ledger", 0.22)
    write_ledger(world, at=opened)
    refresh_statistics()
    ledger.refresh_listings(campaign=campaign, at=_at(starts_on, time(8)))
    say("visits", 0.45)
    write_history(world)
    write_requests(world)
    say("reports", 0.7)
    write_reports(world)
    now = world.now
    say("risk lists", 0.85)
    refresh_statistics()
    visits.owe_look_backs(campaign=campaign, at=now)
    ledger.refresh_listings(campaign=campaign, at=now)
    write_today(world, at=now)
    write_papers(world, at=now)
    write_collect(world, at=now)
    write_rounds(world, at=now)
    write_helping(world, at=now)
    write_gaps(world, at=now)
    say("sample ledger", 0.95)
    _sample_ledger(world)
    say("done", 1.0)
    return campaign


def _world(campaign: Campaign, seed: int) -> World:
    """The generated town, matched to the areas of the pack by their names."""
    from fugong.territory.models import Area

    inside = Area.objects.below(campaign.area.path).filter(depth=campaign.area.depth + 1).order_by("pk")
    names = [area.name for area in inside]
    centre = (campaign.area.longitude or 0.0, campaign.area.latitude or 0.0)
    layout = Layout.make(seed, names, centre, town=campaign.area.name)
    firms = enterprises(layout, seed, first_day=campaign.starts_on)
    officers = people(layout, firms, seed)
    articles = main_articles(campaign)
    serious = {row["article"] for row in articles if row["severity"] == "serious"}
    model = FindingsModel.make(seed, [row["article"] for row in articles], serious)
    told = history(layout, firms, officers, days=DAYS, start=campaign.starts_on, seed=seed, findings=model)
    told = _until(told, _at(campaign.starts_on + timedelta(days=DAYS - 1), STANDS_AT))
    return World(campaign, seed, layout, firms, officers, told, model, {area.name: area for area in inside})


def _until(told: History, now: datetime) -> History:
    """What had happened by the moment at which the demo stands still."""
    visits = tuple(visit for visit in told.visits if visit.left_at <= now)
    made = {visit.key for visit in visits}
    issues = tuple(
        replace(issue, steps=tuple(step for step in issue.steps if step.at <= now))
        for issue in told.issues
        if issue.steps[0].at <= now
    )
    return replace(
        told,
        visits=visits,
        findings=tuple(finding for finding in told.findings if finding.visit in made),
        issues=issues,
    )


def main_articles(campaign: Campaign) -> list[dict[str, str]]:
    """The articles of the campaign's longest checklist."""
    lists = Checklist.objects.filter(campaign=campaign)
    longest = max(lists, key=lambda checklist: len(checklist.articles))
    found: list[dict[str, str]] = longest.articles
    return found


def _sample_ledger(world: World) -> None:
    """A messy workbook of the same town, for trying the import by hand."""
    content, _truth = ledger_workbook(world.layout, world.firms, world.seed)
    folder = Path(settings.DATA_DIR) / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ledger.xlsx").write_bytes(content)


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
