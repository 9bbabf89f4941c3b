"""Phone rounds: the list, a new one, how it stands; the caller's phone page; wrong numbers for the clerk."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core.commands import methods
from fugong.core.conditions import said
from fugong.enterprises.models import Enterprise
from fugong.visits import actions
from fugong.visits.artefacts.step_forms import StepsForm
from fugong.visits.fieldwork import phoning
from fugong.visits.fieldwork.call_forms import CallForm, RoundForm, lines_of
from fugong.visits.models import Attempt, Call, NumberProposal, PhoneRound, RoundCaller
from fugong.visits.queries import card_of
from fugong.visits.rules import CallStatus, Ends, RoundStatus, why_not_call
from fugong.visits.views.planned import plannable

COLOURS = {
    CallStatus.WAITING: "blue",
    CallStatus.REACHED: "green",
    CallStatus.REFUSED: "grey",
    CallStatus.CLOSED: "grey",
    CallStatus.NO_NUMBER: "red",
    CallStatus.NOT_REACHED: "amber",
}
STATES = {RoundStatus.RUNNING: "green", RoundStatus.STOPPED: "amber", RoundStatus.FINISHED: "grey"}
ENDING = {"reached": "primary", "wrong": "danger", "refused": "", "closed": "", "retry": "", "call-back": ""}
SHOWN = 100


@methods("GET")
@permitted(P.SEE_VISITS)
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds that this person sees or calls in, the running ones first."""
    seen = PhoneRound.objects.visible_to(request.user).filter(campaign=request.campaign)
    own = Call.objects.visible_to(request.user)
    rows = seen.select_related("area").order_by("ended_at", "-begun_at")
    counts = {
        pk: (total, called)
        for pk, total, called in own.values_list("phone_round").annotate(
            total=Count("pk"), called=Count("pk", filter=Q(calls_made__gt=0))
        )
    }
    mine = set(
        RoundCaller.objects.visible_to(request.user)
        .filter(officer=request.user)
        .values_list("phone_round", flat=True)
    )
    context = {
        "rows": [
            {
                "row": row,
                "colour": STATES[row.status],
                "total": counts.get(row.pk, (0, 0))[0],
                "called": counts.get(row.pk, (0, 0))[1],
                "is_mine": row.pk in mine and row.status == RoundStatus.RUNNING,
            }
            for row in rows
        ],
        "may_begin": request.user.has_permission(P.PLAN_VISITS),
        "numbers": _proposals(request).count() if request.user.has_permission(P.EDIT_ENTERPRISES) else None,
    }
    return render(request, "visits/calls_rounds.html", context)


@methods("GET", "POST")
@permitted(P.PLAN_VISITS)
def new(request: HttpRequest) -> HttpResponse:
    """A new round; "count" says how many enterprises the condition meets before anything begins."""
    campaign = campaign_in_hand(request)
    phone = phoning.phone_of(campaign, request.now)
    form = RoundForm(
        request.POST or None,
        areas=plannable(request),
        people=phoning.possible_callers(campaign.area, request.today),
        initial={"due_on": request.today, "questions": lines_of(phone.questions)},
    )
    if request.method == "GET" or not form.is_valid():
        return render(request, "visits/calls_new.html", {"form": form}, status=422 if form.is_bound else 200)
    area, asked = form.cleaned_data["area"], form.asked
    if "count" in request.POST:
        firms = phoning.to_be_called(campaign, area, asked.condition, request.now)
        context = {"form": form, "found": firms.count(), "firms": firms.order_by("name")[:5]}
        response = render(request, "visits/calls_new.html", context)
        response.keeps_nothing = True  # type: ignore[attr-defined]
        return response
    made = actions.begin_round(campaign=campaign, area=area, asked=asked, by=request.user, at=request.now)
    return redirect("calls:round", made.pk)


def _round(request: HttpRequest, pk: int) -> PhoneRound:
    rows = PhoneRound.objects.visible_to(request.user).select_related("campaign__release", "area", "begun_by")
    found: PhoneRound = get_object_or_404(rows, pk=pk)
    return found


@methods("GET")
@permitted(P.SEE_VISITS)
def one_round(request: HttpRequest, pk: int) -> HttpResponse:
    """How a round stands: n of N by outcome, caller and village; every number opens its calls."""
    row = _round(request, pk)
    seen = Call.objects.visible_to(request.user)
    standing = phoning.standing_of(row, seen)
    decides = request.user.has_permission(P.PLAN_VISITS, row.area)
    not_reached = seen.filter(phone_round=row, status__in=[CallStatus.NOT_REACHED, CallStatus.NO_NUMBER])
    context = {
        "row": row,
        "colour": STATES[row.status],
        "condition": said(row.condition, Enterprise),
        "standing": standing,
        "figures": _figures(row, standing),
        "statuses": [status.label for status in CallStatus],
        "callers": _lines(row, "caller", standing.by_caller),
        "areas": _lines(row, "area", standing.by_area),
        "not_reached": not_reached.select_related("enterprise", "area", "caller").order_by(
            "area__path", "pk"
        )[:SHOWN],
        "chart": _chart(standing),
        "rows_url": _rows(row),
        "decides": decides,
        "moves": _moves(row) if decides else [],
        "why_not_call": why_not_call(row, is_caller=row.callers.filter(officer=request.user).exists()),  # type: ignore[attr-defined]
    }
    return render(request, "visits/calls_round.html", context)


def _rows(row: PhoneRound, **wanted: str) -> str:
    """The address of exactly the calls that a number counts."""
    parts = [f"{name} = {_quoted(value)}" for name, value in {"round": row.name, **wanted}.items()]
    return f"{reverse('calls:list')}?{urlencode({'q': ' and '.join(parts)})}"


def _quoted(value: str) -> str:
    if value in ("True", "False"):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _figures(row: PhoneRound, standing: phoning.Standing) -> list[dict[str, Any]]:
    asked = [
        (_("telephoned"), standing.telephoned, {"is_telephoned": "True"}, "green"),
        *(
            (status.label, standing.by_status[status], {"status": str(status.value)}, COLOURS[status])
            for status in CallStatus
        ),
        (_("visited on the spot since"), standing.visited, {"was_visited": "True"}, "green"),
    ]
    return [
        {"label": label, "n": n, "url": _rows(row, **wanted), "colour": colour}
        for label, n, wanted, colour in asked
    ]


def _lines(row: PhoneRound, name: str, counted: dict[str, Counter[str]]) -> list[dict[str, Any]]:
    return [
        {
            "name": word,
            "url": _rows(row, **{name: word}),
            "total": sum(found.values()),
            "cells": [
                (found[status], _rows(row, **{name: word, "status": str(status.value)}), status.label)
                for status in CallStatus
            ],
        }
        for word, found in sorted(counted.items())
    ]


def _chart(standing: phoning.Standing) -> dict[str, Any]:
    labels = sorted(standing.by_caller)
    return {
        "kind": "stacked",
        "title": _("Calls by caller"),
        "labels": labels,
        "series": [
            {
                "name": str(status.label),
                "values": [standing.by_caller[label][status] for label in labels],
                "colour": COLOURS[status],
            }
            for status in CallStatus
        ],
        "size": "s",
    }


def _moves(row: PhoneRound) -> list[dict[str, str]]:
    words = {
        RoundStatus.RUNNING: (_("Go on"), "player-play"),
        RoundStatus.STOPPED: (_("Stop for now"), "hand-stop"),
        RoundStatus.FINISHED: (_("Finish the round"), "flag-check"),
    }
    wanted = {
        RoundStatus.RUNNING: [RoundStatus.STOPPED, RoundStatus.FINISHED],
        RoundStatus.STOPPED: [RoundStatus.RUNNING, RoundStatus.FINISHED],
    }.get(RoundStatus(row.status), [])
    return [{"value": str(one.value), "label": words[one][0], "icon": words[one][1]} for one in wanted]


@methods("POST")
@permitted(P.PLAN_VISITS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop, go on, finish."""
    row = _round(request, pk)
    if not request.user.has_permission(P.PLAN_VISITS, row.area):
        raise PermissionDenied
    status = request.POST.get("status", "")
    actions.change_round(phone_round=row, status=status, by=request.user, at=request.now)
    return redirect("calls:round", row.pk)


# The caller


@methods("POST")
@permitted(P.SEE_VISITS)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """The next number, in one tap."""
    return _next(request, _round(request, pk))


def _next(request: HttpRequest, row: PhoneRound) -> HttpResponse:
    call = actions.take_next(phone_round=row, by=request.user, at=request.now)
    if call is not None:
        return redirect("calls:call", call.pk)
    messages.success(request, _nothing_left(request, row))
    return redirect("calls:round", row.pk)


def _nothing_left(request: HttpRequest, row: PhoneRound) -> str:
    later = Call.objects.visible_to(request.user).waiting().filter(phone_round=row, call_at__gt=request.now)
    first = later.order_by("call_at").values_list("call_at", flat=True).first()
    if first is None:
        return _("Nobody is left to be called in this round.")
    return _("Nobody is left for now. The next call-back is at %(time)s.") % {
        "time": timezone.localtime(first).strftime("%m-%d %H:%M")
    }


def _call(request: HttpRequest, pk: int) -> Call:
    rows = Call.objects.visible_to(request.user).select_related(
        "phone_round",
        "campaign__release",
        "enterprise__area",
        "enterprise__campaign__release",
        "caller",
        "contact",
    )
    found: Call = get_object_or_404(rows, pk=pk)
    return found


def _form(request: HttpRequest, call: Call, data: Any = None) -> CallForm:
    return CallForm(
        data,
        questions=call.phone_round.questions,
        kinds=phoning.kinds_of_needs(call.campaign),
        at=request.now,
    )


def _steps(request: HttpRequest, call: Call, data: Any = None) -> StepsForm | None:
    """The pack's procedure for a visit by phone, where a call that reached somebody counts as one."""
    if not phoning.phone_of(call.campaign, request.now).counts_as_visit:
        return None
    person = call.contact.name if call.contact else ""
    return StepsForm(data, enterprise=call.enterprise, at=request.now, ways=("phone",), person=person)


@methods("GET")
@permitted(P.SEE_VISITS)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call on the phone: the number for whoever holds it, the questions, the outcomes in one tap."""
    row = _call(request, pk)
    return _call_page(request, row, _form(request, row), _steps(request, row))


def _call_page(
    request: HttpRequest, row: Call, form: CallForm, steps: StepsForm | None, error: str = ""
) -> HttpResponse:
    phone = phoning.phone_of(row.campaign, request.now)
    number = phoning.number_before(row, request.user, request.now)
    tries = (
        Attempt.objects.visible_to(request.user).filter(call=row).select_related("by").order_by("-at", "-pk")
    )
    mine = Call.objects.visible_to(request.user).filter(phone_round=row.phone_round_id, caller=request.user)
    context = {
        "call": row,
        "number": number,
        "form": form,
        "steps": steps,
        "error": error,
        "outcomes": [(one, ENDING[one.ends]) for one in phone.outcomes],
        "tries": [(one, getattr(phone.outcome(one.outcome), "name", one.outcome)) for one in tries],
        "card": card_of(row.enterprise, request.now),
        "done": mine.exclude(status=CallStatus.WAITING).count(),
        "total": mine.count(),
        "colour": COLOURS[CallStatus(row.status)],
        "may_put_back": _may_put_back(request, row),
        "most": phone.most_attempts,
    }
    return render(request, "visits/calls_call.html", context, status=422 if form.is_bound else 200)


@methods("POST")
@permitted(P.SEE_VISITS)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of the call; then at once the next number."""
    row = _call(request, pk)
    form, steps = _form(request, row, request.POST), _steps(request, row, request.POST)
    if not form.is_valid() or (steps and not steps.is_valid()):
        return _call_page(request, row, form, steps)
    outcome, told = form.cleaned_data["outcome"], form.told
    chosen = phoning.phone_of(row.campaign, request.now).outcome(outcome)
    if steps and chosen and chosen.ends == Ends.REACHED:
        if missing := steps.why_not(by_phone=True, photos=0, has_position=False):
            return _call_page(request, row, form, steps, missing)
        told = replace(told, steps=steps.ticks(by_phone=True))
    actions.note_call(call=row, outcome=outcome, told=told, by=request.user, at=request.now)
    if row.phone_round.status != RoundStatus.RUNNING:
        return redirect("calls:round", row.phone_round_id)
    return _next(request, row.phone_round)


def _may_put_back(request: HttpRequest, row: Call) -> bool:
    rights = (P.PLAN_VISITS, P.EDIT_ENTERPRISES)
    is_over = row.status in (CallStatus.NOT_REACHED, CallStatus.NO_NUMBER)
    return is_over and any(request.user.has_permission(right, row.area) for right in rights)


@methods("POST")
@permitted(P.SEE_VISITS)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an enterprise again that was not reached."""
    row = _call(request, pk)
    if not any(request.user.has_permission(right, row.area) for right in (P.PLAN_VISITS, P.EDIT_ENTERPRISES)):
        raise PermissionDenied
    actions.put_back(call=row, by=request.user, at=request.now)
    return redirect("calls:call", row.pk)


# Wrong numbers


def _proposals(request: HttpRequest) -> Any:
    rows = NumberProposal.objects.visible_to(request.user)
    return rows.filter(call__campaign=request.campaign, settled_at__isnull=True)


@methods("GET")
@permitted(P.EDIT_ENTERPRISES)
def numbers(request: HttpRequest) -> HttpResponse:
    """Numbers that were wrong or missing, for the clerk to put right."""
    rows = _proposals(request).select_related("call__enterprise__area", "call__contact", "by").order_by("at")
    return render(request, "visits/calls_numbers.html", {"rows": rows[:SHOWN]})


@methods("POST")
@permitted(P.EDIT_ENTERPRISES)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the contact, or set the proposal aside."""
    rows = NumberProposal.objects.visible_to(request.user).select_related("call__area")
    row = get_object_or_404(rows, pk=pk)
    if not request.user.has_permission(P.EDIT_ENTERPRISES, row.call.area):
        raise PermissionDenied
    phone = request.POST.get("phone", "").strip()[:20]
    aside = "aside" in request.POST
    actions.settle_number(proposal=row, phone=phone, aside=aside, by=request.user, at=request.now)
    return redirect("calls:numbers")
