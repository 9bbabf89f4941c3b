"""How issues stood at a moment, read from their steps: for figures as of an earlier day."""

from collections.abc import Iterable

from django.db.models import BooleanField, Case, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Moment, measure
from fugong.issues.models import Step
from fugong.issues.rules import OPEN, UNSOLVED, Status

ISSUE = "issues.issue"


def _status_then(moment: Moment) -> Subquery:
    steps = Step.objects.system().filter(issue=OuterRef("pk"), at__lte=moment.at)
    return Subquery(steps.order_by("-at", "-pk").values("status")[:1])


@measure(
    ISSUE, "status_then", kind="choice", zh="当时状态", label=_("status at the time"), choices=Status.choices
)
def status_then(moment: Moment) -> Combinable:
    """The status that the last step up to the moment reached; unknown before the issue was found."""
    return _status_then(moment)


@measure(ISSUE, "was_open", kind="flag", zh="当时未销号", label=_("open at the time"))
def was_open(moment: Moment) -> Combinable:
    """Found by the moment, and not verified then."""
    return _stood(moment, OPEN)


@measure(ISSUE, "was_overdue", kind="flag", zh="当时逾期", label=_("overdue at the time"))
def was_overdue(moment: Moment) -> Combinable:
    """Unsolved at the moment, past the deadline that the issue has now (escalation and re-opening move it)."""
    return _stood(moment, UNSOLVED, Q(due_at__lt=moment.at))


def _stood(moment: Moment, statuses: Iterable[str], also: Q | None = None) -> Combinable:
    is_among = Q(In(_status_then(moment), [str(status) for status in statuses]))
    met = When(is_among & also if also else is_among, then=Value(True))
    return Case(met, default=Value(False), output_field=BooleanField())
