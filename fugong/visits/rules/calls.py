"""Phone rounds and their calls: statuses, outcomes, and why not."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from fugong.visits.rules.plans import LONGEST_AHEAD


class RoundStatus(models.TextChoices):
    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped for now")
    FINISHED = "finished", _("finished")


ROUND_MOVES: dict[str, frozenset[str]] = {
    RoundStatus.RUNNING: frozenset({RoundStatus.STOPPED, RoundStatus.FINISHED}),
    RoundStatus.STOPPED: frozenset({RoundStatus.RUNNING, RoundStatus.FINISHED}),
    RoundStatus.FINISHED: frozenset(),
}

ROUND_OWNERS: dict[str, Any] = {
    RoundStatus.RUNNING: _("callers"),
    RoundStatus.STOPPED: _("whoever organises the round"),
    RoundStatus.FINISHED: _("nobody"),
}


class CallStatus(models.TextChoices):
    """How far a round is with one enterprise; the outcome codes of the pack lead here."""

    WAITING = "waiting", _("to be called")
    REACHED = "reached", _("reached")
    REFUSED = "refused", pgettext_lazy("phone call", "refused to talk")
    CLOSED = "closed", _("closed down")
    NO_NUMBER = "no-number", _("no usable number")
    NOT_REACHED = "not-reached", _("not reached")


CALL_MOVES: dict[str, frozenset[str]] = {
    CallStatus.WAITING: frozenset(set(CallStatus) - {CallStatus.WAITING}),
    CallStatus.REACHED: frozenset(),
    CallStatus.REFUSED: frozenset(),
    CallStatus.CLOSED: frozenset(),
    CallStatus.NO_NUMBER: frozenset({CallStatus.WAITING}),
    CallStatus.NOT_REACHED: frozenset({CallStatus.WAITING}),
}

CALL_OWNERS: dict[str, Any] = {
    CallStatus.WAITING: _("caller"),
    CallStatus.REACHED: _("nobody"),
    CallStatus.REFUSED: _("nobody"),
    CallStatus.CLOSED: _("nobody"),
    CallStatus.NO_NUMBER: _("statistics clerk"),
    CallStatus.NOT_REACHED: _("whoever organises the round"),
}


class Ends(models.TextChoices):
    """What an outcome code of the pack does to the call."""

    REACHED = "reached", _("reached")
    REFUSED = "refused", pgettext_lazy("phone call", "refused to talk")
    CLOSED = "closed", _("closed down")
    WRONG = "wrong", _("wrong number")
    RETRY = "retry", _("try again")
    CALL_BACK = "call-back", _("call back")


ENDED_AS: dict[str, str] = {
    Ends.REACHED: CallStatus.REACHED,
    Ends.REFUSED: CallStatus.REFUSED,
    Ends.CLOSED: CallStatus.CLOSED,
    Ends.WRONG: CallStatus.NO_NUMBER,
}


def why_not_begin_round(*, enterprises: int, callers: int, due_on: date, today: date) -> str:
    """Why this phone round cannot begin, or ""."""
    if not enterprises:
        return gettext("No enterprise meets the condition.")
    if not callers:
        return gettext("A round needs somebody who calls.")
    return gettext("The last day of the round is over.") if due_on < today else ""


def why_not_call(phone_round: Any, *, is_caller: bool) -> str:
    """Why this person cannot take the next number of a round, or ""."""
    if not is_caller:
        return gettext("You are not among the callers of this round.")
    if phone_round.status != RoundStatus.RUNNING:
        return gettext("This round is not running.")
    return ""


def why_not_note(call: Any, by: Any, at: Any) -> str:
    """Why this person cannot write down the outcome of a call, or ""."""
    if call.status != CallStatus.WAITING:
        return gettext("The outcome of this call was written down already.")
    if call.claimed_by_id != by.pk:
        return gettext("Somebody else has this number now. Take the next one.")
    return ""


def why_not_call_back(at_time: Any, at: Any) -> str:
    """Why one cannot call back then, or ""."""
    if at_time is None:
        return gettext("Say when to call back.")
    if not at < at_time <= at + LONGEST_AHEAD:
        return gettext("A call-back lies ahead, within two weeks.")
    return ""
