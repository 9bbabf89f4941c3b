"""Nothing is written to a closed campaign: every address x every role, the phones, the programs, the jobs, the buttons."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from fugong.access.checks import policy_of
from fugong.access.sessions import MARK, USER
from fugong.campaigns import actions as campaigns
from fugong.campaigns import gate
from fugong.campaigns.models import Campaign
from fugong.core.guards import PUBLIC
from fugong.core.refusals import Refused
from fugong.enterprises.actions import refresh_listings
from fugong.issues.actions import ask_requesters, escalate_overdue
from fugong.issues.links import token_of as request_token
from fugong.outreach import actions as outreach
from fugong.outreach.channels.robots import Answer
from fugong.outreach.models import Notice
from fugong.visits import actions as visits
from fugong.visits.models import CardRun, Outlook, PlanRun
from tests.gates.amount import IS_NIGHT
from tests.matrix.examine import addresses, content_of, payload, url_of, written
from tests.matrix.test_device_keys import filled
from tests.matrix.world import Side, Visitor, World, checklist_of
from tests.town import FIRST_DAY, NOW

pytestmark = pytest.mark.django_db

# What a closed campaign still takes, by the name of the address, and why; see fugong/campaigns/gate.py.
ACCOUNTS = "accounts and postings are no campaign's"
AREAS = "areas are no campaign's"
LOOKING = "looking through another role writes nothing"
READING = "reading a sealed value for a reason, recorded, until it is erased"
FILE = "a file for the archive, recorded"
AWAY = "takes an access away"
OWN = "the officer's own, of no campaign"
STILL = {
    "access:new_posting": ACCOUNTS,
    "access:end_posting": ACCOUNTS,
    "access:new_user": ACCOUNTS,
    "access:start_view_as": LOOKING,
    "access:stop_view_as": LOOKING,
    "territory:draw_grid": AREAS,
    "territory:set_boundary": AREAS,
    "territory:succeed": AREAS,
    "territory:divisions": AREAS,
    "territory:boundaries": AREAS,
    "campaigns:choose": "works in another campaign from then on",
    "campaigns:close": "is told that it is closed by its own rule, whichever is in hand",
    "campaigns:erase": "what is erased, is erased after the end",
    "enterprises:reveal": READING,
    "volunteers:reveal": READING,
    "households:reveal": READING,
    "issues:reveal": READING,
    "issues:renew": AWAY,
    "issues:withdraw_link": AWAY,
    "issues:end_client": AWAY,
    "volunteers:renew_link": AWAY,
    "visits:revoke_link": AWAY,
    "visits:my_number": OWN,
    "visits:calendar": OWN,
    "visits:calendar_revoke": OWN,
    "visits:collect": OWN,
    "visits:collect_disconnect": OWN,
}
# Public addresses that take a POST and belong to no campaign.
OF_NO_CAMPAIGN = {"access:login", "access:logout", "access:first_link", "access:set_language", "demo:sign_in"}
# Rows that may still come: what is looked at and taken out is recorded; the files taken out; withdrawals.
RECORDS = {"access.reveal", "core.export", "core.event"}
WITHDRAWN = {"issues.issue", "issues.intakelink", "issues.apiclient", "teams.volunteer", "visits.link"}


# The closed world


def ways() -> dict[str, str]:
    """The shortest way from each kind of row to its campaign; kinds without one are no campaign's."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        if model.__module__.startswith("fugong.") and (way := _way(model)):
            found[model._meta.label_lower] = way
    return found


def _way(model: type[models.Model]) -> str:
    edge: list[tuple[str, type[models.Model]]] = [("", model)]
    for _depth in range(4):
        further: list[tuple[str, type[models.Model]]] = []
        for path, current in edge:
            for field in current._meta.concrete_fields:
                if field.related_model is Campaign or field.attname == "campaign_id":
                    return f"{path}{field.name}"
                if isinstance(field, models.ForeignKey) and field.related_model is not None:
                    further.append((f"{path}{field.name}__", field.related_model))
        edge = sorted(further, key=lambda one: len(one[0]))
    return ""


WAYS = ways() | {"campaigns.campaign": "pk"}
LABELS = {model._meta.db_table: model._meta.label_lower for model in apps.get_models()}


def rows_of(campaign: Campaign, label: str) -> list[Any]:
    rows = apps.get_model(label)._base_manager.filter(**{WAYS[label]: campaign.pk})
    return list(rows.order_by("pk").values_list())


def standing(campaign: Campaign) -> dict[str, list[Any]]:
    """Every row of the campaign but the records, and the campaign itself."""
    return {label: rows_of(campaign, label) for label in WAYS if label not in RECORDS}


def changed(
    before: dict[str, list[Any]], campaign: Campaign, tables: Iterable[str] | None = None
) -> set[str]:
    """The kinds of rows that are not as they were; of these tables, where it is known which were written to."""
    asked_of = before if tables is None else {LABELS[table] for table in tables} & before.keys()
    return {label for label in asked_of if rows_of(campaign, label) != before[label]}


@pytest.fixture
def closed(world: World) -> Iterator[World]:
    """Both towns' campaigns are closed; every page says so in English."""
    for side in (world.east, world.west):
        side.rows["checklist"] = checklist_of(side, "short")
        side.rows["token issues:status"] = request_token(side.rows["request"])
        side.rows["token issues:ask"] = side.rows["intake_link"].key
        campaigns.close(campaign=side.campaign, reason="to the end", by=world.town.gao, at=NOW)
        side.campaign.refresh_from_db()
    with translation.override("en"):
        yield world


def sentence(side: Side) -> str:
    with translation.override("en"):
        return gate.why_not_write(side.campaign)


def client_of(visitor: Visitor, campaign: Campaign | None) -> Client:
    """The visitor's browser, with the campaign chosen."""
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})
    if visitor.user:
        session = client.session
        session[USER], session[MARK] = visitor.user.pk, visitor.user.get_session_auth_hash()
        if campaign:
            session["campaign"] = campaign.pk
        session.save()
        client.cookies["sessionid"] = session.session_key
    return client


def posts() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for route, name, view in addresses():
        is_phones = name.startswith(("openrosa:", "open311:"))
        if "POST" in getattr(view, "_fugong_methods", {"POST"}) and not is_phones:
            yield route, name, view


def who_may(world: World, clients: dict[str, Client], name: str, view: Any) -> list[tuple[Visitor, Client]]:
    """Those who see the campaign and have the right, and nobody; of each reach one, all of them in the night.

    The gate asks no row but the campaign's: with PostgreSQL one of them is enough.
    """
    if connection.vendor != "sqlite":
        return one_who_may(world, clients, name, view)
    return [(one, clients[one.who]) for one in _who_may(world, view)]


def one_who_may(
    world: World, clients: dict[str, Client], name: str, view: Any
) -> list[tuple[Visitor, Client]]:
    """One of them, chosen by the address; all of them in the night."""
    people = sorted(_who_may(world, view), key=lambda one: crc32(f"{name} {one.who}".encode()))
    return [(one, clients[one.who]) for one in (people if IS_NIGHT else people[:1])]


def _who_may(world: World, view: Any) -> list[Visitor]:
    found: dict[Any, Visitor] = {}
    for visitor in world.visitors():
        if visitor.mark != world.west.mark and visitor.who != "Bai" and visitor.may(policy_of(view) or ""):
            found.setdefault(visitor.who if IS_NIGHT else visitor.reach, visitor)
    return list(found.values())


def clients_of(world: World, campaign: Campaign | None) -> dict[str, Client]:
    return {one.who: client_of(one, campaign) for one in world.visitors()}


def is_exempt(name: str, view: Any) -> bool:
    return hasattr(view, "_fugong_still_works") or name in OF_NO_CAMPAIGN


# Writing


def test_the_exemptions_are_named_here_with_their_reasons() -> None:
    found = {
        name: view._fugong_still_works
        for _route, name, view in addresses()
        if hasattr(view, "_fugong_still_works")
    }
    exports = {name for name in found if name.endswith(":export")}
    assert found == STILL | dict.fromkeys(exports, FILE)
    public = {name for _route, name, view in posts() if policy_of(view) == PUBLIC}
    assert public - OF_NO_CAMPAIGN == {"issues:status", "issues:ask", "volunteers:call_off", "visits:opened"}


def asked(client: Client, url: str, form: dict[str, Any]) -> tuple[Any, list[str]]:
    """The answer, and the tables that were written to, but for keys of forms and sessions."""
    with watched(client) as statements:
        response = client.post(url, {**form, "command": str(uuid.uuid4())})
    return response, written(statements)


@contextmanager
def watched(client: Client) -> Iterator[CaptureQueriesContext]:
    """The statements of one request; afterwards the browser still has the session that it came with."""
    cookies = client.cookies.output()
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as statements:
        yield statements
    client.cookies.clear()
    client.cookies.load(cookies.replace("Set-Cookie: ", ""))


def test_every_post_as_every_role_is_refused_with_the_sentence(closed: World) -> None:
    side, said = closed.east, sentence(closed.east)
    before, wrong, refused = standing(side.campaign), [], 0
    clients = clients_of(closed, side.campaign)
    for route, name, view in posts():
        allowed = WITHDRAWN if is_exempt(name, view) else set()
        url = url_of(route, name, side)
        for visitor, client in who_may(closed, clients, name, view):
            with transaction.atomic():
                response, tables = asked(client, url, payload(side))
                if rows := changed(before, side.campaign, tables) - allowed:
                    wrong.append(f"{name}: {visitor.who}: {response.status_code} changed {sorted(rows)}")
                transaction.set_rollback(True)
            if is_exempt(name, view):
                is_refused = response.status_code == 409 and said == _refusal(response)
                wrong += [f"{name}: {visitor.who}: exempt, but refused"] * is_refused
                continue
            refused += 1
            if (response.status_code, _refusal(response)) != (409, said):
                wrong.append(f"{name}: {visitor.who}: {response.status_code} without the sentence")
    assert wrong == [], "\n".join(wrong)
    assert refused > (200 if connection.vendor == "sqlite" else 100)


def _refusal(response: Any) -> str:
    """The sentence with which the page refuses; a page of a closed campaign also has it as a note."""
    found = re.search(r"data-refusal>(.*?)</p>", _text(response))
    return found[1] if found else ""


def _text(response: Any) -> str:
    return content_of(response).decode(errors="replace").replace("&quot;", '"')


@pytest.mark.parametrize("in_hand", ["none", pytest.param("another", marks=pytest.mark.once)])
def test_rows_of_a_closed_campaign_do_not_change_whichever_is_in_hand(closed: World, in_hand: str) -> None:
    """By the campaign of the rows: with none in hand, or with the one that runs in the town by now."""
    side, other = closed.east, None
    if in_hand == "another":
        other = Campaign.objects.create(
            name="东桥镇第二次复工",
            release=side.campaign.release,
            area=side.campaign.area,
            starts_on=FIRST_DAY,
            status="running",
        )
    before, wrong, done = standing(side.campaign), [], 0
    clients = clients_of(closed, other)
    for route, name, view in posts():
        allowed = WITHDRAWN if is_exempt(name, view) else set()
        for visitor, client in one_who_may(closed, clients, name, view):
            with transaction.atomic():
                response, tables = asked(client, url_of(route, name, side), payload(side))
                if rows := changed(before, side.campaign, tables) - allowed:
                    wrong.append(f"{name}: {visitor.who}: {response.status_code} changed {sorted(rows)}")
                transaction.set_rollback(True)
            done += 1
            wrong += [f"{name}: {visitor.who}: {response.status_code}"] * (response.status_code >= 500)
    assert wrong == [], "\n".join(wrong)
    assert done > 100


def test_a_code_that_still_hangs_somewhere_leads_to_the_sentence(closed: World) -> None:
    """Whoever scans it reads why nothing can be asked for, before writing anything."""
    side = closed.east
    address = reverse("issues:ask", args=[side.rows["intake_link"].key])
    page = Client(headers={"Accept-Language": "en"}).get(address)
    assert page.status_code == 200
    assert sentence(side) in _text(page)
    assert "?kind=" not in _text(page)


def test_a_program_is_refused_in_the_form_of_the_specification(closed: World) -> None:
    side = closed.east
    before = standing(side.campaign)
    sent = {
        "jurisdiction_id": str(side.campaign.pk),
        "api_key": side.keys.get("program", ""),
        "service_code": "supplies",
    }
    response = Client().post(reverse("open311:requests", args=["json"]), sent)
    assert response.status_code >= 400
    assert changed(before, side.campaign) == set()


def test_a_phone_keeps_its_form_and_nothing_is_kept_here(closed: World) -> None:
    side = closed.east
    before = standing(side.campaign)
    address = reverse("openrosa:submission_by_key", kwargs={"key": side.keys["instructor"]})
    response = Client(headers={"Accept-Language": "en"}).post(address, {"xml_submission_file": filled(side)})
    assert response.status_code == 409
    assert sentence(side) in _text(response)
    assert changed(before, side.campaign) == set()


# What happens by itself


def jobs() -> list[str]:
    paths = []
    for config in apps.get_app_configs():
        try:
            paths += [path for _name, path, _seconds in import_module(f"{config.name}.schedules").SCHEDULES]
        except ModuleNotFoundError:
            continue
    return paths


@pytest.mark.parametrize("path", jobs())
def test_no_job_writes_to_a_closed_campaign(closed: World, path: str) -> None:
    """Nothing is escalated, owed, listed, asked or told."""
    before = standing(closed.east.campaign)
    module, _dot, name = path.rpartition(".")
    getattr(import_module(module), name).func()
    assert changed(before, closed.east.campaign) == set()


WORK: dict[str, Callable[[Campaign], Any]] = {
    "owe_look_backs": lambda campaign: visits.owe_look_backs(campaign=campaign, at=NOW),
    "refresh_listings": lambda campaign: refresh_listings(campaign=campaign, at=NOW),
    "follow": lambda campaign: outreach.follow(campaign=campaign, at=NOW),
    "ask_requesters": lambda campaign: ask_requesters(campaign=campaign, at=NOW),
    "escalate_overdue": lambda campaign: escalate_overdue(campaign=campaign, at=NOW),
}


@pytest.mark.parametrize("name", sorted(WORK))
def test_work_that_began_before_the_end_stops_at_it(closed: World, name: str) -> None:
    """A job that found the campaign running, and comes to it when it is closed."""
    before = standing(closed.east.campaign)
    try:
        assert not WORK[name](closed.east.campaign), "there was nothing to do"
    except Refused as refusal:
        assert str(refusal) == sentence(closed.east)
    assert changed(before, closed.east.campaign) == set()


def test_nothing_is_sent_to_a_group_after_the_end(world: World) -> None:
    """What waited is too late; what is told to wait again by then does not go out either."""
    robot = world.east.rows["robot"]
    outreach.test_robot(robot=robot, by=world.town.gao, at=NOW)
    campaigns.close(campaign=world.east.campaign, reason="to the end", by=world.town.gao, at=NOW)
    assert set(Notice.objects.system().filter(robot=robot).values_list("status", flat=True)) <= {
        "expired",
        "sent",
        "failed",
        "unknown",
    }
    Notice.objects.system().filter(robot=robot).update(status="waiting", next_at=NOW, delivery=None)
    Campaign.objects.filter(pk=world.west.campaign.pk).update(status="closed")

    def send(*_: Any) -> Answer:
        raise AssertionError("sent")

    assert outreach.send_waiting(at=NOW, send=send) == 0


def test_what_is_under_way_ends_with_the_campaign(world: World) -> None:
    """A search that is told to go on, and one whose end comes later, write nothing any more."""
    for model in (PlanRun, Outlook, CardRun):
        model.objects.system().filter(campaign=world.east.campaign).update(status="running")
    campaigns.close(campaign=world.east.campaign, reason="to the end", by=world.town.gao, at=NOW)
    before = standing(world.east.campaign)
    for model in (PlanRun, Outlook, CardRun):
        rows = model.objects.system().filter(campaign=world.east.campaign)
        assert set(rows.values_list("status", flat=True)) == {"failed"}
    visits.print_cards(run_id=world.east.rows["card_run"].pk, at=NOW)
    assert changed(before, world.east.campaign) == set()


# Reading, and the buttons


class Forms(HTMLParser):
    """The forms of a page that act: where each goes, and whether its buttons stand grey."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self.inside = (values.get("method") or "").lower() == "post"
            if self.inside:
                self.found.append((values.get("action") or "", False))
        elif self.inside and "data-refused" in values:
            self.found[-1] = (self.found[-1][0], True)

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def forms_of(response: Any) -> list[tuple[str, bool]]:
    found = Forms()
    found.feed(_text(response))
    return found.found


@pytest.mark.once
def test_pages_stand_change_nothing_and_grey_what_would_be_refused(closed: World) -> None:
    side, before, said = closed.east, standing(closed.east.campaign), sentence(closed.east)
    wrong, greyed, free = [], 0, 0
    clients = clients_of(closed, side.campaign)
    for route, name, view in addresses():
        if "GET" not in getattr(view, "_fugong_methods", {"GET"}):
            continue
        for visitor, client in one_who_may(closed, clients, name, view):
            url = url_of(route, name, side)
            with transaction.atomic():
                with watched(client) as statements:
                    response = client.get(url)
                    _text(response)
                if rows := changed(before, side.campaign, written(statements)):
                    wrong.append(f"{name}: {visitor.who}: looking changed {sorted(rows)}")
                transaction.set_rollback(True)
            if response.status_code == 500 or _refusal(response) == said:
                wrong.append(f"{name}: {visitor.who}: {response.status_code}")
            if "html" not in response.headers.get("Content-Type", ""):
                continue
            for action, is_grey in forms_of(response):
                greyed, free = greyed + is_grey, free + (not is_grey)
                if is_grey == _works(urlsplit(action).path or urlsplit(url).path):
                    wrong.append(
                        f"{name}: {visitor.who}: {action or 'itself'} {'grey' if is_grey else 'free'}"
                    )
    assert wrong == [], "\n".join(sorted(set(wrong)))
    assert greyed > 20 and free > 20


def _works(path: str) -> bool:
    try:
        found = resolve(path)
    except Resolver404:
        return True
    return is_exempt(found.view_name, found.func)
