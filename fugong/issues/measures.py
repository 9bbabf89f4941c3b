"""What issues say about enterprises and about themselves, as words of conditions."""

from collections.abc import Iterable

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import In, LessThan
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Moment, measure
from fugong.issues.lateness import LOOKED_BACK
from fugong.issues.models import AskBack, Issue, Step
from fugong.issues.rules import OPEN, PROBLEM, UNSOLVED, Reply, Severity


def stood(moment: Moment, statuses: Iterable[str], over: str) -> Q:
    """Issues that were in one of the statuses at the moment: those that are now, or that left them later (`over`).

    What was re-opened has been through them more than once; of these few the steps are read.
    """
    among = [str(status) for status in statuses]
    steps = Step.objects.system().filter(issue=OuterRef("pk"), at__lte=moment.at).order_by("-at", "-pk")
    straight = Q(reopened=0) & (Q(status__in=among) | Q(**{f"{over}__gt": moment.at}))
    again = Q(reopened__gt=0) & Q(In(Subquery(steps.values("status")[:1]), among))
    return Q(found_at__lte=moment.at) & (straight | again)


def past_due(moment: Moment) -> Q:
    """Issues whose deadline of the moment had passed: the row's own where it has not moved since, else the step's.

    Steps written before deadlines were kept with them have none: of those issues today's deadline is taken.
    """
    unmoved = Q(reopened=0)
    for moved_at in ("assessed_at", "escalated_at"):
        unmoved &= Q(**{f"{moved_at}__isnull": True}) | Q(**{f"{moved_at}__lte": moment.at})
    steps = Step.objects.system().filter(issue=OuterRef("pk"), at__lte=moment.at, due_at__isnull=False)
    then = Coalesce(Subquery(steps.order_by("-at", "-pk").values("due_at")[:1]), F("due_at"))
    return (unmoved & Q(due_at__lt=moment.at)) | (~unmoved & Q(LessThan(then, moment.at)))


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
    return _count(found_at__lte=moment.at, merged_into__isnull=True)


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
        stood(moment, UNSOLVED, "solved_at"), past_due(moment), enterprise=OuterRef("pk")
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


@measure(
    "issues.issue", "solved_lately", kind="flag", zh="近十四天整改", label=_("solved in the last 14 days")
)
def solved_lately(moment: Moment) -> Combinable:
    """Reported solved in the fourteen days before the moment, and not re-opened since."""
    lately = When(solved_at__gte=moment.at - LOOKED_BACK, solved_at__lte=moment.at, then=Value(True))
    return Case(lately, default=Value(False))


@measure("issues.issue", "is_request", kind="flag", zh="诉求", label=_("request"))
def is_request(moment: Moment) -> Combinable:
    """Something asked for, as against something found."""
    return Case(When(kind=PROBLEM, then=Value(False)), default=Value(True))


@measure(
    "issues.issue", "denied", kind="flag", zh="回访未解决", label=_("the requester says it is not solved")
)
def denied(moment: Moment) -> Combinable:
    """Somebody who was asked back has said no by the moment."""
    return Exists(
        AskBack.objects.system().filter(issue=OuterRef("pk"), reply=Reply.NO, replied_at__lte=moment.at)
    )
