"""What visits give up at the end of a campaign: photos and forms as phones sent them, and what was said of people."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import Posting
from fugong.campaigns.endings import remove
from fugong.campaigns.models import Campaign
from fugong.core.paths import below_any
from fugong.visits.models import (
    Attempt,
    Call,
    CardRun,
    HouseholdContact,
    Letter,
    Meeting,
    NumberProposal,
    Outlook,
    PlanRun,
    PublicNumber,
    Received,
    ReceivedFile,
    Visit,
    VisitPhoto,
)
from fugong.visits.openrosa import files
from fugong.visits.photos import place_of
from fugong.visits.rules import GOING, CardStatus, RunStatus

# Who acknowledged a letter, once it may no longer be said; that somebody did, and when, stays.
SOMEBODY = "—"
MAKING = (CardStatus.WAITING, CardStatus.RUNNING)


def end_work(campaign: Campaign, at: datetime) -> None:
    """Searches, rehearsals and files of cards that wait or go on end here; the planner's own end then writes nothing."""
    problem = _("The campaign was closed.")
    for model in (PlanRun, Outlook):
        going = model.objects.system().filter(campaign=campaign, status__in=GOING)
        going.update(status=RunStatus.FAILED, stop_requested=True, problem=problem, told_at=timezone.now())
    being_made = CardRun.objects.system().filter(campaign=campaign, status__in=MAKING)
    being_made.update(status=CardStatus.FAILED, problem=problem, told_at=at)


def erase_rows(campaign: Campaign) -> dict[str, int]:
    """Forms as they were sent, what callers noted and heard, who came to meetings and who took letters."""
    return {
        "forms": _forms(campaign),
        "calls": _calls(campaign),
        "own_numbers": _own_numbers(campaign),
        "meetings": Meeting.objects.system().filter(campaign=campaign).update(people="", note=""),
        "household_calls": HouseholdContact.objects.system()
        .filter(household__campaign=campaign)
        .update(note=""),
        "letters": Letter.objects.system()
        .filter(campaign=campaign)
        .exclude(acknowledged_as__in=("", SOMEBODY))
        .update(acknowledged_as=SOMEBODY),
    }


def _forms(campaign: Campaign) -> int:
    """The XML of visits and of forms that became none; what a visit found stands in its own rows."""
    sent = _sent(campaign)
    ReceivedFile.objects.system().filter(received__in=sent).update(name=F("stored_as"))
    visits = Visit.objects.system().filter(campaign=campaign).exclude(submission="").update(submission="")
    return int(visits + sent.update(xml="", missing=[], reason=""))


def _sent(campaign: Campaign) -> QuerySet[Received]:
    """Forms of the campaign, and those of its area that came while their officer worked in none."""
    stray = Q(below_any([campaign.area.path], "area__path"), campaign__isnull=True)
    rows: QuerySet[Received] = Received.objects.system().filter(Q(campaign=campaign) | stray)
    return rows


def _calls(campaign: Campaign) -> int:
    """Notes and answers of phone rounds; how each call ended stays."""
    Attempt.objects.system().filter(call__campaign=campaign).update(note="")
    NumberProposal.objects.system().filter(call__campaign=campaign).update(note="")
    return int(Call.objects.system().filter(campaign=campaign).update(note="", answers={}))


def _own_numbers(campaign: Campaign) -> int:
    """Numbers that officers of the campaign's area had on its cards, unless another campaign goes on there."""
    others = Campaign.objects.exclude(pk=campaign.pk).exclude(closing__erased_at__isnull=False)
    paths = list(others.values_list("area__path", flat=True))
    here = Posting.objects.filter(below_any([campaign.area.path], "area__path"))
    still = Posting.objects.filter(below_any(paths, "area__path"))
    rows = PublicNumber.objects.filter(officer__in=here.values("user"))
    return rows.exclude(officer__in=still.values("user")).delete()[0]


def erase_files(campaign: Campaign) -> dict[str, int]:
    """The files of the campaign's photos, also of forms that were not taken in; their rows stay."""
    rows = VisitPhoto.objects.system().filter(visit__campaign=campaign)
    photos = [place_of(name) for name in rows.values_list("stored_as", flat=True)]
    sent = ReceivedFile.objects.system().filter(received__in=_sent(campaign))
    photos += [files.place_of(name) for name in sent.values_list("stored_as", flat=True)]
    return {"photos": remove(photos)}
