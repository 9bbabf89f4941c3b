"""Who is signed in, kept in the session with a mark that ends it when the password or the postings change."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from fugong.access.models import User
from fugong.access.queries import users_in_reach

USER, MARK, VIEW_AS, SINCE = "user", "mark", "view_as", "since"


def sign_in(request: HttpRequest, user: User) -> None:
    """Begin a session for the user, under a fresh session key."""
    request.session.cycle_key()
    request.session[USER] = user.pk
    request.session[MARK] = user.get_session_auth_hash()
    request.session[SINCE] = timezone.now().timestamp()
    request.session.pop(VIEW_AS, None)


def seconds_left(request: HttpRequest) -> int:
    """How long this session still lasts, at most; not beyond the last day of the person's postings."""
    since = request.session.get(SINCE, 0.0)
    now = timezone.now()
    left = since + settings.SESSION_COOKIE_AGE - now.timestamp()
    ends = [posting.to_on for posting in request.user.postings_in_force]  # type: ignore[union-attr]
    if ends and None not in ends:
        midnight = datetime.combine(max(ends) + timedelta(days=1), time(), timezone.get_current_timezone())
        left = min(left, (midnight - now).total_seconds())
    return max(0, int(left))


def sign_out(request: HttpRequest) -> None:
    request.session.flush()


def user_of(request: HttpRequest) -> User | None:
    """The signed-in user, if still active and with the password of the session's beginning."""
    key = request.session.get(USER)
    if key is None:
        return None
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None or request.session.get(MARK) != user.get_session_auth_hash():
        request.session.flush()
        return None
    return user


def viewed_as(request: HttpRequest, signed_in: User | None) -> User | None:
    """The user an administrator looks through now, if any."""
    key: Any = request.session.get(VIEW_AS)
    if not key or signed_in is None or not signed_in.has_role("administrator"):
        return None
    return users_in_reach(signed_in, timezone.localdate()).filter(pk=key, is_active=True).first()


def home_of(user: User) -> str:
    """The first page of the user's first role."""
    return reverse(user.roles[0].home if user.roles else "desk:home")
