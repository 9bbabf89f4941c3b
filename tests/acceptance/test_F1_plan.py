"""F1: who visits whom when: large firms not by many, small ones not left out, risk first, with reasons; again after absences."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from fugong.access.models import Posting, User
from fugong.enterprises.models import Listing
from fugong.visits.models import LeftOut, Plan, PlannedVisit, PlanRun
from tests.acceptance.place import firms, fugong, set_day, visited, worker
from tests.acceptance.reading import numbers, page, sent, text_of
from tests.town import NOW

pytestmark = pytest.mark.django_db


def at(area):
    return {"longitude": area.longitude, "latitude": area.latitude, "position_source": "imported"}


@pytest.fixture
def town(danzao):
    """Ten above-scale and twenty small firms in each of two villages, with two instructors."""
    for area in (danzao.willow, danzao.pine):
        firms(danzao, area, 10, f"{area.name}大", size="above-scale", headcount=400, **at(area))
        firms(danzao, area, 20, f"{area.name}小", **at(area))
    return danzao


def planned(town, day, *more):
    said = fugong("plan", "--on", day, "--days", "1", "--seconds", "0.3", "--user", "zhou", *more).output
    plan = Plan.objects.system().filter(on=day).order_by("-version").first()
    assert numbers(said.strip().splitlines()[-1])[0] == plan.version
    return plan, list(PlannedVisit.objects.system().filter(plan=plan).select_related("enterprise"))


def test_a_plan_is_asked_for_on_the_page_carried_out_read_with_reasons_and_accepted(town, as_user):
    client, day = as_user(town.zhou), town.today + timedelta(days=1)
    progress = sent(client, "visits:plan", area=town.town.pk, on=day.isoformat(), seconds=5)["Location"]
    PlanRun.objects.system().update(seconds=1)
    worker()
    answer = client.get(progress)
    plan = Plan.objects.system().get(on=day)
    assert answer["Location"] == f"/visits/plan/{plan.pk}/"
    stops = PlannedVisit.objects.system().filter(plan=plan)
    board = page(client, f"/visits/plan/{plan.pk}/?tab=stops")
    assert all(stop.enterprise.name in board for stop in stops)
    assert all(stop.reasons for stop in stops)
    assert "从未走访" in board
    left = text_of(page(client, f"/visits/plan/{plan.pk}/?tab=left"))
    assert LeftOut.objects.system().filter(plan=plan).count() + stops.count() == 60, (
        "each is visited, or left out with why"
    )
    assert all(row.reasons for row in LeftOut.objects.system().filter(plan=plan)) and left
    sent(client, "visits:plan_accept", plan.pk)
    set_day(town.campaign, day)
    mine = stops.filter(officer=town.li)
    phone = page(as_user(town.li), "visits:my_day")
    assert mine.count() and all(stop.enterprise.name in phone for stop in mine)


def test_nobody_is_visited_twice_and_within_days_nobody_is_left_out(town, as_user):
    """The days of the plan are made as planned: no firm comes again before its cadence, until each was seen once."""
    day, seen = town.today, {}
    for _turn in range(9):
        _plan, stops = planned(town, day, "--accept")
        assert len({stop.enterprise_id for stop in stops}) == len(stops)
        for stop in stops:
            again = seen.get(stop.enterprise_id)
            assert again is None or (stop.enterprise.size == "above-scale" and (day - again).days >= 6), (
                stop.enterprise
            )
            seen[stop.enterprise_id] = day
        visited([(stop.enterprise, stop.officer) for stop in stops], day)
        if len(seen) == 60:
            break
        day += timedelta(days=1)
        set_day(town.campaign, day)
    assert len(seen) == 60
    client = as_user(town.zhou)
    marks = [numbers(part)[0] for part in page(client, "visits:map").split("fg-figure-count")[1:5]]
    assert marks[0] == 0, "never visited"
    assert marks[3] == 0, "visited too often"


def test_risk_comes_first(town):
    """Small firms with people in fever are all visited on the first day, before any firm without a list."""
    ill = firms(town, town.willow, 4, "发热", staff_with_symptoms=2, **at(town.willow))
    Listing.objects.bulk_create(
        [
            Listing(
                enterprise=row,
                risk_list="staff-with-symptoms",
                source="condition",
                reason="有症状人数 2 > 0",
                entered_at=NOW,
            )
            for row in ill
        ]
    )
    _plan, stops = planned(town, town.today + timedelta(days=1))
    assert len(stops) < 64, "not everybody can be seen in a day"
    assert {row.pk for row in ill} <= {stop.enterprise_id for stop in stops}


def test_after_an_absence_the_others_take_over(town, as_user):
    """Of Willow's two instructors the one with more large firms falls ill: the posting ends, the plan is made again."""
    tang = User.objects.create(login="tang", name="汤指导", password="!")
    Posting.objects.create(user=tang, role="instructor", area=town.willow, from_on=town.today)
    day = town.today + timedelta(days=1)
    first, before = planned(town, day, "--accept")
    large = Counter(
        stop.officer
        for stop in before
        if stop.enterprise.size == "above-scale" and stop.enterprise.area_id == town.willow.pk
    )
    (ill, _most), *_rest = large.most_common()
    well = next(one for one in (town.li, tang) if one != ill)
    theirs = {stop.enterprise_id for stop in before if stop.officer_id == ill.pk}
    sent(as_user(town.shen), "access:end_posting", Posting.objects.get(user=ill, role="instructor").pk)
    again, after = planned(town, day)
    assert again.version == first.version + 1
    assert not [stop for stop in after if stop.officer_id == ill.pk]
    assert theirs & {stop.enterprise_id for stop in after if stop.officer_id == well.pk}, (
        "the other goes instead"
    )
    sent(as_user(town.zhou), "visits:plan_accept", again.pk)
    first.refresh_from_db()
    assert first.status == "superseded"
    changes = page(as_user(town.zhou), f"/visits/plan/compare/?before={first.pk}&after={again.pk}")
    lost = theirs - {stop.enterprise_id for stop in after}
    gone = {stop.enterprise_id: stop.enterprise.name for stop in before}
    assert all(gone[pk] in changes for pk in lost)
