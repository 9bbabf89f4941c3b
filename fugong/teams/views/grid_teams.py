"""Grid teams 1+X: their members by role, what they lack, and members proposed for the short ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fugong.access.permitted import permitted
from fugong.access.roles import ROLES
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.row_numbers import row_number
from fugong.teams import actions, queries
from fugong.teams.forms import JoinForm
from fugong.teams.models import GridTeam, Membership
from fugong.teams.views.reach import campaign_in_hand, paths_of, permit
from fugong.territory.models import Area

PAGE = 30


@methods("GET")
@permitted(P.SEE_TEAMS)
def grid_teams(request: HttpRequest) -> HttpResponse:
    """Every grid team within reach, the short ones first, and the areas that have none."""
    campaign = campaign_in_hand(request)
    ratio = queries.ratio_of(campaign, request.today)
    states = sorted(_states(request), key=lambda state: (-len(state.lacks), state.team.area.path))
    page = Paginator(states, PAGE).get_page(request.GET.get("page"))
    without = queries.areas_without_team(campaign, paths_of(request), request.today)
    gaps = _gaps(request, states)
    context = {
        "page": page,
        "cards": [_card(request, state, ratio) for state in page],
        "ratio": ratio,
        "short": sum(1 for state in states if state.lacks),
        "gaps": len(gaps),
        "gap_rows": gaps,
        "without": without[:PAGE],
        "without_count": without.count(),
        "may_edit": request.user.has_permission(P.EDIT_TEAMS),
    }
    return render(request, "teams/grid_teams.html", context)


def _states(request: HttpRequest) -> list[queries.TeamState]:
    campaign = campaign_in_hand(request)
    teams = GridTeam.objects.visible_to(request.user).filter(campaign=campaign)
    return queries.team_states(teams, queries.ratio_of(campaign, request.today))


def _gaps(request: HttpRequest, states: list[queries.TeamState]) -> list[dict[str, Any]]:
    """Members whose posting lacks a right of their role, with the rights by their names; noted at each member too."""
    teams = {state.team.pk: state.team for state in states}
    members = [member for state in states for member in state.members]
    lacking = queries.rightless(teams.values(), members, request.today)
    found = []
    for member in members:
        if member.pk in lacking:
            role = ROLES[member.role].name
            lacks = _("no posting here gives the rights of this role: %(role)s") % {"role": role}
            member.lacks = lacks  # type: ignore[attr-defined]
            found.append({"team": teams[member.team_id], "member": member, "role": role, "lacks": lacks})
    return found


def _card(request: HttpRequest, state: queries.TeamState, ratio: Any) -> dict[str, Any]:
    """A team as the page draws it: members by role, the 1+X bar, what it lacks."""
    by_role: dict[str, list[Membership]] = {}
    for member in state.members:
        by_role.setdefault(member.role, []).append(member)
    return {
        "state": state,
        "roles": [(ROLES[key].name, by_role[key]) for key in ROLES if key in by_role],
        "guided": state.professionals * ratio.stationed_each,
        "may_edit": request.user.has_permission(P.EDIT_TEAMS, state.team.area),  # type: ignore[union-attr]
    }


@methods("POST")
@permitted(P.EDIT_TEAMS)
def form_team(request: HttpRequest) -> HttpResponse:
    """Give a village, park or grid its team."""
    areas = Area.objects.visible_to(request.user).below(campaign_in_hand(request).area.path)
    number = request.POST.get("area", "")
    area = get_object_or_404(areas, pk=row_number(number))
    permit(request, P.EDIT_TEAMS, area)
    actions.form_team(campaign=campaign_in_hand(request), area=area, name="", by=request.user, at=request.now)
    messages.success(request, _("%(area)s has its team.") % {"area": area.name})
    return redirect("teams:grid_teams")


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody joins a team in a role."""
    rows = GridTeam.objects.visible_to(request.user).select_related("area", "campaign__area")
    team = get_object_or_404(rows, pk=pk)
    permit(request, P.EDIT_TEAMS, team.area)
    people = queries.officers([team.campaign.area.path], request.today)
    form = JoinForm(request.POST or None, people=people, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        actions.join(team=team, by=request.user, at=request.now, **form.cleaned_data)
        messages.success(request, _("%(name)s joined.") % {"name": form.cleaned_data["user"].name})
        return redirect("teams:grid_teams")
    context = {"form": form, "heading": team.name, "lead": _("Who joins the team, and in which role?")}
    return render(request, "teams/form.html", context, status=422 if request.method == "POST" else 200)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    teams = GridTeam.objects.visible_to(request.user)
    members = Membership.objects.filter(team__in=teams.values("pk")).select_related("team__area", "user")
    membership = get_object_or_404(members, pk=pk)
    permit(request, P.EDIT_TEAMS, membership.team.area)
    actions.leave(membership=membership, on=request.today, by=request.user, at=request.now)
    messages.success(request, _("%(name)s left the team.") % {"name": membership.user.name})
    return redirect("teams:grid_teams")


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def member_proposals(request: HttpRequest) -> HttpResponse:
    """The nearest free people for every short team; nobody joins before a person says so."""
    proposals = _proposals(request)
    if request.method == "POST":
        chosen = set(request.POST.getlist("ids"))
        members = [(one.team, one.user, one.role) for one in proposals if one.key in chosen]
        if not chosen:
            messages.warning(request, _("Nobody was selected."))
        elif not members:
            raise Http404
        else:
            joined = actions.take_in(members=members, on=request.today, by=request.user, at=request.now)
            words = ngettext("%(n)d person joined.", "%(n)d people joined.", joined)
            messages.success(request, words % {"n": joined})
        return redirect("teams:grid_teams")
    rows = [{"one": one, "role": ROLES[one.role].name} for one in proposals]
    return render(request, "teams/member_proposals.html", {"rows": rows})


def _proposals(request: HttpRequest) -> list[queries.MemberProposal]:
    """Proposals for the teams that this person may change, from the people of the areas where they may."""
    paths = paths_of(request, P.EDIT_TEAMS)
    ratio = queries.ratio_of(campaign_in_hand(request), request.today)
    states = [
        state
        for state in _states(request)
        if request.user.has_permission(P.EDIT_TEAMS, state.team.area)  # type: ignore[union-attr]
    ]
    return queries.member_proposals(states, paths, ratio, request.today)
