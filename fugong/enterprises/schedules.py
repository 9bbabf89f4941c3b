"""What the ledger does by itself: the risk lists follow the rows."""

from django.utils import timezone
from django_tasks import task

from fugong.campaigns.models import Campaign
from fugong.campaigns.queries import moment_of
from fugong.enterprises import actions

# (name, dotted path, seconds): read by core.jobs.
SCHEDULES = [("enterprises.listings", "fugong.enterprises.schedules.refresh_listings", 300)]


@task()
def refresh_listings() -> int:
    """Refresh the lists of every running campaign; how many listings were entered or left. May run twice."""
    now, moved = timezone.now(), 0
    for campaign in Campaign.objects.filter(status=Campaign.Status.RUNNING).select_related("release"):
        done = actions.refresh_listings(campaign=campaign, at=moment_of(campaign, now))
        moved += done.entered + done.left
    return moved
