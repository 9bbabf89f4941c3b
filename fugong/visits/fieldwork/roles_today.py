"""What an officer's roles in grid teams (T5) mean today: the duties of each, and what waits for it right now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.access.roles import ROLES
from fugong.campaigns.models import Campaign
from fugong.core.paths import below_any
from fugong.issues.models import Issue
from fugong.issues.rules import UNSOLVED, Severity, Status
from fugong.outreach.models import Notice
from fugong.teams.models import Membership
from fugong.teams.queries import key_points, words_of_role
from fugong.visits.models import LookBack, Plan
from fugong.visits.rules import PlanStatus

SHOWN = 3


@dataclass(frozen=True)
class Item:
    """One thing that waits, with the page where it is done; `is_late` is overdue."""

    title: str
    text: str = ""
    url: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Waiting:
    """A kind of thing that waits for a role: how many, the first of them, and the list of all ("" for none)."""

    label: str
    number: int
    items: Sequence[Item]
    url: str = ""


@dataclass(frozen=True)
class RoleToday:
    """One role of an officer: its name, in which teams, its duties, what waits."""

    key: str
    name: str
    teams: tuple[str, ...]
    duties: tuple[str, ...]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class _Asked:
    officer: User
    campaign: Campaign
    on: date
    at: datetime
    paths: list[str]

    @property
    def issues(self) -> QuerySet[Issue]:
        """The issues of the role's areas."""
        rows: QuerySet[Issue] = Issue.objects.system().filter(
            below_any(self.paths, "area__path"), campaign=self.campaign
        )
        return rows.select_related("area", "enterprise")

    def list_of(self, condition: str) -> str:
        """The register of issues with exactly these rows."""
        places = " or ".join(f'in_area = "{path}"' for path in self.paths)
        return f"{reverse('issues:list')}?{urlencode({'q': f'{condition} and ({places})'})}"


def roles_today(officer: User, campaign: Campaign, on: date, at: datetime) -> list[RoleToday]:
    """The roles that an officer has in grid teams, in the order of the roles; one query without any."""
    members = Membership.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gt=on), user=officer, team__campaign=campaign, from_on__lte=on
    )
    by_role: dict[str, list[Membership]] = {}
    for member in members.select_related("team__area").order_by("team__area__path"):
        by_role.setdefault(member.role, []).append(member)
    found = []
    for key in (key for key in ROLES if key in by_role):
        words = words_of_role(campaign, key)
        asked = _Asked(officer, campaign, on, at, [member.team.area.path for member in by_role[key]])
        waiting = tuple(ask(asked) for ask in WAITING.get(key, ()))
        teams = tuple(member.team.name for member in by_role[key])
        found.append(RoleToday(key, words.name, teams, words.duties, waiting))
    return found


def _issue(issue: Issue, at: datetime) -> Item:
    where = str(issue.enterprise or issue.area)
    is_late = issue.due_at is not None and issue.due_at < at and issue.status in UNSOLVED
    return Item(issue.title, where, reverse("issues:detail", args=[issue.pk]), is_late)


def _first(rows: QuerySet[Issue], at: datetime) -> list[Item]:
    return [_issue(row, at) for row in rows.order_by("due_at", "pk")[:SHOWN]]


def _to_assign(asked: _Asked) -> Waiting:
    rows = asked.issues.filter(status__in=(Status.FOUND, Status.ASSESSED))
    url = asked.list_of('(status = "found" or status = "assessed")')
    return Waiting(_("issues that nobody was assigned to"), rows.count(), _first(rows, asked.at), url)


def _to_accept(asked: _Asked) -> Waiting:
    """Proposed plans of the coming days, of these areas or around them; not the versions that another one replaced."""
    above = [
        "/".join(path.split("/")[:depth]) + "/" for path in asked.paths for depth in range(1, path.count("/"))
    ]
    rows = Plan.objects.system().filter(
        below_any(asked.paths, "area__path") | Q(area__path__in=above),
        campaign=asked.campaign,
        status=PlanStatus.PROPOSED,
        on__gte=asked.on,
    )
    rows = rows.select_related("area").order_by("on", "-version")
    items = [
        Item(f"{row.area} {row.on:%m-%d}", str(row.version), reverse("visits:plan_day", args=[row.pk]))
        for row in rows[:SHOWN]
    ]
    return Waiting(_("plans to accept"), rows.count(), items, reverse("visits:plan"))


def _to_serve(asked: _Asked) -> Waiting:
    """What this officer handles, wherever it is, and what somebody in the areas needs that nobody handles yet."""
    needs = asked.issues.filter(~Q(kind="problem"), handler__isnull=True)
    rows = Issue.objects.system().filter(
        Q(pk__in=needs.values("pk")) | Q(handler=asked.officer),
        campaign=asked.campaign,
        status__in=UNSOLVED,
    )
    rows = rows.select_related("area", "enterprise")
    return Waiting(_("needs to serve"), rows.count(), _first(rows, asked.at), reverse("issues:mine"))


def _to_look_at(asked: _Asked) -> Waiting:
    rows = (
        LookBack.objects.system()
        .waiting()
        .filter(
            below_any(asked.paths, "enterprise__area__path"),
            enterprise__campaign=asked.campaign,
            due_on__lte=asked.on,
            issue__status=Status.SOLVED,
        )
    )
    rows = rows.select_related("enterprise", "issue").order_by("due_on", "pk")
    items = [
        Item(
            row.enterprise.name,
            row.issue.title,
            reverse("visits:visit", args=[row.enterprise_id]),
            row.due_on < asked.on,
        )
        for row in rows[:SHOWN]
    ]
    return Waiting(_("look-backs due"), rows.count(), items)


def _to_verify(asked: _Asked) -> Waiting:
    rows = asked.issues.filter(status=Status.SOLVED).exclude(solved_by=asked.officer)
    return Waiting(
        _("reported fixes to verify"),
        rows.count(),
        _first(rows, asked.at),
        asked.list_of('status = "solved"'),
    )


def _serious(asked: _Asked) -> Waiting:
    rows = asked.issues.filter(severity=Severity.SERIOUS, status__in=UNSOLVED)
    url = asked.list_of('severity = "serious" and is_open = True and status != "solved"')
    return Waiting(_("serious issues, to be handled at once"), rows.count(), _first(rows, asked.at), url)


def _points(asked: _Asked) -> Waiting:
    """Today's notices to the groups of the areas, then the pack's key points."""
    notices = Notice.objects.system().filter(
        below_any(asked.paths, "robot__area__path"),
        robot__campaign=asked.campaign,
        made_at__date=asked.on,
        event__isnull=True,
    )
    told = [Item(row.text) for row in notices.order_by("-made_at", "-pk")[:SHOWN]]
    items = [*told, *(Item(point) for point in key_points(asked.campaign, asked.on))]
    return Waiting(_("key points to present"), len(items), items)


Ask = Callable[[_Asked], Waiting]
# What waits for each role, the most urgent first. The route of an instructor stands on the day's page itself.
WAITING: dict[str, tuple[Ask, ...]] = {
    "grid_lead": (_to_assign, _to_accept),
    "service_officer": (_to_serve,),
    "inspector": (_to_look_at, _to_verify),
    "emergency_officer": (_serious,),
    "presenter": (_points,),
}
