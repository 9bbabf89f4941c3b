"""The words of plans and visits, and the pure rules over them."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LONGEST_AHEAD = timedelta(days=14)


class PlanStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("in force")
    SUPERSEDED = "superseded", _("superseded")


MOVES: dict[str, frozenset[str]] = {
    PlanStatus.PROPOSED: frozenset({PlanStatus.ACCEPTED, PlanStatus.SUPERSEDED}),
    PlanStatus.ACCEPTED: frozenset({PlanStatus.SUPERSEDED}),
    PlanStatus.SUPERSEDED: frozenset(),
}

OWNERS: dict[str, Any] = {
    PlanStatus.PROPOSED: _("grid lead"),
    PlanStatus.ACCEPTED: _("officers"),
    PlanStatus.SUPERSEDED: _("nobody"),
}


class RunStatus(models.TextChoices):
    """How far the search for a plan is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being planned")
    DONE = "done", _("planned")
    FAILED = "failed", _("failed")


RUN_MOVES: dict[str, frozenset[str]] = {
    RunStatus.WAITING: frozenset({RunStatus.RUNNING, RunStatus.FAILED}),
    RunStatus.RUNNING: frozenset({RunStatus.DONE, RunStatus.FAILED}),
    RunStatus.DONE: frozenset(),
    RunStatus.FAILED: frozenset(),
}

RUN_OWNERS: dict[str, Any] = {
    RunStatus.WAITING: _("the planner"),
    RunStatus.RUNNING: _("the planner"),
    RunStatus.DONE: _("nobody"),
    RunStatus.FAILED: _("nobody"),
}
GOING = frozenset({RunStatus.WAITING, RunStatus.RUNNING})
# A search that has told nothing for so long has died with its process.
SILENT_FOR = timedelta(seconds=90)


class VisitKind(models.TextChoices):
    FIRST = "first", _("first visit")
    REGULAR = "regular", _("regular visit")
    LOOK_BACK = "look-back", _("look-back")
    PHONE = "phone", _("by phone")


class VisitStatus(models.TextChoices):
    """A visit is written when it is over, so neither status ever changes."""

    DONE = "done", _("done")
    GIVEN_UP = "given-up", _("given up")


# Neither status ever changes.
VISIT_MOVES: dict[str, frozenset[str]] = {VisitStatus.DONE: frozenset(), VisitStatus.GIVEN_UP: frozenset()}

VISIT_OWNERS: dict[str, Any] = {VisitStatus.DONE: _("nobody"), VisitStatus.GIVEN_UP: _("nobody")}


class Coverage(models.TextChoices):
    """How an enterprise stands against its cadence; the marks on the grid map."""

    NEVER = "never", _("never visited")
    OVERDUE = "overdue", _("overdue")
    ON_TIME = "on-time", _("on time")
    OVER_VISITED = "over-visited", _("visited too often")


def why_not_plan(on: date, today: date) -> str:
    """Why nobody may plan the visits of this day, or ""."""
    if on < today:
        return gettext("Nobody may plan a day that is over.")
    if on > today + LONGEST_AHEAD:
        return gettext("A plan reaches two weeks ahead: who is due later is not known yet.")
    return ""


def why_not_accept(plan: Any, today: date, taken: int = 0) -> str:
    """Why this version cannot become the day's plan, or "". `taken`: its enterprises that others visit that day."""
    if plan.status == PlanStatus.ACCEPTED:
        return gettext("This version is accepted already.")
    if plan.status == PlanStatus.SUPERSEDED:
        return gettext("This plan has been replaced by a newer one.")
    if plan.on < today:
        return gettext("The day of this plan is over.")
    if taken:
        sentence = gettext(
            "%(count)s enterprises of this plan are visited that day by officers of another accepted plan. "
            "Make the plan again: it will leave them to the others."
        )
        return sentence % {"count": taken}
    return ""


def why_not_change(plan: Any, today: date) -> str:
    """Why the stops of this version can no longer be locked or given to others, or ""."""
    if plan.status == PlanStatus.SUPERSEDED:
        return gettext("This plan has been replaced by a newer one.")
    return gettext("The day of this plan is over.") if plan.on < today else ""


def why_not_record(draft: Any, at: Any) -> str:
    """Why this visit cannot be written down, or "". The server's clock decides, with 10 minutes' grace."""
    if draft.ended_at < draft.started_at:
        return gettext("The visit cannot end before it began.")
    if draft.started_at > at + timedelta(minutes=10):
        return gettext("The visit cannot begin in the future. Is the clock of the phone right?")
    return ""


def kind_of(*, by_phone: bool, looks_back: bool, is_first: bool) -> VisitKind:
    """What sort of visit it was: the telephone first, then the first visit, then one that looked back."""
    if by_phone:
        return VisitKind.PHONE
    if is_first:
        return VisitKind.FIRST
    return VisitKind.LOOK_BACK if looks_back else VisitKind.REGULAR
