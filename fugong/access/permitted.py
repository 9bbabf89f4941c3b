"""Views for those who may, by the permissions of the roles; see fugong.core.guards."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from fugong.core.guards import View, permitted, public, signed_in, still_works, to_login

__all__ = ["View", "permit", "permitted", "public", "signed_in", "still_works", "to_login"]


def permit(request: HttpRequest, permission: str, area: Any) -> None:
    """The permission held somewhere is not enough: it must be held at this area. None: of no area, so nobody's here."""
    if area is None or not request.user.has_permission(permission, area):  # type: ignore[union-attr,attr-defined]
        raise PermissionDenied
