"""What the pages of teams have in common: the campaign in hand, where this person works in it, and who works there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from fugong.access.permitted import permit
from fugong.access.roles import Permission
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.teams import queries
from fugong.teams.models import ChargeKind

__all__ = ["campaign_in_hand", "kind_of", "paths_of", "permit"]


def paths_of(request: HttpRequest, permission: Permission | None = None) -> list[str]:
    return queries.paths_in(request.user, campaign_in_hand(request), permission)


def kind_of(request: HttpRequest) -> str:
    """The kind of charge asked for; liaison officers where the address says nothing."""
    asked = request.POST.get("kind") or request.GET.get("kind") or ""
    return asked if asked in ChargeKind.values else ChargeKind.LIAISON


def kind_tabs(request: HttpRequest, kind: str) -> list[dict[str, Any]]:
    return [
        {"label": label.capitalize(), "url": f"{request.path}?kind={value}", "active": value == kind}
        for value, label in ChargeKind.choices
    ]
