"""Why an enterprise may not report what it reports."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class State(models.TextChoices):
    STOPPED = "stopped", gettext_lazy("not resumed")
    RESUMED = "resumed", gettext_lazy("resumed")


MOVES: dict[str, frozenset[str]] = {
    State.STOPPED: frozenset({State.RESUMED}),
    State.RESUMED: frozenset({State.STOPPED}),
}

OWNERS: dict[str, Any] = {
    State.STOPPED: gettext_lazy("enterprise"),
    State.RESUMED: gettext_lazy("enterprise"),
}


def why_not_report(*, staff: int, on_duty: int, capacity_percent: int | None, with_symptoms: int) -> str:
    """Why these figures cannot be a day's report; empty when they can."""
    if staff < 1:
        return _("The number of staff must be at least 1.")
    if on_duty > staff:
        return _("%(on_duty)s on duty is more than the %(staff)s staff.") % {
            "on_duty": on_duty,
            "staff": staff,
        }
    if with_symptoms > staff:
        return _("%(number)s with fever or cough is more than the %(staff)s staff.") % {
            "number": with_symptoms,
            "staff": staff,
        }
    if capacity_percent is not None and capacity_percent > 150:
        return _("Capacity is given in per cent of a normal day; %(value)s is too high.") % {
            "value": capacity_percent
        }
    return ""
