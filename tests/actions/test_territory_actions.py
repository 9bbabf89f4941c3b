"""Division lists, editions, boundaries and grids."""

import csv
from datetime import date
from pathlib import Path

import pytest

from fugong.core.refusals import Refused
from fugong.territory import actions as territory
from fugong.territory.actions import Division
from fugong.territory.models import Area, Succession

pytestmark = pytest.mark.django_db
DIVISIONS = Path(__file__).resolve().parents[3] / "shared" / "data" / "divisions"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[113.0, 23.0], [113.02, 23.0], [113.02, 23.02], [113.0, 23.02], [113.0, 23.0]]],
}

OLD = [
    Division("90", "示例省", "province", ""),
    Division("9001", "甲市", "prefecture", "90"),
    Division("900101", "东区", "county", "9001"),
    Division("900101001", "河口镇", "township", "900101"),
    Division("900101002", "山前乡", "township", "900101"),
]
NEW = [
    *OLD[:3],
    Division("900101003", "河口镇", "township", "900101"),
    Division("900101002", "山前镇", "township", "900101"),
]


def take_in(rows, edition, on, town):
    return territory.take_in_divisions(rows=rows, edition=edition, on=on, by=town.shen, at=town.now)


def test_an_edition_ends_old_codes_and_links_them_to_the_new_ones_of_their_name(town):
    take_in(OLD, "2019-10", date(2019, 10, 31), town)
    taken = take_in(NEW, "2020-06", date(2020, 6, 30), town)
    assert (taken.new, taken.ended, taken.renamed, taken.succeeded) == (1, 1, 1, 1)
    link = Succession.objects.get()
    assert (link.old.code, link.new.code) == ("900101001", "900101003")
    assert list(Area.objects.on(date(2020, 1, 1)).filter(name="河口镇").values_list("code", flat=True)) == [
        "900101001"
    ]
    assert list(Area.objects.on(date(2020, 7, 1)).filter(name="河口镇").values_list("code", flat=True)) == [
        "900101003"
    ]


def test_the_same_edition_twice_changes_nothing(town):
    take_in(OLD, "2019-10", date(2019, 10, 31), town)
    taken = take_in(OLD, "2019-10", date(2019, 10, 31), town)
    assert (taken.new, taken.ended, taken.renamed, taken.unchanged) == (0, 0, 0, 5)


def test_a_row_whose_parent_is_missing_is_refused_with_its_code(town):
    with pytest.raises(Refused, match="900101001"):
        take_in([OLD[0], OLD[1], OLD[3]], "2019-10", date(2019, 10, 31), town)


def test_the_national_list_is_taken_in_and_rolls_up_by_one_path_query(town, django_assert_num_queries):
    path = DIVISIONS / "divisions_2019-10-31.csv"
    if not path.exists():
        pytest.skip("shared/data/divisions is not beside this checkout")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [Division(r["code"], r["name"], r["level"], r["parent_code"]) for r in csv.DictReader(file)]
    assert take_in(rows, "2019-10-31", date(2019, 10, 31), town).new == len(rows) > 46_000
    county = Area.objects.get(code="440605")
    with django_assert_num_queries(1):
        towns = [area for area in Area.objects.below(county.path) if area.kind == "town"]
    assert len(towns) == sum(1 for row in rows if row.parent_code == "440605")


def test_a_grid_stands_in_its_village_with_its_centre(town):
    grid = territory.draw_grid(parent=town.pine, name="松村一格", boundary=SQUARE, by=town.shen, at=town.now)
    assert grid.path.startswith(town.pine.path)
    assert (round(grid.longitude, 3), round(grid.latitude, 3)) == (113.01, 23.01)


@pytest.mark.parametrize(
    "boundary",
    [{}, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}],
)
def test_a_grid_without_an_outline_is_refused(town, boundary):
    with pytest.raises(Refused):
        territory.draw_grid(parent=town.pine, name="松村一格", boundary=boundary, by=town.shen, at=town.now)


def test_two_grids_of_one_name_in_a_village_are_refused(town):
    with pytest.raises(Refused):
        territory.draw_grid(parent=town.willow, name="柳村一格", boundary=SQUARE, by=town.shen, at=town.now)


def test_outlines_are_matched_by_code_or_name_and_the_others_are_named(town):
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"properties": {"name": "松村"}, "geometry": SQUARE},
            {"properties": {"name": "无此村"}, "geometry": SQUARE},
        ],
    }
    assert territory.take_in_boundaries(collection=collection, by=town.shen, at=town.now) == (1, ["无此村"])
