"""What the ledger gives up at the end of a campaign: who spoke for the enterprises."""

from __future__ import annotations

from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Contact


def erase_rows(campaign: Campaign) -> dict[str, int]:
    """Contacts lose their names and their accounts; that there was one, and from when to when, stays."""
    rows = Contact.objects.system().filter(campaign_id=campaign.pk).exclude(name="", user=None)
    return {"contacts": rows.update(name="", user=None)}
