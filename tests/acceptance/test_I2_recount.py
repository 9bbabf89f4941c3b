"""I2: a stranger takes the registers out of the product as files, adds up by hand, and arrives at the board's figures.

The rules below are the published ones in plain words; nothing here asks the product for a condition but for key firms
and risk lists, whose marks are no columns.
"""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from fugong.enterprises.models import Enterprise
from tests.acceptance.ledgers import make_ledger
from tests.acceptance.place import after_a_round, fugong, reported, resumed, villages_of, visited
from tests.acceptance.reading import numbers, page, send, sent, text_of

pytestmark = pytest.mark.django_db
NAMES = {
    "/enterprises/": "enterprises",
    "/issues/": "issues",
    "/resumption/": "resumption",
    "/visits/all/": "visits",
}
FIGURE = re.compile(r'<a href="([^"]*)" class="fg-figure[^"]*">(.*?)</a>', re.S)


@dataclass(frozen=True)
class Shown:
    """A figure of the board as a person reads it: n, and N where it is a share."""

    n: int
    of: int | None


def board(client) -> dict[str, Shown]:
    """The figures of the board by their name."""
    found = {}
    for _url, inside in FIGURE.findall(page(client, "desk:board")):
        said = re.findall(r'class="fg-figure-(label|share|count)">(.*?)</span>', inside, re.S)
        spans = {part: text_of(words) for part, words in said}
        counted = numbers(spans["count"]) if "count" in spans else [numbers(spans["share"])[0], None]
        found[spans["label"]] = Shown(counted[0], counted[1])
    return found


def taken_out(client, register: str, condition: str = "") -> list[dict[str, str]]:
    """All columns of a register's CSV by the keys of the export form; the rows of a condition, else all."""
    listed = page(client, f"{register}?q={quote(condition)}")
    link = re.search(r'href="([^"]*/export/\?[^"]*)"', listed)
    if link is None:
        return []
    form = page(client, html.unescape(link.group(1)))
    columns = re.findall(r'name="columns" value="(\w+)"', form)
    state = html.unescape(re.search(r'name="state" value="([^"]*)"', form).group(1))
    answer = send(
        client, f"{NAMES[register]}:export", columns=columns, form="csv", purpose="recount", state=state
    )
    assert answer.status_code == 302, text_of(answer.content.decode())[:500]
    file = re.findall(r'href="([^"]*/exports/\d+/)"', page(client, answer["Location"]))[0]
    content = b"".join(client.get(file)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    return [dict(zip(columns, row, strict=True)) for row in rows[1:]]


@pytest.fixture
def working_town(danzao, tmp_path, as_user):
    """A messy ledger of 1,066 firms taken in, then ten days of work at some of them."""
    path = tmp_path / "摸底表.xlsx"
    make_ledger(path, [village.name for village in villages_of(danzao.campaign)])
    fugong("import", path, "--register", "enterprises", "--user", "chen")
    firms, today = list(Enterprise.objects.system().order_by("pk")), danzao.today
    Enterprise.objects.system().filter(pk__in=[firm.pk for firm in firms[:40]]).update(
        size="above-scale", is_key=True
    )
    Enterprise.objects.system().filter(pk__in=[firm.pk for firm in firms[10:60]]).update(
        staff_with_symptoms=3
    )
    resumed(firms[:500], today - timedelta(days=3))
    reported(
        [(firm, 40 + place % 7, 20 + place % 11, 30 + place % 60) for place, firm in enumerate(firms[:333])],
        today,
    )
    reported([(firm, 40, 40, 100) for firm in firms[:50]], today - timedelta(days=1))
    visited([(firm, danzao.li) for firm in firms[:25]], today - timedelta(days=1))
    visited([(firm, danzao.li) for firm in firms[20:45]], today - timedelta(days=4))
    visited([(firm, danzao.feng) for firm in firms[30:80]], today - timedelta(days=9))
    here = [firm for firm in firms if firm.area_id == danzao.willow.pk][:6]
    for place, firm in enumerate(here):
        sent(
            as_user(danzao.li),
            "issues:find",
            firm.pk,
            title=f"问题{place}",
            severity="serious" if place % 2 else "minor",
        )
    after_a_round()
    return danzao


def yes(text: str) -> bool:
    assert text in {"是", "否"}, text
    return text == "是"


def last_visits(visits: list[dict[str, str]]) -> dict[str, date]:
    """The day of each firm's last visit that took place."""
    found: dict[str, date] = {}
    for row in visits:
        if row["status"] == "已完成":
            found[row["enterprise"]] = max(
                date.fromisoformat(row["on"]), found.get(row["enterprise"], date.min)
            )
    return found


def test_every_figure_of_the_board_by_hand(working_town, as_user):
    client, today = as_user(working_town.chen), working_town.today
    shown = board(client)
    ledger, issues = taken_out(client, "/enterprises/"), taken_out(client, "/issues/")
    reports = [row for row in taken_out(client, "/resumption/") if row["on"] == today.isoformat()]
    last = last_visits(taken_out(client, "/visits/all/"))
    assert len({row["name"] for row in ledger}) == len(ledger), "names tell the firms apart here"

    def within(rows: list[dict[str, str]], days: int) -> int:
        return sum(1 for row in rows if row["name"] in last and (today - last[row["name"]]).days <= days)

    above = [row for row in ledger if row["size"].startswith("规上")]
    listed = taken_out(client, "/enterprises/", "risk_list is not empty")
    key = taken_out(client, "/enterprises/", "is_key = True")
    staff = sum(int(row["staff"]) for row in reports)
    whole = len(ledger)
    recounted = {
        "复工率": (sum(yes(row["is_resumed"]) for row in ledger), whole),
        "到岗率": (sum(int(row["on_duty"]) for row in reports), staff),
        "产能恢复率": (sum(int(row["staff"]) * int(row["capacity_percent"]) / 100 for row in reports), staff),
        "走访覆盖率": (sum(1 for row in ledger if row["name"] in last), whole),
        "未销号问题": (sum(1 for row in issues if row["status"] != "已销号"), None),
        "逾期问题": (sum(yes(row["is_overdue"]) for row in issues), None),
        "排查覆盖率": (sum(1 for row in ledger if row["staff_from_affected_areas"]), whole),
        "有疫区员工的企业": (
            sum(1 for row in ledger if int(row["staff_from_affected_areas"] or 0) > 0),
            whole,
        ),
        "规上企业7日内走访": (within(above, 7), len(above)),
        "清单企业2日内走访": (within(listed, 2), len(listed)),
        "联络员挂钩率": (
            len(taken_out(client, "/enterprises/", "is_key = True and has_liaison = True")),
            len(key),
        ),
        "问题销号率": (sum(1 for row in issues if row["status"] == "已销号"), len(issues)),
    }
    assert shown.keys() == recounted.keys(), "a figure of the board that nobody recounts"
    for name, (n, of) in recounted.items():
        assert (shown[name].n, shown[name].of) == (pytest.approx(n, abs=0.51), of), name
    assert (
        min(shown[name].n for name in ("复工率", "走访覆盖率", "有疫区员工的企业", "清单企业2日内走访")) > 0
    )
