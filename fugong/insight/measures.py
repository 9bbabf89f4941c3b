"""How issues stood at a moment, from their steps where they went back: for figures as of an earlier day."""

from django.db.models import BooleanField, Case, CharField, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Moment, measure
from fugong.issues.measures import past_due, stood
from fugong.issues.models import Step
from fugong.issues.rules import OPEN, UNSOLVED, Status

ISSUE = "issues.issue"


@measure(
    ISSUE, "status_then", kind="choice", zh="当时状态", label=_("status at the time"), choices=Status.choices
)
def status_then(moment: Moment) -> Combinable:
    """The status that the last step up to the moment reached; unknown before the issue was found."""
    # Of an issue that was never re-opened its own columns tell when it was solved and verified.
    return Case(
        When(reopened=0, verified_at__lte=moment.at, then=Value(str(Status.VERIFIED))),
        When(reopened=0, solved_at__lte=moment.at, then=Value(str(Status.SOLVED))),
        default=_last_step(moment),
        output_field=CharField(),
    )


def _last_step(moment: Moment) -> Subquery:
    steps = Step.objects.system().filter(issue=OuterRef("pk"), at__lte=moment.at)
    return Subquery(steps.order_by("-at", "-pk").values("status")[:1])


@measure(ISSUE, "was_open", kind="flag", zh="当时未销号", label=_("open at the time"))
def was_open(moment: Moment) -> Combinable:
    """Found by the moment, and not verified then."""
    return _flag(stood(moment, OPEN, "verified_at"))


@measure(ISSUE, "was_found", kind="flag", zh="当时已发现", label=_("found by the time"))
def was_found(moment: Moment) -> Combinable:
    """Found by the moment."""
    return _flag(Q(found_at__lte=moment.at))


@measure(ISSUE, "was_verified", kind="flag", zh="当时已销号", label=_("verified at the time"))
def was_verified(moment: Moment) -> Combinable:
    """Verified at the moment; of what came back since, the steps say it."""
    straight = Q(reopened=0, verified_at__lte=moment.at)
    again = Q(reopened__gt=0) & Q(In(_last_step(moment), [str(Status.VERIFIED)]))
    return _flag(straight | again)


@measure(ISSUE, "was_overdue", kind="flag", zh="当时逾期", label=_("overdue at the time"))
def was_overdue(moment: Moment) -> Combinable:
    """Unsolved at the moment, and past the deadline that held then."""
    return _flag(stood(moment, UNSOLVED, "solved_at") & past_due(moment))


def _flag(is_met: Q) -> Combinable:
    return Case(When(is_met, then=Value(True)), default=Value(False), output_field=BooleanField())
