"""The phone of a volunteer or a household, shown once after a reason was given; who looked and why is on record."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string

from fugong.access.permitted import permitted, still_works
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.refusals import Refused
from fugong.teams import actions
from fugong.teams.forms import ReasonForm
from fugong.teams.models import Household, Volunteer
from fugong.teams.views.reach import permit


@methods("GET", "POST")
@permitted(P.REVEAL_CONTACTS)
@still_works("reading a sealed value for a reason, recorded, until it is erased")
def volunteer_phone(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = Volunteer.objects.visible_to(request.user).select_related("area")
    return _reveal(request, get_object_or_404(rows, pk=pk))


@methods("GET", "POST")
@permitted(P.REVEAL_CONTACTS)
@still_works("reading a sealed value for a reason, recorded, until it is erased")
def household_phone(request: HttpRequest, pk: int) -> HttpResponseBase:
    rows = Household.objects.visible_to(request.user).select_related("area")
    return _reveal(request, get_object_or_404(rows, pk=pk))


def _reveal(request: HttpRequest, target: Volunteer | Household) -> HttpResponseBase:
    permit(request, P.REVEAL_CONTACTS, target.area)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    context = {"target": target, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            phone = actions.reveal(target=target, by=request.user, at=request.now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return render(request, "teams/reveal.html", context, status=422)
        # Streamed, because the answer to a command is kept for resends, and this one must not be.
        shown = render_to_string("teams/revealed.html", {"target": target, "phone": phone}, request)
        return StreamingHttpResponse([shown])
    return render(request, "teams/reveal.html", context, status=422 if form.is_bound else 200)
