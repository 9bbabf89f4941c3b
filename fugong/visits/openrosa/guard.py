"""Who comes: the person whose device key is in the address, or in the header of HTTP Basic. Sessions do not count here.

That cookies play no part is what makes these addresses safe without Django's form token.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from fugong.access import device_keys
from fugong.access.models import User
from fugong.access.permitted import public
from fugong.access.roles import Permission
from fugong.access.rules import no_such_key
from fugong.campaigns.queries import campaign_of, moment_of
from fugong.core.refusals import Refused
from fugong.visits.openrosa.answers import message, openrosa

View = Callable[..., HttpResponse]


def by_device(*methods: str) -> Callable[[View], View]:
    """For officers who make visits, by their device key; answers are OpenRosa's, also when it is refused.

    Puts the person, their campaign and its day on the request, as the pages have them. It is `public` for the house,
    because no session opens it; tests/matrix/test_device_keys.py asks every address with keys of both towns.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @public
        @sensitive_variables("key")
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, key: str = "", **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                return openrosa(HttpResponseNotAllowed(methods))
            try:
                user = _user_of(request, key)
            except device_keys.TooOften as refusal:
                return _too_often(str(refusal))
            except Refused as refusal:
                return _stranger(str(refusal), has_key=bool(key))
            with translation.override(user.language or translation.get_language()):
                if not user.has_permission(Permission.MAKE_VISITS):
                    return openrosa(message(_("You may not make visits today: no posting in force."), 403))
                _set_up(request, user)
                return openrosa(view(request, *args, **kwargs))

        guarded._fugong_methods = frozenset(methods) - {"HEAD"}  # type: ignore[attr-defined]
        return guarded

    return decorate


def _set_up(request: HttpRequest, user: User) -> None:
    request.user = user  # type: ignore[assignment]
    request.campaign = campaign_of(user, None)  # type: ignore[attr-defined]
    request.now = moment_of(request.campaign, timezone.now())  # type: ignore[attr-defined]
    request.today = timezone.localdate(request.now)  # type: ignore[attr-defined]


@sensitive_variables("key", "login")
def _user_of(request: HttpRequest, key: str) -> User:
    if key:
        return device_keys.check(key=key, at=timezone.now())
    login, key = _basic(request)
    if not key:
        raise Refused(no_such_key())
    return device_keys.check(key=key, login=login, at=timezone.now())


def _basic(request: HttpRequest) -> tuple[str, str]:
    """Login and key of an `Authorization: Basic` header; empty where there is none that can be read."""
    word, _sep, given = request.headers.get("Authorization", "").partition(" ")
    if word.lower() != "basic":
        return "", ""
    try:
        login, _sep, key = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return login, key


def _stranger(sentence: str, *, has_key: bool) -> HttpResponse:
    """401 with the invitation to say who it is; under a key in the address there is nothing more to say."""
    response = message(sentence, 401)
    if not has_key:
        response.headers["WWW-Authenticate"] = 'Basic realm="Fugong", charset="UTF-8"'
    return openrosa(response)


def _too_often(sentence: str) -> HttpResponse:
    response = message(sentence, 429)
    response.headers["Retry-After"] = "60"
    return openrosa(response)
