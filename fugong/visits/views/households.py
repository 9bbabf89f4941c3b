"""Nobody missed: the list of gaps for the desk, an officer's own households on the phone, one household with its calls."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.teams.models import Household, HouseholdCharge
from fugong.teams.queries import contact_days, paths_in
from fugong.visits import actions
from fugong.visits.fieldwork.contact_forms import CallForm
from fugong.visits.fieldwork.households import SILENT, WATCH_OVER, WITHOUT, calls_of, missed, my_households
from fugong.visits.views.reach import campaign_in_hand


@methods("GET")
@permitted(P.SEE_TEAMS)
def households(request: HttpRequest) -> HttpResponse:
    """By area: households, those without an officer, not heard from in time, with a watch past its day."""
    campaign = campaign_in_hand(request)
    rows = missed(campaign, paths_in(request.user, campaign), request.today, request.now)
    plain, watched = contact_days(campaign, request.today)
    texts = {"without": WITHOUT, "silent": SILENT, "watch_over": WATCH_OVER}
    lines = [
        {"row": row, **{name: _url(text, row.area.path) for name, text in texts.items()}} for row in rows
    ]
    context = {
        "lines": lines,
        "total": sum(row.total for row in rows),
        "people": sum(row.people for row in rows),
        **{name: sum(getattr(row, name) for row in rows) for name in texts},
        **{f"{name}_url": _url(text) for name, text in texts.items()},
        "plain": plain,
        "watched": watched,
        "may_edit": request.user.has_permission(P.EDIT_TEAMS),
        "now": request.now,
    }
    return render(request, "visits/households.html", context)


def _url(text: str, path: str = "") -> str:
    """The register with exactly these households."""
    condition = f'{text} and in_area = "{path}"' if path else text
    return f"{reverse('households:list')}?{urlencode({'q': condition})}"


@methods("GET")
@permitted(P.FIND_ISSUES)
def mine(request: HttpRequest) -> HttpResponse:
    """The households that this officer answers for, those with a call due first."""
    rows = my_households(request.user, campaign_in_hand(request), request.today, request.now)
    context = {
        "rows": rows,
        "due": sum(row.is_due for row in rows),
        "spoken": sum(not row.is_due for row in rows),
    }
    return render(request, "visits/my_households.html", context)


def _household(request: HttpRequest, pk: int) -> Household:
    rows = Household.objects.visible_to(request.user).select_related("area", "campaign__release")
    found: Household = get_object_or_404(rows, pk=pk)
    return found


@methods("GET", "POST")
@permitted(P.FIND_ISSUES)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a call at one of the officer's households; what they need becomes a request with its clock."""
    household = _household(request, pk)
    form = CallForm(request.POST or None, campaign=household.campaign)
    if request.method == "POST" and form.is_valid():
        actions.call_at_household(household=household, called=form.called, by=request.user, at=request.now)
        messages.success(request, _("Noted."))
        return redirect("visits:my_households")
    context = {"household": household, "form": form, "calls": calls_of(household)[:10]}
    return render(request, "visits/household_call.html", context, status=422 if form.is_bound else 200)


@methods("GET")
@permitted(P.SEE_TEAMS)
def household(request: HttpRequest, pk: int) -> HttpResponse:
    """One household for the desk: who answers for it and who did, the calls, what was asked for."""
    row = _household(request, pk)
    charges = HouseholdCharge.objects.visible_to(request.user).filter(household=row)
    may_edit = request.user.has_permission(P.EDIT_TEAMS, row.area)
    context = {
        "household": row,
        "charges": charges.select_related("officer").order_by("-from_on", "-pk"),
        "calls": calls_of(row),
        "is_watched": row.watched_until is not None and row.watched_until >= request.today,
        "may_edit": may_edit and row.closed_on is None,
        "may_reveal": bool(row.phone) and request.user.has_permission(P.REVEAL_CONTACTS, row.area),
    }
    return render(request, "visits/household.html", context)
