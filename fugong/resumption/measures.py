"""What resumption says about enterprises, as words of conditions."""

from django.db.models import Exists, F, FloatField, IntegerField, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import NullIf
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Moment, Standing, measure
from fugong.resumption.models import DailyReport, Period, in_force_on
from fugong.resumption.rules import State

ENTERPRISE = "enterprises.enterprise"


# The report of the day, and the period in which an enterprise works: see the constraints of both.
REPORT = Standing(DailyReport, "enterprise", lambda moment: Q(on=moment.on))
WORKING = Standing(Period, "enterprise", lambda moment: Q(state=State.RESUMED) & in_force_on(moment.on))


@measure(ENTERPRISE, "is_resumed", kind="flag", zh="已复工", label=_("resumed"), standing=WORKING)
def is_resumed(moment: Moment) -> Combinable:
    """Whether the enterprise works on the day, by its state of that day."""
    return Exists(WORKING.seen(moment))


@measure(
    ENTERPRISE, "has_reported", kind="flag", zh="当日已报", label=_("has reported the day"), standing=REPORT
)
def has_reported(moment: Moment) -> Combinable:
    """Whether a daily report for the day is in."""
    return Exists(REPORT.seen(moment))


@measure(
    ENTERPRISE,
    "staff_reported",
    kind="number",
    zh="当日员工数",
    label=_("staff by the day's report"),
    standing=REPORT.of("staff"),
)
def staff_reported(moment: Moment) -> Combinable:
    """Staff by the day's report; unknown without one."""
    return Subquery(REPORT.seen(moment).values("staff")[:1], output_field=IntegerField())


@measure(
    ENTERPRISE,
    "staff_on_duty",
    kind="number",
    zh="当日在岗人数",
    label=_("staff on duty"),
    standing=REPORT.of("on_duty"),
)
def staff_on_duty(moment: Moment) -> Combinable:
    """Staff on duty by the day's report; unknown without one."""
    return Subquery(REPORT.seen(moment).values("on_duty")[:1], output_field=IntegerField())


@measure(ENTERPRISE, "on_duty_rate", kind="number", zh="到岗率", label=_("on-duty rate (%)"))
def on_duty_rate(moment: Moment) -> Combinable:
    """Staff on duty in per cent of staff, rounded down, by the day's report; unknown without one."""
    rows = REPORT.seen(moment).annotate(rate=F("on_duty") * 100 / NullIf(F("staff"), 0)).values("rate")[:1]
    return Subquery(rows, output_field=IntegerField())


@measure(ENTERPRISE, "capacity_reached", kind="number", zh="产能恢复率", label=_("capacity reached (%)"))
def capacity_reached(moment: Moment) -> Combinable:
    """Capacity in per cent of a normal day by the day's report; unknown without one."""
    return Subquery(REPORT.seen(moment).values("capacity_percent")[:1], output_field=IntegerField())


@measure(
    ENTERPRISE, "staff_at_capacity", kind="number", zh="折算满产人数", label=_("staff, weighted by capacity")
)
def staff_at_capacity(moment: Moment) -> Combinable:
    """Staff times capacity reached (per cent) / 100 by the day's report: what weighs a town's capacity by staff."""
    rows = REPORT.seen(moment).annotate(at_capacity=F("staff") * F("capacity_percent") / 100.0)
    return Subquery(rows.values("at_capacity")[:1], output_field=FloatField())
