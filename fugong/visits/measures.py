"""What visits say about enterprises, as words of conditions."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fugong.campaigns.models import Campaign
from fugong.core.conditions import Moment, compile_condition, measure
from fugong.core.days import days_between
from fugong.enterprises.models import Enterprise
from fugong.issues.rules import Status
from fugong.visits.due import Cadence, cadences, expected_of, first_contact_days, strictest_last
from fugong.visits.models import Finding, LookBack, Visit, VisitParticipant
from fugong.visits.rules import Coverage, VisitStatus

ENTERPRISE = "enterprises.enterprise"


def _done(until: date) -> QuerySet[Visit]:
    rows: QuerySet[Visit] = Visit.objects.system().filter(
        enterprise=OuterRef("pk"), status=VisitStatus.DONE, on__lte=until
    )
    return rows.order_by()


def _last(moment: Moment) -> Subquery:
    latest = _done(moment.on).values("enterprise").annotate(last=Max("on")).values("last")
    return Subquery(latest, output_field=DateField())


@measure(ENTERPRISE, "last_visit_on", kind="day", zh="最近走访日", label=_("last visit"))
def last_visit_on(moment: Moment) -> Combinable:
    """Day of the last visit made up to the day; unknown where there was none."""
    return _last(moment)


@measure(
    ENTERPRISE, "days_since_visit", kind="number", zh="距上次走访天数", label=_("days since the last visit")
)
def days_since_visit(moment: Moment) -> Combinable:
    """Whole days from the last visit to the day; unknown where there was none (see `never_visited`)."""
    return days_between(_last(moment), moment.on)


@measure(ENTERPRISE, "visits_made", kind="number", zh="已走访次数", label=_("visits made"))
def visits_made(moment: Moment) -> Combinable:
    """Visits made up to the day."""
    counted = _done(moment.on).values("enterprise").annotate(n=Count("*")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@measure(ENTERPRISE, "never_visited", kind="flag", zh="从未走访", label=_("never visited"))
def never_visited(moment: Moment) -> Combinable:
    """No visit made up to the day."""
    return Case(When(Exists(_done(moment.on)), then=Value(False)), default=Value(True))


@measure(ENTERPRISE, "has_look_back_due", kind="flag", zh="有待回头看", label=_("has a look-back due"))
def has_look_back_due(moment: Moment) -> Combinable:
    """A look-back waits and is due by the day."""
    return Exists(
        LookBack.objects.system().filter(
            enterprise=OuterRef("pk"), done_at__isnull=True, due_on__lte=moment.on
        )
    )


VISIT = "visits.visit"


@measure(ENTERPRISE, "cadence", kind="text", zh="走访频次", label=_("cadence"))
def cadence(moment: Moment) -> Combinable:
    """Key of the cadence or risk list that says how often the enterprise is visited: the shortest it meets."""
    return Subquery(_with_cadence(moment).values("cadence_key"), output_field=CharField())


@measure(
    ENTERPRISE,
    "coverage",
    kind="choice",
    zh="走访情况",
    label=_("visiting mark"),
    choices=Coverage.choices,
)
def coverage(moment: Moment) -> Combinable:
    """Never visited, overdue by cadence or look-back, on time, or visited too often; unknown without a cadence.

    The same rule as `visits.due.coverage`, for the database.
    """
    marked = _with_cadence(moment).filter(cadence_key__isnull=False).annotate(mark=_mark(moment))
    return Subquery(marked.values("mark"), output_field=CharField())


def _with_cadence(moment: Moment) -> QuerySet[Any]:
    """The enterprise of the outer query with `cadence_key`, `cadence_days` (None: once) and `cadence_visits`."""
    rows: QuerySet[Any] = Enterprise.objects.system().filter(pk=OuterRef("pk"))
    campaign = Campaign.objects.select_related("release").filter(pk=moment.campaign_id or 0).first()
    found = strictest_last(cadences(campaign, moment.on)) if campaign else []
    asked: list[tuple[Q, Cadence]] = []
    for one, condition in reversed(found):
        query, needed = compile_condition(condition, Enterprise, moment)
        known = rows.query.annotations
        rows = rows.annotate(**{name: made for name, made in needed.items() if name not in known})
        asked.append((query if query else Q(pk__isnull=False), one))
    numbers = IntegerField()
    visits = {one.key: expected_of(one, campaign.starts_on, moment.on) for _q, one in asked if campaign}
    found_rows: QuerySet[Any] = rows.annotate(
        cadence_key=Case(
            *(When(query, then=Value(one.key)) for query, one in asked), output_field=CharField()
        ),
        cadence_days=Case(
            *(When(query, then=_number(one.every_days)) for query, one in asked), output_field=numbers
        ),
        cadence_visits=Case(
            *(When(query, then=Value(visits[one.key])) for query, one in asked), output_field=numbers
        ),
    )
    return found_rows


def _number(value: int | None) -> Value:
    return Value(value, output_field=IntegerField())


def _mark(moment: Moment) -> Case:
    made = Subquery(
        _done(moment.on).values("enterprise").annotate(n=Count("pk")).values("n"),
        output_field=IntegerField(),
    )
    owed = LookBack.objects.system().waiting().filter(enterprise=OuterRef("pk"), issue__status=Status.SOLVED)
    is_late = Q(cadence_days__lt=days_between(_last(moment), moment.on))
    return Case(
        When(~Exists(_done(moment.on)), then=Value(Coverage.NEVER)),
        When(is_late | Q(Exists(owed.filter(due_on__lt=moment.on))), then=Value(Coverage.OVERDUE)),
        When(cadence_visits__lt=Coalesce(made, 0) - 1, then=Value(Coverage.OVER_VISITED)),
        default=Value(Coverage.ON_TIME),
        output_field=CharField(),
    )


@measure(VISIT, "people", kind="number", zh="走访人数", label=_("people who made it"))
def people(moment: Moment) -> Combinable:
    """How many people made the visit; summed up these are the person-visits, of which a joint visit is several."""
    others = VisitParticipant.objects.system().filter(visit=OuterRef("pk")).order_by()
    counted = others.values("visit").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0) + Value(1)


@measure(VISIT, "is_joint", kind="flag", zh="联合走访", label=_("joint visit"))
def is_joint(moment: Moment) -> Combinable:
    """Several people made the visit together."""
    return Exists(VisitParticipant.objects.system().filter(visit=OuterRef("pk")))


@measure(
    ENTERPRISE, "first_contact_overdue", kind="flag", zh="首次对接逾期", label=_("first contact overdue")
)
def first_contact_overdue(moment: Moment) -> Combinable:
    """Never visited though visited again and again by its cadence, and the pack's days for a first contact (F5) are over.

    They count from the campaign's first day, for an enterprise that came later from the day it came.
    """
    campaign = Campaign.objects.select_related("release").filter(pk=moment.campaign_id or 0).first()
    last = moment.on - timedelta(days=first_contact_days(campaign, moment.on)) if campaign else moment.on
    if campaign is None or campaign.starts_on >= last:
        return Value(False)
    came = timezone.make_aware(datetime.combine(last, time()))
    regular = Exists(_with_cadence(moment).filter(cadence_days__isnull=False))
    owed = Q(created_at__lt=came) & Q(regular) & ~Q(Exists(_done(moment.on)))
    return Case(When(owed, then=Value(True)), default=Value(False))


@measure(VISIT, "findings_made", kind="number", zh="发现问题数", label=_("findings"))
def findings_made(moment: Moment) -> Combinable:
    """Articles found not met at the visit."""
    rows = Finding.objects.system().filter(visit=OuterRef("pk")).order_by()
    counted = rows.values("visit").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
