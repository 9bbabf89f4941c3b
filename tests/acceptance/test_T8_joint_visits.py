"""T8: several levels of government guide one large base together; one visit for the base, one for each person."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from fugong.visits.models import PlannedVisit, Visit
from fugong.visits.queries import day_log
from tests.acceptance.place import firms, fugong, set_day
from tests.acceptance.reading import page
from tests.acceptance.visits import visit_made

pytestmark = pytest.mark.django_db


def test_three_joint_visits_to_one_base_count_three_for_it_and_nine_for_the_people(danzao, as_user):
    """On three days an instructor of the village, the town's health department and the city come to the same base."""
    town = danzao
    place = {
        "longitude": town.willow.longitude,
        "latitude": town.willow.latitude,
        "position_source": "imported",
    }
    (base,) = firms(town, town.willow, 1, "联合基地", size="above-scale", headcount=900, is_key=True, **place)
    seats = {"seat_1": "role:instructor", "seat_2": "agency:health", "seat_3": f"officer:{town.gao.pk}"}
    form = f"{reverse('visits:joint_visits')}?enterprise={base.pk}"
    assert base.name in page(as_user(town.zhou), f"{reverse('visits:joint_visits')}?q={base.name}")
    for number in range(3):
        day = town.today + timedelta(days=number)
        set_day(town.campaign, day)
        fields = {"command": str(uuid4()), "on": day.isoformat(), "occasion": "三级联合指导", **seats}
        assert as_user(town.zhou).post(form, fields).status_code == 302
        fugong("plan", "--on", day, "--days", 1, "--seconds", 0.3, "--user", "zhou", "--accept")
        stops = list(PlannedVisit.objects.system().filter(plan__on=day, enterprise=base))
        assert {stop.officer for stop in stops} >= {town.sun, town.gao} and len(stops) == 3
        assert len({stop.arrives_at for stop in stops}) == 1
        writer = next(stop.officer for stop in stops if stop.officer not in (town.sun, town.gao))
        phone = page(as_user(writer), "visits:my_day")
        assert base.name in phone and town.sun.name in phone and town.gao.name in phone
        came = {"others_asked": "on", "others": [town.sun.pk, town.gao.pk]}
        visit_made(as_user(writer), town, base, "articles-23", **came)
        log = day_log(town.campaign, day, Visit.objects.visible_to(town.zhou))
        assert (log.visits, log.enterprises, log.person_visits) == (1, 1, 3)
    made = Visit.objects.system().filter(enterprise=base)
    assert made.count() == 3
    assert sum(1 + visit.participants.count() for visit in made) == 9
