"""The map: a town in one piece, tiled by its villages, the bigger of them tiled by their grids."""

from __future__ import annotations

import pytest
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import unary_union

from fugong.demo.town import Layout
from fugong.demo.town.geometry import Region, to_gcj02

from .conftest import CENTRE


def polygon(layout, ring):
    return Polygon(layout.plane.to_xy(ring))


@pytest.mark.parametrize("seed", range(6))
def test_villages_tile_the_outline(seed):
    layout = Layout.make(seed, 28, CENTRE)
    outline = polygon(layout, layout.outline)
    villages = [polygon(layout, village.ring) for village in layout.villages]
    assert len(villages) == 28
    assert all(shape.is_valid for shape in [outline, *villages])
    # Areas that add up together with a union that is the whole leave no room for gap or overlap.
    assert sum(shape.area for shape in villages) == pytest.approx(outline.area, rel=1e-9)
    assert unary_union(villages).symmetric_difference(outline).area < 1
    assert outline.area == pytest.approx(130e6, rel=0.001)
    assert sum(village.area_m2 for village in layout.villages) == pytest.approx(130e6, rel=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_grids_tile_their_villages(seed):
    layout = Layout.make(seed, 28, CENTRE)
    assert len(layout.grids) == 60
    by_village: dict[str, list[Polygon]] = {}
    for grid in layout.grids:
        by_village.setdefault(grid.village, []).append(polygon(layout, grid.ring))
    assert 10 <= len(by_village) < 28
    for key, shapes in by_village.items():
        whole = polygon(layout, layout.village(key).ring)
        assert all(shape.is_valid for shape in shapes)
        assert len(shapes) >= 2
        assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-9)
        assert unary_union(shapes).symmetric_difference(whole).area < 1


def test_names_come_back_in_the_order_given_and_tell_the_kind():
    names = [f"{letter}村" for letter in "ABCDEFG"] + ["H社区", "J工业园"]
    layout = Layout.make(3, names, CENTRE)
    assert [village.name for village in layout.villages] == names
    assert [village.kind for village in layout.villages][-2:] == ["community", "park"]
    assert {grid.name.removesuffix("号网格").rstrip("0123456789") for grid in layout.grids} <= set(names)


def test_too_few_villages_are_refused():
    with pytest.raises(ValueError, match="at least 4"):
        Layout.make(1, 3, CENTRE)


@pytest.mark.parametrize("count", [4, 60])
def test_few_or_many_villages(count):
    layout = Layout.make(1, count, CENTRE)
    assert len(layout.villages) == count
    assert len(layout.grids) == 60


def test_given_street_names_are_used_first():
    layout = Layout.make(5, 28, CENTRE, streets=["第一路", "第二路"])
    names = [street.name for street in layout.streets]
    assert names[0] == "第一路"
    assert "第二路" in names
    assert {street.village for street in layout.streets} == {village.key for village in layout.villages}


def test_streets_stay_in_their_village(made):
    layout = made.layout
    for street in layout.streets:
        village = polygon(layout, layout.village(street.village).ring)
        line = LineString(layout.plane.to_xy((street.start, street.end)))
        assert line.difference(village.buffer(1)).length < 1


def test_region_agrees_with_shapely(made):
    layout = made.layout
    village = layout.villages[0]
    shape, region = polygon(layout, village.ring), Region(layout.plane.to_xy(village.ring))
    west, south, east, north = shape.bounds
    spots = [
        (west + (east - west) * i / 40, south + (north - south) * j / 40)
        for i in range(41)
        for j in range(41)
    ]
    assert [region.has(*spot) for spot in spots] == [shape.contains(Point(spot)) for spot in spots]


def test_geojson_has_all_and_closes_rings(made):
    features = made.layout.geojson()["features"]
    assert len(features) == 1 + 28 + 60 + len(made.layout.streets)
    rings = [f["geometry"]["coordinates"][0] for f in features if f["geometry"]["type"] == "Polygon"]
    assert all(ring[0] == ring[-1] for ring in rings)


def test_shifted_coordinates_lie_some_hundred_metres_off(made):
    shifted = made.layout.plane.to_xy([to_gcj02(CENTRE)])[0]
    assert 100 < (shifted[0] ** 2 + shifted[1] ** 2) ** 0.5 < 900
