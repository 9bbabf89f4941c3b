"""Households are given to officers in bulk; a household is no longer counted, or loses its officer."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.paths import below, below_any
from fugong.core.row_numbers import row_number
from fugong.teams import actions, queries
from fugong.teams.forms import GiveForm
from fugong.teams.models import Household, HouseholdCharge
from fugong.teams.views.reach import campaign_in_hand, permit
from fugong.territory.models import Area

PAGE = 100


def _mine(request: HttpRequest) -> QuerySet[Household]:
    """The households for which this person names officers."""
    within = below_any(request.user.area_paths(P.EDIT_TEAMS), "area__path")
    rows: QuerySet[Household] = Household.objects.visible_to(request.user).of(campaign_in_hand(request))
    return rows.filter(within)


def _area(request: HttpRequest) -> Area | None:
    number = request.POST.get("area") or request.GET.get("area") or ""
    if not number:
        return None
    areas = Area.objects.visible_to(request.user).below(campaign_in_hand(request).area.path)
    found: Area = get_object_or_404(areas, pk=row_number(number))
    return found


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def give(request: HttpRequest) -> HttpResponse:
    """Households without an officer, of one area or of all; those chosen, or all of the area, are given to one officer."""
    area = _area(request)
    rows = _mine(request)
    rows = rows.filter(below(area.path, "area__path")) if area else rows
    show_all = (request.POST.get("show") or request.GET.get("show")) == "all"
    open_rows = rows if show_all else queries.without_officer(rows)
    people = queries.officers([area.path if area else campaign_in_hand(request).area.path], request.today)
    form = GiveForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        return _give(request, open_rows, form)
    load = queries.household_load(campaign_in_hand(request), people)
    context = {
        "form": form,
        "area": area,
        "show_all": show_all,
        "page": Paginator(
            open_rows.select_related("area").order_by("area__path", "address", "pk"), PAGE
        ).get_page(request.GET.get("page")),
        "areas": _areas_of(rows),
        "load": sorted(
            ((person, load[person.pk]) for person in people if person.pk in load), key=lambda pair: -pair[1]
        ),
    }
    return render(request, "teams/give_households.html", context, status=422 if form.is_bound else 200)


def _areas_of(rows: QuerySet[Household]) -> QuerySet[Area]:
    return Area.objects.filter(pk__in=rows.values("area")).order_by("path")


def _give(request: HttpRequest, rows: QuerySet[Household], form: GiveForm) -> HttpResponse:
    chosen = rows
    if not request.POST.get("all"):
        numbers = [row_number(text) for text in request.POST.getlist("ids")]
        chosen = rows.filter(pk__in=numbers)
    given = actions.give_households(
        households=list(chosen.values_list("pk", flat=True)),
        on=request.today,
        by=request.user,
        at=request.now,
        **form.cleaned_data,
    )
    words = ngettext("%(n)d household was given.", "%(n)d households were given.", given)
    messages.success(request, words % {"n": given})
    return redirect("households:give")


@methods("POST")
@permitted(P.EDIT_TEAMS)
def end_charge(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody answers for the household until somebody is named."""
    rows = HouseholdCharge.objects.visible_to(request.user).select_related("household__area", "officer")
    charge = get_object_or_404(rows, pk=pk)
    permit(request, P.EDIT_TEAMS, charge.household.area)
    reason = request.POST.get("reason", "")
    actions.end_household_charge(
        charge=charge, on=request.today, by=request.user, at=request.now, reason=reason
    )
    messages.success(request, _("The household is listed as without an officer."))
    return redirect("visits:household", charge.household_id)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody lives there any more."""
    household = get_object_or_404(Household.objects.visible_to(request.user).select_related("area"), pk=pk)
    permit(request, P.EDIT_TEAMS, household.area)
    actions.close_household(household=household, on=request.today, by=request.user, at=request.now)
    messages.success(request, _("The household is no longer counted."))
    return redirect("households:list")
