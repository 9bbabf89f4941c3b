"""What issues say about enterprises and about themselves, as words of conditions."""

from collections.abc import Iterable

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Moment, measure
from fugong.issues.models import Issue, Step
from fugong.issues.rules import OPEN, UNSOLVED, Severity


def stood(moment: Moment, statuses: Iterable[str], over: str) -> Q:
    """Issues that were in one of the statuses at the moment: those that are now, or that left them later (`over`).

    What was re-opened has been through them more than once; of these few the steps are read.
    """
    among = [str(status) for status in statuses]
    steps = Step.objects.system().filter(issue=OuterRef("pk"), at__lte=moment.at).order_by("-at", "-pk")
    straight = Q(reopened=0) & (Q(status__in=among) | Q(**{f"{over}__gt": moment.at}))
    again = Q(reopened__gt=0) & Q(In(Subquery(steps.values("status")[:1]), among))
    return Q(found_at__lte=moment.at) & (straight | again)


def _open(moment: Moment) -> Q:
    return stood(moment, OPEN, "verified_at")


def _count(*wanted: Q, **conditions: object) -> Combinable:
    """How many issues of the enterprise meet the conditions; 0 where there is none."""
    rows = Issue.objects.system().filter(*wanted, enterprise=OuterRef("pk"), **conditions).order_by()
    counted = rows.values("enterprise").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@measure("enterprises.enterprise", "open_issues", kind="number", zh="未销号问题数", label=_("open issues"))
def open_issues(moment: Moment) -> Combinable:
    """Issues found by the moment and not verified then."""
    return _count(_open(moment))


@measure(
    "enterprises.enterprise",
    "serious_open_issues",
    kind="number",
    zh="未销号严重问题数",
    label=_("serious open issues"),
)
def serious_open_issues(moment: Moment) -> Combinable:
    """Issues open at the moment that are assessed as serious."""
    return _count(_open(moment), severity=Severity.SERIOUS)


@measure(
    "enterprises.enterprise", "issues_found", kind="number", zh="累计问题数", label=_("issues found so far")
)
def issues_found(moment: Moment) -> Combinable:
    """All issues found by the moment, verified ones too."""
    return _count(found_at__lte=moment.at)


@measure(
    "enterprises.enterprise",
    "reopened_issues",
    kind="number",
    zh="反弹问题次数",
    label=_("times issues came back"),
)
def reopened_issues(moment: Moment) -> Combinable:
    """How often issues of the enterprise were re-opened."""
    rows = Issue.objects.system().filter(enterprise=OuterRef("pk"), found_at__lte=moment.at).order_by()
    summed = rows.values("enterprise").annotate(n=Sum("reopened")).values("n")
    return Coalesce(Subquery(summed, output_field=IntegerField()), 0)


@measure(
    "enterprises.enterprise",
    "has_overdue_issue",
    kind="flag",
    zh="有逾期问题",
    label=_("has an overdue issue"),
)
def has_overdue_issue(moment: Moment) -> Combinable:
    """Whether an unsolved issue of the enterprise is past its due time at the moment."""
    late = Issue.objects.system().filter(
        stood(moment, UNSOLVED, "solved_at"), enterprise=OuterRef("pk"), due_at__lt=moment.at
    )
    return Exists(late)


@measure("issues.issue", "is_overdue", kind="flag", zh="逾期", label=_("overdue"))
def is_overdue(moment: Moment) -> Combinable:
    """Unsolved past its due time at the moment."""
    return Case(When(status__in=UNSOLVED, due_at__lt=moment.at, then=Value(True)), default=Value(False))


@measure("issues.issue", "is_open", kind="flag", zh="未销号", label=_("open"))
def is_open(moment: Moment) -> Combinable:
    """Not verified yet."""
    return Case(When(status__in=OPEN, then=Value(True)), default=Value(False))
