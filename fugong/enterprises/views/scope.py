"""What the person of a request sees of the ledger, and may do there."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from fugong.access.roles import Permission as P
from fugong.enterprises.models import Enterprise, EnterpriseQuerySet


def standing(request: HttpRequest) -> EnterpriseQuerySet:
    """The enterprises of the request's campaign that the person sees, merged ones left out."""
    seen = Enterprise.objects.visible_to(request.user)
    if request.campaign is None:
        return seen.none()
    rows: EnterpriseQuerySet = seen.of(request.campaign)
    return rows


def one(request: HttpRequest, pk: int) -> Enterprise:
    """An enterprise that the person sees; for anybody else it is as missing as one that never was."""
    rows = Enterprise.objects.visible_to(request.user)
    found: Enterprise = get_object_or_404(
        rows.select_related("campaign__release", "campaign__area", "area", "merged_into"), pk=pk
    )
    return found


def permit(request: HttpRequest, permission: P, enterprise: Enterprise) -> None:
    """403 for a colleague who may not do this where the enterprise lies."""
    if not may(request, permission, enterprise):
        raise PermissionDenied


def may(request: HttpRequest, permission: P, enterprise: Enterprise) -> bool:
    return bool(request.user.has_permission(permission, enterprise.area))
