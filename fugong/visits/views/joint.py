"""Joint visits: asked for at an enterprise with everybody who must be there, listed with what became of them, withdrawn."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.paths import below_any
from fugong.enterprises.models import Enterprise
from fugong.visits import actions
from fugong.visits.models import JointVisit
from fugong.visits.plans.plan_forms import JointForm
from fugong.visits.queries import people_around
from fugong.visits.views.planned import number, permit

MOST_FOUND, SHOWN = 12, 60


@methods("GET", "POST")
@permitted(P.PLAN_VISITS)
def joint_visits(request: HttpRequest) -> HttpResponse:
    """The joint visits of these areas, the newest day first; with an enterprise chosen, the form for one more."""
    chosen = number(request, "enterprise")
    firm = get_object_or_404(_firms(request), pk=chosen) if chosen else None
    if firm is None:
        return _page(request)
    people = people_around(firm, request.today)
    form = JointForm(request.POST or None, people=people, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        permit(request, firm.area)
        actions.wish_joint_visit(enterprise=firm, together=form.together(), by=request.user, at=request.now)
        messages.success(request, _("Noted. The next plan of that day sends everybody at the same time."))
        return redirect("visits:joint_visits")
    return _page(request, firm, form, status=422 if form.is_bound else 200)


def _firms(request: HttpRequest) -> QuerySet[Enterprise]:
    """The enterprises for whose areas this person plans."""
    within = below_any(request.user.area_paths(P.PLAN_VISITS), "area__path")
    rows: QuerySet[Enterprise] = Enterprise.objects.visible_to(request.user).filter(
        within, campaign=request.campaign, merged_into__isnull=True
    )
    return rows.select_related("area", "campaign__release")


def _page(
    request: HttpRequest, firm: Enterprise | None = None, form: JointForm | None = None, status: int = 200
) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    found = _firms(request).filter(name__icontains=words).order_by("name", "pk") if words else []
    rows = JointVisit.objects.visible_to(request.user).filter(campaign=request.campaign)
    rows = rows.select_related("enterprise__area", "by").prefetch_related("seats__officer")
    context = {
        "firm": firm,
        "form": form,
        "words": words,
        "found": found[:MOST_FOUND],
        "rows": rows.order_by("-on", "-pk")[:SHOWN],
    }
    return render(request, "visits/joint_visits.html", context, status=status)


@methods("POST")
@permitted(P.PLAN_VISITS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody comes together any more."""
    rows = JointVisit.objects.visible_to(request.user).select_related("enterprise__area")
    row = get_object_or_404(rows, pk=pk)
    permit(request, row.enterprise.area)
    actions.withdraw_joint_visit(joint=row, by=request.user, at=request.now)
    messages.success(request, _("Withdrawn: an ordinary visit is planned when it is due."))
    return redirect("visits:joint_visits")
