"""I2: indicators by area and day; every number opens exactly the rows behind it; the summary says the same."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest

from tests.acceptance.place import firms, reported, resumed, visited
from tests.acceptance.reading import cells, figures, numbers, page, sent, text_of, total

pytestmark = pytest.mark.django_db
SUMS = {"on-duty", "capacity"}


@pytest.fixture
def rows(danzao):
    made = firms(danzao, danzao.willow, 7, "柳", size="above-scale", staff_from_affected_areas=2, is_key=True)
    made += firms(danzao, danzao.pine, 5, "松", size="above-quota", staff_from_affected_areas=0)
    made += firms(danzao, danzao.pine, 4, "小", headcount=None)
    day = danzao.today
    resumed(made[:6], day - timedelta(days=2))
    resumed(made[6:9], day)
    reported([(row, 50, 31 + place, 60) for place, row in enumerate(made[:5])], day)
    reported([(row, 50, 20, 40) for row in made[:3]], day - timedelta(days=1))
    visited([(row, danzao.li) for row in made[:4]], day - timedelta(days=1))
    visited([(made[10], danzao.feng)], day, kind="phone")
    return made


@pytest.mark.parametrize("back", [0, 1, 5])
def test_every_n_and_every_whole_opens_as_many_rows(danzao, rows, as_user, back):
    sent(as_user(danzao.li), "issues:find", rows[0].pk, title="一", severity="minor")
    sent(as_user(danzao.li), "issues:find", rows[1].pk, title="二", severity="minor")
    client, on = as_user(danzao.chen), (danzao.today - timedelta(days=back)).isoformat()
    walked = 0
    for key, one in figures(client, on=on).items():
        if key in SUMS:
            continue
        assert total(client, one.url_n) == one.n, f"{key} of {on}: n"
        walked += 1
        if one.url_of is not None:
            assert total(client, one.url_of) == one.of, f"{key} of {on}: N"
            walked += 1
    assert walked >= 20


def test_sums_are_recounted_from_the_days_reports(danzao, rows, as_user):
    client = as_user(danzao.chen)
    shown = figures(client)
    lines = cells(page(client, f'/resumption/?q=on = "{danzao.today.isoformat()}"').partition("<tbody>")[2])
    assert len(lines) == 5
    assert (shown["on-duty"].n, shown["on-duty"].of) == (sum(31 + n for n in range(5)), 5 * 50)
    assert shown["capacity"].n == 5 * 50 * 60 // 100


def test_areas_add_up_and_each_opens_its_own(danzao, rows, as_user):
    client = as_user(danzao.zhou)
    whole = figures(client)
    for key in ("resumption", "visited-once", "from-affected-areas"):
        parts = {row[0]: numbers(row[2])[0] for row in cells(page(client, f"/insight/indicators/{key}/"))}
        assert sum(parts.values()) == whole[key].n
        for area in (danzao.willow, danzao.pine):
            here = figures(client, area=area.pk)[key]
            assert parts[area.name] == here.n == total(client, here.url_n)


def test_the_line_over_the_days_has_each_days_figure(danzao, rows, as_user):
    client = as_user(danzao.chen)
    for back, n in ((0, 9), (1, 6), (2, 6), (3, 0)):
        on = (danzao.today - timedelta(days=back)).isoformat()
        assert figures(client, on=on)["resumption"].n == n


def test_what_the_ledger_lacks_is_counted_for_the_clerk(danzao, rows, as_user):
    """Four firms have no head count, none has a contact: each lack is a number that opens its firms."""
    client = as_user(danzao.chen)
    shown = page(client, "desk:completeness")
    links = re.findall(r'<a[^>]*href="(/enterprises/\?[^"]*)"[^>]*>(.*?)</a>', shown, re.S)
    lacks = {unquote_plus(html.unescape(url)): numbers(text_of(said)) for url, said in links}
    asked = {url: found[0] for url, found in lacks.items() if found and "headcount" in url}
    assert set(asked.values()) == {4}, lacks
    assert all(total(client, url) == 4 for url in asked)
