"""A stop that is given up: nobody there, or no way in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods, once
from fugong.enterprises.models import Enterprise
from fugong.visits import actions, rules
from fugong.visits.forms import GiveUpForm
from fugong.visits.views.reach import enterprise_at, phones_clock


@methods("POST", reads_first=True)
@permitted(P.MAKE_VISITS)
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Noted with its reason and, where one was taken, a photo of the door; on to the next stop."""
    enterprise = enterprise_at(request, pk)
    form = GiveUpForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "visits/give_up.html", {"enterprise": enterprise, "give_up": form}, status=422)
    return once(request, lambda: _noted(request, enterprise, form))


def _noted(request: HttpRequest, enterprise: Enterprise, form: GiveUpForm) -> HttpResponse:
    device_at = form.cleaned_data["device_at"]
    _begun, made_at = rules.on_servers_clock(
        device_at or request.now, device_at, phones_clock(request), request.now
    )
    actions.give_up(
        enterprise=enterprise,
        given_up=actions.GivenUp(
            reason=form.reason, key=form.cleaned_data["key"], made_at=made_at, photos=form.photos
        ),
        by=request.user,
        at=request.now,
    )
    messages.success(request, _("Noted. The enterprise stays due."))
    return redirect("visits:my_day")
