"""I1: the resumption map, coloured by the pack's rule, on any day and at any level, down to the enterprise."""

from __future__ import annotations

import json
import tomllib
from datetime import date

import pytest

from tests.acceptance.place import PACKS, firms, fugong, resumed, set_day, square
from tests.acceptance.reading import data_in, figures, page, total

pytestmark = pytest.mark.django_db
GREEN_DAY = date(2020, 2, 26)
RULE = next(
    one
    for one in tomllib.loads((PACKS / "danzao" / "indicators.toml").read_text())["indicator"]
    if one["key"] == "resumption"
)


def colour_of(n, of):
    """The colour that the pack's bands give a share."""
    return max(
        (band for band in RULE["bands"] if band["from"] <= 100 * n / of), key=lambda band: band["from"]
    )["colour"]


def map_of(client, **query):
    """The coloured areas of the board's map: {name: (colour, "n/N", where a press leads)}."""
    shapes = next(
        data["areas"]
        for data in data_in(page(client, "desk:board", **query))
        if isinstance(data, dict) and "areas" in data
    )
    found = [one["properties"] for one in shapes["features"]]
    return {
        one["name"]: (one["level_resumption"].split("-")[0], one["label_resumption"], one["url"])
        for one in found
    }


@pytest.fixture
def two_days(danzao, tmp_path):
    """Ten firms in each of two villages: 2 and 5 work today; on 26 February all do."""
    path = tmp_path / "outlines.geojson"
    features = [square(area) for area in (danzao.willow, danzao.pine)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    fugong("territory", "boundaries", path)
    rows = {area: firms(danzao, area, 10, area.name) for area in (danzao.willow, danzao.pine)}
    resumed(rows[danzao.willow][:2] + rows[danzao.pine][:5])
    resumed(rows[danzao.willow][2:] + rows[danzao.pine][5:], GREEN_DAY)
    set_day(danzao.campaign, GREEN_DAY)
    return danzao


def test_both_villages_are_green_on_26_february_and_were_not_a_week_before(two_days, as_user):
    client = as_user(two_days.zhou)
    now, then = map_of(client), map_of(client, on=two_days.today.isoformat())
    names = (two_days.willow.name, two_days.pine.name)
    assert [now[name][:2] for name in names] == [("green", "10/10")] * 2
    assert [then[name][:2] for name in names] == [(colour_of(2, 10), "2/10"), (colour_of(5, 10), "5/10")]
    assert len({colour_of(2, 10), colour_of(5, 10), "green"}) == 3


def test_a_press_leads_down_to_the_enterprises_of_that_day(two_days, as_user):
    client = as_user(two_days.zhou)
    inside = map_of(client, on=two_days.today.isoformat())[two_days.pine.name][2]
    board = page(client, inside)
    assert two_days.pine.name in board and "5/10" in board
    shown = figures(client, area=two_days.pine.pk, on=two_days.today.isoformat())["resumption"]
    assert total(client, shown.url_n) == 5
    assert f"{two_days.pine.name}1号厂" in page(client, shown.url_n)
