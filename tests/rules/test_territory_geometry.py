"""Positions and outlines."""

import pytest

from fugong.territory import geometry

SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]],
        [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1], [0.5, 0.5]],
    ],
}


def test_the_shift_of_map_vendors_is_undone_to_a_millimetre():
    home = (112.93, 23.03)
    shifted = geometry.to_gcj02(home)
    assert 0.1 < geometry.kilometres(home, shifted) < 0.9
    assert geometry.kilometres(home, geometry.to_wgs84(shifted, "gcj02")) < 1e-5


def test_nothing_is_shifted_outside_the_box():
    assert geometry.to_gcj02((2.35, 48.85)) == (2.35, 48.85)


@pytest.mark.parametrize(("position", "inside"), [((1.5, 1.5), True), ((0.7, 0.7), False), ((3, 1), False)])
def test_holes_are_outside(position, inside):
    assert geometry.contains(SQUARE, position) is inside


def test_the_centre_of_a_square_is_its_middle():
    assert geometry.centre_of(SQUARE) == (1.0, 1.0)


def test_one_degree_of_latitude_is_111_km():
    assert geometry.kilometres((113, 23), (113, 24)) == pytest.approx(111.19, abs=0.1)
