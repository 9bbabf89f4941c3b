"""The rota: a week of shifts, one shift with who could take it, a fair proposal, who came."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.paths import below_any
from fugong.core.row_numbers import row_number
from fugong.teams import actions, queries
from fugong.teams.forms import ShiftForm
from fugong.teams.models import Shift, Turn, Volunteer
from fugong.teams.views.reach import campaign_in_hand, permit
from fugong.territory.models import Area


def shifts_of(request: HttpRequest) -> QuerySet[Shift]:
    rows: QuerySet[Shift] = Shift.objects.visible_to(request.user).filter(campaign=campaign_in_hand(request))
    return rows


def people_of(request: HttpRequest) -> QuerySet[Volunteer]:
    """The volunteers whom this person may put on shifts."""
    within = below_any(request.user.area_paths(P.EDIT_TEAMS), "area__path")
    rows = Volunteer.objects.visible_to(request.user).present()
    found: QuerySet[Volunteer] = rows.filter(within, campaign=campaign_in_hand(request))
    return found


def monday_asked(request: HttpRequest) -> date:
    """The Monday of the week asked for; this week's where the address says nothing."""
    try:
        day = date.fromisoformat(request.POST.get("week") or request.GET.get("week", ""))
    except ValueError:
        day = request.today
    return day - timedelta(days=day.weekday())


@methods("GET")
@permitted(P.SEE_TEAMS)
def rota(request: HttpRequest) -> HttpResponse:
    """The week as a grid: a row for each post, a column for each day, in each field the shifts with who is on them."""
    campaign, monday = campaign_in_hand(request), monday_asked(request)
    shifts = queries.shifts_of_week(shifts_of(request), monday)
    for shift in shifts:
        shift.lacking = max(0, shift.needed - len(shift.turns.all()))  # type: ignore[attr-defined]
    context = {
        "days": [monday + timedelta(days=ahead) for ahead in range(7)],
        "today": request.today,
        "posts": _posts(shifts, monday, dict(queries.shift_kinds(campaign))),
        "places": sum(shift.needed for shift in shifts),
        "taken": sum(len(shift.turns.all()) for shift in shifts),  # type: ignore[attr-defined]
        "lacking": sum(shift.lacking for shift in shifts),  # type: ignore[attr-defined]
        "week": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "called_off": queries.called_off(shifts_of(request), request.now),
        "rest": queries.rest_hours(campaign, request.today),
        "may_edit": request.user.has_permission(P.EDIT_TEAMS),
        "now": request.now,
    }
    return render(request, "teams/rota.html", context)


def _posts(shifts: list[Shift], monday: date, names: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    for (kind, place), rows in groupby(shifts, key=lambda shift: (shift.kind, shift.place)):
        days: list[list[Shift]] = [[] for _day in range(7)]
        for shift in rows:
            days[(timezone.localdate(shift.starts_at) - monday).days].append(shift)
        found.append({"kind": names.get(kind, kind), "place": place, "days": days})
    return found


def _to_week(monday: date) -> HttpResponse:
    return redirect(f"{reverse('volunteers:rota')}?week={monday.isoformat()}")


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def new_shift(request: HttpRequest) -> HttpResponse:
    """Plan a shift, on one day or on several."""
    campaign = campaign_in_hand(request)
    areas = Area.objects.below(campaign.area.path).filter(below_any(request.user.area_paths(P.EDIT_TEAMS)))
    form = ShiftForm(request.POST or None, areas=areas, campaign=campaign, on=request.today)
    if request.method == "POST" and form.is_valid():
        permit(request, P.EDIT_TEAMS, form.cleaned_data["area"])
        for facts in form.facts():
            actions.plan_shift(campaign=campaign, facts=facts, by=request.user, at=request.now)
        messages.success(request, _("The shifts stand in the rota; nobody is on them yet."))
        day = form.cleaned_data["on"]
        return _to_week(day - timedelta(days=day.weekday()))
    context = {"form": form, "heading": _("New shift")}
    return render(request, "teams/form.html", context, status=422 if request.method == "POST" else 200)


def _shift(request: HttpRequest, pk: int) -> Shift:
    rows = shifts_of(request).select_related("area", "campaign__release", "campaign__area")
    found: Shift = get_object_or_404(rows, pk=pk)
    return found


@methods("GET")
@permitted(P.SEE_TEAMS)
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    """One shift: who is on it, who could be with the hours they have, and why the others cannot."""
    row = _shift(request, pk)
    found = queries.candidates(row, people_of(request)) if request.user.has_permission(P.EDIT_TEAMS) else []
    turns = list(row.turns.select_related("volunteer__area").order_by("volunteer__name", "pk"))  # type: ignore[attr-defined]
    context = {
        "shift": row,
        "kind_name": dict(queries.shift_kinds(row.campaign)).get(row.kind, row.kind),
        "skill_name": dict(queries.skills_of(row.campaign)).get(row.skill, row.skill),
        "turns": turns,
        "called_off": row.called_off.select_related("volunteer").order_by("at", "pk"),  # type: ignore[attr-defined]
        "lacking": max(0, row.needed - len(turns)),
        "able": [one for one in found if not one.why_not],
        "unable": [one for one in found if one.why_not],
        "has_begun": row.starts_at <= request.now,
        "is_noted": any(turn.has_come is not None for turn in turns),
        "week": timezone.localdate(row.starts_at).isoformat(),
        "may_edit": request.user.has_permission(P.EDIT_TEAMS, row.area),
    }
    return render(request, "teams/shift.html", context)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a volunteer on the shift."""
    row = _shift(request, pk)
    permit(request, P.EDIT_TEAMS, row.area)
    number = request.POST.get("volunteer", "")
    person = people_of(request).filter(pk=row_number(number)).first()
    if person is None:
        messages.warning(request, _("Nobody was selected."))
        return redirect("volunteers:shift", pk)
    again = bool(request.POST.get("again"))
    actions.take_shift(shift=row, volunteer=person, by=request.user, at=request.now, again=again)
    messages.success(request, _("%(name)s is on the shift.") % {"name": person.name})
    return redirect("volunteers:shift", pk)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a volunteer off a shift."""
    rows = Turn.objects.filter(shift__in=shifts_of(request).values("pk")).select_related(
        "shift__area", "volunteer"
    )
    turn = get_object_or_404(rows, pk=pk)
    permit(request, P.EDIT_TEAMS, turn.shift.area)
    actions.release(turn=turn, by=request.user, at=request.now)
    messages.success(request, _("%(name)s is off the shift.") % {"name": turn.volunteer.name})
    return redirect("volunteers:shift", turn.shift_id)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody is needed at this shift any more."""
    row = _shift(request, pk)
    permit(request, P.EDIT_TEAMS, row.area)
    actions.cancel_shift(shift=row, by=request.user, at=request.now)
    messages.success(request, _("The shift was cancelled; whoever was on it is free again."))
    day = timezone.localdate(row.starts_at)
    return _to_week(day - timedelta(days=day.weekday()))


@methods("POST")
@permitted(P.EDIT_TEAMS)
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Who came; their hours count."""
    row = _shift(request, pk)
    permit(request, P.EDIT_TEAMS, row.area)
    came = [row_number(text) for text in request.POST.getlist("came")]
    number = actions.note_attendance(shift=row, came=came, by=request.user, at=request.now)
    words = ngettext("%(n)d came; the hours count.", "%(n)d came; their hours count.", number)
    messages.success(request, words % {"n": number})
    return redirect("volunteers:shift", pk)


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def proposal(request: HttpRequest) -> HttpResponse:
    """The open places of the week, each time whoever has the fewest hours; nobody is on a shift before a person says so."""
    monday = monday_asked(request)
    paths = request.user.area_paths(P.EDIT_TEAMS)
    shifts = queries.shifts_of_week(shifts_of(request).filter(below_any(paths, "area__path")), monday)
    found = queries.propose(campaign_in_hand(request), shifts, people_of(request), request.now)
    if request.method == "POST":
        chosen = set(request.POST.getlist("ids"))
        turns = [(one.shift, one.volunteer) for one in found if one.key in chosen]
        made = actions.confirm_turns(turns=turns, by=request.user, at=request.now)
        words = ngettext("%(n)d place was filled.", "%(n)d places were filled.", made)
        messages.success(request, words % {"n": made})
        return _to_week(monday)
    names = dict(queries.shift_kinds(campaign_in_hand(request)))
    rows = [{"one": one, "kind": names.get(one.shift.kind, one.shift.kind)} for one in found]
    open_places = sum(
        max(0, shift.needed - len(shift.turns.all()))  # type: ignore[attr-defined]
        for shift in shifts
        if shift.starts_at > request.now
    )
    context = {"rows": rows, "week": monday, "open_places": open_places, "left": open_places - len(rows)}
    return render(request, "teams/rota_proposal.html", context)
