"""What visits say about enterprises and households, as words of conditions."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
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
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fugong.campaigns.dated import value_on
from fugong.campaigns.models import Campaign
from fugong.core.conditions import Moment, compile_condition, measure
from fugong.core.days import DaysBetween, days_between
from fugong.enterprises.models import Enterprise
from fugong.issues.rules import Status
from fugong.teams.models import Charge, ChargeKind, Household
from fugong.teams.queries import contact_days
from fugong.visits.fieldwork.phoning import visited_since_begun
from fugong.visits.models import Attempt, Finding, HouseholdContact, LookBack, Visit, VisitParticipant
from fugong.visits.plans.due import Cadence, cadences, expected_of, first_contact_days, strictest_last
from fugong.visits.rules import Coverage, VisitStatus

ENTERPRISE = "enterprises.enterprise"
# Where the pack does not say within how many days an article found again counts as repeated.
REPEAT_DAYS = 14


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


CALL = "visits.call"


@measure(CALL, "is_telephoned", kind="flag", zh="已拨打", label=_("telephoned"))
def is_telephoned(moment: Moment) -> Combinable:
    """Somebody called at least once in the round, whatever came of it."""
    return Exists(Attempt.objects.system().filter(call=OuterRef("pk"), at__lte=moment.at))


@measure(CALL, "was_visited", kind="flag", zh="已上门", label=_("visited on the spot since"))
def was_visited(moment: Moment) -> Combinable:
    """Visited on the spot since the round began."""
    return visited_since_begun()


@measure(ENTERPRISE, "times_telephoned", kind="number", zh="电话联系次数", label=_("times telephoned"))
def times_telephoned(moment: Moment) -> Combinable:
    """Calls made to the enterprise in phone rounds up to the moment."""
    rows = Attempt.objects.system().filter(call__enterprise=OuterRef("pk"), at__lte=moment.at).order_by()
    counted = rows.values("call__enterprise").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@measure(ENTERPRISE, "repeat_findings", kind="number", zh="反复发现条款数", label=_("findings made again"))
def repeat_findings(moment: Moment) -> Combinable:
    """Articles found not met that an earlier visit had found within the pack's number of days (`repeat_days`)."""
    campaign = Campaign.objects.select_related("release").filter(pk=moment.campaign_id or 0).first()
    dated = campaign.part("visits").get("repeat_days", []) if campaign else []
    within = int(value_on(dated, moment.on) or REPEAT_DAYS)
    rows = Finding.objects.system().filter(visit__enterprise=OuterRef("pk"), visit__on__lte=moment.on)
    earlier = Finding.objects.system().filter(
        visit__enterprise=OuterRef("visit__enterprise"), article=OuterRef("article")
    )
    apart = earlier.annotate(apart=DaysBetween(OuterRef("visit__on"), F("visit__on")))
    again = rows.filter(Exists(apart.filter(apart__gt=0, apart__lte=within))).order_by()
    counted = again.values("visit__enterprise").annotate(n=Count("article", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@measure(
    ENTERPRISE,
    "instructor_contact_overdue",
    kind="flag",
    zh="指导员首次对接逾期",
    label=_("instructor's first contact overdue"),
)
def instructor_contact_overdue(moment: Moment) -> Combinable:
    """A health instructor answers for it, the pack's days for the first contact (F5) are over, and nobody made a visit yet."""
    campaign = Campaign.objects.select_related("release").filter(pk=moment.campaign_id or 0).first()
    last = moment.on - timedelta(days=first_contact_days(campaign, moment.on)) if campaign else moment.on
    if campaign is None or campaign.starts_on >= last:
        return Value(False)
    charges = Charge.objects.system().in_force(moment.on).filter(enterprise=OuterRef("pk"), from_on__lt=last)
    owed = Q(Exists(charges.filter(kind=ChargeKind.INSTRUCTOR))) & ~Q(Exists(_done(moment.on)))
    return Case(When(owed, then=Value(True)), default=Value(False))


HOUSEHOLD = "teams.household"


def _last_call(moment: Moment) -> Subquery:
    """The last day up to the day on which somebody of the household was spoken to."""
    rows = HouseholdContact.objects.system().reached().filter(household=OuterRef("pk"), on__lte=moment.on)
    latest = rows.order_by().values("household").annotate(last=Max("on")).values("last")
    return Subquery(latest, output_field=DateField())


@measure(HOUSEHOLD, "last_contact_on", kind="day", zh="最近联系日", label=_("last contact"))
def last_contact_on(moment: Moment) -> Combinable:
    """Day of the last call at which somebody was there; unknown where there was none."""
    return _last_call(moment)


@measure(HOUSEHOLD, "contact_overdue", kind="flag", zh="逾期未联系", label=_("not contacted in time"))
def contact_overdue(moment: Moment) -> Combinable:
    """Not spoken to within the pack's days (fewer where somebody is under watch); a new one from the day it was entered."""
    campaign = Campaign.objects.select_related("release").filter(pk=moment.campaign_id or 0).first()
    if campaign is None:
        return Value(False)
    plain, watched = contact_days(campaign, moment.on)
    since = Coalesce(_last_call(moment), TruncDate("created_at"))
    rows = Household.objects.system().filter(pk=OuterRef("pk")).annotate(since=since)
    is_watched = Q(watched_until__gte=moment.on)
    late = is_watched & Q(since__lt=moment.on - timedelta(days=watched))
    late |= Q(since__lt=moment.on - timedelta(days=plain))
    return Exists(rows.filter(late))


@measure(HOUSEHOLD, "watch_overdue", kind="flag", zh="观察期满未销", label=_("watch past its day"))
def watch_overdue(moment: Moment) -> Combinable:
    """A watch has passed its last day and nobody has been spoken to since, so nobody has ended it."""
    rows = Household.objects.system().filter(pk=OuterRef("pk"), watched_until__lt=moment.on)
    rows = rows.annotate(last=_last_call(moment))
    return Exists(rows.filter(Q(last__isnull=True) | Q(last__lte=F("watched_until"))))
