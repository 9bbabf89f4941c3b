"""What a notice says, which robots hear it, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone

from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign
from fugong.core.models import Event
from fugong.core.paths import below
from fugong.issues.models import Issue
from fugong.issues.queries import clocks_of, title_for_others
from fugong.outreach.models import Delivery, Notice, Robot
from fugong.outreach.rules import MINUTE, Status
from fugong.territory.models import Area

# Of which rows a notice may speak, and which of their values it may say: none of a person. Group chats belong to
# somebody else's company. Labels instead of models, because some of these modules lie above this one.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "issues.issue": ("title", "enterprise", "area", "level", "severity", "status", "due_at"),
    "enterprises.listing": ("enterprise",),
    "resumption.period": ("enterprise", "state", "from_on"),
    "visits.plan": ("area", "on", "version"),
    "insight.brief": ("area", "on"),
    "insight.digest": ("area", "on"),
    "campaigns.campaign": ("name", "area", "starts_on"),
}


def notices_of(campaign: Campaign) -> dict[str, Mapping[str, Any]]:
    """The campaign's notices (通知) by the event that sets them off."""
    return {row["event"]: row for row in campaign.part("outreach").get("notice", [])}


def subject_of(event: Event) -> Any:
    """The row that an event speaks of, or None when it is gone."""
    model: Any = apps.get_model(event.target)
    return model._base_manager.filter(pk=event.target_id).first()


def area_of(subject: Any, campaign: Campaign) -> Area:
    """Where it happened: the row's own area, its enterprise's, else the campaign's."""
    for holder in (subject, getattr(subject, "enterprise", None)):
        area = getattr(holder, "area", None)
        if isinstance(area, Area):
            return area
    return campaign.area


def said(template: Mapping[str, str], event: Event, subject: Any) -> str:
    """The notice's sentence with the values of the row."""
    values = {name: _shown(subject, name) for name in SUBJECTS[event.target]}
    return text(template).format(**values)


def _shown(subject: Any, name: str) -> str:
    if name == "title" and isinstance(subject, Issue):
        return title_for_others(subject, clocks_of(subject.campaign, subject.found_at))
    display = getattr(subject, f"get_{name}_display", None)
    value = display() if display else getattr(subject, name, None)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%m-%d %H:%M")
    return value.strftime("%m-%d") if isinstance(value, date) else str(value if value is not None else "—")


def hearers(campaign: Campaign, area: Area, reach: str) -> QuerySet[Robot]:
    """Robots that hear of something in an area: those of the areas around it, or of the areas inside it."""
    robots: QuerySet[Robot] = Robot.objects.system().filter(campaign=campaign, is_active=True)
    if reach == "inside":
        return robots.filter(below(area.path, "area__path"))
    return robots.filter(area__path__in=_paths_around(area.path))


def _paths_around(path: str) -> list[str]:
    steps = path.rstrip("/").split("/")
    return ["/".join(steps[:depth]) + "/" for depth in range(1, len(steps) + 1)]


def with_notices_waiting(at: datetime) -> QuerySet[Robot]:
    """Robots that work and have something to say now."""
    due = Notice.objects.system().filter(status=Status.WAITING, next_at__lte=at)
    robots: QuerySet[Robot] = Robot.objects.system().working(at).filter(pk__in=due.values("robot"))
    return robots.order_by("pk")


def sent_in_last_minute(robot: Robot, at: datetime) -> int:
    """Posts to the robot in the minute before `at`, those that go on included."""
    return int(Delivery.objects.system().filter(robot=robot, at__gt=at - MINUTE).count())


def counts(notices: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Notices by status, with a zero for those that nobody has."""
    found = dict(notices)
    return {status: found.get(status, 0) for status in Status.values}
