"""What issues give to the end of a campaign: those still open, and the words of whoever asked for something."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import ngettext

from fugong.campaigns.models import Campaign
from fugong.issues.models import AskBack, HandOver, Issue, Step
from fugong.issues.rules import HOUSEHOLD, PROBLEM

NO_TITLE = "—"
AT_ONCE = 500


def why_not_close(campaign: Campaign, at: datetime) -> str:
    """Issues that nobody has verified yet; empty when there are none."""
    count = Issue.objects.system().filter(campaign=campaign).open().count()
    if not count:
        return ""
    sentence = ngettext("%(count)d issue is still open.", "%(count)d issues are still open.", count)
    return sentence % {"count": count}


def erase_rows(campaign: Campaign) -> dict[str, int]:
    """Requests lose what somebody asked in their own words, and their pages; kind, way and times stay.

    Who asked is sealed and goes with the sealed values. What was found by officers stays: it speaks of enterprises.
    """
    rows = Issue.objects.system().filter(campaign=campaign)
    rows = rows.filter(Q(requester__isnull=False) | ~Q(kind=PROBLEM) | Q(origin=HOUSEHOLD))
    asked = list(rows.values_list("pk", flat=True))
    AskBack.objects.system().filter(issue__campaign=campaign).exclude(note="").update(note="")
    gone = 0
    for first in range(0, len(asked), AT_ONCE):
        part = asked[first : first + AT_ONCE]
        Step.objects.system().filter(issue__in=part).exclude(note="").update(note="")
        HandOver.objects.system().filter(issue__in=part).update(note="", answer_reason="")
        gone += rows.filter(pk__in=part).update(
            title=NO_TITLE, detail="", answers={}, solution="", secret="", version=F("version") + 1
        )
    return {"requests": gone}
