"""Plans, their runs, joint visits, absences and what-ifs: statuses, and why not."""

from __future__ import annotations

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


class JointStatus(models.TextChoices):
    """What became of the wish for a joint visit."""

    WISHED = "wished", _("wished for")
    MADE = "made", _("made")
    WITHDRAWN = "withdrawn", _("withdrawn")


JOINT_MOVES: dict[str, frozenset[str]] = {
    JointStatus.WISHED: frozenset({JointStatus.MADE, JointStatus.WITHDRAWN}),
    JointStatus.MADE: frozenset(),
    JointStatus.WITHDRAWN: frozenset(),
}

JOINT_OWNERS: dict[str, Any] = {
    JointStatus.WISHED: _("grid lead"),
    JointStatus.MADE: _("nobody"),
    JointStatus.WITHDRAWN: _("nobody"),
}


class AbsenceKind(models.TextChoices):
    ILL = "ill", _("ill")
    LEAVE = "leave", _("on leave")
    QUARANTINE = "quarantine", _("in quarantine")
    ELSEWHERE = "elsewhere", _("called elsewhere")
    OTHER = "other", _("other reason")


class OutlookKind(models.TextChoices):
    """What is changed in a rehearsal of the campaign; `borders` asks what each closed border costs."""

    AS_IT_IS = "as-it-is", _("as it is")
    FEWER_OFFICERS = "fewer-officers", _("fewer officers")
    MORE_OFFICERS = "more-officers", _("more officers")
    CADENCE = "cadence", _("another cadence")
    ABSENCE = "absence", _("somebody away")
    BORDER = "border", _("one border open")
    HOME = "home", _("everybody in their own area")
    WHOLE = "whole", _("one pool for the whole area")
    BORDERS = "borders", _("what each border costs")


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
