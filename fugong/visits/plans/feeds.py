"""What an officer's calendar reads under its secret address: the accepted stops of the next days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.access.roles import Permission
from fugong.campaigns.models import Campaign
from fugong.campaigns.queries import campaign_of, moment_of
from fugong.visits.actions.calendars import digest_of
from fugong.visits.models import CalendarAddress, PlannedVisit
from fugong.visits.plans.calendars import feed_of
from fugong.visits.queries import stops_of

DAYS = 7


@dataclass(frozen=True)
class Feed:
    """A calendar as text, with what a reader needs to know whether it has changed."""

    text: str
    mark: str
    changed_at: datetime | None


def officer_of(secret: str) -> User | None:
    """The officer whose calendar this secret opens, while they may still make visits."""
    row = CalendarAddress.objects.system().select_related("officer").filter(digest=digest_of(secret)).first()
    if row is None or not row.officer.is_active or not row.officer.has_permission(Permission.MAKE_VISITS):
        return None
    officer: User = row.officer
    return officer


def address_made_at(officer: User) -> datetime | None:
    """Since when this officer's calendar has an address."""
    return CalendarAddress.objects.system().filter(officer=officer).values_list("made_at", flat=True).first()


def feed_for(officer: User, now: datetime) -> Feed:
    """The stops of the next seven days, by the plans accepted last, of the campaign that the officer works in."""
    campaign = campaign_of(officer, None)
    with translation.override(officer.language or "zh-hans"):
        stops = _stops(officer, campaign, now) if campaign else []
        shift = _shift(campaign) if campaign else (time(9), time(17))
        text = feed_of(stops, name=_("Visits of %(name)s") % {"name": officer.name}, shift=shift)
    changed = [at for stop in stops if (at := stop.plan.accepted_at) is not None]
    return Feed(text, sha256(text.encode()).hexdigest()[:32], max(changed, default=None))


def _stops(officer: User, campaign: Campaign, now: datetime) -> list[PlannedVisit]:
    first = timezone.localdate(moment_of(campaign, now))
    found: list[PlannedVisit] = []
    for ahead in range(DAYS):
        own = stops_of(officer, first + timedelta(days=ahead)).filter(plan__campaign=campaign)
        seen = PlannedVisit.objects.visible_to(officer).filter(pk__in=own.order_by().values("pk"))
        found += seen.select_related("enterprise__area", "plan").order_by("order")
    return found


def _shift(campaign: Campaign) -> tuple[time, time]:
    begins, ends = campaign.part("visits")["hours"]["shift"].split("-")
    return time.fromisoformat(begins), time.fromisoformat(ends)
