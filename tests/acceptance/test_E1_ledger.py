"""E1: the ledger from a town's real workbook, each firm once, and the full screening.

Jinfeng: 428 industrial + 638 commercial and service firms. Danzao: more than 5,600 screened, 1,060 with staff from
affected areas. Xiamen: 409 telephoned, 40 visited.
"""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from tests.acceptance.ledgers import AGAIN, COMMERCIAL, INDUSTRIAL, TWICE_BY_SHORT_NAME, make_ledger
from tests.acceptance.place import firms, fugong, villages_of, visited
from tests.acceptance.reading import cells, figures, numbers, page, sent, text_of, total

pytestmark = pytest.mark.django_db
LIST = "/enterprises/"


def rows(client, condition=""):
    return total(client, f"{LIST}?q={quote(condition)}")


def counts(result):
    """Rows read, created, updated, repeated, refused, as the command says."""
    return numbers(next(line for line in result.output.splitlines() if " rows: " in line))


@pytest.fixture
def ledger(danzao, tmp_path):
    path = tmp_path / "某某镇企业台账.xlsx"
    make_ledger(path, [village.name for village in villages_of(danzao.campaign)])
    return path


def test_428_industrial_and_638_commercial_out_of_a_messy_workbook(danzao, ledger, as_user):
    firms_there = INDUSTRIAL + COMMERCIAL
    read, created, updated, repeated, refused = counts(
        fugong("import", ledger, "--register", "enterprises", "--user", "chen")
    )
    assert (read, refused) == (firms_there + AGAIN, 0), "titles, subtotals and the sum are no rows"
    assert updated + repeated == AGAIN - TWICE_BY_SHORT_NAME, (
        "the same code, or the same name in the same village"
    )
    client = as_user(danzao.chen)
    assert rows(client) == created == firms_there + TWICE_BY_SHORT_NAME

    # What the code could not say, a person decides: short and full names of one firm stand side by side.
    merges = 0
    while pairs := re.findall(
        r'name="kept" value="(\d+)".*?name="absorbed" value="(\d+)"',
        page(client, "enterprises:duplicates"),
        re.S,
    ):
        sent(client, "enterprises:merge", kept=pairs[0][0], absorbed=pairs[0][1])
        merges += 1
    assert merges == TWICE_BY_SHORT_NAME
    assert rows(client) == firms_there
    assert rows(client, 'industry = "工业"') == INDUSTRIAL
    assert rows(client, 'industry = "商贸服务业"') == COMMERCIAL
    assert (
        sum(rows(client, f'area = "{village.name}"') for village in villages_of(danzao.campaign))
        == firms_there
    )
    assert (
        rows(client, "headcount >= 1") == rows(client, "resumption_planned_on = 2020-02-20") == firms_there
    ), "counts and days as people write them"

    shown = figures(client)
    assert (shown["screening"].n, shown["screening"].of) == (firms_there, firms_there)
    from_there = sum(1 for place in range(1, firms_there + 1) if place % 3 == 2)
    assert shown["from-affected-areas"].n == from_there == total(client, shown["from-affected-areas"].url_n)


def test_the_wizard_takes_the_same_workbook_and_shows_what_it_understood(
    danzao, ledger, as_user, django_capture_on_commit_callbacks
):
    client = as_user(danzao.chen)
    upload = SimpleUploadedFile(ledger.name, ledger.read_bytes())
    step = sent(client, "enterprises:import", file=upload)["Location"]
    columns = page(client, step)
    assert all(head in columns for head in ("职工总数", "湖北籍员工", "拟复工日期"))
    chosen = dict(
        re.findall(
            r'<select[^>]*name="(column-[^"]+)"[^>]*>(?:(?!</select>).)*?<option[^>]*value="([^"]*)" selected',
            columns,
            re.S,
        )
    )
    assert {
        "name",
        "credit_code",
        "village",
        "headcount",
        "staff_from_affected_areas",
        "resumption_planned_on",
    } <= set(chosen.values())
    sheet = re.search(r'name="sheet"[^>]*value="([^"]*)"', columns)
    pk = int(numbers(step)[-1])
    with django_capture_on_commit_callbacks(execute=True):
        sent(client, "enterprises:import-columns", pk, sheet=sheet.group(1) if sheet else "", **chosen)
    checked = text_of(page(client, step))
    assert f"{INDUSTRIAL + COMMERCIAL + AGAIN:,}" in checked
    assert rows(client) == 0, "nothing is written before a person says so"
    sent(client, "enterprises:import-start", pk)


def test_5600_screened_of_which_1060_have_staff_from_affected_areas(danzao, as_user):
    villages = villages_of(danzao.campaign)
    for place, village in enumerate(villages):
        count = 5600 // len(villages) + (place < 5600 % len(villages))
        there = 1060 // len(villages) + (place < 1060 % len(villages))
        firms(danzao, village, there, f"{village.name}有", staff_from_affected_areas=3)
        firms(danzao, village, count - there, f"{village.name}无", staff_from_affected_areas=0)
    client = as_user(danzao.chen)
    shown = figures(client)
    assert (shown["screening"].n, shown["screening"].of) == (5600, 5600)
    assert shown["from-affected-areas"].n == 1060 == total(client, shown["from-affected-areas"].url_n)
    parts = cells(page(client, "/insight/indicators/from-affected-areas/"))
    assert sum(numbers(row[2])[0] for row in parts) == 1060


def test_409_telephoned_and_40_visited(danzao, as_user):
    called = firms(danzao, danzao.willow, 409, "电话")
    seen = firms(danzao, danzao.pine, 40, "走访")
    visited([(row, danzao.li) for row in called], danzao.today, kind="phone")
    visited([(row, danzao.feng) for row in seen], danzao.today)
    client = as_user(danzao.chen)
    log = page(client, "visits:log")
    whole = cells(log.partition("</table>")[0])[-1]
    assert list(map(int, whole[1:5])) == [1, 40, 449, 409], "people out, person-visits, enterprises, by phone"
    assert figures(client)["visited-once"].n == 449


def test_an_unknown_village_is_returned_with_its_reason(danzao, tmp_path):
    path = tmp_path / "错.xlsx"
    make_ledger(path, ["没有这个村"])
    read, created, _updated, _repeated, refused = counts(
        fugong("import", path, "--register", "enterprises", "--user", "chen", ok=1)
    )
    assert (created, refused) == (0, read)
    content = path.with_name("错-faulty.xlsx").read_bytes()
    returned = load_workbook(BytesIO(content)).active
    told = [
        row for row in returned.iter_rows(values_only=True) if any("没有这个村" in str(cell) for cell in row)
    ]
    assert len(told) == read
