"""What keeps the loop going by itself: look-backs are owed, overdue issues rise."""

from django.utils import timezone, translation
from django_tasks import task

from fugong.campaigns.models import Campaign
from fugong.campaigns.queries import moment_of
from fugong.issues.actions import escalate_overdue
from fugong.visits import photos
from fugong.visits.actions import owe_look_backs, print_cards
from fugong.visits.models import CardRun, ReceivedFile, VisitPhoto
from fugong.visits.openrosa import files

# (name, dotted path, seconds): read by core.jobs.
SCHEDULES = [
    ("visits.loop", "fugong.visits.schedules.keep_the_loop", 120),
    ("visits.photos", "fugong.visits.schedules.sweep_photos", 24 * 3600),
]


@task()
def keep_the_loop() -> None:
    """For every running campaign; each step may run any number of times."""
    with translation.override("zh-hans"):
        for campaign in Campaign.objects.filter(status="running").select_related("release", "area"):
            at = moment_of(campaign, timezone.now())
            owe_look_backs(campaign=campaign, at=at)
            escalate_overdue(campaign=campaign, at=at)


@task(queue_name="slow")
def sweep_photos() -> int:
    """Files of photos and of filled forms whose rows were never committed, or are gone; how many went."""
    now = timezone.now()
    sent = set(ReceivedFile.objects.system().values_list("stored_as", flat=True))
    kept = set(VisitPhoto.objects.system().values_list("stored_as", flat=True))
    return photos.sweep(kept, now) + files.sweep(sent, now)


@task(queue_name="slow")
def make_cards(run_id: int) -> None:
    """The file of a large order of cards, by the campaign's clock."""
    run = CardRun.objects.system().select_related("campaign").get(pk=run_id)
    print_cards(run_id=run_id, at=moment_of(run.campaign, timezone.now()), real=timezone.now())
