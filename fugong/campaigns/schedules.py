"""Erasures that were ordered are carried through, whatever broke them off."""

from django.utils import timezone
from django_tasks import task

from fugong.campaigns.actions import finish_erasure
from fugong.campaigns.endings import Busy
from fugong.campaigns.models import Closing

# (name, dotted path, seconds): read by core.jobs.
SCHEDULES = [("campaigns.erasures", "fugong.campaigns.schedules.finish_erasures", 600)]


@task(queue_name="slow")
def finish_erasures() -> int:
    """Finish every erasure that is not finished; how many were."""
    finished = 0
    for closing in Closing.objects.filter(erased_at__isnull=False, finished_at__isnull=True):
        try:
            finish_erasure(closing=closing, at=timezone.now())
        except Busy:  # the next round tries again
            continue
        finished += 1
    return finished
