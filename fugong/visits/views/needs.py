"""A need that an officer hears at the door: filed as a request of its kind, and back to the stop."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import ROLES
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.enterprises.models import Enterprise
from fugong.issues import actions as issues
from fugong.issues.forms import RequestForm
from fugong.issues.kinds import filed_by
from fugong.visits.views.reach import enterprise_at

ORIGIN = "visits.stop"


def need_forms(request: HttpRequest, enterprise: Enterprise) -> list[RequestForm]:
    """A form for each kind that somebody who visits here may file; the one of the kind sent is filled in.

    All of them stand on the page of the visit, so that none has to be fetched where there is no signal.
    """
    visiting = {key for key, role in ROLES.items() if P.MAKE_VISITS in role.permissions}
    held = {posting.role for posting in request.user.postings_in_force}
    chosen = request.POST.get("kind", "")
    return [
        RequestForm(request.POST if kind.key == chosen else None, kind=kind, prefix=kind.key)
        for kind in filed_by(enterprise.campaign, visiting & held)
    ]


@methods("POST")
@permitted(P.MAKE_VISITS)
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """File what the enterprise at this stop needs."""
    enterprise = enterprise_at(request, pk)
    forms = need_forms(request, enterprise)
    form = next((one for one in forms if one.is_bound), None)
    if form is None or not form.is_valid():
        context = {"enterprise": enterprise, "needs": forms, "kind": form and form.kind.key}
        return render(request, "visits/need.html", context, status=422)
    found = issues.Found(
        title=form.cleaned_data["title"],
        detail=form.cleaned_data["detail"],
        kind=form.kind.key,
        answers=form.answers(),
        origin=ORIGIN,
    )
    issues.find(
        campaign=enterprise.campaign,
        enterprise=enterprise,
        area=enterprise.area,
        found=found,
        by=request.user,
        at=request.now,
    )
    messages.success(request, _("The request was filed and handed to the department that serves it."))
    stop = reverse("visits:visit", args=[pk])
    return redirect(f"{stop}?plain=1" if request.POST.get("plain") else stop)
