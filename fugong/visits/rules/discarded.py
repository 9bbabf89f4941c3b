"""What an officer may put away on the phone after the server refused it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Unsent(models.TextChoices):
    """The form that was filled in."""

    VISIT = "visit", _("visit")
    GIVEN_UP = "given-up", _("visit that could not be made")
    NEED = "need", _("request")
    REPORT = "report", _("daily report")
    OTHER = "other", _("another form")


def why_not_discard(reason: str) -> str:
    """Why a form cannot be put away, or ""."""
    return "" if reason.strip() else gettext("Say why it is not needed.")
