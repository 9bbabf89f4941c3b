"""C3: the problem, responsibility and rectification list of an enterprise as one sheet."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from fugong.issues.models import HandOver, Issue
from tests.acceptance.place import firms
from tests.acceptance.reading import page, sent

pytestmark = pytest.mark.django_db
TITLES = ("问题清单", "责任清单", "整改清单")


def lists_in(content):
    """The three lists of the workbook's one sheet, by title: their rows without the head."""
    book = load_workbook(BytesIO(content))
    assert len(book.sheetnames) == 1
    found, title = {}, ""
    for row in book.active.iter_rows(values_only=True):
        if row[0] in TITLES:
            title = row[0]
        elif title and str(row[0] or "").isdigit():
            found.setdefault(title, []).append(row)
    return found


def test_three_lists_on_one_sheet_say_what_who_and_how(danzao, as_user):
    firm, other = firms(danzao, danzao.willow, 2, "厂")
    li, wang, sun = as_user(danzao.li), as_user(danzao.wang), as_user(danzao.sun)
    for title in ("酒精超量", "口罩未戴"):
        sent(li, "issues:find", firm.pk, title=title, severity="serious")
    sent(li, "issues:find", other.pk, title="别家的问题", severity="minor")
    fixed = Issue.objects.system().get(title="酒精超量")
    sent(wang, "issues:assess", fixed.pk, severity="serious", level="department")
    sent(wang, "issues:assign", fixed.pk, department="health", note="")
    sent(sun, "issues:accept", HandOver.objects.system().get().pk)
    sent(sun, "issues:solve", fixed.pk, text="已移入专柜")
    sent(wang, "issues:verify", fixed.pk)

    address = f"/issues/of/{firm.pk}/sheet/"
    shown = page(wang, address)
    assert all(title in shown for title in TITLES) and "别家的问题" not in shown
    lists = lists_in(wang.get(address, {"form": "xlsx"}).content)
    assert set(lists) == set(TITLES)
    assert all([row[1] for row in rows] == ["酒精超量", "口罩未戴"] for rows in lists.values())
    responsible, rectified = lists["责任清单"][0], lists["整改清单"][0]
    assert responsible[4] == danzao.sun.name and responsible[3]
    assert rectified[2] == "已移入专柜"
    assert rectified[3].startswith(danzao.sun.name) and rectified[4].startswith(danzao.wang.name)
    assert not lists["整改清单"][1][2], "the other is not put right yet"


def test_a_stranger_gets_no_sheet(danzao, as_user):
    (firm,) = firms(danzao, danzao.willow, 1, "厂")
    assert as_user(danzao.zhao).get(f"/issues/of/{firm.pk}/sheet/").status_code == 404
