"""Who helps beside the officers: the six roles, service teams, stations, a group; volunteers and their week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from fugong.access.models import Posting, User
from fugong.demo.town.dice import Rng, pick, stream
from fugong.demo.town.names import Names
from fugong.demo.writing.households import write_households
from fugong.demo.writing.world import World, events, keep_events
from fugong.enterprises.models import Enterprise
from fugong.teams.models import (
    Charge,
    ChargeKind,
    Duty,
    GridTeam,
    Member,
    Membership,
    Shift,
    Station,
    Team,
    TimeAway,
    Turn,
    Volunteer,
)
from fugong.teams.queries import propose, shift_kinds, shifts_of_week, skill_of_kind
from fugong.teams.rules import Part, TeamKind
from fugong.territory.models import Area
from fugong.territory.rules import Kind
from fugong.visits import actions as visits
from fugong.visits.models import Meeting, Visit, VisitParticipant
from fugong.visits.rules import MeetingKind

# 151 with 0000 behind it rings nowhere, as the generator's other numbers.
PHONES = "1510000"
SERVICE_TEAMS, VOLUNTEERS, STATIONS = 12, 80, 6
# Villages whose team has a member without the posting of the role, and those that no instructor has met.
WITHOUT_POSTING, NOT_MET, LATELY = 3, 3, 12
# Two people in each village hold two roles each.
PAIRS = (("service_officer", "presenter"), ("inspector", "emergency_officer"))


def write_helping(world: World, *, at: datetime) -> None:
    """Everything by the seed; `at` is the moment at which the demo stands still."""
    names = Names(stream(world.seed, "helping"), PHONES)
    areas = [world.area_of(village.key) for village in world.layout.villages]
    opened = timezone.make_aware(datetime.combine(world.campaign.starts_on, time(9)))
    _roles(world, areas, names, opened)
    teams = _service_teams(world, areas, opened)
    _stations(world, opened)
    _joint_teams(world, opened)
    _group(world, opened)
    _meetings(world, areas)
    _volunteers(world, areas, names, opened, at)
    write_households(world, areas, names, opened, at)
    keep_events(events("teams.team.formed", teams, campaign=world.campaign, at=opened))


def _roles(world: World, areas: list[Area], names: Names, at: datetime) -> None:
    """Service officer and presenter, inspector and emergency officer in each village's team."""
    teams = {team.area_id: team for team in GridTeam.objects.system().filter(campaign=world.campaign)}
    starts = world.campaign.starts_on
    postings, members = [], []
    for number, area in enumerate(areas):
        for pair, roles in enumerate(PAIRS):
            user = User(
                login=f"role-{number + 1:02d}-{pair + 1}", name=names.person(), password=make_password(None)
            )
            user.save()
            posted = roles[:1] if pair and number < WITHOUT_POSTING else roles
            postings += [Posting(user=user, role=role, area=area, from_on=starts) for role in posted]
            members += [
                Membership(team=teams[area.pk], user=user, role=role, from_on=starts) for role in roles
            ]
    Posting.objects.bulk_create(postings)
    Membership.objects.bulk_create(members)
    keep_events(events("access.posting.begun", postings, campaign=world.campaign, at=at))


def _keys(world: World) -> list[Enterprise]:
    """The key enterprises, the largest first."""
    rows = [row for row in world.rows.values() if row.is_key]
    return sorted(rows, key=lambda row: (-(row.headcount or 0), row.pk))


def _service_teams(world: World, areas: list[Area], at: datetime) -> list[Team]:
    """Twelve teams, each led by an official; together they answer for the key enterprises, but of two villages.

    The first answers for three whole villages, which is more than its people can do.
    """
    starts = world.campaign.starts_on
    officials = [
        world.users[o.key] for o in world.officers if o.role in ("task-group-leader", "executive-deputy")
    ]
    liaisons = [world.users[o.key] for o in world.officers if o.role == "liaison"]
    teams = [
        Team(
            campaign=world.campaign, area=world.campaign.area, kind=TeamKind.SERVICE, name=f"第{number}服务队"
        )
        for number in range(1, SERVICE_TEAMS + 1)
    ]
    Team.objects.bulk_create(teams)
    members = [
        Member(team=team, user=leader, part=Part.LEADER, from_on=starts)
        for team, leader in zip(teams, officials, strict=False)
    ]
    each = len(liaisons) // SERVICE_TEAMS
    members += [
        Member(team=team, user=user, part=Part.MEMBER, from_on=starts)
        for place, team in enumerate(teams)
        for user in liaisons[place * each : (place + 1) * each]
    ]
    Member.objects.bulk_create(members)
    of_area = {area.pk: teams[place % SERVICE_TEAMS] for place, area in enumerate(areas[:-2])}
    duties = [
        Duty(team=of_area[firm.area_id], kind=TeamKind.SERVICE, enterprise=firm, from_on=starts)
        for firm in _keys(world)
        if firm.area_id in of_area
    ]
    duties += [Duty(team=teams[0], kind=TeamKind.SERVICE, area=area, from_on=starts) for area in areas[:3]]
    Duty.objects.bulk_create(duties)
    return teams


def _stations(world: World, at: datetime) -> None:
    """Liaison officers who work full time at the largest enterprises."""
    liaisons = [world.users[o.key] for o in world.officers if o.role == "liaison"]
    rows = [
        Station(enterprise=firm, officer=user, from_on=world.campaign.starts_on, reason="规模大、外来员工多")
        for firm, user in zip(_keys(world)[:STATIONS], liaisons[::-1], strict=False)
    ]
    Station.objects.bulk_create(rows)
    keep_events(events("teams.station.begun", rows, campaign=world.campaign, at=at))


def _joint_teams(world: World, at: datetime) -> None:
    """Joint teams at the three largest enterprises; the third still lacks its department."""
    starts, departments = world.campaign.starts_on, list(world.departments.values())
    for place, firm in enumerate(_keys(world)[:3]):
        common = {"campaign": world.campaign, "area": firm.area, "kind": TeamKind.JOINT}
        team = Team.objects.create(**common, name=f"{firm.name}联合工作组"[:80])
        Duty.objects.create(team=team, kind=TeamKind.JOINT, enterprise=firm, from_on=starts)
        contact = firm.contacts.order_by("pk").first()  # type: ignore[attr-defined]
        lead = next(user for key, user in world.leads.items() if world.area_of(key).pk == firm.area_id)
        rows = [Member(team=team, user=lead, part=Part.VILLAGE, from_on=starts)]
        rows += [Member(team=team, contact=contact, part=Part.ENTERPRISE, from_on=starts)] if contact else []
        if place < 2:
            rows.append(Member(team=team, user=departments[place], part=Part.DEPARTMENT, from_on=starts))
        Member.objects.bulk_create(rows)


def _group(world: World, at: datetime) -> None:
    """The pack's key-enterprise group with its people of three levels and two bases; three joint visits, one asked for."""
    group = Team.objects.system().filter(campaign=world.campaign, kind=TeamKind.KEY).first()
    if group is None:
        return
    starts = world.campaign.starts_on
    asked = world.campaign.part("teams")["key_group"][0]["organisation"]
    people = list(world.departments.values())[:2] + [
        world.users[o.key] for o in world.officers if o.role == "commander"
    ]
    Member.objects.bulk_create(
        [
            Member(
                team=group,
                user=user,
                part=Part.LEADER if row is asked[-1] else Part.MEMBER,
                organisation=row["name"]["zh"],
                level=row["level"],
                from_on=starts,
            )
            for row, user in zip(asked, people, strict=False)
        ]
    )
    visited = Counter(
        Visit.objects.system().done().filter(campaign=world.campaign).values_list("enterprise_id", flat=True)
    )
    bases = sorted(_keys(world)[:20], key=lambda firm: -visited[firm.pk])[:2]
    Duty.objects.bulk_create(
        [Duty(team=group, kind=TeamKind.KEY, enterprise=firm, from_on=starts) for firm in bases]
    )
    made = list(Visit.objects.system().done().filter(enterprise__in=bases).order_by("-started_at")[:3])
    came = [
        VisitParticipant(visit=visit, officer=user, agency=user.department)
        for visit in made
        for user in people
    ]
    VisitParticipant.objects.bulk_create(came)
    seats = [visits.Seat(officer=user) for user in people]
    together = visits.Together(
        on=world.now.date() + timedelta(days=1), seats=seats, occasion="三级联合指导防疫和复工"
    )
    visits.wish_joint_visit(enterprise=bases[0], together=together, by=people[-1], at=world.now)


def _meetings(world: World, areas: list[Area]) -> None:
    """Instructors met the villages and parks on the first day, all but the last few."""
    first = {
        row.team.area_id: row.user
        for row in Membership.objects.filter(role="instructor", team__campaign=world.campaign)
        .select_related("team", "user")
        .order_by("-pk")
    }
    on = world.campaign.starts_on
    moment = timezone.make_aware(datetime.combine(on, time(16)))
    rows = [
        Meeting(
            campaign=world.campaign,
            area=area,
            kind=MeetingKind.PARK if area.kind == Kind.PARK else MeetingKind.GRID,
            on=on,
            people="村居书记、网格长、企业服务专员",
            note="交换联系方式，核对企业名单；需要口罩和消毒用品。",
            by=first[area.pk],
            at=moment,
        )
        for area in areas[:-NOT_MET]
        if area.pk in first
    ]
    Meeting.objects.bulk_create(rows)
    _named_lately(world, list(first.values()))
    keep_events(
        events("visits.meeting.noted", rows, campaign=world.campaign, by=lambda row: row.by, at=moment)
    )


def _named_lately(world: World, instructors: list[User]) -> None:
    """A dozen enterprises that nobody has visited got their instructor three days ago: their first contacts are overdue."""
    seen = set(Visit.objects.system().filter(campaign=world.campaign).values_list("enterprise_id", flat=True))
    charged = set(
        Charge.objects.system()
        .filter(enterprise__campaign=world.campaign, kind=ChargeKind.INSTRUCTOR)
        .values_list("enterprise_id", flat=True)
    )
    rows = [row for row in world.rows.values() if row.pk not in seen | charged and row.headcount]
    rows = sorted(rows, key=lambda row: (-(row.headcount or 0), row.pk))[:LATELY]
    begun = timezone.localdate(world.now) - timedelta(days=3)
    Charge.objects.bulk_create(
        [
            Charge(enterprise=row, officer=instructors[place % 4], kind=ChargeKind.INSTRUCTOR, from_on=begun)
            for place, row in enumerate(rows)
        ]
    )


def _volunteers(world: World, areas: list[Area], names: Names, opened: datetime, at: datetime) -> None:
    """Eighty volunteers and the rota of this week: days that were are counted, days to come have gaps."""
    rng = stream(world.seed, "volunteers")
    skills = [row["key"] for row in world.campaign.part("teams")["volunteers"]["skill"]]
    rows = [_volunteer(world, rng, areas, names, skills=skills, at=opened) for _number in range(VOLUNTEERS)]
    Volunteer.objects.bulk_create(rows)
    keep_events(events("teams.volunteer.registered", rows, campaign=world.campaign, at=opened))
    today = timezone.localdate(at)
    TimeAway.objects.bulk_create(
        [TimeAway(volunteer=row, from_on=today, to_on=today + timedelta(days=2)) for row in rows[::16]]
    )
    monday = today - timedelta(days=today.weekday())
    Shift.objects.bulk_create([shift for shift in _week(world, areas, monday)])
    shifts = shifts_of_week(Shift.objects.system().filter(campaign=world.campaign), monday)
    people = Volunteer.objects.system().filter(campaign=world.campaign)
    found = propose(world.campaign, shifts, people, opened - timedelta(days=1))
    turns = [
        _turn(one.shift, one.volunteer, one.reason, at, has_come=number % 17 != 3)
        for number, one in enumerate(found)
        if one.shift.ends_at < at or number % 3
    ]
    Turn.objects.bulk_create(turns)


def _volunteer(
    world: World, rng: Rng, areas: list[Area], names: Names, *, skills: list[str], at: datetime
) -> Volunteer:
    weekdays = [day for day in range(7) if rng.random() < 0.7] or [5, 6]
    begin, end = pick(rng, [(time(7), time(20)), (time(7), time(14)), (time(12), time(22))])
    return Volunteer(
        campaign=world.campaign,
        area=pick(rng, areas),
        name=names.person(),
        phone=names.phone(),
        skills=[skill for skill in skills if rng.random() < 0.3],
        weekdays=weekdays,
        from_time=begin,
        to_time=end,
        may_be_called=rng.random() < 0.8,
        created_at=at,
    )


def _week(world: World, areas: list[Area], monday: date) -> Iterator[Shift]:
    """Posts of the week: two checkpoints in two shifts a day, disinfection, delivery, the hotline."""
    kinds = [key for key, _name in shift_kinds(world.campaign)]
    posts = [
        (kinds[0], areas[0], "东入口卡口", ((8, 13), (14, 19)), 3),
        (kinds[0], areas[1], "西入口卡口", ((8, 13), (14, 19)), 2),
        (kinds[1], areas[2], "集市与公交站", ((9, 12),), 2),
        (kinds[2], areas[3], "物资仓库", ((9, 13),), 2),
        (kinds[3], world.campaign.area, "镇热线坐席", ((8, 13), (14, 20)), 1),
    ]
    for ahead in range(7):
        for kind, area, place, hours, needed in posts:
            for begin, end in hours:
                day = monday + timedelta(days=ahead)
                yield Shift(
                    campaign=world.campaign,
                    area=area,
                    kind=kind,
                    place=place,
                    starts_at=timezone.make_aware(datetime.combine(day, time(begin))),
                    ends_at=timezone.make_aware(datetime.combine(day, time(end))),
                    needed=needed,
                    skill=skill_of_kind(world.campaign, kind),
                )


def _turn(shift: Shift, volunteer: Volunteer, reason: str, at: datetime, *, has_come: bool) -> Turn:
    is_past = shift.ends_at < at
    return Turn(
        shift=shift,
        volunteer=volunteer,
        at=shift.starts_at - timedelta(days=1),
        reason=reason,
        has_come=has_come if is_past else None,
        hours=(shift.hours if has_come else 0.0) if is_past else None,
    )
