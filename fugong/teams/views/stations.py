"""Officers stationed full time at one enterprise: who, where, since when; stationing and ending it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.paths import below_any
from fugong.enterprises.models import Enterprise
from fugong.teams import actions, queries
from fugong.teams.forms import StationForm
from fugong.teams.models import Station
from fugong.teams.views.reach import campaign_in_hand, paths_of, permit

PAGE, SHOWN, MOST_FOUND = 50, 20, 12


@methods("GET")
@permitted(P.SEE_TEAMS)
def stations(request: HttpRequest) -> HttpResponse:
    """Who is stationed where, and the enterprises that must have somebody and have nobody."""
    campaign = campaign_in_hand(request)
    rows = Station.objects.visible_to(request.user).filter(enterprise__campaign=campaign)
    standing = rows.in_force(request.today).select_related("enterprise__area", "officer")
    found = queries.gaps(campaign, paths_of(request), request.today, request.now)
    gap = next((one for one in found if one.key == "station"), None)
    words = request.GET.get("q", "").strip()
    firms = _firms(request).filter(name__icontains=words).order_by("name", "pk") if words else []
    context = {
        "page": Paginator(
            standing.order_by("enterprise__area__path", "enterprise__name", "pk"), PAGE
        ).get_page(request.GET.get("page")),
        "earlier": rows.filter(to_on__lte=request.today)
        .select_related("enterprise", "officer")
        .order_by("-to_on", "-pk")[:SHOWN],
        "gap": gap,
        "without": gap.without[:SHOWN] if gap else [],
        "words": words,
        "found": firms[:MOST_FOUND],
        "may_edit": request.user.has_permission(P.EDIT_TEAMS),
    }
    return render(request, "teams/stations.html", context)


def _firms(request: HttpRequest) -> QuerySet[Enterprise]:
    within = below_any(request.user.area_paths(P.EDIT_TEAMS), "area__path")
    rows: QuerySet[Enterprise] = Enterprise.objects.visible_to(request.user).of(campaign_in_hand(request))
    return rows.filter(within).select_related("area")


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def station(request: HttpRequest, pk: int) -> HttpResponse:
    """Station an officer at an enterprise; refused while they are stationed elsewhere."""
    rows = Enterprise.objects.visible_to(request.user).filter(merged_into__isnull=True)
    firm = get_object_or_404(rows.select_related("area", "campaign__area"), pk=pk)
    permit(request, P.EDIT_TEAMS, firm.area)
    people = queries.officers([firm.campaign.area.path], request.today)
    form = StationForm(request.POST or None, people=people, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        actions.station(enterprise=firm, by=request.user, at=request.now, **form.cleaned_data)
        name = form.cleaned_data["officer"].name
        messages.success(request, _("%(name)s is stationed there.") % {"name": name})
        return redirect("teams:stations")
    context = {"form": form, "heading": firm.name, "lead": _("Who works there full time?")}
    return render(request, "teams/form.html", context, status=422 if request.method == "POST" else 200)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def end_station(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer works elsewhere again from today."""
    rows = Station.objects.visible_to(request.user).select_related("enterprise__area", "officer")
    row = get_object_or_404(rows, pk=pk)
    permit(request, P.EDIT_TEAMS, row.enterprise.area)
    actions.end_station(station=row, on=request.today, by=request.user, at=request.now)
    messages.success(request, _("The station has ended."))
    return redirect("teams:stations")
