"""Who speaks for an enterprise; phones are sealed, and opening one needs a reason and leaves a trace."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from fugong.access.models import Reveal, User
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.enterprises import rules
from fugong.enterprises.models import Contact, Enterprise

TARGET = Contact._meta.label_lower


@transaction.atomic
def add_contact(
    *,
    enterprise: Enterprise,
    name: str,
    by: User,
    at: datetime,
    phone: str = "",
    duty: str = "",
    user: User | None = None,
) -> Contact:
    """Enter somebody who speaks for the enterprise from today on; `user` lets them sign in for it."""
    refuse_if(rules.why_not_change(enterprise))
    contact: Contact = Contact.objects.create(
        enterprise=enterprise,
        campaign_id=enterprise.campaign_id,
        user=user,
        name=name,
        duty=duty,
        phone=phone,
        from_on=timezone.localdate(at),
    )
    record(
        "enterprises.contact.added",
        contact,
        by=by,
        at=at,
        enterprise=enterprise,
        duty=duty,
        has_phone=bool(phone),
    )
    return contact


@transaction.atomic
def correct_contact(
    *, contact: Contact, name: str, duty: str, by: User, at: datetime, phone: str = ""
) -> Contact:
    """Correct a contact; an empty `phone` keeps the number on file (nobody types it blindly again)."""
    contact = _locked(contact)
    changed = [field for field, value in (("name", name), ("duty", duty)) if getattr(contact, field) != value]
    contact.name, contact.duty = name, duty
    if phone:
        contact.phone = phone
        changed.append("phone")
    if changed:
        contact.save(update_fields=changed)
        record("enterprises.contact.corrected", contact, by=by, at=at, fields=changed)
    return contact


@transaction.atomic
def end_contact(*, contact: Contact, by: User, at: datetime) -> Contact:
    """They no longer speak for the enterprise; today is their last day."""
    contact, day = _locked(contact), timezone.localdate(at)
    refuse_if(rules.why_not_end(contact, day))
    contact.to_on = day
    contact.save(update_fields=["to_on"])
    record("enterprises.contact.ended", contact, by=by, at=at, to_on=day)
    return contact


@transaction.atomic
def reveal_phone(*, contact: Contact, reason: str, by: User, at: datetime, quota: int | None = None) -> str:
    """The phone number in clear, after who looked and why was written down.

    Refused without a reason of five characters, and after twenty numbers in a day; in a phone round the pack
    says how many (`quota`).
    """
    User.objects.select_for_update().get(
        pk=by.pk
    )  # two pages at once must not both take the last of the quota
    opened = revealed_on(by, timezone.localdate(at))
    refuse_if(rules.why_not_reveal(contact.phone, reason, opened, quota))
    Reveal.objects.create(
        by=by,
        target=TARGET,
        target_id=contact.pk,
        target_label=str(contact.enterprise)[:120],
        field="phone",
        reason=reason.strip()[:200],
        campaign_id=contact.campaign_id,
        at=at,
    )
    record("enterprises.contact.revealed", contact, by=by, at=at, field="phone", reason=reason.strip()[:200])
    clear: str = contact.phone.clear()
    return clear


def revealed_on(user: User, day: date) -> int:
    """How many values a person has opened on a day."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    end = timezone.make_aware(datetime.combine(day, time.max))
    return Reveal.objects.filter(by=user, at__range=(begin, end)).count()


def _locked(contact: Contact) -> Contact:
    found: Contact = (
        Contact.objects.system()
        .select_for_update(of=("self",))
        .select_related("enterprise")
        .get(pk=contact.pk)
    )
    return found
