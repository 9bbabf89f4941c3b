"""Every column that holds words is judged: its words go with their campaign, or it is said here why they stay."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from fugong.campaigns import endings
from fugong.campaigns.models import Closing
from fugong.core.encryption import SealedField
from fugong.core.models import Command, Event, ImportRow
from fugong.issues import actions as issues
from fugong.issues.links import token_of as request_token
from fugong.outreach.queries import said
from fugong.teams import actions as teams
from fugong.teams.actions import MemberFacts
from fugong.visits import actions as visits
from fugong.visits.models import PublicNumber, Received, ReceivedFile
from tests.matrix.world import EAST, Side, World
from tests.town import NOW, TODAY

pytestmark = pytest.mark.django_db

# The way from a row to its campaign, and the columns whose words go with it.
GOES: dict[str, tuple[str, set[str]]] = {
    "access.reveal": ("campaign_id", {"target_label"}),
    "core.command": ("", {"answer"}),
    "core.importrow": ("batch__campaign_id", {"cells", "before", "problems"}),
    "enterprises.contact": ("campaign_id", {"name", "phone"}),
    "issues.askback": ("issue__campaign", {"note"}),
    "issues.issue": ("campaign", {"title", "detail", "answers", "solution", "secret"}),
    "issues.requester": ("campaign_id", {"name", "phone", "place"}),
    "issues.step": ("issue__campaign", {"note"}),
    "issues.handover": ("issue__campaign", {"note", "answer_reason"}),
    "outreach.robot": ("campaign", {"address", "secret"}),
    "teams.calledoff": ("shift__campaign", {"reason"}),
    "teams.household": ("campaign", {"code", "address", "label", "phone", "note"}),
    "teams.householdcharge": ("household__campaign", {"reason"}),
    "teams.timeaway": ("volunteer__campaign", {"note"}),
    "teams.turn": ("shift__campaign", {"reason"}),
    "teams.volunteer": ("campaign", {"name", "phone"}),
    "visits.attempt": ("call__campaign", {"note"}),
    "visits.call": ("campaign", {"answers", "note"}),
    "visits.householdcontact": ("household__campaign", {"note"}),
    "visits.letter": ("campaign", {"acknowledged_as"}),
    "visits.meeting": ("campaign", {"people", "note"}),
    "visits.numberproposal": ("campaign_id", {"phone", "note"}),
    "visits.publicnumber": ("officer", {"number"}),
    "visits.received": ("campaign", {"xml", "reason", "missing"}),
    "visits.receivedfile": ("received__campaign", {"name"}),
    "visits.visit": ("campaign", {"submission"}),
}
# Of these rows only those that somebody asked for; what officers found speaks of enterprises.
REQUESTS = {
    "issues.issue": "",
    "issues.step": "issue__",
    "issues.handover": "issue__",
    "issues.askback": "issue__",
}

# Words that stay, and why.
RECORD = "the audit and what was taken out name staff; the certificate says so"
MARK = "a number, key or digest of ours, or a word of the pack: it says nothing of a person"
LEDGER = "of an enterprise, an area or a team"
TYPED = "what staff typed about their work with enterprises; the certificate says so"
STAFF = "accounts of staff, who outlive a campaign"
STAYS: dict[str, dict[str, str]] = {
    RECORD: {
        "core.event": "name target by_label changes previous_hash hash",
        "core.anchor": "hash",
        "core.command": "path digest location",
        "core.import": "register filename digest stored_as sheet mapping options by_label problem",
        "core.export": "register owner_label purpose condition columns form stored_as",
        "access.reveal": "target field reason",
        "campaigns.closing": "reason left figures digest counts key_id",
        "insight.brief": "printed anchor stored_as",
        "insight.digest": "content",
        "visits.letter": "content",
    },
    STAFF: {
        "access.user": "password login name department language",
        "access.devicekey": "name digest hint mark",
        "core.savedview": "register name condition order",
    },
    MARK: {
        "core.taken": "who what",
        "core.rememberedmapping": "register header field",
        "core.schedule": "name task",
        "campaigns.packrelease": "slug version digest content",
        "campaigns.arearisk": "level source",
        "issues.issue": "kind article key_area department origin",
        "issues.handover": "from_department to_department",
        "issues.issuemerge": "moved",
        "issues.intakelink": "key",
        "issues.apiclient": "name key_digest",
        "enterprises.merge": "moved",
        "teams.taskgroup": "key name duties",
        "teams.post": "key title duties",
        "teams.volunteer": "skills weekdays",
        "teams.shift": "kind place skill",
        "visits.plan": "summary",
        "visits.planrun": "problem",
        "visits.outlook": "problem parameters result",
        "visits.plannedvisit": "reasons",
        "visits.leftout": "reasons",
        "visits.checklist": "key version title digest xform articles kept media",
        "visits.checklistfile": "digest",
        "visits.visitphoto": "question stored_as digest",
        "visits.attempt": "outcome",
        "visits.calendaraddress": "digest",
        "visits.received": "form_id form_version digest",
        "visits.receivedfile": "stored_as",
        "visits.cardrun": "purpose condition enterprises address language problem",
    },
    LEDGER: {
        "territory.area": "code code_edition name path",
        "territory.outline": "geometry",
        "campaigns.campaign": "name",
        "enterprises.enterprise": "name normalised_name credit_code industry_code industry_edition industry"
        " measures_in_force address",
        "enterprises.premises": "name",
        "enterprises.contact": "duty",
        "enterprises.listing": "risk_list reason left_reason",
        "enterprises.street": "name",
        "teams.gridteam": "name",
        "teams.team": "key name",
        "teams.member": "organisation",
        "outreach.robot": "name problem",
        "outreach.delivery": "text outcome words",
        "outreach.notice": "text",
        "visits.phoneround": "name condition questions",
        "visits.visitparticipant": "agency",
        "visits.jointseat": "role agency",
    },
    TYPED: {
        "teams.charge": "reason",
        "teams.chargeproposal": "reason",
        "teams.duty": "reason",
        "teams.station": "reason",
        "resumption.dailyreport": "note",
        "visits.absence": "note",
        "visits.discarded": "reason",
        "visits.jointvisit": "occasion",
        "visits.exclusion": "reason",
        "visits.visit": "answers note procedure",
        "visits.finding": "article label key_area note",
        "visits.lookback": "note",
        "insight.decision": "point text department decided_by",
    },
}
GONER = "goner"


def columns() -> set[tuple[str, str]]:
    """Every column of ours that can hold words of anybody's choice."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    return {
        (model._meta.label_lower, field.name)
        for model in apps.get_models()
        if model.__module__.startswith("fugong.")
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.choices
    }


def test_every_column_with_words_is_judged() -> None:
    goes = {(label, name) for label, (_way, names) in GOES.items() for name in names}
    stays = {
        (label, name) for rows in STAYS.values() for label, names in rows.items() for name in names.split()
    }
    assert not goes & stays
    assert goes | stays == columns(), "a new column: say whether its words go with the campaign"


def _more(world: World, side: Side) -> None:
    """Rows that no address opens and that the world therefore has not."""
    rows, people = side.rows, side.people
    teams.note_away(
        volunteer=rows["volunteer"], from_on=TODAY, to_on=TODAY, note="看病", by=people["grid_lead"], at=NOW
    )
    PublicNumber.objects.create(officer=people["liaison"], number="1", agreed_at=NOW)
    stray = {"key": uuid4(), "form_id": "x", "xml": f"<x>{GONER if side.mark == EAST else ''}</x>"}
    Received.objects.create(
        **stray, officer=people["instructor"], area=rows["area"], digest="x", received_at=NOW
    )
    ReceivedFile.objects.create(received=rows["received"], name="a.jpg", stored_as=f"{side.mark}.raw", size=1)
    ImportRow.objects.create(batch=rows["import households"], number=1, outcome="created")
    issues.find(
        campaign=side.campaign,
        enterprise=None,
        area=rows["area"],
        found=issues.Found(title="缺药", kind="supplies", answers={"item": "masks"}, origin="x", detail="x"),
        by=people["liaison"],
        at=NOW,
    )
    letter = rows["letter"]
    letter.acknowledged_at, letter.acknowledged_as, letter.status = NOW, "x", "acknowledged"
    letter.save()


def _rows(label: str, way: str, side: Side) -> Any:
    rows = apps.get_model(label)._base_manager.all()
    if label in REQUESTS:
        rows = rows.filter(**{f"{REQUESTS[label]}kind": "supplies"})
    if label == "visits.publicnumber":
        return rows.filter(officer=side.people["liaison"])
    return rows.filter(**{way: side.campaign.pk}) if way else rows


def _word(field: Any, row: Any) -> Any:
    word = f"{GONER}{row.pk}{field.name}"
    if isinstance(field, models.JSONField):
        return [word] if isinstance(getattr(row, field.name), list) else {"word": word}
    return word[: getattr(field, "max_length", None) or 100]


def _mark(side: Side) -> None:
    """The canary in each column that goes; each has a row."""
    for label, (way, names) in GOES.items():
        rows = list(_rows(label, way, side))
        assert rows, f"the world has no {label}"
        for row in rows:
            for name in names:
                setattr(row, name, _word(row._meta.get_field(name), row))
            row.save(update_fields=sorted(names))


def _everything() -> str:
    return repr([list(model._base_manager.values_list()) for model in apps.get_models()])


def _sealed(side: Side) -> list[bool]:
    return [
        bool(getattr(row, name))
        for label, (way, names) in GOES.items()
        for name in names
        if isinstance(apps.get_model(label)._meta.get_field(name), SealedField)
        for row in _rows(label, way, side)
    ]


def _erase(side: Side) -> dict[str, int]:
    Closing.objects.create(campaign=side.campaign, closed_at=NOW, erased_at=NOW)
    return endings.erase_rows(side.campaign)


def test_what_goes_is_gone_and_the_other_town_keeps_its_own(world: World) -> None:
    Command.objects.create(path="/", digest="", at=NOW, status=200, answer="x")
    for side in (world.east, world.west):
        _more(world, side)
    _mark(world.east)
    assert GONER in _everything() and all(_sealed(world.east))
    before = _everything().count(world.west.mark)
    counts = _erase(world.east)
    assert GONER not in _everything() and not any(_sealed(world.east))
    assert _everything().count(world.west.mark) == before and any(_sealed(world.west))
    assert all(
        counts[kind] for kind in ("volunteers", "households", "requests", "forms", "letters", "meetings")
    )
    again = endings.erase_rows(world.east.campaign)
    assert not any(again[kind] for kind in ("volunteers", "households", "letters", "own_numbers", "revealed"))


PAGES = (
    ("volunteers:list", ()),
    ("volunteers:volunteer", ("volunteer",)),
    ("households:list", ()),
    ("issues:detail", ("request",)),
    ("issues:list", ()),
    ("visits:letter", ("letter",)),
    ("visits:letter_pdf", ("letter",)),
    ("visits:letters", ()),
)


@pytest.mark.parametrize(("name", "rows"), PAGES)
def test_pages_stand_after_the_erasure(world: World, name: str, rows: tuple[str, ...]) -> None:
    side = world.east
    _erase(side)
    address = reverse(name, args=[side.rows[row].pk for row in rows])
    assert world.client(side.people["commander"]).get(address).status_code == 200


def test_no_link_opens_a_page_after_the_erasure(world: World) -> None:
    side = world.east
    places = [
        reverse("volunteers:my_shifts", args=[side.rows["token volunteers:my_shifts"]]),
        reverse("visits:opened", args=[side.rows["token visits:opened"]]),
        reverse("visits:opened_pdf", args=[side.rows["token visits:opened_pdf"]]),
        reverse("issues:status", args=[request_token(side.rows["request"])]),
    ]
    assert [world.client(None).get(place).status_code for place in places] == [200] * 4
    _erase(side)
    assert [world.client(None).get(place).status_code for place in places] == [404] * 4


def test_no_event_names_somebody_without_an_account(world: World) -> None:
    """What is in the chain can never be erased: volunteers, contacts, households and requests are numbers there."""
    side, last = world.east, Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows, lead = side.rows, side.people["grid_lead"]
    act = {"by": lead, "at": NOW}
    team = teams.form(campaign=side.campaign, kind="joint", area=rows["area"], name="联", **act)
    joined = teams.add_member(
        team=team, member=MemberFacts("enterprise", contact=rows["contact"]), on=TODAY, **act
    )
    teams.end_member(member=joined, on=TODAY, **act)
    teams.release(turn=rows["turn"], **act)
    teams.reveal(target=rows["volunteer"], reason="今天有人换班", **act)
    issues.reply(ask_back=rows["ask_back"], is_solved=False, note=f"我是{EAST}", by=None, at=NOW)
    issues.mark_not_same(first=rows["request"], second=rows["issue"], **act)
    visits.acknowledge_letter(letter=rows["letter"], name=f"收{EAST}", by=None, at=NOW)
    found = list(Event.objects.filter(pk__gt=last).values_list("name", "changes"))
    assert len(found) >= 9
    people = {user.name for user in side.people.values()}
    told = [(name, changes) for name, changes in found if EAST in _without(repr(changes), people)]
    told = [(name, _without(repr(changes), people | {str(rows["issue"])})) for name, changes in told]
    assert [(name, text) for name, text in told if EAST in text] == []


def _without(text: str, names: set[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def test_a_group_chat_hears_the_kind_of_a_request_and_not_its_words(world: World) -> None:
    asked = world.east.rows["request"]
    event = Event(name="issues.issue.found", target="issues.issue", target_id=asked.pk)
    text = said({"zh": "{title}", "en": "{title}"}, event, asked)
    assert EAST not in text and str(asked.pk) in text
    found = world.east.rows["issue"]
    assert said({"zh": "{title}", "en": "{title}"}, event, found) == found.title
