"""Slips to hand over: each volunteer's shifts and the code of their own page, on paper."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.documents import pdf, qr_svg
from fugong.core.row_numbers import row_number
from fugong.teams import queries
from fugong.teams.models import Volunteer
from fugong.teams.views.reach import campaign_in_hand
from fugong.teams.views.rota import monday_asked, people_of, shifts_of

TEMPLATE = Path(__file__).parents[1] / "documents" / "slips.typ"
# As many shifts as have room on a slip; the page behind the code has all.
MOST_SHIFTS = 5
# One of the eight patterns for all: looking for the evenest takes five times as long.
MASK = 3


@methods("GET")
@permitted(P.EDIT_TEAMS)
def slips(request: HttpRequest) -> HttpResponse:
    """For everybody on a shift in the week asked for, or for one volunteer: `?volunteer=`."""
    shifts = queries.shifts_of_week(shifts_of(request), monday_asked(request))
    asked = row_number(request.GET.get("volunteer", ""))
    on_them = [turn.volunteer_id for shift in shifts for turn in shift.turns.all()]  # type: ignore[attr-defined]
    rows = people_of(request).filter(pk__in=[asked] if asked else on_them).order_by("name", "pk")
    people = list(rows)
    if not people:
        raise Http404
    content = pdf(TEMPLATE, _values(request, people, shifts))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="slips.pdf"'
    return response


def _values(request: HttpRequest, people: Iterable[Volunteer], shifts: Iterable[Any]) -> dict[str, Any]:
    lines: dict[int, list[str]] = {}
    for shift in sorted(shifts, key=lambda one: (one.starts_at, one.pk)):
        for turn in shift.turns.all():
            lines.setdefault(turn.volunteer_id, []).append(f"{_hours(shift)} {shift.place}")
    return {
        "title": _("Slips for volunteers"),
        "lead": campaign_in_hand(request).name,
        "none": _("No shift in this week"),
        "hint": _("Scan: all your shifts, and to say that you cannot come. Whoever has the code sees them."),
        "lang": (get_language() or "zh")[:2],
        "slips": [
            {
                "name": one.name,
                "shifts": lines.get(one.pk, [])[:MOST_SHIFTS],
                "qr": qr_svg(link_to(request, one), mask=MASK),
            }
            for one in people
        ],
    }


def _hours(shift: Any) -> str:
    begin, end = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    return f"{begin:%m-%d %H:%M}–{end:%H:%M}"


def link_to(request: HttpRequest, volunteer: Volunteer) -> str:
    """The whole address of a volunteer's own page."""
    return request.build_absolute_uri(reverse("volunteers:my_shifts", args=[queries.link_of(volunteer)]))
