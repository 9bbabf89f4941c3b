"""Views for those who may: a stranger signs in first, a colleague without the right gets 403.

The guards know permissions only by their text, so that modules below the roles can use them too; every guarded view
carries its policy as `_fugong_permission`, and an address without one stops the start (fugong.access.checks).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from fugong.core.refusals import refuse_if

View = Callable[..., HttpResponse]
SIGNED_IN, PUBLIC = "signed_in", "public"
READING = ("GET", "HEAD", "OPTIONS")


def still_works(reason: str) -> Callable[[View], View]:
    """The view may act although nothing is written to the campaign in hand any more; `reason` says why it must."""

    def decorate(view: View) -> View:
        view._fugong_still_works = reason  # type: ignore[attr-defined]
        return view

    return decorate


def _refuse_writing(request: HttpRequest, view: View) -> None:
    """Stop what would write, with the sentence that also greys its button; see `fugong.campaigns.gate`."""
    if request.method not in READING and not hasattr(view, "_fugong_still_works"):
        refuse_if(getattr(request, "why_not_write", ""))


def to_login(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the login page, and back here afterwards.

    Nothing is kept of it: a phone whose session has ended sends its visit again, with the same key, after the login.
    """
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
    is_fragment = getattr(request, "htmx", False)
    response = HttpResponse(headers={"HX-Redirect": address}) if is_fragment else redirect(address)
    response.keeps_nothing = True  # type: ignore[attr-defined]
    return response


def signed_in(view: View) -> View:
    """For everybody who has signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_login(request)
        _refuse_writing(request, view)
        return view(request, *args, **kwargs)

    guarded._fugong_permission = SIGNED_IN  # type: ignore[attr-defined]
    return guarded


def permitted(permission: str) -> Callable[[View], View]:
    """For whoever holds the permission (a text of access.roles.Permission) by a posting in force."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_login(request)
            if not request.user.has_permission(permission):  # type: ignore[union-attr,attr-defined]
                raise PermissionDenied
            _refuse_writing(request, view)
            return view(request, *args, **kwargs)

        guarded._fugong_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """For everybody, signed in or not; the list of these is short and tested."""
    view._fugong_permission = PUBLIC  # type: ignore[attr-defined]
    return view


def bound(view: View, register: Any, permission: Any) -> View:
    """The view for one register: a stranger signs in first, a colleague without the permission gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_login(request)
        if not request.user.has_permission(permission):  # type: ignore[attr-defined]
            raise PermissionDenied
        _refuse_writing(request, view)
        return view(request, register, *args, **kwargs)

    guarded._fugong_permission = permission  # type: ignore[attr-defined]
    guarded._fugong_register = register.key  # type: ignore[attr-defined]
    return guarded
