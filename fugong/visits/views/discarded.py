"""A phone says what was put away on it, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from fugong.access.permitted import signed_in
from fugong.core.commands import methods
from fugong.core.refusals import Refused
from fugong.visits import actions
from fugong.visits.forms import DiscardForm
from fugong.visits.rules import Unsent

# Forms that go through the outbox, by the name of their address; each has the enterprise's number in it.
FORMS = {
    "visits:visit": Unsent.VISIT,
    "visits:give_up": Unsent.GIVEN_UP,
    "visits:need": Unsent.NEED,
    "resumption:report": Unsent.REPORT,
}


@methods("POST")
@signed_in
def discarded(request: HttpRequest) -> HttpResponse:
    """Sent by the outbox; see static/js/offline/outbox.js. Of the form itself nothing comes along."""
    form = DiscardForm(request.POST)
    if not form.is_valid():
        raise Refused(form.sentence)
    filled, enterprise = _form_at(form.cleaned_data["form"])
    put_away = actions.PutAway(
        key=form.cleaned_data["key"],
        form=filled,
        reason=form.cleaned_data["reason"],
        enterprise=enterprise,
    )
    actions.discard(put_away=put_away, campaign=request.campaign, by=request.user, at=request.now)
    return redirect("visits:on_phone")


def _form_at(path: str) -> tuple[str, int | None]:
    """Which form stands at an address of ours, and the number of its enterprise."""
    try:
        found: Any = resolve(path)
    except Resolver404:
        return Unsent.OTHER, None
    form = FORMS.get(found.view_name)
    return (form, found.kwargs["pk"]) if form else (Unsent.OTHER, None)
