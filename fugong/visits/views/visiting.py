"""A visit on the phone: the enterprise's card, look-backs, the procedure and the checklist; sent, it is written down."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.models import Campaign
from fugong.core.commands import methods, once
from fugong.enterprises.models import Enterprise
from fugong.visits import actions, queries, rules
from fugong.visits.artefacts.manuals import articles_in, manual_of
from fugong.visits.artefacts.step_forms import StepsForm
from fugong.visits.checklists import (
    checklist_for,
    checklist_shown,
    localised,
    mark_of,
    offered_again,
    remarks_of,
)
from fugong.visits.forms import GiveUpForm, VisitForm
from fugong.visits.models import Checklist, Visit
from fugong.visits.views.checklist_files import addresses_of
from fugong.visits.views.filled import Filled
from fugong.visits.views.needs import need_forms
from fugong.visits.views.reach import enterprise_at, phones_clock
from fugong.visits.xforms import prefilled


@methods("GET", "POST", reads_first=True)
@permitted(P.MAKE_VISITS)
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Do a visit: the enterprise's card, look-backs, the checklist. `?plain=1` shows the checklist as a plain form."""
    enterprise, is_new = enterprise_at(request, pk), request.method != "POST"
    owed = queries.look_backs_due(enterprise) if request.user.has_permission(P.VERIFY_ISSUES) else ()
    form = VisitForm(
        request.POST or None,
        owed=owed,
        user=request.user,
        at=request.now,
        together=queries.planned_together(enterprise, request.user, request.today) if is_new else (),
    )
    if is_new or "others" in request.POST:
        form.may_name(queries.companions(enterprise, request.user, request.today))
    checklist = checklist_shown(enterprise, request.POST.get("checklist", "")) or checklist_for(
        enterprise, request.now
    )
    filled = Filled(request, enterprise, checklist)
    steps = StepsForm(request.POST or None, request.FILES or None, enterprise=enterprise, at=request.now)
    if not is_new and form.is_valid() and filled.is_valid() and _follows(steps, form, filled):
        recorded = partial(_record, request, enterprise, form, filled, steps)
        return once(request, lambda: redirect("visits:done", recorded().pk))
    return _visit_page(request, enterprise, form, filled, steps)


def _follows(steps: StepsForm, form: VisitForm, filled: Filled) -> bool:
    """Whether the procedure was followed; else the page says which steps are missing."""
    if not steps.is_valid():
        return False
    filled.error = steps.why_not(
        by_phone=form.cleaned_data["by_phone"],
        photos=len(filled.photos),
        has_position=form.position is not None,
    )
    return not filled.error


def _record(
    request: HttpRequest,
    enterprise: Enterprise,
    form: VisitForm,
    filled: Filled,
    steps: StepsForm,
) -> Visit:
    values, clock = form.cleaned_data, phones_clock(request)
    started_at, ended_at = rules.on_servers_clock(
        values["started_at"], values["device_at"], clock, request.now
    )
    draft = actions.Draft(
        key=values["key"],
        started_at=started_at,
        ended_at=ended_at,
        kind=rules.kind_of(
            by_phone=values["by_phone"],
            looks_back=bool(form.looked),
            is_first=not queries.was_visited(enterprise),
        ),
        faults=filled.submission.faults,
        looked=form.looked,
        answers=filled.submission.answers,
        submission=filled.xml,
        note=values["note"],
        position=form.position,
        device_at=values["device_at"],
        photos=[*filled.photos, *steps.photos.values()],
        with_others=form.with_others,
        steps=steps.ticks(by_phone=values["by_phone"], behind=request.now - clock if clock else timedelta()),
    )
    return actions.record_visit(
        enterprise=enterprise, draft=draft, checklist=filled.checklist, by=request.user, at=request.now
    )


def _visit_page(
    request: HttpRequest, enterprise: Enterprise, form: VisitForm, filled: Filled, steps: StepsForm
) -> HttpResponse:
    checklist = filled.checklist
    if form.is_bound:
        form.may_name(queries.companions(enterprise, request.user, request.today))
    plain = filled.is_plain or checklist is None or (form.is_bound and not filled.is_engine)
    context = {
        "card": queries.card_of(enterprise, request.now),
        "enterprise": enterprise,
        "form": form,
        "look_rows": form.look_rows(),
        "checklist": checklist,
        "steps": steps,
        "in_manual": _in_manual(enterprise.campaign),
        "plain": plain,
        "check": filled.form,
        "mark": mark_of(enterprise, checklist) if checklist else "",
        "error": filled.error,
        "give_up": GiveUpForm(),
        "needs": need_forms(request, enterprise),
        "engine": _engine(checklist, filled.last) if checklist and not plain else None,
    }
    status = 422 if request.method == "POST" else 200
    response = render(request, "visits/visit.html", context, status=status)
    response.needs_wasm = not plain  # type: ignore[attr-defined]
    return response


def _in_manual(campaign: Campaign) -> set[str]:
    """The articles that the technical manual says something about."""
    return set(articles_in(manual_of(campaign.part("visits"), _language()[:2])))


def _engine(checklist: Checklist, last: dict[str, str]) -> dict[str, Any]:
    """The form for the engine, with what the sheet offers again of the last visit."""
    offered, remarks = offered_again(checklist, last), remarks_of(checklist, last)
    xform = prefilled(checklist.xform, offered, remarks)
    return {
        "xform": localised(xform, _language()),
        "locale": _language(),
        "attachments": addresses_of(checklist),
    }


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"
