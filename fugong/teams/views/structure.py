"""The command structure: posts with their holders, task groups and the days they stand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.teams import actions, queries
from fugong.teams.forms import HoldForm, StandForm
from fugong.teams.models import Post, TaskGroup
from fugong.teams.views.reach import campaign_in_hand, permit


@methods("GET")
@permitted(P.SEE_TEAMS)
def structure(request: HttpRequest) -> HttpResponse:
    """The organisation chart: who commands, the task groups, every post with its holder or vacant."""
    campaign = campaign_in_hand(request)
    command, groups = queries.structure(campaign)
    posts = [*command, *(post for group in groups for post in group.posts.all())]
    context = {
        "command": command,
        "groups": groups,
        "vacant": sum(1 for post in posts if not post.holders),  # type: ignore[attr-defined]
        "total": len(posts),
        "may_edit": request.user.has_permission(P.EDIT_TEAMS, campaign.area),
        "now": request.now,
    }
    return render(request, "teams/structure.html", context)


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who holds a post from a day on."""
    campaign = campaign_in_hand(request)
    post = get_object_or_404(Post.objects.select_related("group"), pk=pk, campaign=campaign)
    permit(request, P.EDIT_TEAMS, campaign.area)
    people = queries.officers([campaign.area.path], request.today)
    form = HoldForm(request.POST or None, people=people, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        actions.hold(post=post, by=request.user, at=request.now, **form.cleaned_data)
        messages.success(request, _("The post is held."))
        return redirect("teams:structure")
    context = {"form": form, "heading": post.title, "lead": post.group.name if post.group else ""}
    return render(request, "teams/form.html", context, status=422 if request.method == "POST" else 200)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def vacate(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = campaign_in_hand(request)
    post = get_object_or_404(Post, pk=pk, campaign=campaign)
    permit(request, P.EDIT_TEAMS, campaign.area)
    actions.vacate(post=post, on=request.today, by=request.user, at=request.now)
    messages.success(request, _("The post is vacant now."))
    return redirect("teams:structure")


@methods("GET", "POST")
@permitted(P.EDIT_TEAMS)
def stand_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Say from when to when a task group stands."""
    campaign = campaign_in_hand(request)
    group = get_object_or_404(TaskGroup, pk=pk, campaign=campaign)
    permit(request, P.EDIT_TEAMS, campaign.area)
    initial = {"stands_from": group.stands_from, "stands_to": group.stands_to}
    form = StandForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.stand_up(group=group, by=request.user, at=request.now, **form.cleaned_data)
        messages.success(request, _("The days were saved."))
        return redirect("teams:structure")
    context = {"form": form, "heading": group.name, "lead": group.duties}
    return render(request, "teams/form.html", context, status=422 if request.method == "POST" else 200)
