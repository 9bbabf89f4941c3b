"""Who is late: departments and persons, every number opening its rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core.commands import methods
from fugong.issues import lateness, queries
from fugong.issues.models import Issue


@methods("GET")
@permitted(P.SEE_ISSUES)
def late(request: HttpRequest) -> HttpResponse:
    """Departments and persons with what is open, overdue, oldest, come back, and how long they take. Four queries."""
    campaign = campaign_in_hand(request)
    seen = Issue.objects.visible_to(request.user).of(campaign)
    found = lateness.counted(seen, request.now)
    departments, persons = lateness.by_department(found), lateness.by_person(found)
    names = dict(queries.clocks_of(campaign, request.now).departments)
    people, here = lateness.names_of(persons), reverse("issues:list")
    context = {
        "departments": [
            _line(
                row,
                names.get(row.key) or row.key or _("no department yet"),
                here,
                f'department = "{row.key}"',
            )
            for row in departments
        ],
        "persons": [
            _line(row, people.get(row.key, "—"), here, f"handler_number = {row.key}") for row in persons
        ],
        "asked": queries.asked_back(seen),
        "days": lateness.LOOKED_BACK.days,
    }
    return render(request, "issues/late.html", context)


def _line(row: lateness.Late, name: str, here: str, who: str) -> dict[str, Any]:
    return {
        "row": row,
        "name": name,
        "open_url": rows_url(here, who, "is_open = True"),
        "overdue_url": rows_url(here, who, "is_overdue = True"),
        "reopened_url": rows_url(here, who, "is_open = True", "reopened > 0"),
        "solved_url": rows_url(here, who, "solved_lately = True"),
    }


def rows_url(here: str, *conditions: str) -> str:
    """The list of issues (`here`) with exactly the rows that meet the conditions, the longest overdue first."""
    return f"{here}?{urlencode({'q': ' and '.join(conditions), 'sort': 'due_at'})}"
