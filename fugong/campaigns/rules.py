"""The way of a campaign."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


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
