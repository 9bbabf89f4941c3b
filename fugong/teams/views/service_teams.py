"""Service teams, joint teams, key-enterprise groups: their people, what they answer for, and who has none of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.paths import below_any
from fugong.enterprises.models import Contact, Enterprise, current
from fugong.teams import actions, queries
from fugong.teams.forms import DutyForm, MemberForm, ReasonForm, TeamForm
from fugong.teams.models import Duty, Member, Team
from fugong.teams.rules import TeamKind
from fugong.teams.views.reach import campaign_in_hand, paths_of, permit
from fugong.territory.models import Area

SHOWN, MOST_FOUND = 8, 12
WORDS = {
    "service_team": lambda: _("Without a service team"),
    "station": lambda: _("Without a stationed officer"),
    "joint_team": lambda: _("Without a joint team"),
}
GAPS = {TeamKind.SERVICE: "service_team", TeamKind.JOINT: "joint_team"}


@methods("GET")
@permitted(P.SEE_TEAMS)
def teams(request: HttpRequest) -> HttpResponse:
    """The teams of one kind, those that lack something first, and the enterprises that must have one and have none."""
    campaign, kind = campaign_in_hand(request), _kind(request)
    rows = Team.objects.visible_to(request.user).filter(campaign=campaign)
    states = queries.service_states(campaign, rows.filter(kind=kind), request.today)
    states = sorted(states, key=lambda state: (-len(state.lacks), state.team.area.path, state.team.pk))
    context = {
        "kind": kind,
        "kind_label": TeamKind(kind).label,
        "tabs": _tabs(request, rows, kind),
        "states": states,
        "short": sum(1 for state in states if state.lacks),
        "each": queries.service_each(campaign, request.today),
        "gap": _gap(request, GAPS.get(TeamKind(kind), "")),
        "may_edit": request.user.has_permission(P.EDIT_TEAMS) and kind != TeamKind.KEY,
    }
    return render(request, "teams/service_teams.html", context)


def _kind(request: HttpRequest) -> str:
    asked = request.POST.get("kind") or request.GET.get("kind") or ""
    return asked if asked in TeamKind.values else str(TeamKind.SERVICE)


def _tabs(request: HttpRequest, rows: QuerySet[Team], kind: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label.capitalize(),
            "url": f"{request.path}?kind={value}",
            "active": value == kind,
            "count": rows.filter(kind=value).count(),
        }
        for value, label in TeamKind.choices
    ]


def _gap(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """What of the pack's wants is not met, with the first enterprises; None where the pack asks for nothing."""
    found = queries.gaps(campaign_in_hand(request), paths_of(request), request.today, request.now)
    gap = next((one for one in found if one.key == key), None)
    if gap is None:
        return None
    return {
        "label": WORDS[key](),
        "number": gap.number,
        "needing": gap.needing,
        "rows": gap.without[:SHOWN],
        "url": f"{reverse('enterprises:list')}?{urlencode({'q': gap.condition})}",
    }


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def new(request: HttpRequest) -> HttpResponse:
    """Form a service team or a joint team."""
    kind = _kind(request)
    kind = kind if kind != TeamKind.KEY else str(TeamKind.SERVICE)
    form = TeamForm(request.POST or None, areas=_areas(request))
    if request.method == "POST" and form.is_valid():
        permit(request, P.EDIT_TEAMS, form.cleaned_data["area"])
        team = actions.form(
            campaign=campaign_in_hand(request),
            kind=kind,
            by=request.user,
            at=request.now,
            **form.cleaned_data,
        )
        return redirect("teams:team", team.pk)
    context = {"form": form, "heading": TeamKind(kind).label, "kind": kind}
    return render(request, "teams/form.html", context, status=422 if request.method == "POST" else 200)


def _areas(request: HttpRequest) -> QuerySet[Area]:
    kept = below_any(request.user.area_paths(P.EDIT_TEAMS))
    rows: QuerySet[Area] = Area.objects.below(campaign_in_hand(request).area.path).filter(kept)
    return rows


@methods("GET")
@permitted(P.SEE_TEAMS)
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """One team: who is in it, what it answers for, what it lacks, and who and what were before."""
    row = _team(request, pk)
    state = queries.service_states(
        row.campaign, Team.objects.visible_to(request.user).filter(pk=pk), request.today
    )
    words = request.GET.get("q", "").strip()
    found = _firms(request).filter(name__icontains=words).order_by("name", "pk") if words else []
    context = {
        "team": row,
        "state": state[0],
        "words": words,
        "found": found[:MOST_FOUND],
        "members": _people(row),
        "duties": row.duties.filter(to_on__isnull=True).select_related("enterprise__area", "area"),  # type: ignore[attr-defined]
        "earlier": _earlier(row),
        "form": DutyForm(enterprises=_firms(request), areas=_areas(request)),
        "reason_form": ReasonForm(),
        "may_edit": request.user.has_permission(P.EDIT_TEAMS, row.area),
    }
    return render(request, "teams/service_team.html", context)


def _team(request: HttpRequest, pk: int) -> Team:
    rows = Team.objects.visible_to(request.user).select_related("area", "campaign__area", "campaign__release")
    found: Team = get_object_or_404(rows, pk=pk, campaign=campaign_in_hand(request))
    return found


def _people(team: Team) -> QuerySet[Member]:
    rows = Member.objects.filter(team=team, to_on__isnull=True).select_related("user", "contact")
    return rows.order_by("part", "pk")


def _earlier(team: Team) -> dict[str, Any]:
    duties = team.duties.filter(to_on__isnull=False).select_related("enterprise", "area", "by")  # type: ignore[attr-defined]
    members = Member.objects.filter(team=team, to_on__isnull=False).select_related("user", "contact")
    return {"duties": duties.order_by("-to_on", "-pk"), "members": members.order_by("-to_on", "-pk")}


def _firms(request: HttpRequest) -> QuerySet[Enterprise]:
    """The enterprises for which this person may give a team its duties."""
    within = below_any(request.user.area_paths(P.EDIT_TEAMS), "area__path")
    rows: QuerySet[Enterprise] = Enterprise.objects.visible_to(request.user).of(campaign_in_hand(request))
    return rows.filter(within).select_related("area")


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def add_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody joins the team; a new leader takes over from the one before."""
    row = _team(request, pk)
    permit(request, P.EDIT_TEAMS, row.area)
    form = MemberForm(
        request.POST or None,
        team=row,
        people=queries.officers(_around(row), request.today),
        contacts=_contacts(request, row),
        initial={"on": request.today},
    )
    if request.method == "POST" and form.is_valid():
        member = actions.add_member(
            team=row, member=form.facts, on=form.cleaned_data["on"], by=request.user, at=request.now
        )
        messages.success(request, _("%(name)s joined.") % {"name": member.name})
        return redirect("teams:team", pk)
    context = {"form": form, "heading": row.name, "lead": _("Who joins the team, and in which role?")}
    return render(request, "teams/form.html", context, status=422 if request.method == "POST" else 200)


def _around(team: Team) -> list[str]:
    """People of the campaign; in a key-enterprise group those of the levels above, too."""
    path = team.campaign.area.path
    return [f"{path.split('/')[0]}/"] if team.kind == TeamKind.KEY else [path]


def _contacts(request: HttpRequest, team: Team) -> QuerySet[Contact]:
    firms = team.duties.filter(to_on__isnull=True).values("enterprise")  # type: ignore[attr-defined]
    rows: QuerySet[Contact] = Contact.objects.visible_to(request.user).filter(
        current(request.today), enterprise__in=firms
    )
    return rows.order_by("name", "pk")


@methods("POST")
@permitted(P.EDIT_TEAMS)
def end_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody leaves the team."""
    seen = Team.objects.visible_to(request.user).values("pk")
    member = get_object_or_404(Member.objects.filter(team__in=seen).select_related("team__area"), pk=pk)
    permit(request, P.EDIT_TEAMS, member.team.area)
    actions.end_member(member=member, on=request.today, by=request.user, at=request.now)
    messages.success(request, _("%(name)s left the team.") % {"name": member.name})
    return redirect("teams:team", member.team_id)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def give_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """The team answers for an enterprise or an area from today."""
    row = _team(request, pk)
    permit(request, P.EDIT_TEAMS, row.area)
    form = DutyForm(request.POST, enterprises=_firms(request), areas=_areas(request))
    if not form.is_valid():
        return render(request, "teams/form.html", {"form": form, "heading": row.name}, status=422)
    values = form.cleaned_data
    actions.give_duty(
        team=row,
        thing=values["enterprise"] or values["area"],
        reason=values["reason"],
        on=request.today,
        by=request.user,
        at=request.now,
    )
    messages.success(request, _("%(name)s answers for it now.") % {"name": row.name})
    return redirect("teams:team", pk)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def end_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """The team no longer answers for it."""
    seen = Team.objects.visible_to(request.user).values("pk")
    rows = Duty.objects.visible_to(request.user).filter(team__in=seen)
    duty = get_object_or_404(rows.select_related("team__area", "enterprise", "area"), pk=pk)
    permit(request, P.EDIT_TEAMS, duty.team.area)
    reason = request.POST.get("reason", "")
    actions.end_duty(duty=duty, on=request.today, by=request.user, at=request.now, reason=reason)
    messages.success(request, _("The duty has ended."))
    return redirect("teams:team", duty.team_id)
