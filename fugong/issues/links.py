"""Addresses for people without an account: the page of one request, signed, and how long it opens."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.utils import timezone

from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.campaigns.queries import is_erased, moment_of
from fugong.issues.models import Issue

SALT = "fugong.issues.status"


def token_of(issue: Issue) -> str:
    """The token of the requester's page; "" for an issue that has none."""
    return Signer(salt=SALT).sign_object([issue.pk, issue.secret]) if issue.secret else ""


def issue_of(token: str, now: datetime) -> Issue | None:
    """The issue of a token; None where the token was made up or renewed, or its campaign is long over.

    Of a merged issue it is the one that its work goes on in.
    """
    try:
        number, secret = Signer(salt=SALT).unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        return None
    rows = Issue.objects.system().select_related(
        "campaign__release", "campaign__closing", "area", "enterprise", "merged_into__area"
    )
    issue: Issue | None = rows.filter(pk=number).exclude(secret="").filter(secret=secret).first()
    return issue if issue is not None and opens(issue.campaign, moment_of(issue.campaign, now)) else None


def opens(campaign: Campaign, now: datetime) -> bool:
    """Whether pages of the campaign's requests still open: until its personal data is due to go, or has gone."""
    if is_erased(campaign):
        return False
    if campaign.ends_on is None:
        return True
    period = campaign.part("pack").get("campaign", {})
    days = value_on(period.get("keep_days", []), campaign.ends_on) or 0
    return timezone.localdate(now) <= campaign.ends_on + timedelta(days=int(days))
