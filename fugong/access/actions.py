"""Users and postings: sign-in with its lock-out, first links, postings begun and ended, values revealed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from fugong.access import rules
from fugong.access.models import Posting, Reveal, User
from fugong.access.roles import ROLES
from fugong.core.audit import record
from fugong.core.refusals import Refused, refuse_if
from fugong.territory.models import Area

LINK_LASTS = timedelta(hours=48)
SALT = "fugong.access.first-link"


def check_password(*, login: str, password: str, at: datetime) -> User:
    """The user with this login and password; refused with one sentence, whatever was wrong.

    Wrong passwords in a row lock the account for a growing time. An unknown login, a locked account and a wrong
    password answer with the same words after the same time: nobody learns which logins there are.
    """
    user = User.objects.by_login(login)
    if user is None or not user.is_active or rules.is_locked(user, at):
        make_password(password)
        raise Refused(rules.not_signed_in())
    if user.check_password(password):
        _note_success(user, at)
        return user
    note_wrong_secret(user, at)
    raise Refused(rules.not_signed_in())


@transaction.atomic
def note_wrong_secret(user: User, at: datetime) -> None:
    """Count a wrong password or device key; after several in a row the account waits."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.failed_logins = min(user.failed_logins + 1, 1_000)
    wait = rules.wait_after(user.failed_logins)
    user.locked_until = at + wait if wait else None
    user.save(update_fields=["failed_logins", "locked_until"])
    if wait:
        record("access.user.locked", user, by=None, at=at, until=user.locked_until)


@transaction.atomic
def _note_success(user: User, at: datetime) -> None:
    if user.failed_logins or user.locked_until:
        user.failed_logins, user.locked_until = 0, None
        user.save(update_fields=["failed_logins", "locked_until"])
    record("access.user.signed_in", user, by=user, at=at)


@transaction.atomic
def add_user(
    *, login: str, name: str, by: Any, at: datetime, department: str = "", is_administrator: bool = False
) -> User:
    """Make a user without a password; they choose one through their first link."""
    login = login.strip().lower()
    refuse_if(_("A user needs a login and a name.") if not login or not name.strip() else "")
    refuse_if(
        _("There is a user with this login already.") if User.objects.filter(login=login).exists() else ""
    )
    user = User(login=login, name=name.strip(), department=department, is_administrator=is_administrator)
    user.set_unusable_password()
    user.save()
    record("access.user.added", user, by=by, at=at, login=login, name=user.name)
    return user


def first_link(user: User) -> str:
    """The token of a link with which this user chooses a password once; it dies with the use or after two days."""
    return signing.dumps([user.pk, user.get_session_auth_hash()], salt=SALT)


def user_of_link(token: str) -> User | None:
    """The user of a first link that is still good."""
    try:
        pk, mark = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and user.get_session_auth_hash() == mark else None


@transaction.atomic
def choose_password(*, token: str, password: str, at: datetime) -> User:
    """Set the password through a first link; refused when the link is used up or the password is weak."""
    user = user_of_link(token)
    if user is None:
        raise Refused(_("This link has been used or is too old. Ask your administrator for a new one."))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    user.set_password(password)
    user.failed_logins, user.locked_until = 0, None
    user.save(update_fields=["password", "failed_logins", "locked_until"])
    record("access.user.password_chosen", user, by=user, at=at)
    return user


@transaction.atomic
def post(
    *, user: User, role: str, area: Area, from_on: date, by: Any, at: datetime, to_on: date | None = None
) -> Posting:
    """Post a user in a role at an area; the same open posting again changes nothing."""
    refuse_if(rules.why_not_post(role, ROLES, from_on, to_on))
    standing = Posting.objects.filter(user=user, role=role, area=area, to_on__isnull=True).first()
    if standing and standing.from_on <= from_on:
        return standing
    posting = Posting.objects.create(user=user, role=role, area=area, from_on=from_on, to_on=to_on)
    record("access.posting.begun", posting, by=by, at=at, user=user, role=role, area=area, from_on=from_on)
    return posting


@transaction.atomic
def end_posting(*, posting: Posting, on: date, by: Any, at: datetime) -> Posting:
    """The posting ends with this day."""
    posting = (
        Posting.objects.select_for_update(of=("self",)).select_related("user", "area").get(pk=posting.pk)
    )
    refuse_if(_("It has ended already.") if posting.to_on and posting.to_on <= on else "")
    posting.to_on = max(on, posting.from_on)
    posting.save(update_fields=["to_on"])
    record(
        "access.posting.ended", posting, by=by, at=at, user=posting.user, role=posting.role, on=posting.to_on
    )
    return posting


@transaction.atomic
def deactivate(*, user: User, by: Any, at: datetime) -> User:
    """The user can no longer sign in, and open sessions end; what they did stays."""
    refuse_if(_("You cannot switch off your own account.") if user.pk == by.pk else "")
    user.is_active = False
    user.save(update_fields=["is_active"])
    record("access.user.deactivated", user, by=by, at=at)
    return user


@transaction.atomic
def note_reveal(
    *, target: Any, field: str, reason: str, by: User, at: datetime, campaign_id: int | None
) -> Reveal:
    """Write down that somebody looked at a sealed value, and why; in the transaction that shows it."""
    reveal = Reveal.objects.create(
        by=by,
        target=target._meta.label_lower,
        target_id=target.pk,
        target_label=str(target)[:120],
        field=field,
        reason=reason,
        campaign_id=campaign_id,
        at=at,
    )
    record("access.reveal.made", reveal, by=by, at=at, of=target, field=field, reason=reason)
    return reveal


@transaction.atomic
def note_view_as(*, user: User, by: User, at: datetime) -> None:
    """Write down that an administrator looks at the pages as this user sees them."""
    record("access.user.viewed_as", user, by=by, at=at)
