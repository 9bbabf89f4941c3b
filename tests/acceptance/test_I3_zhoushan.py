"""I3, F1: the figures of Zhoushan's work report come out of visits that were entered through the product.

The reports say: 630 people, 375 person-visits (出动 375 人次) in two days, over all 36 townships; 359 visits to
above-scale firms, 235 to small ones, and 10 parks. We read them so:

* 359 + 235 visits and 10 parks are 604 places visited. 375 cannot be visits, nor visits times people: it is how often
  somebody went out, each person once a day: outings (人次).
* 630 cannot have been out, for 375 outings are fewer: it is who stood on the rolls of the guidance teams on these days.
* A park is visited at its own office, which stands in the ledger as a small entry inside the park's area.
* A township is covered when somebody was visited in it.

So 630 instructors are posted; on the first day 188 and on the second 187 of them go out; 229 make two visits on their
day, 146 make one. The first outings go through the page that officers use, the others through the action behind it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from fugong.access.models import Posting, User
from fugong.territory.models import Area
from fugong.visits import actions as visits
from fugong.visits.models import Visit
from tests.acceptance.packs import copy_of
from tests.acceptance.place import firms, town_of
from tests.acceptance.reading import cells, data_in, numbers, page, text_of, total
from tests.town import FIRST_DAY

pytestmark = pytest.mark.django_db
TOWNSHIPS, ABOVE_SCALE, SMALL, PARKS = 36, 359, 235, 10
ROLLS, OUTINGS, BY_PAGE = 630, 375, 24


@pytest.fixture
def zhoushan(db, tmp_path):
    areas = [("city", "", "city", "试行市"), ("county", "city", "county", "试行区")]
    areas += [(f"t{n:02d}", "county", "town", f"第{n}乡镇") for n in range(1, TOWNSHIPS + 1)]
    areas += [(f"v{n:02d}", f"t{n:02d}", "village", f"第{n}村") for n in range(1, TOWNSHIPS + 1)]
    areas += [(f"p{n:02d}", f"t{n:02d}", "park", f"第{n}园") for n in range(1, PARKS + 1)]
    return town_of(copy_of(tmp_path, "zhou", areas, area="county"))


@pytest.fixture
def people(zhoushan):
    """630 instructors; nobody else stands on the rolls."""
    Posting.objects.filter(role="instructor").update(role="presenter")
    made = User.objects.bulk_create(
        [User(login=f"o{n}", name=f"指导员{n:03d}", password="!") for n in range(ROLLS)]
    )
    Posting.objects.bulk_create(
        [Posting(user=one, role="instructor", area=zhoushan.town, from_on=FIRST_DAY) for one in made]
    )
    return made


@pytest.fixture
def places(zhoushan):
    """The 604 places, township by township in turn."""
    villages = list(Area.objects.filter(kind="village").order_by("path"))
    found = []
    for place, area in enumerate(villages):
        for size, count in (("above-scale", ABOVE_SCALE), ("small", SMALL)):
            here = count // TOWNSHIPS + (place < count % TOWNSHIPS)
            found += firms(zhoushan, area, here, f"{area.name}{size}", size=size)
    for area in Area.objects.filter(kind="park").order_by("path"):
        found += firms(zhoushan, area, 1, f"{area.name}管委会")
    return found


def by_page(client, firm, begin):
    """An officer sends a visit from the plain form, nothing found."""
    shown = client.get(reverse("visits:visit", args=[firm.pk]) + "?plain=1").context["checklist"]
    fields = {"command": str(uuid4()), "key": str(uuid4()), "started_at": begin.isoformat(), "note": ""}
    articles = {row["name"]: "yes" for row in shown.articles}
    answer = client.post(reverse("visits:visit", args=[firm.pk]) + "?plain=1", fields | articles)
    assert answer.status_code == 302, text_of(answer.content.decode())[-800:]


def went_out(zhoushan, people, places, as_user):
    """The outings of both days."""
    first = datetime.combine(zhoushan.today - timedelta(days=1), zhoushan.now.timetz())
    two = len(places) - OUTINGS
    left = iter(places)
    for outing in range(OUTINGS):
        day = 0 if outing < 188 else 1
        officer, begin = people[outing % 188 if day == 0 else outing - 150], first + timedelta(days=day)
        for number in range(2 if outing < two else 1):
            firm, at = next(left), begin + timedelta(hours=number)
            if outing < BY_PAGE // 2:
                by_page(as_user(officer), firm, at)
            else:
                draft = visits.Draft(started_at=at, ended_at=at + timedelta(minutes=30))
                visits.record_visit(enterprise=firm, draft=draft, by=officer, at=at + timedelta(minutes=30))
    assert next(left, None) is None


@pytest.mark.once
def test_the_report_of_two_days_has_the_published_figures(zhoushan, people, places, as_user):
    went_out(zhoushan, people, places, as_user)
    client = as_user(zhoushan.gao)
    span = {
        "from": (zhoushan.today - timedelta(days=1)).isoformat(),
        "on": zhoushan.today.isoformat(),
    }
    log = page(client, "visits:log", **span)
    report = log.partition('class="card"')[2]
    said = numbers(text_of(report.partition("<p>")[2].partition("</p>")[0]))
    assert said == [ROLLS, OUTINGS, PARKS]
    rows = cells(report.partition("</table>")[0])
    assert [int(row[3]) for row in rows] == [ABOVE_SCALE, 0, PARKS, SMALL, 604], "by class: enterprises"
    assert int(rows[-1][6]) == OUTINGS and int(rows[-1][2]) == 604
    sentence = numbers(text_of(report.partition("</p>")[2].partition("<p>")[2].partition("</p>")[0]))
    assert TOWNSHIPS in sentence
    charts = [data for data in data_in(log) if isinstance(data, dict) and data.get("kind") == "stacked"]
    assert len(charts[0]["labels"]) == TOWNSHIPS and sum(charts[0]["series"][0]["values"]) == 604
    days = f'on >= "{span["from"]}" and on <= "{span["on"]}"'
    assert total(client, f"/visits/all/?q={days}".replace(">", "%3E").replace("<", "%3C")) == 604
    assert Visit.objects.system().filter(on=zhoushan.today).count() == 604 - 188 - 188
    document = client.get(reverse("visits:log"), {**span, "form": "pdf"})
    assert document["Content-Type"] == "application/pdf" and document.content.startswith(b"%PDF")
    one_day = page(client, "visits:log", on=span["on"])
    assert (
        numbers(text_of(one_day.partition('class="card"')[2].partition("<p>")[2].partition("</p>")[0]))[1]
        == 187
    )
