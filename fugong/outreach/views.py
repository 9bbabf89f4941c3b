"""Pages of outreach: the groups' robots with what waits for them, and looking up what may have arrived."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.dated import text
from fugong.core.commands import methods
from fugong.core.merging import merge
from fugong.core.paths import below, below_any
from fugong.core.refusals import Refused
from fugong.outreach import actions, rules
from fugong.outreach.forms import RobotForm
from fugong.outreach.models import Notice, Robot
from fugong.outreach.queries import counts, notices_of
from fugong.outreach.rules import Status
from fugong.outreach.words import event_said
from fugong.territory.models import Area


@methods("GET")
@permitted(P.RUN_CAMPAIGN)
def robots(request: HttpRequest) -> HttpResponse:
    """Every group with its robot: does it work, what waits, what was sent last; and what the pack has it told."""
    rows = list(_robots(request).select_related("area").order_by("area__path", "name"))
    by_robot = _notices_by_robot(request)
    lines = [_line(robot, by_robot.get(robot.pk, {})) for robot in rows]
    unknown = Notice.objects.visible_to(request.user).filter(
        status=Status.UNKNOWN, robot__campaign=request.campaign
    )
    notices = notices_of(request.campaign).values()
    told = [(event_said(row["event"]), text(row["text"]), row["hours"]) for row in notices]
    context = {
        "lines": lines,
        "told": told,
        "may_read_log": request.user.has_permission(P.SEE_BOARD),  # type: ignore[union-attr]
        "unknown": list(unknown.select_related("robot").order_by("-made_at")[:50]),
    }
    return render(request, "outreach/robots.html", context)


def _robots(request: HttpRequest) -> QuerySet[Robot]:
    found: QuerySet[Robot] = Robot.objects.visible_to(request.user).filter(campaign=request.campaign)
    return found


def _notices_by_robot(request: HttpRequest) -> dict[int, dict[str, Any]]:
    """Counts by status and the last sending of every robot; one query."""
    rows = Notice.objects.visible_to(request.user).filter(robot__campaign=request.campaign)
    found: dict[int, dict[str, Any]] = {}
    for robot, status, number, last in rows.values_list("robot", "status").annotate(
        n=Count("pk"), last=Max("ended_at")
    ):
        one = found.setdefault(robot, {"counts": [], "last": None})
        one["counts"].append((status, number))
        one["last"] = last if status == Status.SENT else one["last"]
    return found


def _line(robot: Robot, notices: dict[str, Any]) -> dict[str, Any]:
    return {
        "robot": robot,
        "counts": counts(notices.get("counts", [])),
        "last": notices.get("last"),
        "why_not_test": rules.why_not_test(is_active=robot.is_active),
    }


@methods("GET", "POST")
@permitted(P.RUN_CAMPAIGN)
def add(request: HttpRequest) -> HttpResponse:
    form = RobotForm(request.POST or None, areas=_areas(request), is_new=True)
    if request.method == "POST" and form.is_valid() and _added(request, form):
        return redirect("outreach:robots")
    status = 422 if request.method == "POST" else 200
    return render(request, "outreach/robot.html", {"form": form, "robot": None}, status=status)


def _areas(request: HttpRequest) -> QuerySet[Area]:
    """Areas of the campaign for which this person runs it."""
    paths = request.user.area_paths(P.RUN_CAMPAIGN)
    root = request.campaign.area.path if request.campaign else "-"
    return Area.objects.filter(below_any(paths), below(root)).order_by("path")


def _added(request: HttpRequest, form: RobotForm) -> bool:
    values = form.cleaned_data
    try:
        actions.add_robot(
            campaign=request.campaign,
            area=values["area"],
            name=values["name"],
            way=form.way,
            by=request.user,
            at=request.now,
        )
    except Refused as refusal:
        form.add_error("name", str(refusal))
        return False
    messages.success(request, _("%(name)s is entered. Have it say a word to see that it works.") % values)
    return True


@methods("GET", "POST")
@permitted(P.RUN_CAMPAIGN)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    robot = _robot(request, pk)
    initial = {"name": robot.name, "kind": robot.kind}
    form = RobotForm(request.POST or None, areas=_areas(request), is_new=False, initial=initial)
    if request.method == "POST" and form.is_valid():
        merge(form, request, robot)
        actions.correct_robot(
            robot=robot, name=form.cleaned_data["name"], way=form.way, by=request.user, at=request.now
        )
        return redirect("outreach:robots")
    status = 422 if request.method == "POST" else 200
    return render(request, "outreach/robot.html", {"form": form, "robot": robot}, status=status)


def _robot(request: HttpRequest, pk: int) -> Robot:
    """A robot of a group for which this person runs the campaign; 404 for a stranger, 403 for a colleague without the right."""
    robot: Robot = get_object_or_404(_robots(request).select_related("area"), pk=pk)
    if request.method == "POST" and not request.user.has_permission(P.RUN_CAMPAIGN, area=robot.area):
        raise PermissionDenied
    return robot


@methods("POST")
@permitted(P.RUN_CAMPAIGN)
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    robot = _robot(request, pk)
    is_active = request.POST.get("is_active") == "1"
    actions.switch_robot(robot=robot, is_active=is_active, by=request.user, at=request.now)
    return redirect("outreach:robots")


@methods("POST")
@permitted(P.RUN_CAMPAIGN)
def test(request: HttpRequest, pk: int) -> HttpResponse:
    actions.test_robot(robot=_robot(request, pk), by=request.user, at=request.now)
    messages.success(request, _("The word waits in the outbox and goes out within seconds."))
    return redirect("outreach:robots")


@methods("POST")
@permitted(P.RUN_CAMPAIGN)
def look_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has looked into the group: `arrived` 1 or 0."""
    notice = get_object_or_404(
        Notice.objects.visible_to(request.user), pk=pk, robot__campaign=request.campaign
    )
    _robot(request, notice.robot_id)
    arrived = request.POST.get("arrived") == "1"
    actions.say_arrived(notice=notice, arrived=arrived, by=request.user, at=request.now)
    return redirect("outreach:robots")
