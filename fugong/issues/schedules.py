"""Requesters are asked back by themselves; counts of served strangers go after a day."""

from datetime import timedelta

from django.utils import timezone, translation
from django_tasks import task

from fugong.campaigns.models import Campaign
from fugong.campaigns.queries import moment_of
from fugong.core import limiting
from fugong.issues.actions import ask_requesters

# (name, dotted path, seconds): read by core.jobs.
SCHEDULES = [
    ("issues.ask_backs", "fugong.issues.schedules.ask", 600),
    ("issues.taken", "fugong.issues.schedules.forget", 6 * 3600),
]


@task()
def ask() -> int:
    """Ask whom it is time to ask in every running campaign; how many were."""
    asked = 0
    with translation.override("zh-hans"):
        for campaign in Campaign.objects.filter(status="running").select_related("release"):
            asked += ask_requesters(campaign=campaign, at=moment_of(campaign, timezone.now()))
    return asked


@task()
def forget() -> int:
    """Counts of yesterday are of no use to anybody."""
    return limiting.forget(before=timezone.now() - timedelta(days=1))
