"""The field officer's day on the phone: stops, what waits beside them, the map, and what is on this phone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fugong.access.permitted import permitted, signed_in
from fugong.access.roles import Permission as P
from fugong.access.sessions import seconds_left
from fugong.core.commands import methods
from fugong.visits import queries
from fugong.visits.fieldwork.first_contacts import owed
from fugong.visits.fieldwork.households import due_of
from fugong.visits.fieldwork.my_day import OfficerDay, route_shapes
from fugong.visits.fieldwork.roles_today import roles_today
from fugong.visits.views.checklist_files import to_keep
from fugong.visits.views.reach import officers_day

MOST_FOUND, MOST_OWED = 12, 8


@methods("GET")
@permitted(P.MAKE_VISITS)
def my_day(request: HttpRequest) -> HttpResponse:
    """Today's stops with their reasons, what is done, look-backs that are the officer's own, and a search."""
    day = officers_day(request)
    words = request.GET.get("q", "").strip()
    found = queries.open_to(request.user, request.today).filter(name__icontains=words) if words else []
    context = {
        "day": day,
        "words": words,
        "found": found[:MOST_FOUND],
        "has_map": any(s.position for s in day.stops),
        "keep": None if request.viewing_as else _to_keep(request, day),
        **_besides(request),
    }
    return render(request, "visits/my_day.html", context)


def _besides(request: HttpRequest) -> dict[str, Any]:
    """What waits for the officer beside the route: their roles, first contacts they owe, households to call at."""
    if request.campaign is None:
        return {}
    who, campaign, on = request.user, request.campaign, request.today
    total, due = due_of(who, campaign, on, request.now)
    return {
        "roles": roles_today(who, campaign, on, request.now),
        "contacts": owed(campaign, [campaign.area.path], on, officer=who, overdue=False)[:MOST_OWED],
        "households": total,
        "households_due": due,
        "today": on,
    }


def _to_keep(request: HttpRequest, day: OfficerDay) -> dict[str, Any]:
    """What the phone keeps for a day without signal: these pages and no others, for this person, as long as this session."""
    firms = [stop.planned.enterprise_id for stop in day.stops if stop.visit is None]
    firms += [owed.enterprise_id for owed in day.own]
    visits = [reverse("visits:visit", args=[firm]) for firm in firms]
    frame = [reverse(name) for name in ("visits:my_day", "desk:my_day", "visits:on_phone", "visits:my_route")]
    return {
        "person": request.user.pk,
        "seconds": seconds_left(request),
        "pages": [*frame, *visits, *(f"{visit}?plain=1" for visit in visits), *to_keep(request.campaign)],
        "fallback": reverse("visits:on_phone"),
    }


@methods("GET")
@signed_in
def on_phone(request: HttpRequest) -> HttpResponse:
    """What is on this phone: to send, refused and why, sent. The list itself is the phone's, and needs no signal."""
    back = "visits:my_day" if request.user.has_permission(P.MAKE_VISITS) else "desk:home"
    return render(request, "visits/on_phone.html", {"back_url": reverse(back)})


@methods("GET")
@permitted(P.MAKE_VISITS)
def my_route(request: HttpRequest) -> HttpResponse:
    """The day on the map: numbered stops and the way between them. A page of its own, because a map is heavy."""
    day = officers_day(request)
    return render(request, "visits/my_route.html", {"day": day, "shapes": route_shapes(day)})
