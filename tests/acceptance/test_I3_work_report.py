"""I3: the work report: people out, person-visits by class, areas covered; as a table, a chart and a document.

Zhoushan: 375 person-visits to above-scale and above-quota firms and 10 parks, over all 36 townships. Its 630 people
went out in groups; joint visits are not in the product yet, so that the people here are those who wrote a visit down.
"""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document

from fugong.access.models import User
from fugong.core.word import MEDIA_TYPE
from fugong.territory.models import Area
from fugong.visits.models import Visit
from tests.acceptance.packs import copy_of
from tests.acceptance.place import firms, town_of, visited
from tests.acceptance.reading import cells, data_in, page, total

pytestmark = pytest.mark.django_db
TOWNSHIPS, VISITS, PARKS = 36, 375, 10
QUOTA = 146  # of the visits; with the parks' the rest went to above-scale firms


@pytest.fixture
def zhoushan(db, tmp_path):
    areas = [("city", "", "city", "试行市"), ("county", "city", "county", "试行区")]
    areas += [(f"t{n:02d}", "county", "town", f"第{n}乡镇") for n in range(1, TOWNSHIPS + 1)]
    areas += [(f"v{n:02d}", f"t{n:02d}", "village", f"第{n}村") for n in range(1, TOWNSHIPS + 1)]
    areas += [(f"p{n:02d}", f"t{n:02d}", "park", f"第{n}园") for n in range(1, PARKS + 1)]
    town = town_of(copy_of(tmp_path, "zhou", areas, area="county"))
    officers = User.objects.bulk_create(
        [User(login=f"o{n}", name=f"指导员{n:03d}", password="!") for n in range(125)]
    )
    places = list(Area.objects.filter(kind="village").order_by("path"))
    parks = list(Area.objects.filter(kind="park").order_by("path"))
    seen = []
    for place, area in enumerate(places):
        for size, count in (("above-scale", VISITS - PARKS - QUOTA), ("above-quota", QUOTA)):
            here = count // TOWNSHIPS + (place < count % TOWNSHIPS)
            seen += firms(town, area, here, f"{area.name}{size}", size=size)
    for area in parks:
        seen += firms(town, area, 1, area.name)
    visited([(firm, officers[place % len(officers)]) for place, firm in enumerate(seen)], town.today)
    return town


def test_375_person_visits_by_class_over_36_townships(zhoushan, as_user):
    client = as_user(zhoushan.gao)
    log = page(client, "visits:log")
    by_class = {row[0]: row for row in cells(log.partition("</table>")[0])}
    seen = [int(row[2]) for row in by_class.values()]
    assert seen == [VISITS - PARKS - QUOTA, QUOTA, PARKS, 0, VISITS], (
        "above-scale, above-quota, parks, small, all"
    )
    whole = list(by_class.values())[-1]
    assert int(whole[1]) == Visit.objects.system().values("officer").distinct().count()
    sentence = log.partition("</table>")[0].rpartition("<p>")[2].partition("</p>")[0]
    assert str(TOWNSHIPS) in sentence and str(VISITS) in sentence
    chart = next(data for data in data_in(log) if isinstance(data, dict) and data.get("kind") == "stacked")
    assert len(chart["labels"]) == TOWNSHIPS
    assert sum(chart["series"][0]["values"]) == VISITS


def test_the_numbers_open_their_visits(zhoushan, as_user):
    client = as_user(zhoushan.gao)
    assert total(client, f'/visits/all/?q=on = "{zhoushan.today.isoformat()}"') == VISITS
    assert total(client, '/visits/all/?q=size = "above-quota"') == QUOTA


def test_the_word_document_has_the_figures_of_the_page(zhoushan, as_user):
    """One query, three faces: the tables of the document are those of the page, cell by cell."""
    client = as_user(zhoushan.gao)
    answer = client.get("/visits/log/", {"form": "docx"})
    assert answer["Content-Type"] == MEDIA_TYPE and ".docx" in answer["Content-Disposition"]
    document = Document(BytesIO(answer.content))
    by_class, by_area = (
        [[cell.text for cell in row.cells] for row in table.rows][1:] for table in document.tables
    )
    assert [int(row[1]) for row in by_class] == [VISITS - PARKS - QUOTA, QUOTA, PARKS, 0, VISITS]
    shown = cells(page(client, "visits:log").partition("</table>")[0])
    assert [[row[0], row[4], row[1]] for row in by_class] == [[row[0], row[1], row[2]] for row in shown]
    assert len(by_area) == TOWNSHIPS and sum(int(row[1]) for row in by_area) == VISITS
    said = " ".join(paragraph.text for paragraph in document.paragraphs)
    assert str(TOWNSHIPS) in said and str(VISITS) in said
