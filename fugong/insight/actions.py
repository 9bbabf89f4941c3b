"""Issues the daily brief and the paper of the consult meeting; writes down what the meeting decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign
from fugong.core import sealer
from fugong.core.audit import record
from fugong.core.days import standing_at
from fugong.core.refusals import refuse_if
from fugong.insight import briefs, digests, rules
from fugong.insight.models import Brief, Decision, Digest
from fugong.issues import actions as issues
from fugong.issues.models import Issue
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


@transaction.atomic
def issue_digest(*, campaign: Campaign, area: Area, by: Any, at: datetime) -> Digest:
    """Put together the paper of today's consult meeting; it keeps what it said. `by` None: the clock."""
    Campaign.objects.in_turn(campaign.pk)
    on = timezone.localdate(at)
    exists = Digest.objects.system().filter(campaign=campaign, area=area, on=on).exists()
    refuse_if(rules.why_not_digest(on, campaign.starts_on, campaign.ends_on, exists=exists))
    digest: Digest = Digest.objects.create(
        campaign=campaign,
        area=area,
        on=on,
        as_of=at,
        made_by=by,
        content=digests.contents(campaign, area, on, at),
    )
    record(
        "insight.digest.issued", digest, by=by, at=at, on=on, area=area, points=len(digest.content["points"])
    )
    return digest


@dataclass(frozen=True)
class Decided:
    """What the meeting decided on a point; with a department, to whom its issue goes, and until when."""

    point: str
    text: str
    decided_by: str
    department: str = ""
    due_at: datetime | None = None


@transaction.atomic
def decide(*, digest: Digest, decided: Decided, by: Any, at: datetime) -> Decision:
    """Write a decision down beside its point. With a department the issue is assigned to it, with a time it is due then."""
    points = {point["key"]: point for point in digest.content["points"]}
    refuse_if(
        rules.why_not_decide(
            points,
            decided.point,
            decided.text,
            department=decided.department,
            has_time=decided.due_at is not None,
        )
    )
    number = points[decided.point].get("issue")
    issue = Issue.objects.system().select_related("campaign__release").get(pk=number) if number else None
    reason = _("Consult meeting of %(day)s: %(text)s") % {"day": digest.on, "text": decided.text}
    if issue is not None and decided.department:
        issues.assign(issue=issue, department=decided.department, note=reason[:200], by=by, at=at)
    if issue is not None and decided.due_at is not None:
        issues.set_deadline(issue=issue, due_at=decided.due_at, reason=reason, by=by, at=at)
    decision: Decision = Decision.objects.create(
        digest=digest,
        point=decided.point,
        issue=issue,
        text=decided.text[:400],
        department=decided.department,
        due_at=decided.due_at,
        decided_by=decided.decided_by[:80],
        written_by=by,
        written_at=at,
    )
    record(
        "insight.decision.written",
        decision,
        by=by,
        at=at,
        campaign_id=digest.campaign_id,
        point=decided.point,
        text=decided.text,
        department=decided.department,
        decided_by=decided.decided_by,
    )
    return decision
