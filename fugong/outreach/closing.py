"""What waits to be sent when a campaign ends is not sent any more."""

from __future__ import annotations

from datetime import datetime

from fugong.campaigns.models import Campaign
from fugong.outreach.models import Notice
from fugong.outreach.rules import Status


def end_work(campaign: Campaign, at: datetime) -> None:
    """Notices that wait have come too late; what a group got, or may have got, stays as it is."""
    waiting = Notice.objects.system().filter(robot__campaign=campaign, status=Status.WAITING)
    waiting.update(status=Status.EXPIRED, ended_at=at)
