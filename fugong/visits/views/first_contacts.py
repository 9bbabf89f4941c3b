"""First contacts that are overdue, by area and officer; and meetings, which close those of parks and grids."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.teams.queries import paths_in
from fugong.territory.models import Area
from fugong.visits import actions
from fugong.visits.fieldwork.contact_forms import MeetingForm
from fugong.visits.fieldwork.first_contacts import FirstContact, owed
from fugong.visits.models import Meeting
from fugong.visits.plans.due import first_contact_days
from fugong.visits.views.reach import campaign_in_hand

PAGE, SHOWN, MOST = 50, 6, 24


@methods("GET")
@permitted(P.SEE_VISITS)
def first_contacts(request: HttpRequest) -> HttpResponse:
    """Who owes a first contact to whom, since when; chips for officers and areas narrow the list."""
    campaign = campaign_in_hand(request)
    found = owed(campaign, paths_in(request.user, campaign), request.today)
    officer, area = request.GET.get("officer", ""), request.GET.get("area", "")
    firm = request.GET.get("enterprise", "")
    shown = [one for one in found if officer in ("", str(one.officer.pk)) and area in ("", str(one.area.pk))]
    if firm:
        shown = [one for one in shown if one.enterprise is not None and str(one.enterprise.pk) == firm]
    context = {
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "total": len(found),
        "firms": sum(one.enterprise is not None for one in found),
        "officers": _counted(found, "officer", officer, area),
        "areas": _counted(found, "area", area, officer),
        "officer": officer,
        "area": area,
        "firm": firm,
        "days": first_contact_days(campaign, request.today),
        "rows_url": f"{reverse('enterprises:list')}?{urlencode({'q': 'instructor_contact_overdue = True'})}",
        "meetings": Meeting.objects.visible_to(request.user)
        .filter(campaign=campaign)
        .select_related("area", "by")
        .order_by("-on", "-pk")[:SHOWN],
        "may_visit": request.user.has_permission(P.MAKE_VISITS),
    }
    return render(request, "visits/first_contacts.html", context)


def _counted(found: list[FirstContact], name: str, chosen: str, other: str) -> list[dict[str, object]]:
    """Officers or areas with the number each owes, the most first; whoever else is chosen stays chosen."""
    rows = Counter(getattr(one, name) for one in found)
    kept = "area" if name == "officer" else "officer"
    return [
        {
            "row": row,
            "number": number,
            "active": chosen == str(row.pk),
            "url": "?" + urlencode({key: value for key, value in ((name, row.pk), (kept, other)) if value}),
        }
        for row, number in rows.most_common(MOST)
    ]


@methods("GET", "POST")
@permitted(P.MAKE_VISITS)
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the park's platform or the grid's officers were met."""
    campaign = campaign_in_hand(request)
    areas = Area.objects.visible_to(request.user).below(campaign.area.path)
    area = get_object_or_404(areas, pk=pk)
    if not request.user.has_permission(P.MAKE_VISITS, area):
        raise PermissionDenied
    kind = "park" if area.kind == "park" else "grid"
    form = MeetingForm(request.POST or None, kind=kind, on=request.today)
    if request.method == "POST" and form.is_valid():
        actions.meet(campaign=campaign, area=area, met=form.met, by=request.user, at=request.now)
        messages.success(
            request, _("Noted: the first contact with %(area)s has taken place.") % {"area": area.name}
        )
        return redirect("visits:my_day")
    context = {"form": form, "area": area}
    return render(request, "visits/meeting.html", context, status=422 if form.is_bound else 200)
