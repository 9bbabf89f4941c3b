"""The demo's own page: one-click log-ins for every role, and the sample ledger. It exists in the demo alone."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fugong.access import sessions
from fugong.access.models import User
from fugong.access.permitted import public
from fugong.access.roles import ROLES
from fugong.campaigns.models import Campaign
from fugong.core.commands import methods

SHOWN = [
    "commander",
    "clerk",
    "grid_lead",
    "instructor",
    "service_officer",
    "inspector",
    "liaison",
    "department_officer",
    "enterprise_contact",
    "administrator",
    "privacy_officer",
]


@methods("GET")
@public
def logins(request: HttpRequest) -> HttpResponse:
    """One person of each role, ready to be signed in as."""
    people = [{"role": ROLES[key], "person": _first(key)} for key in SHOWN]
    return render(
        request,
        "demo/logins.html",
        {
            "people": [row for row in people if row["person"]],
            "town": Campaign.objects.select_related("area").order_by("pk").first(),
            "has_ledger": _ledger().exists(),
        },
    )


def _first(role: str) -> User | None:
    """The demo's face of a role: the first one posted in it."""
    return User.objects.filter(postings__role=role, is_active=True).order_by("pk").first()


@methods("POST")
@public
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as one of the demo's people, without a password."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    sessions.sign_in(request, user)
    return redirect(sessions.home_of(user))


def _ledger() -> Path:
    return Path(settings.DATA_DIR) / "demo" / "ledger.xlsx"


@methods("GET")
@public
def sample_ledger(request: HttpRequest) -> HttpResponse:
    """The town's messy ledger, to be imported by hand."""
    if not _ledger().exists():
        raise Http404
    return FileResponse(_ledger().open("rb"), as_attachment=True, filename="ledger.xlsx")  # type: ignore[return-value]
