"""The way of a campaign."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.db import models
from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# The time of day at which a demo stands still; what was to happen later has not happened yet.
STANDS_AT = time(17)


class Status(models.TextChoices):
    PREPARING = "preparing", _("being prepared")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")


MOVES: dict[str, frozenset[str]] = {
    Status.PREPARING: frozenset({Status.RUNNING, Status.CLOSED}),
    Status.RUNNING: frozenset({Status.CLOSED}),
    Status.CLOSED: frozenset(),
}

OWNERS: dict[str, Any] = {
    Status.PREPARING: _("administrator"),
    Status.RUNNING: _("commander"),
    Status.CLOSED: _("nobody"),
}


# A source with one of these words says that nobody published the value; pages mark it.
ILLUSTRATIVE = ("示例", "illustrative", "fictional")


def is_illustrative(source: str) -> bool:
    """Whether a source says of itself that the value is an illustration and nobody's rule."""
    return any(word in source.lower() for word in ILLUSTRATIVE)


def why_not_rate(level: str, levels: Sequence[str], from_on: date, starts_on: date, reason: str) -> str:
    """Why an area cannot be given this risk level from this day, or ""."""
    if not levels:
        return gettext("The pack has no risk levels (territory.toml: risk_level).")
    if level not in levels:
        return gettext("There is no risk level “%(level)s”.") % {"level": level}
    if from_on < starts_on:
        return gettext("A rating cannot begin before the campaign.")
    return "" if len(reason.strip()) >= MIN_REASON else gettext("Say which notice or decision it follows.")


def why_not_close(status: str, obstacles: Sequence[str], reason: str) -> str:
    """Why a campaign may not be closed now; empty when it may. What is left undone may stay so, for a reason."""
    if status != Status.RUNNING:
        return gettext("Only a running campaign can be closed.")
    if obstacles and len(reason.strip()) < MIN_REASON:
        return " ".join(obstacles) + " " + gettext("Close all the same only with a reason.")
    return ""


def why_not_write(status: str, name: str) -> str:
    """Why nothing may be written to a campaign of this name any more; empty while it may."""
    if status != Status.CLOSED:
        return ""
    return gettext("“%(name)s” is closed: it can be read, but nothing is written to it any more.") % {
        "name": name
    }


MIN_REASON = 4  # characters: four of Chinese say why, three do not


def why_not_certify(closing: Any) -> str:
    """Why there is no certificate yet; empty when there is."""
    return "" if closing and closing.finished_at else gettext("Nothing has been erased for good yet.")


def why_not_erase(closing: Any, on: date) -> str:
    """Why a campaign's personal data may not be erased on this day; empty when it may."""
    if closing is None:
        return gettext("Close the campaign first.")
    if closing.erased_at is not None:
        return gettext("Its personal data has been erased already.")
    if closing.keep_until is None:
        return gettext(
            "The pack does not say how long personal data is kept after the end (campaign.keep_days)."
        )
    if on <= closing.keep_until:
        day = formats.date_format(closing.keep_until, "Y-m-d")
        return gettext("Personal data is kept until %(day)s, for questions that come later.") % {"day": day}
    return ""
