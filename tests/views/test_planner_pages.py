"""The planner's pages: board, cards and wishes, comparison, absences, what-if; who may, what is refused, what it asks."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from fugong.access.models import Posting
from fugong.visits import actions as visits
from fugong.visits.models import Absence, Exclusion, JointVisit, Outlook, Plan, PlannedVisit, PlanRun
from fugong.visits.planning import Stop

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def made(town, on=None):
    return visits.make_plan(
        campaign=town.campaign,
        area=town.town,
        on=on or town.today + timedelta(days=1),
        by=town.zhou,
        at=town.now,
        stop=Stop(iterations=5),
    )


@pytest.fixture
def plan(town):
    return made(town)


def sent(client, address, headers=None, **values):
    return client.post(address, {"command": str(uuid4())} | values, headers=headers or {})


def open_border(town):
    """Li and Feng may be sent to both villages from now on."""
    for user, area in ((town.feng, town.willow), (town.li, town.pine)):
        Posting.objects.create(user=user, role="instructor", area=area, from_on=town.today)


def stop_at(plan, firm):
    return PlannedVisit.objects.system().get(plan=plan, enterprise=firm)


# The board


def test_the_board_has_a_lane_for_everybody_on_duty_and_a_bar_for_every_stop(town, plan, as_user):
    page = as_user(town.zhou).get(f"/visits/plan/{plan.pk}/").content.decode()
    for officer in (town.li, town.feng):
        assert f'data-officer="{officer.pk}"' in page
    assert page.count("data-stop=") == plan.planned.count()


def test_the_board_asks_the_same_number_of_questions_for_more_stops(
    town, plan, as_user, django_assert_max_num_queries
):
    client = as_user(town.zhou)
    client.get(f"/visits/plan/{plan.pk}/")
    with django_assert_max_num_queries(28):
        client.get(f"/visits/plan/{plan.pk}/")
    PlannedVisit.objects.system().filter(plan=plan).exclude(enterprise=town.small_firm).delete()
    with django_assert_max_num_queries(28):
        client.get(f"/visits/plan/{plan.pk}/")


def test_a_village_and_a_tier_choose_what_is_shown(town, plan, as_user):
    client = as_user(town.zhou)
    page = client.get(f"/visits/plan/{plan.pk}/?village={town.pine.pk}").content.decode()
    lanes = page.split('id="lanes"')[1]
    assert f'data-officer="{town.feng.pk}"' in lanes
    assert client.get(f"/visits/plan/{plan.pk}/?village={town.far_village.pk}").status_code == 404
    nothing = client.get(f"/visits/plan/{plan.pk}/?tier=no-such-tier").content.decode()
    assert "data-stop=" not in nothing.split('id="lanes"')[1]


def test_the_map_shows_what_the_board_shows(town, plan, as_user):
    data = as_user(town.chen).get(f"/visits/plan/{plan.pk}/plan.geojson?officer={town.li.pk}").json()
    points = [row["properties"] for row in data["features"] if row["geometry"]["type"] == "Point"]
    assert {point["officer_id"] for point in points} == {town.li.pk}
    assert {point["pk"] for point in points} == set(
        plan.planned.filter(officer=town.li).values_list("pk", flat=True)
    )


def test_whoever_does_not_plan_gets_neither_forms_nor_wishes(town, plan, as_user):
    client = as_user(town.chen)
    page = client.get(f"/visits/plan/{plan.pk}/").content.decode()
    assert "is-open" not in page
    assert "/replan/" not in page
    card = client.get(f"/visits/plan/stops/{stop_at(plan, town.small_firm).pk}/").content.decode()
    assert "/move/" not in card


def test_coverage_today_and_after_the_plan_opens_its_rows(town, plan, as_user):
    client = as_user(town.zhou)
    page = client.get(f"/visits/plan/{plan.pk}/coverage/").content.decode()
    address = next(part.split('"')[0] for part in page.split('href="') if part.startswith("/enterprises/?q="))
    assert client.get(address.replace("&amp;", "&")).status_code == 200


# Cards and wishes


def test_a_drag_is_a_wish_for_officer_and_time_and_answers_with_the_lanes_concerned(town, plan, as_user):
    open_border(town)
    stop = stop_at(plan, town.small_firm)
    address = f"/visits/plan/stops/{stop.pk}/move/"
    answer = sent(as_user(town.zhou), address, HTMX, officer=town.feng.pk, begins="10:35")
    stop.refresh_from_db()
    assert stop.wish == town.feng
    assert timezone.localtime(stop.wish_at).time() == time(10, 35)
    page = answer.content.decode()
    assert page.count('hx-swap-oob="true"') >= 3  # two lanes and the wishes
    assert f'id="lane-{town.feng.pk}"' in page
    assert "fg-stop-wish" in page


def test_without_scripts_a_wish_leads_back_to_the_board(town, plan, as_user):
    open_border(town)
    client = as_user(town.zhou)
    stop = stop_at(plan, town.small_firm)
    answer = sent(client, f"/visits/plan/stops/{stop.pk}/move/", officer=town.feng.pk, begins="")
    assert answer["Location"].startswith(f"/visits/plan/{plan.pk}/")
    assert "1项要求待落实" in client.get(f"/visits/plan/{plan.pk}/").content.decode()


def test_a_time_outside_the_shift_is_refused_with_its_sentence(town, plan, as_user):
    stop = stop_at(plan, town.small_firm)
    address = f"/visits/plan/stops/{stop.pk}/move/"
    answer = sent(as_user(town.zhou), address, HTMX, officer=stop.officer_id, begins="23:00")
    assert answer.status_code == 409
    stop.refresh_from_db()
    assert stop.wish_at is None


def test_a_wish_is_taken_back_from_the_list(town, plan, as_user):
    open_border(town)
    client = as_user(town.zhou)
    stop = stop_at(plan, town.small_firm)
    visits.give_to(stop=stop, officer=town.feng, by=town.zhou, at=town.now)
    values = {"from": "wishes", "plan": plan.pk}
    answer = sent(client, f"/visits/plan/stops/{stop.pk}/unlock/", HTMX, **values)
    assert 'id="wishes"' in answer.content.decode()
    stop.refresh_from_db()
    assert stop.wish is None


def test_two_stops_change_places(town, plan, as_user):
    open_border(town)
    one, other = plan.planned.filter(officer=town.li).first(), plan.planned.filter(officer=town.feng).first()
    sent(as_user(town.zhou), f"/visits/plan/stops/{one.pk}/swap/", HTMX, other=other.pk)
    for stop in (one, other):
        stop.refresh_from_db()
    assert (one.wish, other.wish) == (town.feng, town.li)


def test_a_ban_waits_is_listed_and_lifted(town, plan, as_user):
    client = as_user(town.zhou)
    stop = stop_at(plan, town.small_firm)
    sent(client, f"/visits/plan/stops/{stop.pk}/forbid/", who="officer", reason="亲属")
    ban = Exclusion.objects.system().get()
    assert ban.officer_id == stop.officer_id
    assert "亲属" in client.get(f"/visits/plan/{plan.pk}/").content.decode()
    sent(client, f"/visits/plan/bans/{ban.pk}/allow/", plan=plan.pk)
    ban.refresh_from_db()
    assert ban.ended_at is not None
    assert sent(client, f"/visits/plan/bans/{ban.pk}/allow/", plan=plan.pk).status_code == 409


def test_a_grid_lead_sees_a_card_of_the_towns_plan_and_wishes_nothing(town, plan, as_user):
    client = as_user(town.wang)
    own, foreign = stop_at(plan, town.small_firm), stop_at(plan, town.crowded_firm)
    assert client.get(f"/visits/plan/stops/{own.pk}/").status_code == 200
    assert client.get(f"/visits/plan/stops/{foreign.pk}/").status_code == 404
    for verb in ("move", "swap", "forbid", "lock"):
        assert sent(client, f"/visits/plan/stops/{own.pk}/{verb}/").status_code == 403


def test_planning_again_is_a_search_that_keeps_what_it_can(town, plan, as_user):
    answer = sent(as_user(town.zhou), f"/visits/plan/{plan.pk}/replan/")
    run = PlanRun.objects.system().get()
    assert run.base == plan
    assert answer["Location"] == f"/visits/plan/runs/{run.pk}/"


# Comparison


def test_two_versions_stand_beside_each_other(town, plan, as_user, django_assert_max_num_queries):
    plan.planned.filter(enterprise=town.small_firm).delete()
    again = made(town)
    client = as_user(town.zhou)
    address = f"/visits/plan/compare/?before={plan.pk}&after={again.pk}"
    with django_assert_max_num_queries(30):
        page = client.get(address).content.decode()
    assert town.small_firm.name in page
    assert town.small_firm.name not in client.get(f"{address}&kind=dropped").content.decode()
    shapes = client.get(f"/visits/plan/compare/map.geojson?before={plan.pk}&after={again.pk}").json()
    assert shapes["features"]


def test_without_a_choice_the_comparison_says_what_to_do(town, as_user):
    assert "还没有计划" in as_user(town.zhou).get("/visits/plan/compare/").content.decode()


def test_nobody_compares_with_a_plan_of_others(town, plan, as_user):
    address = f"/visits/plan/compare/?before={plan.pk}&after={plan.pk}"
    assert as_user(town.zhao).get(address).status_code == 404


# Absences


def test_an_absence_is_reported_listed_with_what_is_still_planned_and_ended(town, as_user):
    plan = made(town, town.today)
    client = as_user(town.zhou)
    values = {"officer": town.li.pk, "kind": "ill", "from_on": town.today.isoformat()}
    sent(client, "/visits/plan/absences/", **values)
    absence = Absence.objects.system().get()
    page = client.get("/visits/plan/absences/").content.decode()
    assert town.li.name in page
    assert f"/visits/plan/{plan.pk}/replan/" in page
    sent(client, f"/visits/plan/absences/{absence.pk}/end/")
    absence.refresh_from_db()
    assert absence.back_on == town.today


def test_nobody_reports_an_officer_of_others(town, as_user):
    values = {"officer": town.zhao.pk, "kind": "ill", "from_on": town.today.isoformat()}
    assert sent(as_user(town.zhou), "/visits/plan/absences/", **values).status_code == 422
    assert sent(as_user(town.chen), "/visits/plan/absences/", **values).status_code == 403
    assert not Absence.objects.system().exists()


def test_an_absence_that_ends_before_it_begins_is_refused(town, as_user):
    days = {"from_on": town.today.isoformat(), "to_on": (town.today - timedelta(days=2)).isoformat()}
    values = {"officer": town.li.pk, "kind": "ill"} | days
    assert sent(as_user(town.zhou), "/visits/plan/absences/", **values).status_code == 409


# What if


def answered(town, kind="as-it-is", overdue=100.0, **parameters):
    """A rehearsal with its answer, as the planner leaves it."""
    days = [(town.today + timedelta(days=ahead)).isoformat() for ahead in range(3)]
    figures = {"days_overdue": 9, "visits": 12, "km": 30.5, "never": {"small": 2}, "is_whole": True}
    shares = {"continuity": 0.9, "busy": 0.5, "spread": 0.1}
    curve = {"days": days, "curve": [overdue, 50.0, 20.0], "curve_by_tier": {"small": [5.0, 1.0, 0.0]}}
    return Outlook.objects.create(
        campaign=town.campaign,
        area=town.town,
        on=town.today,
        kind=kind,
        parameters=parameters,
        seconds=5,
        by=town.zhou,
        asked_at=town.now,
        status="done",
        progress=100,
        result={"overdue": overdue, **figures, **shares, **curve},
    )


def test_a_question_is_asked_and_its_page_tells_how_far_it_is(town, as_user):
    client = as_user(town.zhou)
    values = {"area": town.town.pk, "kind": "fewer-officers", "officers": 1}
    answer = sent(client, "/visits/plan/what-if/", **values)
    row = Outlook.objects.system().get()
    assert row.parameters == {"officers": 1}
    assert answer["Location"] == f"/visits/plan/what-if/{row.pk}/"
    assert 'hx-trigger="every 1s"' in client.get(answer["Location"]).content.decode()
    sent(client, f"/visits/plan/what-if/{row.pk}/stop/")
    row.refresh_from_db()
    assert row.stop_requested


def test_the_curve_of_the_days_rehearsed_so_far_stands_beside_the_campaign_as_it_is(town, as_user):
    client = as_user(town.zhou)
    answered(town, overdue=77.0)
    row = answered(town, "fewer-officers", officers=1)
    Outlook.objects.system().filter(pk=row.pk).update(status="running", result={})
    page = f"/visits/plan/what-if/{row.pk}/"
    assert "so-far-spec" not in client.get(page, {"so_far": 1}).content.decode()
    partly = {"days": row.result["days"][:1], "curve": [55.0]}
    Outlook.objects.system().filter(pk=row.pk).update(result=partly)
    for path in (page, f"{page}?so_far=1"):
        html = client.get(path).content.decode()
        assert "so-far-spec" in html and "55.0" in html and "77.0" in html


def test_a_question_without_its_number_is_not_asked(town, as_user):
    values = {"area": town.town.pk, "kind": "fewer-officers"}
    assert sent(as_user(town.zhou), "/visits/plan/what-if/", **values).status_code == 422


def test_somebody_away_and_one_open_border_are_asked_for_and_named_in_the_answer(town, as_user):
    client = as_user(town.zhou)
    away = {"kind": "absence", "area": town.town.pk, "officer": town.li.pk, "days": 3}
    border = {"kind": "border", "area": town.town.pk, "one": town.willow.pk, "other": town.pine.pk}
    for values in (away, border):
        assert sent(client, "/visits/plan/what-if/", **values).status_code == 302
    first, second = Outlook.objects.system().order_by("pk")
    assert first.parameters == {"officer": town.li.pk, "name": town.li.name, "days": 3}
    assert second.parameters["areas"] == [town.willow.pk, town.pine.pk]
    page = client.get("/visits/plan/what-if/").content.decode()
    assert f"{town.li.name}离岗3天" in page and f"{town.willow.name} – {town.pine.name}" in page


@pytest.mark.parametrize("wrong", [{"other": "willow"}, {"one": "town"}, {}])
def test_a_border_lies_between_two_areas(town, as_user, wrong):
    named = {name: getattr(town, place).pk for name, place in {"one": "willow", **wrong}.items()}
    values = {"kind": "border", "area": town.town.pk, **named}
    assert sent(as_user(town.zhou), "/visits/plan/what-if/", **values).status_code == 422
    nobody = {"kind": "absence", "area": town.town.pk, "days": 3}
    assert sent(as_user(town.zhou), "/visits/plan/what-if/", **nobody).status_code == 422
    assert not Outlook.objects.system().exists()


def test_an_answer_stands_beside_the_campaign_as_it_is(town, as_user):
    answered(town)
    then = answered(town, "fewer-officers", 150.0, officers=5)
    client = as_user(town.zhou)
    assert "+50.0%" in client.get("/visits/plan/what-if/").content.decode()
    page = client.get(f"/visits/plan/what-if/{then.pk}/").content.decode()
    assert "减少5名人员" in page
    assert "+50" in page


def test_the_borders_are_ranked_by_what_they_cost(town, as_user):
    row = answered(town, "borders")
    areas = [[str(town.willow.pk)], [str(town.pine.pk)]]
    reason = {"code": "border_free", "one": "a", "other": "b", "days": 7, "way": 0}
    cheap = {"areas": areas, "overdue": 1.0, "reason": reason}
    dear = {"areas": areas[::-1], "overdue": 9.0, "reason": reason}
    row.result = {"days": 7, "borders": [cheap, dear]}
    row.save(update_fields=["result"])
    page = as_user(town.zhou).get(f"/visits/plan/what-if/{row.pk}/").content.decode()
    assert page.index(f"{town.pine.name} – {town.willow.name}") < page.index(
        f"{town.willow.name} – {town.pine.name}"
    )


def test_rehearsals_of_others_are_not_found(town, as_user):
    row = answered(town)
    assert as_user(town.chen).get(f"/visits/plan/what-if/{row.pk}/").status_code == 403
    assert as_user(town.wang).get(f"/visits/plan/what-if/{row.pk}/").status_code == 404


# Days to take along


def test_the_files_of_several_days_hold_each_day_once(town, plan, as_user):
    made(town, plan.on + timedelta(days=1))
    client = as_user(town.chen)
    text = client.get(f"/visits/plan/{plan.pk}/plan.ics?days=2").content.decode()
    assert text.count("BEGIN:VEVENT") == sum(one.planned.count() for one in Plan.objects.system())
    page = client.get(f"/visits/plan/{plan.pk}/print/?days=2").content.decode()
    assert page.count("fg-officer-page") >= 2


# Joint visits


def joint_fields(town, **more):
    seats = {"seat_1": f"officer:{town.li.pk}", "seat_2": f"officer:{town.feng.pk}"}
    return {"on": town.today.isoformat(), "occasion": "联合检查", **seats, **more}


def test_a_joint_visit_is_asked_for_listed_and_withdrawn(town, as_user):
    client, address = as_user(town.zhou), "/visits/plan/joint/"
    assert town.large_firm.name in client.get(f"{address}?q={town.large_firm.name[:2]}").content.decode()
    asked = sent(client, f"{address}?enterprise={town.large_firm.pk}", **joint_fields(town))
    assert asked.status_code == 302
    joint = JointVisit.objects.system().get()
    assert {seat.officer for seat in joint.seats.all()} == {town.li, town.feng}
    page = client.get(address).content.decode()
    assert town.large_firm.name in page and town.feng.name in page and "联合检查" in page
    assert sent(client, f"{address}{joint.pk}/withdraw/").status_code == 302
    assert sent(client, f"{address}{joint.pk}/withdraw/").status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"seat_2": ""}, {"seat_2": "officer:0"}, {"occasion": ""}, {"seat_2": "same"}]
)
def test_a_joint_visit_needs_two_different_people_and_an_occasion(town, as_user, wrong):
    fields = joint_fields(town, **wrong)
    fields["seat_2"] = fields["seat_1"] if fields["seat_2"] == "same" else fields["seat_2"]
    address = f"/visits/plan/joint/?enterprise={town.large_firm.pk}"
    assert sent(as_user(town.zhou), address, **fields).status_code == 422
    assert not JointVisit.objects.system().exists()


def test_joint_visits_are_for_those_who_plan_and_in_their_areas(town, as_user):
    address = f"/visits/plan/joint/?enterprise={town.large_firm.pk}"
    assert as_user(town.li).get(address).status_code == 403
    assert as_user(town.zhao).get(address).status_code in {403, 404}
