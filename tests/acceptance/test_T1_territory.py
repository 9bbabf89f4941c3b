"""T1: the tree from city to building; official codes, outlines and grids; every figure rolls up and drills down.

Danzao has 28 villages, Zhoushan 36 townships.
"""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fugong.access.models import User
from fugong.territory.models import Area
from tests.acceptance.packs import copy_of
from tests.acceptance.place import firms, resumed, square, town_of
from tests.acceptance.reading import cells, figures, numbers, page, sent, text_of, total

pytestmark = pytest.mark.django_db
ABOVE = [
    ("city", "", "city", "试行市"),
    ("county", "city", "county", "试行区"),
    ("town", "county", "town", "试行镇"),
]


def test_official_codes_and_outlines_come_in_and_a_grid_is_drawn(danzao, as_user):
    """36 townships of a county by their 12-digit codes, one with an outline and a grid in its village."""
    admin = as_user(User.objects.create(login="root", name="总管理", is_administrator=True))
    towns = [(f"9909011{number:02d}", f"第{number}乡") for number in range(1, 37)]
    lines = [
        "code,name,level,parent_code",
        "99,试行省,province,",
        "9909,试行海市,city,99",
        "990901,试行县,county,9909",
    ]
    lines += [f"{code},{name},town,990901" for code, name in towns]
    lines.append(f"{towns[0][0]}001,海角村,village,{towns[0][0]}")
    file = SimpleUploadedFile("divisions.csv", "\n".join(lines).encode("gb18030"))
    sent(admin, "territory:divisions", file=file, edition="2019-10-31", on="2020-01-01")
    county = Area.objects.get(code="990901")
    shown = page(admin, f"/territory/areas/{county.pk}/")
    assert all(name in shown for _code, name in towns)
    assert "36" in text_of(shown)

    first = Area.objects.get(code=towns[0][0])
    first.longitude, first.latitude = 122.1, 30.0
    outline = square(first)
    collection = {"type": "FeatureCollection", "features": [outline]}
    outlines = SimpleUploadedFile("outlines.geojson", json.dumps(collection).encode())
    sent(admin, "territory:boundaries", file=outlines)
    first.refresh_from_db()
    assert first.boundary == outline["geometry"]

    village = Area.objects.get(name="海角村")
    village.longitude, village.latitude = 122.1, 30.0
    outline = json.dumps(square(village)["geometry"])
    sent(admin, "territory:draw_grid", village.pk, name="海角一格", outline=outline)
    grid = Area.objects.get(name="海角一格")
    assert (grid.kind, grid.parent, grid.path.startswith(county.path)) == ("grid", village, True)
    assert "海角一格" in page(admin, f"/territory/areas/{village.pk}/")


def test_28_villages_roll_up_to_the_town_and_drill_down(db, tmp_path, as_user):
    villages = [(f"v{number:02d}", "town", "village", f"第{number}村") for number in range(1, 29)]
    town = town_of(copy_of(tmp_path, "villages", [*ABOVE, *villages]))
    works = {}
    for number, village in enumerate(Area.objects.filter(kind="village").order_by("path"), start=1):
        rows = firms(town, village, number, village.name)
        resumed(rows[: number // 2])
        works[village] = (number // 2, number)
    client = as_user(town.zhou)
    whole = figures(client)["resumption"]
    assert (whole.n, whole.of) == tuple(map(sum, zip(*works.values(), strict=True)))
    for village, (n, of) in list(works.items())[::9]:
        here = figures(client, area=village.pk)["resumption"]
        assert (here.n, here.of) == (n, of)
        assert (total(client, here.url_n), total(client, here.url_of)) == (n, of)
    side_by_side = cells(page(client, "/insight/indicators/resumption/"))
    assert {row[0]: numbers(row[2])[0] for row in side_by_side} == {
        one.name: n for one, (n, _of) in works.items()
    }
    assert len(side_by_side) == 28


def test_36_townships_and_below_them_village_grid_and_building(db, tmp_path, as_user):
    towns = [(f"t{number:02d}", "city", "town", f"第{number}乡镇") for number in range(1, 37)]
    below = [
        (f"v{number:02d}", f"t{number:02d}", "village", f"第{number}乡镇一村") for number in range(1, 37)
    ]
    deep = [("grid", "v01", "grid", "一村一格"), ("building", "grid", "building", "一号楼")]
    towns = [(key, "county", kind, name) for key, _parent, kind, name in towns]
    town = town_of(copy_of(tmp_path, "townships", [*ABOVE[:2], *towns, *below, *deep], area="county"))
    by_name = {area.name: area for area in Area.objects.all()}
    for number in range(1, 37):
        firms(town, by_name[f"第{number}乡镇一村"], 1, f"乡镇{number}之")
    resumed(firms(town, by_name["一号楼"], 3, "楼内"))
    client = as_user(town.gao)
    parts = cells(page(client, "/insight/indicators/resumption/"))
    assert len([row for row in parts if row[0].endswith("乡镇")]) == 36
    assert sum(numbers(row[2])[0] for row in parts) == 3
    way = ["试行区", "第1乡镇", "第1乡镇一村", "一村一格", "一号楼"]
    seen = [figures(client, area=by_name[name].pk)["resumption"] for name in way]
    assert [(one.n, one.of) for one in seen] == [(3, 39), (3, 4), (3, 4), (3, 3), (3, 3)]
    assert [total(client, one.url_of) for one in seen] == [39, 4, 4, 3, 3]
