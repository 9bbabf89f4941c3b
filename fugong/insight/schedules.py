"""The paper of the consult meeting comes by itself, at the hour that the pack gives."""

from datetime import time

from django.utils import timezone
from django_tasks import task

from fugong.campaigns.models import Campaign
from fugong.campaigns.queries import moment_of
from fugong.insight.actions import issue_digest
from fugong.insight.models import Digest

# (name, dotted path, seconds): read by core.jobs.
SCHEDULES = [("insight.digests", "fugong.insight.schedules.issue_digests", 600)]


@task()
def issue_digests() -> int:
    """For every running campaign whose hour has come and that has none of today; how many. May run twice."""
    now, made = timezone.now(), 0
    for campaign in Campaign.objects.filter(status="running").select_related("release", "area"):
        hour = campaign.part("indicators").get("digest_at", "")
        at = moment_of(campaign, now)
        today = timezone.localdate(at)
        if not hour or timezone.localtime(at).time() < time.fromisoformat(hour):
            continue
        if campaign.ends_on is not None and campaign.ends_on < today:
            continue
        if not Digest.objects.system().filter(campaign=campaign, area=campaign.area, on=today).exists():
            issue_digest(campaign=campaign, area=campaign.area, by=None, at=at)
            made += 1
    return made
