"""Users with their postings, teams and posts; nobody has a password, the demo page signs people in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from fugong.access.models import Posting, User
from fugong.demo.writing.world import World, events, keep_events
from fugong.teams.models import GridTeam, Holding, Membership, Post, TaskGroup

ROLES = {
    "commander": "commander",
    "executive-deputy": "commander",
    "statistics-clerk": "clerk",
    "task-group-leader": "commander",
    "task-group-member": "clerk",
    "grid-lead": "grid_lead",
    "instructor": "instructor",
    "liaison": "liaison",
}
EXTRA = [("admin", "管理员", "administrator"), ("privacy", "隐私专员", "privacy_officer")]
VACANT_EVERY = 9


def write_people(world: World, *, at: datetime) -> None:
    """Every officer of the town, the departments' officers, an administrator and a privacy officer."""
    officers = [User(login=o.login, name=o.name, password=make_password(None)) for o in world.officers]
    User.objects.bulk_create(officers)
    world.users = {o.key: user for o, user in zip(world.officers, officers, strict=True)}
    world.leads = {
        o.villages[0]: world.users[o.key] for o in world.officers if o.role == "grid-lead" and o.villages
    }
    others = [*_departments(world), *_extra(world)]
    postings = [posting for o in world.officers for posting in _postings(world, o)]
    Posting.objects.bulk_create([*postings, *others])
    keep_events(events("access.posting.begun", Posting.objects.all(), campaign=world.campaign, at=at))
    _teams(world, at)
    _posts(world, at)


def _postings(world: World, officer: object) -> list[Posting]:
    starts = world.campaign.starts_on - timedelta(days=3)
    role = ROLES[officer.role]  # type: ignore[attr-defined]
    areas = [world.area_of(key) for key in officer.villages] or [world.campaign.area]  # type: ignore[attr-defined]
    user = world.users[officer.key]  # type: ignore[attr-defined]
    return [Posting(user=user, role=role, area=area, from_on=starts) for area in areas]


def _departments(world: World) -> list[Posting]:
    """One officer for each department of the pack."""
    found = []
    for row in world.campaign.part("issues")["department"]:
        user = User.objects.create(
            login=f"dept-{row['key']}",
            name=f"{row['name']['zh']}专员",
            department=row["key"],
            password=make_password(None),
        )
        world.departments[row["key"]] = user
        found.append(_townwide(world, user, "department_officer"))
    return found


def _extra(world: World) -> list[Posting]:
    found = []
    for login, name, role in EXTRA:
        user = User.objects.create(
            login=login, name=name, is_administrator=role == "administrator", password=make_password(None)
        )
        found.append(_townwide(world, user, role))
    return found


def _townwide(world: World, user: User, role: str) -> Posting:
    starts = world.campaign.starts_on - timedelta(days=3)
    return Posting(user=user, role=role, area=world.campaign.area, from_on=starts)


def _teams(world: World, at: datetime) -> None:
    """A team for each village: its grid lead, its instructors as professionals, its liaisons as stationed officers."""
    teams = {
        village.key: GridTeam(campaign=world.campaign, area=world.area_of(village.key), name=village.name)
        for village in world.layout.villages
    }
    GridTeam.objects.bulk_create(teams.values())
    members = [
        Membership(
            team=teams[key],
            user=world.users[officer.key],
            role=ROLES[officer.role],
            from_on=world.campaign.starts_on,
        )
        for officer in world.officers
        if officer.role in {"grid-lead", "instructor", "liaison"}
        for key in officer.villages
    ]
    Membership.objects.bulk_create(members)
    keep_events(events("teams.grid_team.formed", teams.values(), campaign=world.campaign, at=at))


def _posts(world: World, at: datetime) -> None:
    """Holders for the command structure; every ninth post stays vacant, so that the chart shows what that looks like."""
    TaskGroup.objects.filter(campaign=world.campaign, stands_from__isnull=True).update(
        stands_from=world.campaign.starts_on - timedelta(days=3)
    )
    leaders = [o for o in world.officers if o.role in {"commander", "executive-deputy"}]
    members = [o for o in world.officers if o.role in {"task-group-leader", "task-group-member"}]
    free = {"command": leaders, "group": members}
    holdings = []
    for number, post in enumerate(
        Post.objects.filter(campaign=world.campaign).order_by("group__order", "order", "pk")
    ):
        queue = free["group" if post.group_id else "command"]
        if not queue or (post.group_id and number % VACANT_EVERY == VACANT_EVERY - 1):
            continue
        holdings.append(
            Holding(post=post, user=world.users[queue.pop(0).key], from_on=world.campaign.starts_on)
        )
    Holding.objects.bulk_create(holdings)
    keep_events(events("teams.post.held", [h.post for h in holdings], campaign=world.campaign, at=at))
