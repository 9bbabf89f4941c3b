"""Questions about resumption: the last report, and who is silent."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from fugong.campaigns.models import Campaign
from fugong.enterprises.models import Enterprise
from fugong.resumption.models import DailyReport, Period
from fugong.resumption.rules import State


def last_report(enterprise: Enterprise, before: date) -> DailyReport | None:
    """The latest report up to and including a day: what prefills the next one."""
    reports = DailyReport.objects.system().filter(enterprise=enterprise, on__lte=before)
    found: DailyReport | None = reports.order_by("-on").first()
    return found


def silent(campaign: Campaign, on: date) -> QuerySet[Enterprise]:
    """Enterprises that work on the day and have not reported it: the clerk's list to chase."""
    works = Period.objects.system().filter(enterprise=OuterRef("pk"), state=State.RESUMED).on(on)
    reported = DailyReport.objects.system().filter(enterprise=OuterRef("pk"), on=on)
    rows: QuerySet[Enterprise] = (
        Enterprise.objects.system().of(campaign).filter(Exists(works), ~Exists(reported))
    )
    return rows


def standing(enterprise: Enterprise) -> Period | None:
    """The state that the enterprise is in; None where nobody has said."""
    found: Period | None = (
        Period.objects.system().filter(enterprise=enterprise, to_on__isnull=True).select_related("by").first()
    )
    return found


def reports_of(enterprise: Enterprise, last: int = 14) -> list[DailyReport]:
    """The latest reports of an enterprise, newest first."""
    rows = DailyReport.objects.system().filter(enterprise=enterprise).select_related("by")
    return list(rows.order_by("-on")[:last])


def reported_on(enterprises: QuerySet[Enterprise], on: date) -> dict[int, DailyReport]:
    """The reports of a day by enterprise; one query."""
    rows = DailyReport.objects.system().filter(on=on, enterprise__in=enterprises.order_by().values("pk"))
    return {row.enterprise_id: row for row in rows}
