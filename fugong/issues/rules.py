"""The way of an issue: statuses, moves, whose turn it is, and why something may not be done now."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy


class Status(models.TextChoices):
    FOUND = "found", gettext_lazy("found")
    ASSESSED = "assessed", gettext_lazy("assessed")
    ASSIGNED = "assigned", gettext_lazy("assigned")
    SOLVED = "solved", gettext_lazy("solved")
    VERIFIED = "verified", gettext_lazy("verified")
    MERGED = "merged", pgettext_lazy("issue", "merged")


MOVES: dict[str, frozenset[str]] = {
    # A finding put right on the spot is solved at once; somebody else still verifies it.
    Status.FOUND: frozenset({Status.ASSESSED, Status.ASSIGNED, Status.SOLVED, Status.MERGED}),
    Status.ASSESSED: frozenset({Status.ASSIGNED, Status.SOLVED, Status.MERGED}),
    Status.ASSIGNED: frozenset({Status.SOLVED, Status.ASSESSED, Status.MERGED}),
    # A look-back that finds it again sends it back to the one who solved it.
    Status.SOLVED: frozenset({Status.VERIFIED, Status.ASSIGNED, Status.MERGED}),
    Status.VERIFIED: frozenset({Status.ASSIGNED}),
    # Goes on as part of another issue; when the merge is undone it stands where it stood.
    Status.MERGED: frozenset({Status.FOUND, Status.ASSESSED, Status.ASSIGNED, Status.SOLVED}),
}

# Whose turn it is, by status.
OWNERS: dict[str, Any] = {
    Status.FOUND: gettext_lazy("grid lead"),
    Status.ASSESSED: gettext_lazy("grid lead"),
    Status.ASSIGNED: gettext_lazy("handler"),
    Status.SOLVED: gettext_lazy("somebody other than the solver"),
    Status.VERIFIED: gettext_lazy("nobody"),
    Status.MERGED: gettext_lazy("whoever has the issue it was merged into"),
}

OPEN = (Status.FOUND, Status.ASSESSED, Status.ASSIGNED, Status.SOLVED)


class Severity(models.TextChoices):
    MINOR = "minor", gettext_lazy("minor")
    SERIOUS = "serious", gettext_lazy("serious")


class Level(models.TextChoices):
    """Where an issue is solved; the pack gives each level its clock (研判分级)."""

    ON_THE_SPOT = "on-the-spot", gettext_lazy("on the spot")
    DEPARTMENT = "department", gettext_lazy("health department")
    CROSS_DEPARTMENT = "cross-department", gettext_lazy("cross-department")
    CITY = "city", pgettext_lazy("level of an issue", "city")


LEVELS = [Level.ON_THE_SPOT, Level.DEPARTMENT, Level.CROSS_DEPARTMENT, Level.CITY]


class Answer(models.TextChoices):
    WAITING = "waiting", gettext_lazy("waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("hand-over", "accepted")
    REFUSED = "refused", pgettext_lazy("hand-over", "refused")
    WITHDRAWN = "withdrawn", gettext_lazy("withdrawn")


class Reply(models.TextChoices):
    """What the requester says when asked back."""

    WAITING = "waiting", gettext_lazy("not answered yet")
    YES = "yes", pgettext_lazy("ask-back", "really solved")
    NO = "no", pgettext_lazy("ask-back", "not solved")
    OVERTAKEN = "overtaken", gettext_lazy("overtaken: it was re-opened or merged before the answer")


# The kind of an issue that somebody found; every other kind is a request (诉求).
PROBLEM = "problem"
# The origin of what an officer heard at a household, which lies in a module above.
HOUSEHOLD = "visits.householdcontact"


# Before it is solved: these are the ones a clock can raise.
UNSOLVED = (Status.FOUND, Status.ASSESSED, Status.ASSIGNED)


def next_level(level: str) -> str:
    """The level above; the highest stays."""
    place = LEVELS.index(Level(level))
    return LEVELS[min(place + 1, len(LEVELS) - 1)]


def why_not_assess(issue: Any) -> str:
    """Why this issue may not be assessed now; empty when it may. A second assessment corrects the first."""
    if issue.status not in (Status.FOUND, Status.ASSESSED):
        return _("It has been assigned or solved already, so its level stands.")
    return ""


def why_not_assign(issue: Any, department: str, departments: list[str]) -> str:
    """Why this issue may not be given to this department now; empty when it may."""
    if issue.status not in UNSOLVED:
        return _("It has been solved already. Re-open it if it came back.")
    if departments and department not in departments:
        return _("The pack knows no department “%(word)s”. It has: %(known)s.") % {
            "word": department,
            "known": ", ".join(departments),
        }
    return ""


def why_not_answer(hand_over: Any, by: Any) -> str:
    """Why this person may not accept or refuse this hand-over; empty when they may."""
    if hand_over.answer != Answer.WAITING:
        return _("This hand-over has been answered already.")
    if by.department != hand_over.to_department:
        return _("Only the department that was asked can answer.")
    return ""


def why_not_solve(issue: Any, by: Any) -> str:
    """Why this person may not report this issue solved; empty when they may."""
    if issue.status == Status.MERGED:
        return why_not_merged(issue)
    if issue.status not in UNSOLVED:
        return _("It has been reported solved already.")
    if issue.status == Status.ASSIGNED and issue.handler_id is None:
        return _("The department has not accepted it yet.")
    return ""


def why_not_solution(solution: str) -> str:
    return "" if solution.strip() else _("Say what was done.")


def why_not_reason(reason: str) -> str:
    return "" if reason.strip() else _("Give a reason; whoever reads it next needs it.")


def why_not_verify(issue: Any, by: Any) -> str:
    """Why this person may not verify this issue now; empty when they may."""
    if issue.status != Status.SOLVED:
        return _("It has not been solved yet, so there is nothing to verify.")
    if issue.solved_by_id == by.pk:
        return _("Whoever solved an issue cannot verify it. Somebody else has to look.")
    return ""


def why_not_reopen(issue: Any, by: Any, successor: Any = None) -> str:
    """Why this person may not re-open this issue; empty when they may.

    `successor`: the open issue of the same article at the same enterprise, which was found after this one was verified.
    """
    if issue.status == Status.MERGED:
        return why_not_merged(issue)
    if issue.status not in (Status.SOLVED, Status.VERIFIED):
        return _("It is still open.")
    if successor is not None:
        return _("It was found again and is open as issue no. %(number)d. Go on there.") % {
            "number": successor.pk
        }
    return ""


def why_not_deadline(issue: Any, due_at: Any, at: Any) -> str:
    """Why this issue cannot be given this deadline; empty when it can."""
    if issue.status not in UNSOLVED:
        return _("It has been solved; its clock stands still.")
    return _("A deadline lies ahead.") if due_at <= at else ""


def why_not_escalate(issue: Any, at: Any) -> str:
    """Why the clock does not raise this issue now; empty when it does."""
    if issue.status not in UNSOLVED:
        return _("It has been solved; its clock stands still.")
    if issue.due_at is None or issue.due_at >= at:
        return _("It is not overdue.")
    if issue.level == LEVELS[-1]:
        return _("It is on the highest level already.")
    return ""


def why_not_merged(issue: Any) -> str:
    """Why nothing is done about a merged issue itself; empty for every other."""
    if issue.status != Status.MERGED:
        return ""
    return _("It was merged into issue no. %(number)d. Go on there.") % {"number": issue.merged_into_id}


def why_not_merge(kept: Any, absorbed: Any) -> str:
    """Why these two issues may not become one; empty when they may."""
    if kept.pk == absorbed.pk:
        return _("An issue cannot be merged with itself.")
    if kept.campaign_id != absorbed.campaign_id:
        return _("They belong to different campaigns.")
    if kept.status not in OPEN or absorbed.status not in OPEN:
        return _("Only issues that are both open can be merged.")
    return ""


def why_not_undo_merge(merge: Any) -> str:
    """Why this merge may not be undone; empty when it may."""
    if merge.undone_at is not None:
        return _("It has been undone already.")
    if merge.absorbed.merged_into_id != merge.kept_id:
        return _("The issue it was merged into has itself been merged. Undo that first.")
    return ""


def why_not_ask(issue: Any) -> str:
    """Why its requester is not asked whether it is solved; empty when they are."""
    if issue.status not in (Status.SOLVED, Status.VERIFIED):
        return _("Nobody says that it is solved.")
    return ""


def why_not_reply(ask_back: Any) -> str:
    """Why this question takes no answer; empty when it does."""
    return "" if ask_back.reply == Reply.WAITING else _("This question has been answered already.")


def why_not_file(kind: Any, who: str) -> str:
    """Why this kind of request may not be filed by `who` (a role, or "public"); empty when it may."""
    if kind is None:
        return _("The pack knows no such kind of request.")
    return "" if who in kind.by else _("This kind of request is not filed this way.")


def why_not_answers(kind: Any, answers: dict[str, Any]) -> str:
    """Which of the kind's own fields is missing or not among its choices; empty when all is well.

    Where none is given at all nothing is missing: a need that was heard on a visit or by telephone is filed as it was
    said, and whoever serves it asks.
    """
    if not answers:
        return ""
    for field in kind.fields:
        value = answers.get(field.key)
        if field.required and value in (None, ""):
            return _("“%(name)s” must be filled in.") % {"name": field.name}
        if field.choices and value not in (None, "") and value not in dict(field.choices):
            return _("“%(value)s” is not among the choices of “%(name)s”.") % {
                "value": value,
                "name": field.name,
            }
    return ""


def likeness(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1: pairs of neighbouring characters they share (Dice, 1945), spaces aside."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return float(_bare(one) == _bare(other) != "")
    return 2 * len(first & second) / (len(first) + len(second))


def _bare(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _pairs(text: str) -> frozenset[str]:
    bare = _bare(text)
    return frozenset(bare[place : place + 2] for place in range(len(bare) - 1))
