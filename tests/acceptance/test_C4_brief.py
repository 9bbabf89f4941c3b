"""C4: the daily meeting's brief is a document made from the data: the day's figures and the open issues."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document

from fugong.insight.models import Brief
from fugong.issues.models import Issue
from tests.acceptance.place import PACKS, firms, reported, resumed, set_day, visited
from tests.acceptance.reading import figures, page, send, sent

pytestmark = pytest.mark.django_db
KEYS = tomllib.loads((PACKS / "danzao" / "indicators.toml").read_text())["brief"]


@pytest.fixture
def rows(danzao):
    made = firms(
        danzao, danzao.willow, 30, "柳", size="above-scale", staff_from_affected_areas=0, is_key=True
    )
    made += firms(danzao, danzao.pine, 20, "松", staff_from_affected_areas=1)
    resumed(made[:33])
    reported([(row, 40, 31, 75) for row in made[:30]], danzao.today)
    visited([(row, danzao.li) for row in made[:12]], danzao.today)
    return made


def text_in(answer):
    """All paragraphs and cells of a Word document, one line each."""
    document = Document(BytesIO(b"".join(answer.streaming_content)))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [
        " | ".join(cell.text.strip() for cell in row.cells) for table in document.tables for row in table.rows
    ]
    return "\n".join(lines)


def test_the_document_has_the_digests_figures_and_the_overdue_issues(danzao, rows, as_user):
    clerk = as_user(danzao.chen)
    sent(as_user(danzao.li), "issues:find", rows[0].pk, title="酒精存放超量", severity="serious")
    issue = Issue.objects.system().get()
    late = issue.due_at.astimezone().date() + timedelta(days=1)
    set_day(danzao.campaign, late)
    reported([(row, 40, 36, 80) for row in rows[:30]], late)
    address = sent(clerk, "insight:issue_brief", on=late.isoformat())["Location"]
    brief = Brief.objects.system().get()
    said = text_in(clerk.get(f"{address}file/"))
    shown = figures(clerk)
    for key in KEYS:
        one = shown[key]
        number = f"{one.n:,}" if one.of is None else f"{one.n:,}/{one.of:,}"
        assert number in said, f"{key} is {number} on the page"
    assert f"{30 * 36:,}/{30 * 40:,}" in said
    assert "酒精存放超量" in said and rows[0].name in said
    assert danzao.willow.name in said and danzao.pine.name in said
    assert brief.anchor and brief.anchor[:12] in said
    assert danzao.town.name in said


def test_a_brief_is_recounted_and_says_what_was_reported_late(danzao, rows, as_user):
    clerk = as_user(danzao.chen)
    address = sent(clerk, "insight:issue_brief", on=danzao.today.isoformat())["Location"]
    assert "fg-green" in page(clerk, address, recount=1)
    before, after = 30 * 31, 30 * 31 + 40
    reported([(rows[30], 40, 40, 80)], danzao.today)
    differs = page(clerk, address, recount=1)
    assert "fg-amber" in differs
    assert f"{before:,}/{30 * 40:,}" in differs and f"{after:,}/{31 * 40:,}" in differs


def test_who_may_not_issue_one(danzao, as_user):
    assert send(as_user(danzao.li), "insight:issue_brief", on=danzao.today.isoformat()).status_code == 403
    tomorrow = (danzao.today + timedelta(days=1)).isoformat()
    assert send(as_user(danzao.chen), "insight:issue_brief", on=tomorrow).status_code in (409, 422)
