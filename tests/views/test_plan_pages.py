"""Pages of plans, coverage and the log: who sees what, and what may be done."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from fugong.access.models import Posting
from fugong.visits import actions as visits
from fugong.visits.models import PlannedVisit, PlanRun, Visit
from fugong.visits.planning import Stop
from fugong.visits.rules import PlanStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(town):
    return visits.make_plan(
        campaign=town.campaign,
        area=town.town,
        on=town.today,
        by=town.zhou,
        at=town.now,
        stop=Stop(iterations=5),
    )


def sent(client, address, **values):
    return client.post(address, {"command": str(uuid4())} | values)


def test_the_days_show_the_proposal_and_what_is_left_to_do(town, plan, as_user):
    page = as_user(town.zhou).get("/visits/plan/").content.decode()
    assert "4/4" in page
    assert f"/visits/plan/{plan.pk}/" in page


def test_asking_for_a_plan_leads_to_its_progress_and_then_to_the_plan(town, as_user):
    client = as_user(town.zhou)
    values = {"area": town.town.pk, "on": (town.today + timedelta(days=1)).isoformat(), "seconds": 5}
    answer = sent(client, "/visits/plan/", **values)
    run = PlanRun.objects.system().get()
    assert answer["Location"] == f"/visits/plan/runs/{run.pk}/"
    assert 'hx-trigger="every 1s"' in client.get(answer["Location"]).content.decode()
    PlanRun.objects.system().update(seconds=1)
    visits.carry_out(run.pk)
    run.refresh_from_db()
    assert client.get(answer["Location"])["Location"] == f"/visits/plan/{run.plan_id}/"
    polled = client.get(answer["Location"], headers={"HX-Request": "true"})
    assert polled["HX-Redirect"] == f"/visits/plan/{run.plan_id}/"


def test_nobody_plans_for_an_area_of_others(town, as_user):
    """Wang leads Willow: neither Pine nor the town is hers to plan."""
    for area in (town.pine, town.town):
        values = {"area": area.pk, "on": town.today.isoformat(), "seconds": 5}
        assert sent(as_user(town.wang), "/visits/plan/", **values).status_code == 422
    assert not PlanRun.objects.system().exists()


@pytest.mark.parametrize("tab", ["", "?tab=stops", "?tab=left", "?tier=risk", "print/", "print/?days=7"])
def test_every_part_of_the_board_answers_with_few_queries(
    town, plan, as_user, tab, django_assert_max_num_queries
):
    client = as_user(town.zhou)
    with django_assert_max_num_queries(24):
        assert client.get(f"/visits/plan/{plan.pk}/{tab}").status_code == 200


def test_reasons_stand_on_the_board_as_sentences(town, plan, as_user):
    page = as_user(town.zhou).get(f"/visits/plan/{plan.pk}/?tab=stops").content.decode()
    assert "从未走访" in page
    assert town.large_firm.name in page


def test_a_grid_lead_sees_the_own_villages_part_of_the_towns_plan_and_decides_nothing(town, plan, as_user):
    client = as_user(town.wang)
    page = client.get(f"/visits/plan/{plan.pk}/?tab=stops").content.decode()
    assert town.large_firm.name in page
    assert town.crowded_firm.name not in page
    assert sent(client, f"/visits/plan/{plan.pk}/accept/").status_code == 403
    elsewhere = PlannedVisit.objects.system().get(enterprise=town.crowded_firm)
    assert sent(client, f"/visits/plan/stops/{elsewhere.pk}/lock/").status_code == 404
    own = PlannedVisit.objects.system().get(enterprise=town.large_firm)
    assert sent(client, f"/visits/plan/stops/{own.pk}/lock/").status_code == 403


def test_the_neighbour_towns_people_find_no_plan(town, plan, as_user):
    for ending in ("", "print/", "plan.xlsx", "plan.ics", "plan.geojson", "map.geojson"):
        assert as_user(town.zhao).get(f"/visits/plan/{plan.pk}/{ending}").status_code == 404


def test_the_commander_accepts_and_a_second_time_is_refused(town, plan, as_user):
    client = as_user(town.zhou)
    assert sent(client, f"/visits/plan/{plan.pk}/accept/").status_code == 302
    plan.refresh_from_db()
    assert plan.status == PlanStatus.ACCEPTED
    assert sent(client, f"/visits/plan/{plan.pk}/accept/").status_code == 409


def test_a_clerk_looks_and_may_not_plan(town, plan, as_user):
    client = as_user(town.chen)
    assert client.get(f"/visits/plan/{plan.pk}/").status_code == 200
    assert client.get("/visits/plan/").status_code == 403
    assert sent(client, f"/visits/plan/{plan.pk}/again/").status_code == 403


def test_a_lock_and_a_wish_from_the_page(town, plan, as_user):
    Posting.objects.create(user=town.feng, role="instructor", area=town.willow, from_on=town.today)
    client = as_user(town.zhou)
    stop = plan.planned.get(enterprise=town.small_firm)
    sent(client, f"/visits/plan/stops/{stop.pk}/lock/")
    stop.refresh_from_db()
    assert stop.is_locked
    assert town.feng.name in client.get(f"/visits/plan/stops/{stop.pk}/").content.decode()
    sent(client, f"/visits/plan/stops/{stop.pk}/move/", officer=town.feng.pk)
    stop.refresh_from_db()
    assert stop.wish == town.feng
    assert sent(client, f"/visits/plan/stops/{stop.pk}/move/", officer=town.zhao.pk).status_code == 422


def test_the_workbook_holds_every_stop_once(town, plan, as_user):
    answer = as_user(town.chen).get(f"/visits/plan/{plan.pk}/plan.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    names = [row[4].value for row in sheet.iter_rows(min_row=2, max_row=5)]
    assert sorted(names) == sorted(stop.enterprise.name for stop in plan.planned.all())


def test_the_calendar_is_folded_and_has_an_event_for_each_stop(town, plan, as_user):
    answer = as_user(town.li).get(f"/visits/plan/{plan.pk}/plan.ics?officer={town.li.pk}")
    text = answer.content.decode()
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "DTSTART:20200219T" in text


def test_the_map_file_has_routes_and_numbered_stops(town, plan, as_user):
    data = as_user(town.chen).get(f"/visits/plan/{plan.pk}/plan.geojson").json()
    kinds = [feature["geometry"]["type"] for feature in data["features"]]
    assert kinds.count("Point") == 4
    assert kinds.count("LineString") == 2


def test_taking_a_plan_out_asks_for_the_right_to_plan_or_to_export(town, plan, as_user):
    """The commander hands the plan on and the clerk takes it out; an officer has the own day alone."""
    for ending in ("plan.xlsx", "plan.geojson", "plan.ics", f"plan.ics?officer={town.feng.pk}"):
        assert as_user(town.li).get(f"/visits/plan/{plan.pk}/{ending}").status_code == 403, ending
        for person in (town.zhou, town.chen):
            assert as_user(person).get(f"/visits/plan/{plan.pk}/{ending}").status_code == 200, ending
    page = as_user(town.li).get(f"/visits/plan/{plan.pk}/").content.decode()
    assert "plan.xlsx" not in page and "plan.geojson" not in page
    shown = as_user(town.zhou).get(f"/visits/plan/{plan.pk}/map.geojson")
    assert len(shown.json()["features"]) == 6 and "Content-Disposition" not in shown.headers
    mine = as_user(town.li)
    assert f"plan.ics?officer={town.li.pk}" in mine.get(f"/visits/plan/{plan.pk}/").content.decode()
    assert mine.get(f"/visits/plan/{plan.pk}/print/?officer={town.li.pk}").status_code == 200


# Coverage and log


def test_the_map_of_coverage_opens_its_rows(town, as_user, django_assert_max_num_queries):
    client = as_user(town.zhou)
    with django_assert_max_num_queries(40):
        page = client.get("/visits/coverage/").content.decode()
    assert "coverage+%3D+%22never%22" in page
    points = client.get("/visits/coverage/points.geojson").json()["features"]
    assert len(points) == 3  # one of the four has no position
    rows = client.get("/enterprises/", {"q": 'coverage = "never"'}).content.decode()
    assert town.unplaced_firm.name in rows


def test_a_grid_leads_map_ends_at_the_village(town, as_user):
    client = as_user(town.wang)
    points = client.get("/visits/coverage/points.geojson").json()["features"]
    assert {point["properties"]["name"] for point in points} == {town.large_firm.name, town.small_firm.name}
    assert client.get(f"/visits/coverage/?area={town.pine.pk}").status_code == 404


def test_the_log_writes_itself(town, as_user):
    Visit.objects.create(
        campaign=town.campaign,
        area=town.willow,
        enterprise=town.large_firm,
        officer=town.li,
        status="done",
        on=town.today,
        started_at=town.now - timedelta(minutes=40),
        ended_at=town.now,
    )
    client = as_user(town.zhou)
    page = client.get("/visits/log/").content.decode()
    assert town.li.name in page
    yesterday = (town.today - timedelta(days=1)).isoformat()
    assert town.li.name not in client.get(f"/visits/log/?on={yesterday}").content.decode()
    assert town.large_firm.name in client.get("/visits/all/").content.decode()


def test_a_stranger_signs_in_first_and_a_liaison_looks_at_the_log_alone(town, client, as_user):
    for address in ("/visits/plan/", "/visits/coverage/", "/visits/log/"):
        assert client.get(address).status_code == 302
    assert as_user(town.he).get("/visits/plan/").status_code == 403
    assert as_user(town.he).get("/visits/log/").status_code == 200
