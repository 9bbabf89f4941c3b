"""How people and programs without an account come in: links and keys."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.actions import note_reveal
from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.enterprises.actions.contacts import revealed_on
from fugong.enterprises.models import Enterprise
from fugong.enterprises.rules import why_not_reveal
from fugong.issues import rules
from fugong.issues.actions.loop import locked, save
from fugong.issues.models import ApiClient, IntakeLink, Issue, Requester
from fugong.territory.models import Area


@transaction.atomic
def make_link(
    *, campaign: Campaign, area: Area, enterprise: Enterprise | None, by: User, at: datetime
) -> IntakeLink:
    """A link through which people without an account may ask; the one that is there already, if there is one."""
    standing = IntakeLink.objects.system().filter(
        campaign=campaign, area=area, enterprise=enterprise, withdrawn_at__isnull=True
    )
    found: IntakeLink | None = standing.first()
    if found is not None:
        return found
    link: IntakeLink = IntakeLink.objects.create(
        key=token_urlsafe(12), campaign=campaign, area=area, enterprise=enterprise, made_by=by, made_at=at
    )
    record("issues.intake_link.made", link, by=by, at=at, area=area, enterprise=enterprise)
    return link


@transaction.atomic
def withdraw_link(*, link: IntakeLink, by: User, at: datetime) -> IntakeLink:
    """The link and every code printed from it are dead from now on."""
    if link.withdrawn_at is None:
        link.withdrawn_at = at
        link.save(update_fields=["withdrawn_at"])
        record("issues.intake_link.withdrawn", link, by=by, at=at)
    return link


@transaction.atomic
def renew_link(*, issue: Issue, by: User, at: datetime) -> Issue:
    """Give the requester's page another address; whoever has the old one sees nothing any more."""
    issue = locked(issue)
    refuse_if(rules.why_not_merged(issue))
    issue.secret = token_urlsafe(12)
    save(issue, "secret")
    record("issues.issue.link_renewed", issue, by=by, at=at)
    return issue


@transaction.atomic
def reveal_requester(*, requester: Requester, reason: str, by: User, at: datetime) -> dict[str, str]:
    """Name, phone and place in clear, after who looked and why was written down."""
    User.objects.select_for_update().get(
        pk=by.pk
    )  # two pages at once must not both take the last of the quota
    refuse_if(why_not_reveal(requester.phone, reason, revealed_on(by, timezone.localdate(at))))
    note_reveal(
        target=requester,
        field="phone",
        reason=reason.strip()[:200],
        by=by,
        at=at,
        campaign_id=requester.campaign_id,
    )
    fields = {"name": requester.name, "phone": requester.phone, "place": requester.place}
    return {key: value.clear() for key, value in fields.items()}


@transaction.atomic
def add_client(*, campaign: Campaign, name: str, by: User, at: datetime) -> tuple[ApiClient, str]:
    """A program that may file requests through Open311, and its key: shown once, only its digest is kept."""
    taken = ApiClient.objects.filter(campaign=campaign, name=name, ended_at__isnull=True).exists()
    refuse_if(_("A program of this name is there already.") if taken else "")
    key = token_urlsafe(24)
    client = ApiClient.objects.create(
        campaign=campaign, name=name, key_digest=digest_of(key), made_by=by, made_at=at
    )
    record("issues.api_client.added", client, by=by, at=at, name=name)
    return client, key


@transaction.atomic
def end_client(*, client: ApiClient, by: User, at: datetime) -> ApiClient:
    """The program's key opens nothing from now on."""
    if client.ended_at is None:
        client.ended_at = at
        client.save(update_fields=["ended_at"])
        record("issues.api_client.ended", client, by=by, at=at, name=client.name)
    return client


def digest_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()
