"""Puts the signed-in user, or the role an administrator looks through, on the request."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import sync_only_middleware
from django.utils.http import escape_leading_slashes

from fugong.access.models import User
from fugong.access.sessions import user_of, viewed_as

GetResponse = Callable[[HttpRequest], HttpResponse]


class Stranger:
    """Nobody signed in: sees nothing and may do nothing."""

    pk = id = None
    is_authenticated = is_active = is_administrator = administers_everything = False
    name = ""
    roles: list[Any] = []
    postings_in_force: list[Any] = []

    def __str__(self) -> str:
        return ""

    def has_permission(self, *_: Any) -> bool:
        return False

    def has_role(self, _: str) -> bool:
        return False

    def area_paths(self, *_: Any) -> list[str]:
        return []

    def posted_paths(self) -> list[str]:
        return []


@sync_only_middleware
def signed_in_user(get_response: GetResponse) -> GetResponse:
    """`request.user` is who acts and sees; `request.signed_in` is who signed in (they differ under "view as")."""

    def middleware(request: HttpRequest) -> HttpResponse:
        signed_in: User | None = user_of(request)
        seen_as = viewed_as(request, signed_in)
        request.signed_in = signed_in  # type: ignore[attr-defined]
        request.viewing_as = seen_as  # type: ignore[attr-defined]
        request.user = seen_as or signed_in or Stranger()  # type: ignore[assignment]
        if (
            seen_as
            and request.method not in {"GET", "HEAD"}
            and not request.path.startswith("/access/view-as")
        ):
            # Looking through another role is for looking: nothing is written in somebody else's name.
            # "//other.example/" would be another site's address.
            return redirect(escape_leading_slashes(request.path))
        response = get_response(request)
        # What a phone keeps is one person's: every page says whose it is (nobody's, under "view as").
        own = getattr(request.user, "pk", None) if not seen_as else None
        response.headers["X-Fugong-Person"] = str(own or 0)
        return response

    return middleware
