"""What issues give to the end of a campaign."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import ngettext

from fugong.campaigns.models import Campaign
from fugong.issues.models import Issue


def why_not_close(campaign: Campaign, at: datetime) -> str:
    """Issues that nobody has verified yet; empty when there are none."""
    count = Issue.objects.system().filter(campaign=campaign).open().count()
    if not count:
        return ""
    sentence = ngettext("%(count)d issue is still open.", "%(count)d issues are still open.", count)
    return sentence % {"count": count}
