"""What reads events for notices and sends what waits."""

from django.utils import timezone, translation
from django_tasks import task

from fugong.campaigns.models import Campaign
from fugong.outreach.actions import follow, send_waiting

# (name, dotted path, seconds): read by core.jobs.
SCHEDULES = [("outreach.notices", "fugong.outreach.schedules.tell", 10)]


@task()
def tell() -> None:
    """New events of every running campaign become notices, then everything that waits is sent."""
    with translation.override("zh-hans"):
        now = timezone.now()
        for campaign in Campaign.objects.filter(status=Campaign.Status.RUNNING).select_related(
            "release", "area"
        ):
            follow(campaign=campaign, at=now)
        send_waiting(at=now)
