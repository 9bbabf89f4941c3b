"""F5: within a day an instructor meets the park platform, the grid officers, the enterprises; overdue ones are listed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from fugong.teams import actions as teams
from fugong.visits.models import Meeting
from tests.acceptance.place import firms, set_day
from tests.acceptance.reading import page, sent, text_of
from tests.acceptance.visits import visit_made

pytestmark = pytest.mark.django_db
BEGIN = date(2020, 2, 27)  # the pack gives a day from the 26th on


@pytest.fixture
def named(danzao):
    """Li is Willow's instructor and answers for two firms there, since the 27th."""
    town = danzao
    set_day(town.campaign, BEGIN)
    team = teams.form_team(campaign=town.campaign, area=town.willow, name="", by=town.zhou, at=town.now)
    teams.join(team=team, user=town.li, role="instructor", on=BEGIN, by=town.zhou, at=town.now)
    rows = firms(town, town.willow, 2, "首访", is_key=True, headcount=60)
    for row in rows:
        teams.charge(enterprise=row, officer=town.li, kind="instructor", on=BEGIN, by=town.zhou, at=town.now)
    return rows


def listed(client):
    table = page(client, "visits:first_contacts").partition("<tbody>")[2].partition("</tbody>")[0]
    return table.count("<tr>")


def overdue_on_first_page(clerk):
    return clerk.get(reverse("desk:completeness")).context["first_contacts"]


def test_overdue_first_contacts_are_listed_and_a_visit_or_a_meeting_closes_them(danzao, named, as_user):
    town, li = danzao, as_user(danzao.li)
    assert listed(as_user(town.zhou)) == 0
    owed = text_of(page(li, "visits:my_day")).partition("应完成的首次对接")[2]
    assert named[0].name in owed and "逾期" not in owed.partition("走访其他企业")[0]

    set_day(town.campaign, BEGIN + timedelta(days=1))
    assert listed(as_user(town.zhou)) == overdue_on_first_page(as_user(town.chen)) == 0, (
        "the pack gives one day"
    )
    set_day(town.campaign, BEGIN + timedelta(days=2))
    words = text_of(page(as_user(town.zhou), "visits:first_contacts"))
    assert listed(as_user(town.zhou)) == 3 and town.li.name in words and "网格工作人员" in words
    own = page(li, "visits:my_day")
    assert reverse("visits:meeting", args=[town.willow.pk]) in own and "逾期" in text_of(own)
    assert "首次对接逾期" in text_of(page(as_user(town.wang), "desk:my_grid"))
    assert overdue_on_first_page(as_user(town.chen)) == 3, "counted as they are listed"

    visit_made(li, town, named[0], "articles-23", by_phone="on")
    assert listed(as_user(town.zhou)) == overdue_on_first_page(as_user(town.chen)) == 2
    met = {
        "kind": "grid",
        "on": (BEGIN + timedelta(days=2)).isoformat(),
        "people": "网格长",
        "note": "缺口罩",
    }
    sent(li, "visits:meeting", town.willow.pk, **met)
    assert listed(as_user(town.zhou)) == 1 and Meeting.objects.system().get().note == "缺口罩"
    rows = page(as_user(town.zhou), f"{reverse('enterprises:list')}?q=instructor_contact_overdue+%3D+True")
    assert named[1].name in rows and named[0].name not in rows


def test_the_list_narrows_by_officer_and_area(danzao, named, as_user):
    town = danzao
    set_day(town.campaign, BEGIN + timedelta(days=5))
    address = reverse("visits:first_contacts")
    assert named[0].name in page(as_user(town.zhou), f"{address}?officer={town.li.pk}")
    assert named[0].name not in page(as_user(town.zhou), f"{address}?officer={town.feng.pk}")
    assert named[0].name not in page(as_user(town.zhou), f"{address}?area={town.pine.pk}")
    assert as_user(town.zhao).get(address).status_code in (200, 403, 404)
    assert named[0].name not in as_user(town.zhao).get(address).content.decode()
