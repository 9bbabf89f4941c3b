"""The words of plans and visits, and the pure rules over them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from fugong.visits.steps import Evidence, ProcedureStep, Tick, why_not_steps

__all__ = ["Evidence", "ProcedureStep", "Tick", "why_not_steps"]

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


class ReceivedStatus(models.TextChoices):
    """What became of a form that a field-data app has sent."""

    WAITING = "waiting", _("files are missing")
    REFUSED = "refused", _("not taken in")
    TAKEN = "taken", _("taken in as a visit")
    SET_ASIDE = "set-aside", _("set aside")


# Sent again, what was refused is tried again; a person may take in or set aside what is not taken in yet.
RECEIVED_MOVES: dict[str, frozenset[str]] = {
    ReceivedStatus.WAITING: frozenset(
        {ReceivedStatus.REFUSED, ReceivedStatus.TAKEN, ReceivedStatus.SET_ASIDE}
    ),
    ReceivedStatus.REFUSED: frozenset(
        {ReceivedStatus.WAITING, ReceivedStatus.TAKEN, ReceivedStatus.SET_ASIDE}
    ),
    ReceivedStatus.TAKEN: frozenset(),
    ReceivedStatus.SET_ASIDE: frozenset(),
}

RECEIVED_OWNERS: dict[str, Any] = {
    ReceivedStatus.WAITING: _("the officer’s phone"),
    ReceivedStatus.REFUSED: _("grid lead"),
    ReceivedStatus.TAKEN: _("nobody"),
    ReceivedStatus.SET_ASIDE: _("nobody"),
}
# A form whose files have not come for so long is shown to a person as well.
FILES_LATE = timedelta(hours=2)


def why_not_set_aside(received: Any, reason: str) -> str:
    """Why a form that was sent cannot be set aside, or ""."""
    if received.status == ReceivedStatus.TAKEN:
        return gettext("It was taken in as a visit already.")
    if received.status == ReceivedStatus.SET_ASIDE:
        return gettext("It was set aside already.")
    return "" if reason.strip() else gettext("Say why it is set aside.")


def why_not_take_in(received: Any) -> str:
    """Why a form that was sent cannot be tried again by a person, or ""."""
    if received.status == ReceivedStatus.TAKEN:
        return gettext("It was taken in as a visit already.")
    if received.status == ReceivedStatus.SET_ASIDE:
        return gettext("It was set aside already.")
    return ""


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


def on_servers_clock(
    started_at: datetime, ended_at: datetime | None, sent_at: datetime | None, at: datetime
) -> tuple[datetime, datetime]:
    """Begin and end of a visit. `sent_at` is what the phone's clock said when it sent: the phone may be wrong by
    hours, and what it sends may have waited for days. Without it the visit ended now.
    """
    if ended_at is None or sent_at is None:
        return started_at, max(at, started_at)
    wrong = at - sent_at
    ended = min(ended_at + wrong, at)
    return min(started_at + wrong, ended), ended


def why_not_join_again(writer: str, *, was_there: bool) -> str:
    """Why somebody who was at a joint visit cannot write it down a second time, or "". `writer`: who has done so."""
    if not was_there:
        return ""
    return gettext("%(name)s has written this joint visit down; you are named in it.") % {"name": writer}


def kind_of(*, by_phone: bool, looks_back: bool, is_first: bool) -> VisitKind:
    """What sort of visit it was: the telephone first, then the first visit, then one that looked back."""
    if by_phone:
        return VisitKind.PHONE
    if is_first:
        return VisitKind.FIRST
    return VisitKind.LOOK_BACK if looks_back else VisitKind.REGULAR


# Wishes


def why_not_send(officer: str, *, on_duty: bool, outside: str = "") -> str:
    """Why an officer (a name) cannot be wished for in a plan, or "". `outside`: the area, where it is none of theirs."""
    if not on_duty:
        return gettext("%(name)s is not on duty in this plan.") % {"name": officer}
    if outside:
        sentence = gettext("%(name)s is not sent to %(area)s: the border between their areas is closed.")
        return sentence % {"name": officer, "area": outside}
    return ""


def why_not_move(stop: Any, today: date, *, is_made: bool = False) -> str:
    """Why a stop can no longer be given another officer or time, or "". `is_made`: a visit was written down."""
    if is_made:
        return gettext("This visit has been made.")
    return why_not_change(stop.plan, today)


def why_not_lock(stop: Any, today: date) -> str:
    """Why a stop cannot be locked or unlocked, or ""."""
    if stop.joint_id:
        return gettext("A joint visit is changed as a whole: its day, its time and who comes.")
    return why_not_change(stop.plan, today)


def why_not_give(stop: Any, today: date, *, is_made: bool = False) -> str:
    """Why a stop cannot be given to another officer or moved by hand, or ""."""
    return why_not_lock(stop, today) or why_not_move(stop, today, is_made=is_made)


def why_not_at(at_time: Any, shift: tuple[time, time], on: date) -> str:
    """Why a stop cannot be wished for at this local moment, or "". `shift`: when the officers' day begins and ends."""
    if at_time is None:
        return ""
    if at_time.date() != on:
        return gettext("The time lies on another day than the plan.")
    if not shift[0] <= at_time.time() < shift[1]:
        return gettext("The officers' day runs from %(start)s to %(end)s.") % {
            "start": f"{shift[0]:%H:%M}",
            "end": f"{shift[1]:%H:%M}",
        }
    return ""


def why_not_swap(stop: Any, other: Any, today: date, *, is_made: bool = False) -> str:
    """Why two stops cannot change places, or "". `is_made`: one of the visits was written down."""
    if stop.plan_id != other.plan_id:
        return gettext("Only stops of one plan change places.")
    if stop.pk == other.pk:
        return gettext("This is the same stop twice.")
    return why_not_give(stop, today, is_made=is_made) or why_not_lock(other, today)


def why_not_forbid(plan: Any, today: date, *, is_made: bool = False) -> str:
    """Why nobody can any longer be kept from an enterprise of this plan, or ""."""
    if is_made:
        return gettext("This visit has been made.")
    return gettext("The day of this plan is over.") if plan.on < today else ""


def why_not_allow(exclusion: Any) -> str:
    """Why a ban cannot be lifted, or ""."""
    return gettext("This has ended already.") if exclusion.ended_at else ""


# Absences and joint visits


def why_not_absent(from_on: date, to_on: date | None, from_time: time | None, to_time: time | None) -> str:
    """Why this is no absence, or "". Both times or neither: away between them on each of the days."""
    if to_on is not None and to_on < from_on:
        return gettext("An absence cannot end before it begins.")
    if (from_time is None) != (to_time is None):
        return gettext("Give both times, or none for whole days.")
    if from_time is not None and to_time is not None and to_time <= from_time:
        return gettext("An absence cannot end before it begins.")
    return ""


def why_not_end_absence(absence: Any, on: date) -> str:
    """Why this absence does not end on `on` (the first day back), or ""."""
    if absence.back_on is not None and absence.back_on <= on:
        return gettext("This has ended already.")
    return ""


def why_not_join(on: date, today: date, seats: int) -> str:
    """Why a joint visit cannot be wished for on a day with so many people, or ""."""
    if seats < 2:
        return gettext("A joint visit needs at least two people.")
    return why_not_plan(on, today)


def why_not_withdraw(joint: Any) -> str:
    """Why the wish for a joint visit cannot be withdrawn, or ""."""
    if joint.status == JointStatus.MADE:
        return gettext("This visit has been made.")
    return gettext("This has ended already.") if joint.status == JointStatus.WITHDRAWN else ""


def why_not_replan(plan: Any, today: date) -> str:
    """Why the rest of this plan cannot be planned again, or ""."""
    if plan.status == PlanStatus.SUPERSEDED:
        return gettext("This plan has been replaced by a newer one.")
    return gettext("The day of this plan is over.") if plan.on < today else ""


LONGEST_HORIZON = 7


def why_not_days(days: int) -> str:
    """Why one cannot plan so many days at once, or ""."""
    if 1 <= days <= LONGEST_HORIZON:
        return ""
    return gettext("Between one and %(most)d days are planned at once.") % {"most": LONGEST_HORIZON}


def why_not_rehearse(on: date, ends_on: date | None) -> str:
    """Why the rest of the campaign cannot be rehearsed from a day, or ""."""
    if ends_on is not None and on > ends_on:
        return gettext("The campaign is over by then.")
    return ""


# Letters of advice, links, cards


class LetterStatus(models.TextChoices):
    """How a letter of advice stands; its text never changes once it is issued."""

    ISSUED = "issued", _("issued")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    REPLACED = "replaced", _("replaced")


LETTER_MOVES: dict[str, frozenset[str]] = {
    LetterStatus.ISSUED: frozenset({LetterStatus.ACKNOWLEDGED, LetterStatus.REPLACED}),
    LetterStatus.ACKNOWLEDGED: frozenset({LetterStatus.REPLACED}),
    LetterStatus.REPLACED: frozenset(),
}

LETTER_OWNERS: dict[str, Any] = {
    LetterStatus.ISSUED: _("enterprise"),
    LetterStatus.ACKNOWLEDGED: _("nobody"),
    LetterStatus.REPLACED: _("nobody"),
}


def why_not_advise(visit: Any, by: Any, *, advice: int) -> str:
    """Why this person may not issue a letter of advice about a visit, or "". `advice`: how many points it has."""
    if visit.status != VisitStatus.DONE:
        return gettext("The visit was given up: there is nothing to advise.")
    if visit.officer_id != by.pk:
        return gettext("Whoever made the visit signs its letter.")
    return "" if advice else gettext("Nothing was found at this visit: there is nothing to advise.")


def why_not_acknowledge(letter: Any, name: str) -> str:
    """Why the receipt of a letter cannot be noted, or ""."""
    if letter.status == LetterStatus.REPLACED:
        return gettext("This letter has been replaced by a newer one.")
    if letter.status == LetterStatus.ACKNOWLEDGED:
        return gettext("The receipt of this letter is noted already.")
    return "" if name.strip() else gettext("Give the name of whoever received it.")


def why_not_open(link: Any, at: datetime) -> str:
    """Why a link that was handed out no longer opens, or ""."""
    if link is None:
        return gettext("This link is not known.")
    if link.revoked_at is not None:
        return gettext("This link has been withdrawn.")
    return gettext("The time of this link is over.") if link.expires_at <= at else ""


def why_not_print(count: int, purpose: str) -> str:
    """Why these cards cannot be printed in one go, or "". `count`: enterprises chosen."""
    if not count:
        return gettext("No enterprise fits.")
    if count > MOST_CARDS:
        return gettext("At most %(most)s cards are printed at once.") % {"most": f"{MOST_CARDS:,}"}
    return "" if len(purpose.strip()) >= 4 else gettext("Say in a few words what the file is for.")


MOST_CARDS = 6_000


# Phone rounds


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


# First contacts and households


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
