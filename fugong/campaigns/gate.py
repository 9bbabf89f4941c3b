"""The one refusal of a closed campaign: nothing is written to it any more.

It is asked in three places. Buttons and forms stand grey with its sentence, and a request that would write is stopped
before its view (`request.why_not_write`, see `fugong.core.guards`): both by the campaign that the person works in. And
no event of a closed campaign is recorded (`why_not_record`, asked by `fugong.core.audit`), so that an action stops by
the campaign of its own rows, from wherever it is called: a page, a link, a program, a phone, a command, an import, a job.

What still works, because it writes no row of the campaign or because it must:

* closing and erasing themselves, the final figures and the certificate;
* signing in and out, the language, choosing a campaign, looking through another role;
* accounts, postings, areas, and what is an officer's own: device keys, the calendar's address, the own number;
* reading: pages, files for print, exports, and sealed values for a reason; each look and each file is recorded;
* taking an access away: a link, a card, a program's key;
* what came of a message to a group chat that was on its way at the very moment.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpRequest

from fugong.campaigns import rules
from fugong.campaigns.models import Campaign
from fugong.core.guards import READING
from fugong.core.refusals import refuse_if

# Events of a campaign that are recorded after its end, and why.
STILL_RECORDED = {
    "campaigns.campaign.closed": "closing records itself, after the status",
    "campaigns.campaign.erased": "what is erased, is erased after the end",
    "campaigns.campaign.keys_destroyed": "what is erased, is erased after the end",
    "access.reveal.made": "reading a sealed value for a reason, until it is erased",
    "enterprises.contact.revealed": "reading a sealed value for a reason, until it is erased",
    "core.export.taken_out": "a file for the archive",
    "visits.link.revoked": "takes an access away",
    "teams.volunteer.link_renewed": "takes an access away: the links given out show nothing any more",
    "issues.issue.link_renewed": "takes an access away: the links given out show nothing any more",
    "issues.intake_link.withdrawn": "takes an access away",
    "issues.api_client.ended": "takes an access away",
}


def why_not_write(campaign: Campaign | None) -> str:
    """Why nothing may be written to this campaign, or "". Of no campaign it says nothing."""
    return "" if campaign is None else rules.why_not_write(campaign.status, campaign.name)


def why_not_record(event: str, campaign_id: int | None) -> str:
    """Why this event of a campaign may not be recorded now, or ""."""
    if campaign_id is None or event in STILL_RECORDED:
        return ""
    return why_not_write(_standing(campaign_id))


def refuse_closed(campaign: Campaign) -> None:
    """Stop where the campaign is closed by now: for what writes rows without an event, and before long work."""
    refuse_if(why_not_write(_standing(campaign.pk)))


def hold(request: HttpRequest, campaign: Campaign) -> None:
    """For a page behind a link: its campaign's refusal counts for this request, on the buttons and against writing."""
    request.why_not_write = why_not_write(campaign)  # type: ignore[attr-defined]
    if request.method not in READING:
        refuse_if(request.why_not_write)  # type: ignore[attr-defined]


def _standing(campaign_id: int) -> Any:
    """The campaign as it stands now, and so that it cannot be closed before this transaction is over.

    On PostgreSQL by the weakest lock on its row, which only closing waits for; SQLite has one writer at a time.
    """
    lock = " FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    found = Campaign.objects.raw(
        f"SELECT id, name, status FROM campaigns_campaign WHERE id = %s{lock}", [campaign_id]
    )
    return next(iter(found), None)
