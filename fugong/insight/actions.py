"""Issues the daily brief."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from fugong.campaigns.models import Campaign
from fugong.core import sealer
from fugong.core.audit import record
from fugong.core.days import standing_at
from fugong.core.refusals import refuse_if
from fugong.insight import briefs, rules
from fugong.insight.models import Brief
from fugong.territory.models import Area


@transaction.atomic
def issue_brief(*, campaign: Campaign, area: Area, on: date, by: Any, at: datetime) -> Brief:
    """Print the figures of a day as a document and keep what was printed beside it.

    The head of the audit chain is printed with it (the day's anchor), so that it leaves the machine.
    """
    refuse_if(rules.why_not_issue(on, campaign.starts_on, timezone.localdate(at)))
    content = briefs.contents(campaign, area, on, at)
    anchor = sealer.anchor(timezone.localdate(at))
    brief: Brief = Brief.objects.create(
        campaign=campaign,
        area=area,
        on=on,
        as_of=standing_at(on, at),
        made_by=by,
        printed={"numbers": list(content["numbers"].items())},
        anchor=anchor.hash if anchor else "",
        stored_as=f"{on:%Y%m%d}-{uuid4().hex[:12]}.docx",
    )
    briefs.write(content, brief.anchor, briefs.path_of(brief))
    record("insight.brief.issued", brief, by=by, at=at, on=on, area=area, anchor=brief.anchor)
    return brief
