"""First contacts and calls at households: outcomes, and why not."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class MeetingKind(models.TextChoices):
    """Whom an instructor met for an area."""

    PARK = "park", _("park platform")
    GRID = "grid", _("grid officers")


class Outcome(models.TextChoices):
    """What came of a call at a household."""

    DONE = "done", _("spoken to")
    NOBODY = "nobody", _("nobody there")
    NEEDS = "needs", _("needs something")


def why_not_meet(on: date, today: date, people: str) -> str:
    """Why a meeting cannot be noted, or ""."""
    if on > today:
        return gettext("A meeting is noted when it has taken place.")
    return "" if people.strip() else gettext("Say who was there.")


def why_not_call_household(outcome: str, note: str, *, is_theirs: bool) -> str:
    """Why a call at a household cannot be noted, or ""."""
    if not is_theirs:
        return gettext("Another officer answers for this household.")
    if outcome == Outcome.NEEDS and not note.strip():
        return gettext("Say what they need; whoever serves it reads only this.")
    return ""
