"""Two towns with the same rows on both sides, every row marked with its side's canary.

East Bridge is the cast of tests/town.py. West Bridge, whose path begins with the same characters, gets a campaign, people
in the same roles, and one row of every kind. Whoever works in one town must never meet the other's canary.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import models
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from fugong.access import device_keys
from fugong.access.actions import first_link, note_reveal
from fugong.access.models import Posting, User
from fugong.access.roles import ROLES as ROLE_TABLE
from fugong.access.sessions import MARK, USER
from fugong.campaigns.models import AreaRisk, Campaign
from fugong.core.exports.writers import path_of as path_of_export
from fugong.core.guards import PUBLIC, SIGNED_IN
from fugong.core.models import Export, Import, SavedView
from fugong.enterprises import actions as enterprises
from fugong.enterprises.models import Contact, Enterprise, Listing, Premises
from fugong.insight.briefs import path_of as path_of_brief
from fugong.insight.models import Brief, Decision, Digest
from fugong.issues.models import ApiClient, AskBack, HandOver, IntakeLink, Issue, IssueMerge, Requester, Step
from fugong.outreach.actions import Way, add_robot
from fugong.outreach.models import Notice
from fugong.resumption.models import DailyReport, Period
from fugong.teams.models import (
    CalledOff,
    Charge,
    ChargeProposal,
    Duty,
    GridTeam,
    Holding,
    Household,
    HouseholdCharge,
    Member,
    Membership,
    Post,
    Shift,
    Station,
    TaskGroup,
    Team,
    Turn,
    Volunteer,
)
from fugong.teams.queries import link_of
from fugong.territory.models import Area
from fugong.visits import media
from fugong.visits.artefacts.letters import contents
from fugong.visits.artefacts.links import token_of
from fugong.visits.models import (
    Absence,
    Attempt,
    Call,
    CardRun,
    Checklist,
    Discarded,
    Exclusion,
    Finding,
    HouseholdContact,
    JointVisit,
    LeftOut,
    Letter,
    Link,
    LookBack,
    Meeting,
    NumberProposal,
    Outlook,
    PhoneRound,
    Plan,
    PlannedVisit,
    PlanRun,
    Received,
    RoundCaller,
    Visit,
    VisitPhoto,
)
from fugong.visits.photos import place_of
from tests.checklists import converted
from tests.matrix.rights import SENSITIVE
from tests.pack import PACK
from tests.town import FIRST_DAY, NOW, TODAY, Town, build

EAST, WEST = "canaryeast", "canarywest"
OTHER = {EAST: WEST, WEST: EAST}
# The clear text of a sealed phone begins so, of whichever town: no answer shows it but a reveal with its reason.
SECRET = "1000canary"
# In the name of an enterprise of the same village: who speaks for one enterprise does not see it.
NEIGHBOUR = "neighbour"
COLLEAGUE = "colleague"
ROLES = (
    "commander",
    "clerk",
    "grid_lead",
    "instructor",
    "liaison",
    "department_officer",
    "enterprise_contact",
    "privacy_officer",
)
REGISTERS = (
    "calls",
    "enterprises",
    "households",
    "issues",
    "outreach",
    "resumption",
    "visits",
    "volunteers",
)
EAST_PEOPLE = dict(zip(ROLES, ("zhou", "chen", "wang", "li", "he", "sun", "qian", "mo"), strict=True))


@dataclass
class Side:
    """One town: its campaign, its people by role, one row of every kind by name."""

    mark: str
    campaign: Campaign
    people: dict[str, User]
    rows: dict[str, Any] = field(default_factory=dict)
    # Device keys in clear, by the role of their owner.
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visitor:
    """Somebody who comes to an address: who, the user, their town's canary ("" for those of no one town), their role."""

    who: str
    user: User | None
    mark: str
    role: str
    reach: tuple[str, str, bool]

    def may(self, policy: str) -> bool:
        """Whether the role has the right, by the table of roles and not by what the product says about it."""
        if policy in (PUBLIC, SIGNED_IN):
            return policy == PUBLIC or self.user is not None
        if policy in SENSITIVE:
            return self.role in SENSITIVE[policy]
        return bool(self.role) and policy in ROLE_TABLE[self.role].permissions

    @property
    def is_narrow(self) -> bool:
        """Posted below the town: other villages of the town are hidden."""
        return self.role in ("grid_lead", "liaison") and self.mark == EAST

    def is_strongest_without(self, policy: str) -> bool:
        """Whether no role of the town has more rights than this one and still lacks this one."""
        without = [role for role in ROLES if policy not in ROLE_TABLE[role].permissions]
        return bool(self.role) and self.role == max(
            without, key=lambda role: len(ROLE_TABLE[role].permissions), default=""
        )


@dataclass
class World:
    """Both sides, those who see both, and everybody's client."""

    town: Town
    east: Side
    west: Side
    clients: dict[str, Client] = field(default_factory=dict)
    # One for all clients: each would start the middleware anew.
    handler: ClientHandler = field(default_factory=lambda: ClientHandler(enforce_csrf_checks=False))
    places: dict[str, Path] = field(default_factory=dict)

    def side(self, mark: str) -> Side:
        return self.east if mark == EAST else self.west

    def visitors(self) -> Iterator[Visitor]:
        """Both towns' people, the city's commander and administrator, Bai without a posting, nobody."""
        for side in (self.east, self.west):
            for key, user in side.people.items():
                role = "clerk" if key == COLLEAGUE else key
                path = user.postings.get().area.path
                reach = (side.mark, path, ROLE_TABLE[role].sees_area)
                yield Visitor(f"{side.mark[6:]} {key}", user, side.mark, role, reach)
        yield Visitor("city commander", self.town.gao, "", "commander", ("", "9/", True))
        yield Visitor("administrator", self.town.shen, "", "administrator", ("", "9/", False))
        yield Visitor("Bai", self.town.bai, "", "", ("", "", False))
        yield Visitor("nobody", None, "", "", ("", "", False))

    def client(self, user: User | None) -> Client:
        key = user.login if user else ""
        if key not in self.clients:
            client = Client(raise_request_exception=False)
            client.handler = self.handler
            if user:
                session = client.session
                session[USER], session[MARK] = user.pk, user.get_session_auth_hash()
                session.save()
                client.cookies["sessionid"] = session.session_key
            self.clients[key] = client
        self.clients[key].cookies.pop(
            "messages", None
        )  # what an earlier answer left to be said on the next page
        return self.clients[key]


def build_world() -> World:
    town = build(PACK)
    west_campaign = Campaign.objects.create(
        name="西桥镇复工",
        release=town.campaign.release,
        area=town.west_town,
        starts_on=FIRST_DAY,
        status="running",
        frozen_on=TODAY,
        frozen_at=timezone.now(),
    )
    east = Side(EAST, town.campaign, {role: town.people[key] for role, key in EAST_PEOPLE.items()})
    west = Side(WEST, west_campaign, _west_people(town))
    for side, area, home in ((east, town.town, town.willow), (west, town.west_town, town.far_village)):
        for user in side.people.values():
            user.name = f"{user.name}{side.mark}"
            user.save(update_fields=["name"])
        fill(side, area, home, town)
    for side in (east, west):
        side.people[COLLEAGUE] = _colleague(side)
    town.far_firm.name = f"{town.far_firm.name}{WEST}"
    town.far_firm.save(update_fields=["name"])
    return World(town, east, west)


def _colleague(side: Side) -> User:
    """A second clerk of the town: the same rights, but what the first one took out or brought in is not theirs."""
    user = User(login=f"colleague-{side.mark}", name=f"同事{side.mark}")
    user.set_unusable_password()
    user.save()
    area = Posting.objects.get(user=side.people["clerk"]).area
    Posting.objects.create(user=user, role="clerk", area=area, from_on=FIRST_DAY)
    return user


def _west_people(town: Town) -> dict[str, User]:
    people = {}
    for role in ROLES:
        if role == "instructor":
            people[role] = town.zhao
            continue
        user = User(login=f"west-{role}", name=f"韩{len(people)}", department=town.sun.department)
        user.set_unusable_password()
        user.save()
        area = town.far_village if role in {"grid_lead", "liaison"} else town.west_town
        Posting.objects.create(user=user, role=role, area=area, from_on=FIRST_DAY)
        people[role] = user
    return people


def fill(side: Side, area: Area, home: Area, town: Town) -> None:
    """One row of every kind that an address of the product opens."""
    mark, campaign, people, rows = side.mark, side.campaign, side.people, side.rows
    rows["campaign"], rows["area"], rows["user"] = campaign, home, people["liaison"]
    rows["posting"] = Posting.objects.get(user=people["liaison"])
    firm = _firm(side, home, f"大同{mark}厂", headcount=412, size="above-scale")
    rows[NEIGHBOUR] = _firm(side, home, f"隔壁{NEIGHBOUR}{mark}厂", headcount=20)
    rows["sibling"] = town.pine if home == town.willow else town.west_town
    rows["enterprise"], absorbed = firm, _firm(side, home, f"并入{mark}店")
    rows["merge"] = enterprises.merge(kept=firm, absorbed=absorbed, by=people["clerk"], at=NOW)
    rows["contact"] = Contact.objects.create(
        enterprise=firm,
        campaign_id=campaign.pk,
        user=people["enterprise_contact"],
        name=f"厂长{mark}",
        phone=f"1000{mark}",
        from_on=FIRST_DAY,
    )
    rows["premises"] = Premises.objects.create(
        enterprise=firm, kind="dormitory", name=f"宿舍{mark}", capacity=40, people=60
    )
    rows["listing"] = Listing.objects.create(
        enterprise=firm, risk_list="crowded", source="person", reason=mark, entered_at=NOW
    )
    Period.objects.create(enterprise=firm, state="resumed", from_on=FIRST_DAY)
    rows["report"] = DailyReport.objects.create(
        enterprise=firm, campaign_id=campaign.pk, on=TODAY, staff=412, on_duty=300, note=mark, at=NOW
    )
    _issues(side, firm, home)
    _teams(side, firm, home)
    _field_work(side, firm, home)
    _people_work(side, firm, home)
    _core(side, area)
    _outreach(side, home)
    _rounds(side, firm, home)
    _requests(side, firm, home)
    _papers(side, firm)
    note_reveal(
        target=rows["contact"],
        field="phone",
        reason=mark,
        by=people["clerk"],
        at=NOW,
        campaign_id=campaign.pk,
    )
    rows["token"] = first_link(people["liaison"])
    _collect(side, home)
    _gaps(side, firm, home)


def _gaps(side: Side, firm: Enterprise, home: Area) -> None:
    """What was discarded on a phone; a volunteer who cannot come tomorrow."""
    tomorrow = Shift.objects.create(
        campaign=side.campaign,
        area=home,
        kind="checkpoint",
        place=f"北卡口{side.mark}",
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, hours=3),
    )
    CalledOff.objects.create(shift=tomorrow, volunteer=side.rows["volunteer"], reason=side.mark, at=NOW)
    side.rows["discarded"] = Discarded.objects.create(
        key=uuid5(NAMESPACE_URL, f"discarded-{side.mark}"),
        officer=side.people["instructor"],
        campaign=side.campaign,
        area=home,
        enterprise=firm,
        form="visit",
        reason=side.mark,
        at=NOW,
    )


def _firm(side: Side, home: Area, name: str, **values: Any) -> Enterprise:
    return Enterprise.objects.create(
        campaign=side.campaign,
        area=home,
        name=name,
        normalised_name=name,
        address=f"路{side.mark}",
        longitude=home.longitude,
        latitude=home.latitude,
        position_source="imported",
        created_at=NOW,
        **values,
    )


def _issues(side: Side, firm: Enterprise, home: Area) -> None:
    people = side.people
    issue = Issue.objects.create(
        campaign=side.campaign,
        area=home,
        enterprise=firm,
        title=f"宿舍过密{side.mark}",
        detail=side.mark,
        status="assigned",
        severity="serious",
        level="department",
        department="health",
        handler=people["department_officer"],
        found_by=people["instructor"],
        found_at=NOW,
        due_at=NOW - timedelta(hours=1),
    )
    Issue.objects.create(  # next door: not for whoever speaks for the first enterprise
        campaign=side.campaign,
        area=home,
        enterprise=side.rows[NEIGHBOUR],
        title=f"通道堵塞{NEIGHBOUR}{side.mark}",
        found_by=people["instructor"],
        found_at=NOW,
    )
    Step.objects.create(
        issue=issue, status="found", level="department", by=people["instructor"], at=NOW, note=side.mark
    )
    side.rows["issue"] = issue
    side.rows["hand_over"] = HandOver.objects.create(
        issue=issue,
        to_department="health",
        to_user=people["department_officer"],
        offered_by=people["grid_lead"],
        offered_at=NOW,
        note=side.mark,
    )


def _requests(side: Side, firm: Enterprise, home: Area) -> None:
    """A request of somebody without an account, the question about it, a merged one, a link, a program."""
    people, rows, mark = side.people, side.rows, side.mark
    common = {"campaign": side.campaign, "area": home, "enterprise": firm, "found_at": NOW}
    asked = Issue.objects.create(
        **common,
        kind="supplies",
        title=f"缺口罩{mark}",
        status="solved",
        department="health",
        handler=people["department_officer"],
        solved_by=people["department_officer"],
        solved_at=NOW,
        secret=mark,
        answers={"item": "masks"},
    )
    Requester.objects.create(issue=asked, campaign_id=side.campaign.pk, name=mark, phone=f"1000{mark}")
    rows["request"] = asked
    rows["ask_back"] = AskBack.objects.create(issue=asked, asked_at=NOW)
    absorbed = Issue.objects.create(**common, title=f"并入{mark}", status="merged", merged_into=asked)
    rows["issue_merge"] = IssueMerge.objects.create(
        kept=asked,
        absorbed=absorbed,
        by=people["grid_lead"],
        at=NOW,
        moved={"status": "found", "earlier": [], "offers": []},
    )
    rows["intake_link"] = IntakeLink.objects.create(
        key=f"link-{mark}", campaign=side.campaign, area=home, made_by=people["grid_lead"], made_at=NOW
    )
    rows["client"] = ApiClient.objects.create(
        campaign=side.campaign,
        name=f"热线{mark}",
        key_digest=mark,
        made_by=people["grid_lead"],
        made_at=NOW,
    )


def _teams(side: Side, firm: Enterprise, home: Area) -> None:
    people, mark, rows = side.people, side.mark, side.rows
    group = TaskGroup.objects.create(
        campaign=side.campaign, key=f"health-{mark}", name=f"防控{mark}", stands_from=FIRST_DAY
    )
    post = Post.objects.create(campaign=side.campaign, group=group, key=f"head-{mark}", title=f"组长{mark}")
    Holding.objects.create(post=post, user=people["commander"], from_on=FIRST_DAY)
    team = GridTeam.objects.create(campaign=side.campaign, area=home, name=f"组团{mark}")
    member = Membership.objects.create(
        team=team, user=people["instructor"], role="instructor", from_on=FIRST_DAY
    )
    charge = Charge.objects.create(
        enterprise=firm, officer=people["liaison"], kind="liaison", from_on=FIRST_DAY, reason=mark
    )
    rows["proposal"] = ChargeProposal.objects.create(
        enterprise=firm, officer=people["instructor"], kind="instructor", distance_km=1.0, reason=mark, at=NOW
    )
    rows |= {"group": group, "post": post, "grid_team": team, "membership": member, "charge": charge}


def _people_work(side: Side, firm: Enterprise, home: Area) -> None:
    """Service team, station, volunteer with a shift, household with a call, a meeting, a group with its base."""
    people, mark, rows, campaign = side.people, side.mark, side.rows, side.campaign
    common = {"campaign": campaign, "area": home}
    team = Team.objects.create(**common, kind="service", name=f"服务队{mark}")
    member = Member.objects.create(team=team, user=people["instructor"], part="member", from_on=FIRST_DAY)
    duty = Duty.objects.create(
        team=team, kind="service", enterprise=firm, from_on=FIRST_DAY, reason=mark, by=people["grid_lead"]
    )
    group = Team.objects.create(**common, kind="key", key=f"bases-{mark}", name=f"专班{mark}")
    Duty.objects.create(team=group, kind="key", enterprise=firm, from_on=FIRST_DAY, reason=mark)
    station = Station.objects.create(
        enterprise=firm, officer=people["instructor"], from_on=FIRST_DAY, reason=mark
    )
    able = {"weekdays": list(range(7)), "from_time": time(8), "to_time": time(20), "created_at": NOW}
    volunteer = Volunteer.objects.create(**common, **able, name=f"志愿者{mark}", phone=f"1000{mark}")
    rows["free_volunteer"] = Volunteer.objects.create(**common, **able, name=f"有空者{mark}")
    shift = Shift.objects.create(
        **common,
        kind="checkpoint",
        place=f"卡口{mark}",
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(hours=3),
        needed=2,
    )
    turn = Turn.objects.create(shift=shift, volunteer=volunteer, at=NOW)
    household = Household.objects.create(
        **common,
        code=f"H-{mark}",
        address=f"柳路{mark}",
        label=f"1000{mark}",
        phone=f"1000{mark}",
        people=3,
        created_at=NOW,
    )
    household_charge = HouseholdCharge.objects.create(
        household=household, officer=people["liaison"], from_on=FIRST_DAY, reason=mark
    )
    HouseholdContact.objects.create(
        household=household, officer=people["liaison"], on=TODAY, at=NOW, outcome="done", note=mark
    )
    Meeting.objects.create(
        **common, kind="grid", on=TODAY, people=mark, note=mark, by=people["instructor"], at=NOW
    )
    rows["token volunteers:my_shifts"] = rows["token volunteers:call_off"] = link_of(volunteer)
    rows |= {"team": team, "member": member, "duty": duty, "key_group": group, "station": station}
    rows |= {"volunteer": volunteer, "shift": shift, "turn": turn}
    rows |= {"household": household, "household_charge": household_charge}


def _field_work(side: Side, firm: Enterprise, home: Area) -> None:
    visit = Visit.objects.create(
        campaign=side.campaign,
        area=home,
        enterprise=firm,
        officer=side.people["instructor"],
        status="done",
        on=TODAY,
        started_at=NOW - timedelta(hours=1),
        ended_at=NOW,
        note=side.mark,
    )
    issue = side.rows["issue"]
    Finding.objects.create(visit=visit, article="3", label=f"发现{side.mark}", note=side.mark, issue=issue)
    side.rows["visit"] = visit
    photo = VisitPhoto.objects.create(
        visit=visit, stored_as=f"{side.mark}.jpg", digest=side.mark, width=4, height=3, taken_at=NOW
    )
    _keep(place_of(photo.stored_as), side)
    side.rows["photo"] = photo
    _plan(side, firm, home)
    brief = Brief.objects.create(
        campaign=side.campaign,
        area=side.campaign.area,
        on=TODAY,
        as_of=NOW,
        printed={"numbers": [["reported", side.mark]]},
        stored_as=side.mark,
    )
    _keep(path_of_brief(brief), side)
    side.rows["brief"] = brief


def _papers(side: Side, firm: Enterprise) -> None:
    """A letter with its link, the card's link, and an order of cards."""
    visit, clerk = side.rows["visit"], side.people["clerk"]
    letter = Letter.objects.create(
        campaign=side.campaign,
        area=visit.area,
        number=Letter.objects.system().filter(campaign=side.campaign).count() + 1,
        visit=visit,
        enterprise=firm,
        content=contents(visit, [], number=1, by=visit.officer, at=NOW, replaces=None),
        issued_by=visit.officer,
        issued_at=NOW,
    )
    common = {"enterprise": firm, "made_by": clerk, "made_at": NOW, "expires_at": NOW + timedelta(days=9)}
    side.rows["letter"], side.rows["link"] = letter, Link.objects.create(letter=letter, **common)
    card = Link.objects.create(**common)
    side.rows["token visits:opened"] = token_of(card)
    side.rows["token visits:opened_pdf"] = token_of(side.rows["link"])
    side.rows["card_run"] = CardRun.objects.create(
        campaign=side.campaign,
        by=clerk,
        asked_at=NOW,
        told_at=NOW,
        status="failed",
        purpose=side.mark,
        enterprises=[firm.pk],
        address="http://testserver/",
        language="zh-hans",
    )


def _plan(side: Side, firm: Enterprise, home: Area) -> None:
    """A proposed plan of the village with one stop and one left out, and a search that goes on."""
    people, rows = side.people, side.rows
    common = {"campaign": side.campaign, "area": home, "on": TODAY}
    summary = {"planned": 1, "due": 2, "left_out": 1}
    plan = Plan.objects.create(**common, version=1, made_by=people["grid_lead"], made_at=NOW, summary=summary)
    rows["plan"] = plan
    rows["planned"] = PlannedVisit.objects.create(
        plan=plan, officer=people["instructor"], enterprise=firm, order=1, arrives_at=NOW, leaves_at=NOW
    )
    left = _firm(side, home, f"轮空{side.mark}店")
    rows["left_out"] = LeftOut.objects.create(plan=plan, enterprise=left)
    rows["plan_run"] = PlanRun.objects.create(**common, seconds=5, by=people["grid_lead"], asked_at=NOW)
    _wishes(side, firm, common)


def _wishes(side: Side, firm: Enterprise, common: dict[str, Any]) -> None:
    """What planning asks of people besides: a ban, an absence, a rehearsal, a joint visit."""
    people, rows, mark = side.people, side.rows, side.mark
    lead, instructor = people["grid_lead"], people["instructor"]
    rows["exclusion"] = Exclusion.objects.create(
        campaign=side.campaign, enterprise=firm, officer=instructor, reason=mark, by=lead, at=NOW
    )
    rows["absence"] = Absence.objects.create(
        officer=instructor, from_on=TODAY, kind="leave", note=mark, by=lead, at=NOW
    )
    rows["outlook"] = Outlook.objects.create(**common, kind="as-it-is", seconds=5, by=lead, asked_at=NOW)
    rows["joint"] = JointVisit.objects.create(
        campaign=side.campaign, enterprise=firm, on=TODAY, occasion=mark, by=lead, at=NOW
    )


def _outreach(side: Side, home: Area) -> None:
    commander, mark = side.people["commander"], side.mark
    way = Way("wecom", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1000{mark}")
    robot = add_robot(campaign=side.campaign, area=home, name=f"群{mark}", way=way, by=commander, at=NOW)
    side.rows["robot"] = robot
    side.rows["notice"] = Notice.objects.create(
        robot=robot,
        text=f"播报{mark}",
        made_at=NOW,
        next_at=NOW,
        expires_at=NOW + timedelta(days=1),
        status="unknown",
    )


def _rounds(side: Side, firm: Enterprise, home: Area) -> None:
    """A phone round with a call that nobody holds, a wrong number, a look-back, a consult meeting that decided."""
    people, rows, mark, campaign = side.people, side.rows, side.mark, side.campaign
    lead, liaison = people["grid_lead"], people["liaison"]
    rows["phone_round"] = PhoneRound.objects.create(
        campaign=campaign, area=home, name=f"电话{mark}", due_on=TODAY, begun_by=lead, begun_at=NOW
    )
    RoundCaller.objects.create(phone_round=rows["phone_round"], officer=liaison)
    rows["call"] = Call.objects.create(
        campaign=campaign,
        area=home,
        phone_round=rows["phone_round"],
        enterprise=firm,
        caller=liaison,
        contact=rows["contact"],
        note=mark,
        status="no-number",
        calls_made=1,
    )
    Attempt.objects.create(call=rows["call"], by=liaison, at=NOW, outcome="wrong-number", note=mark)
    rows["number_proposal"] = NumberProposal.objects.create(
        call=rows["call"], campaign_id=campaign.pk, phone=f"1000{mark}", note=mark, by=liaison, at=NOW
    )
    LookBack.objects.create(issue=rows["issue"], enterprise=firm, due_on=TODAY)
    content = {
        "heading": {"campaign": mark, "area": mark, "day": "", "number": 1, "as_of": ""},
        "figures": [],
        "moved": {},
        "departments": [],
        "villages": [],
        "points": [
            {"key": "issue-1", "issue": None, "title": mark, "text": mark, "colour": "red", "word": mark}
        ],
        "plan": {"stops": 0, "officers": 0, "firms": 0, "look_backs": 0},
        "earlier": [],
    }
    rows["digest"] = Digest.objects.create(
        campaign=campaign, area=home, on=TODAY - timedelta(days=1), as_of=NOW, content=content
    )
    Decision.objects.create(
        digest=rows["digest"],
        point="issue-1",
        text=mark,
        decided_by=mark,
        written_by=people["commander"],
        written_at=NOW,
    )


def _collect(side: Side, home: Area) -> None:
    """A connected phone, a filled form that was not taken in, and a rating of the village."""
    instructor = side.people["instructor"]
    row, key = device_keys.make(user=instructor, name=f"手机{side.mark}", at=NOW)
    side.rows["device_key"], side.keys["instructor"] = row, key
    side.rows["received"] = Received.objects.create(
        key=uuid5(NAMESPACE_URL, side.mark),
        officer=instructor,
        campaign=side.campaign,
        area=home,
        form_id=f"checklist-{side.mark}",
        xml=f"<data><note>{side.mark}</note></data>",
        digest=side.mark,
        status="refused",
        reason=f"原因{side.mark}",
        received_at=NOW,
    )
    side.rows["checklist"] = checklist_of(side, "with-files")
    AreaRisk.objects.create(
        campaign=side.campaign, area=home, level="high", from_on=TODAY, source=f"通知{side.mark}", at=NOW
    )


def checklist_of(side: Side, key: str) -> Checklist:
    """A checklist with the canary of its town in its title and in a list that it brings."""
    form = converted("short")
    content = base64.b64encode(f"name,label\n1,名单{side.mark}\n".encode()).decode()
    return Checklist.objects.create(
        campaign=side.campaign,
        key=key,
        version="1",
        title=f"清单{side.mark}",
        digest=side.mark.ljust(64, "0"),
        xform=form["xform"],
        articles=form["articles"],
        media=media.keep({"list.csv": content}),
        loaded_at=NOW,
    )


def _core(side: Side, area: Area) -> None:
    clerk = side.people["clerk"]
    common = {"campaign_id": side.campaign.pk, "at": NOW}
    for register in REGISTERS:
        side.rows[f"saved_view {register}"] = SavedView.objects.create(
            register=register,
            name=f"视图{side.mark}",
            by_id=clerk.pk,
            is_shared=True,
            campaign_id=side.campaign.pk,
            at=NOW,
        )
        export = Export.objects.create(
            register=register,
            owner_id=clerk.pk,
            owner_label=clerk.name,
            purpose=side.mark,
            rows=1,
            form="csv",
            stored_as=f"{register}-{side.mark}.csv",
            expires_at=NOW + timedelta(days=1),
            **common,
        )
        _keep(path_of_export(export), side)
        side.rows[f"export {register}"] = export
    for register in ("enterprises", "households"):
        side.rows[f"import {register}"] = Import.objects.create(
            register=register,
            filename=f"{side.mark}.xlsx",
            digest=side.mark,
            stored_as=side.mark,
            by_id=clerk.pk,
            by_label=clerk.name,
            **common,
        )


def _keep(path: Path, side: Side) -> None:
    """A file on the disk that shows whose it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(side.mark.encode())


def grow(side: Side, number: int = 3) -> None:
    """More rows on one side: whoever works on the other side must not notice, not even in a count."""
    home = side.rows["area"]
    for serial in range(number):
        firm = _firm(side, home, f"又一家{serial}{side.mark}", headcount=100 + serial, is_key=True)
        Charge.objects.create(
            enterprise=firm, officer=side.people["instructor"], kind="instructor", from_on=FIRST_DAY
        )
        Listing.objects.create(
            enterprise=firm, risk_list="crowded", source="person", reason=side.mark, entered_at=NOW
        )
        Issue.objects.create(
            campaign=side.campaign,
            area=home,
            enterprise=firm,
            title=f"问题{serial}{side.mark}",
            department="health",
            found_by=side.people["instructor"],
            found_at=NOW,
            due_at=NOW,
        )
        Visit.objects.create(
            campaign=side.campaign,
            area=home,
            enterprise=firm,
            officer=side.people["instructor"],
            status="done",
            on=TODAY,
            started_at=NOW,
            ended_at=NOW,
        )


def digest(side: Side) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Everything that stands on one side, to see whether somebody on the other side changed it."""
    found = []
    for name, row in side.rows.items():
        if isinstance(row, models.Model) and not isinstance(row, (Area, Campaign)):
            manager = type(row)._base_manager
            found.append((name, list(manager.filter(pk=row.pk).values_list())))
    charges = Charge.objects.system().filter(enterprise__campaign=side.campaign)
    found.append(("charges", sorted(charges.values_list("pk", "to_on"))))
    members = Membership.objects.filter(team__campaign=side.campaign)
    found.append(("members", sorted(members.values_list("pk", "user_id"))))
    return found
