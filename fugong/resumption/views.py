"""Pages of resumption: the report of a day (on a phone), and since when an enterprise works."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.days import day_asked
from fugong.core.merging import merge
from fugong.core.refusals import Refused
from fugong.enterprises.models import Enterprise
from fugong.resumption import actions, queries
from fugong.resumption.forms import ReportForm, StateForm
from fugong.resumption.models import DailyReport


@methods("GET", "POST")
@permitted(P.REPORT_DAILY)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a day (`?on=`, today unless asked): filled in from that day's report, else from the last one."""
    enterprise = _enterprise(request, pk)
    on = day_asked(request.GET.get("on", ""), request.today)
    last = queries.last_report(enterprise, on)
    is_correction = last is not None and last.on == on
    form = ReportForm(request.POST or None, initial=_initial(enterprise, last))
    if request.method == "POST" and form.is_valid():
        merge(form, request, last if is_correction else None, enterprise, on)
    if request.method == "POST" and form.is_valid() and _taken_in(request, enterprise, on, form):
        messages.success(request, _("The report of %(day)s is in.") % {"day": on})
        return redirect(_back(request, enterprise))
    context = {
        "enterprise": enterprise,
        "form": form,
        "on": on,
        "is_today": on == request.today,
        "last": last,
        "is_correction": is_correction,
        "back_url": _back(request, enterprise),
    }
    return render(request, "resumption/report.html", context, status=422 if request.method == "POST" else 200)


def _taken_in(request: HttpRequest, enterprise: Enterprise, on: Any, form: ReportForm) -> bool:
    """Take the report in; a refusal becomes an error of the form, so that nothing typed is lost."""
    try:
        actions.report(
            enterprise=enterprise,
            on=on,
            figures=actions.Figures(**form.cleaned_data),
            by=request.user,
            at=request.now,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _initial(enterprise: Enterprise, last: DailyReport | None) -> dict[str, Any]:
    if last is None:
        return {"staff": enterprise.headcount, "with_symptoms": 0, "mask_days": enterprise.mask_days}
    return {field.name: getattr(last, field.name) for field in fields(actions.Figures)}


def _back(request: HttpRequest, enterprise: Enterprise) -> str:
    """Where the person came from, by role: one's own firm, one's firms, or the enterprise's page."""
    if request.user.has_role("enterprise_contact"):
        return f"{reverse('desk:my_enterprise')}?enterprise={enterprise.pk}"
    if request.user.has_role("liaison"):
        return reverse("desk:my_enterprises")
    return reverse("desk:dossier", args=[enterprise.pk])


def _enterprise(request: HttpRequest, pk: int) -> Enterprise:
    """One that the person sees and may report for."""
    rows = Enterprise.objects.visible_to(request.user).filter(merged_into__isnull=True)
    enterprise: Enterprise = get_object_or_404(rows.select_related("area", "campaign__release"), pk=pk)
    if not request.user.has_permission(P.REPORT_DAILY, enterprise.area):
        raise PermissionDenied
    return enterprise


@methods("GET", "POST")
@permitted(P.REPORT_DAILY)
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Say since when the enterprise works, or stands still again."""
    enterprise = _enterprise(request, pk)
    standing = queries.standing(enterprise)
    form = StateForm(
        request.POST or None, initial={"on": request.today, "state": getattr(standing, "state", "")}
    )
    if request.method == "POST" and form.is_valid() and _set(request, enterprise, form):
        messages.success(request, _("Its state was recorded."))
        return redirect(_back(request, enterprise))
    context = {
        "enterprise": enterprise,
        "form": form,
        "standing": standing,
        "back_url": _back(request, enterprise),
    }
    return render(request, "resumption/state.html", context, status=422 if request.method == "POST" else 200)


def _set(request: HttpRequest, enterprise: Enterprise, form: StateForm) -> bool:
    if form.cleaned_data["on"] > request.today:
        form.add_error("on", _("A day that has not begun cannot be recorded."))
        return False
    try:
        actions.set_state(enterprise=enterprise, by=request.user, at=request.now, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
