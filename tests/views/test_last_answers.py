"""What the last visit offers to the next one: kept answers, and "last time: not met" beside the question."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from fugong.campaigns.reading import PackFileError
from fugong.issues import actions as issues
from fugong.issues.models import Issue
from fugong.visits import actions
from fugong.visits.checklists import convert, offered_again, remarks_of
from fugong.visits.models import Checklist, Visit
from fugong.visits.submissions import faults_of
from fugong.visits.xforms import prefilled
from tests.checklists import load_checklists, workbook

pytestmark = pytest.mark.django_db
HEADS = ["type", "name", "label::中文 (zh)", "article", "days", "prefill"]


@pytest.fixture
def checklist(town):
    row = load_checklists(town)["full"]
    row.kept = ["a01", "a02", "a03"]
    row.save()
    return row


def visited(town, checklist, key="", **answers):
    draft = actions.Draft(
        started_at=town.now - timedelta(days=1),
        ended_at=town.now - timedelta(days=1),
        answers=answers,
        faults=faults_of(checklist, answers),
    )
    return actions.record_visit(
        enterprise=town.large_firm, draft=draft, checklist=checklist, by=town.li, at=town.now
    )


def test_the_sheet_marks_which_answers_are_kept(tmp_path):
    rows = [["select_one met", "q1", "一", "1", 3, "last"], ["integer", "people", "人数", "", "", "last"]]
    form = convert(workbook(tmp_path / "small.xlsx", rows, HEADS))
    assert form["kept"] == ["q1", "people"] and form["articles"][0]["days"] == 3


@pytest.mark.parametrize(("kind", "word"), [("image", "last"), ("text", "always")])
def test_a_photo_and_an_unknown_word_are_refused_with_their_row(tmp_path, kind, word):
    with pytest.raises(PackFileError) as refusal:
        convert(workbook(tmp_path / "small.xlsx", [[kind, "q1", "一", "", "", word]], HEADS))
    assert (refusal.value.problem.line, refusal.value.problem.key) == (2, "prefill")


def test_the_group_of_the_app_is_no_name_for_a_question(tmp_path):
    rows = [["text", "fugong_visit", "一", "", "", ""]]
    with pytest.raises(PackFileError, match="fugong_visit"):
        convert(workbook(tmp_path / "small.xlsx", rows, HEADS))


def test_what_was_not_met_is_never_offered_as_the_answer(checklist):
    answers = {"a01": "no", "a02": "na", "a03": "yes", "a04": "yes"}
    assert offered_again(checklist, answers) == {"a02": "na", "a03": "yes"}
    assert list(remarks_of(checklist, answers)) == ["a01"]


def test_the_plain_form_offers_kept_answers_and_says_what_was_not_met(town, checklist, as_user):
    visited(town, checklist, a01="no", a02="na", a04="yes")
    shown = as_user(town.li).get(f"/visits/at/{town.large_firm.pk}/?plain=1").content.decode()
    chosen = re.findall(r'id="check_(\w+)-\w+" name="\w+" value="(\w+)" required checked', shown)
    assert chosen == [("a02", "na")]
    assert shown.count("（上次：不符合）") == 1


def test_the_form_engine_gets_them_as_defaults(town, checklist, as_user):
    visited(town, checklist, a01="no", a02="na")
    shown = as_user(town.li).get(f"/visits/at/{town.large_firm.pk}/").content.decode()
    engine = re.search(r'<script id="engine" type="application/json">(.*?)</script>', shown, re.S)[1]
    xform = json.loads(engine)["xform"]
    assert re.search(r"<a02>na</a02>", xform) and "<a01/>" in xform
    assert xform.count("（上次：不符合）") == 2, "in both languages of the form, in that of the page"


def test_without_a_visit_the_form_is_the_stored_one(checklist):
    assert prefilled(checklist.xform, {}, {}) is checklist.xform


def test_another_checklists_answers_are_not_offered(town, checklist, as_user):
    short = Checklist.objects.get(key="short")
    visited(town, short, a01="no")
    assert "（上次" not in as_user(town.li).get(f"/visits/at/{town.large_firm.pk}/?plain=1").content.decode()


def test_a_new_version_changes_no_old_visit(town, checklist, as_user):
    made = visited(town, checklist, a01="no")
    old = checklist.articles[0]["label"]["zh"]
    newer = [{**row, "label": {"zh": "新写法", "en": "new"}} for row in checklist.articles]
    Checklist.objects.create(
        campaign=town.campaign,
        key="full",
        version="2",
        digest="2",
        title="二版",
        xform=checklist.xform,
        articles=newer,
        loaded_at=town.now + timedelta(hours=1),
    )
    record = as_user(town.li).get(f"/visits/{made.pk}/").content.decode()
    assert old in record and "新写法" not in record
    plain = as_user(town.li).get(f"/visits/at/{town.large_firm.pk}/?plain=1").content.decode()
    assert "新写法" in plain and "（上次：不符合）" in plain, (
        "the last answer counts for the new version as well"
    )
    assert Visit.objects.system().get().checklist == checklist


def test_the_sheets_deadline_is_the_issues(town, checklist):
    checklist.articles[0]["days"] = 3
    visited(town, checklist, a01="no", a02="no")
    due = dict(Issue.objects.system().values_list("article", "due_at"))
    assert due["01"] == town.now + timedelta(days=3)
    assert due["02"] == town.now + timedelta(hours=24), "without days the clock of the level runs"


def test_the_deadline_stands_while_level_and_severity_do(town, checklist):
    checklist.articles[0]["days"] = 3
    visited(town, checklist, a01="no")
    issue = Issue.objects.system().get()
    common = {"by": town.wang, "at": town.now}
    issue = issues.assess(issue=issue, level=issue.level, severity=issue.severity, **common)
    assert issue.due_at == town.now + timedelta(days=3)
    issue = issues.assess(issue=issue, level="department", severity="serious", **common)
    assert issue.due_at == town.now + timedelta(hours=24)
