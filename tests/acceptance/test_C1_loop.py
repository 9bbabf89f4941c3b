"""C1: every finding ends verified, on one of four levels; the clock escalates; nobody closes their own fix."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from itertools import pairwise

import pytest

from fugong.access.models import Posting
from fugong.issues.models import HandOver, Issue
from tests.acceptance.place import PACKS, after_a_round, firms, set_day
from tests.acceptance.reading import figures, page, send, sent, text_of, total
from tests.town import FIRST_DAY

pytestmark = pytest.mark.django_db
LEVELS = tomllib.loads((PACKS / "danzao" / "issues.toml").read_text())["level"]


@pytest.fixture
def firm(danzao):
    return firms(danzao, danzao.willow, 1, "五金")[0]


def found(danzao, firm, as_user, title, severity="minor"):
    sent(as_user(danzao.li), "issues:find", firm.pk, title=title, severity=severity)
    return Issue.objects.system().get(title=title)


def walk(danzao, as_user, issue, level):
    """Assessed, handed over, accepted, solved by Sun's department, verified by Wang."""
    wang, sun = as_user(danzao.wang), as_user(danzao.sun)
    sent(wang, "issues:assess", issue.pk, severity="minor", level=level)
    sent(wang, "issues:assign", issue.pk, department="health", note="请办理")
    sent(sun, "issues:accept", HandOver.objects.system().get(issue=issue, answer="waiting").pk)
    sent(sun, "issues:solve", issue.pk, text="已整改")
    sent(wang, "issues:verify", issue.pk)


def test_a_finding_of_each_of_the_four_levels_ends_verified(danzao, firm, as_user):
    assert len(LEVELS) == 4
    zhou = as_user(danzao.zhou)
    issues = [found(danzao, firm, as_user, f"问题{level['key']}") for level in LEVELS]
    assert figures(zhou)["open-issues"].n == 4 == total(zhou, figures(zhou)["open-issues"].url_n)
    for issue, level in zip(issues, LEVELS, strict=True):
        walk(danzao, as_user, issue, level["key"])
        way = text_of(page(zhou, f"/issues/{issue.pk}/"))
        assert level["name"]["zh"] in way
        assert all(person in way for person in (danzao.li.name, danzao.wang.name, danzao.sun.name))
    shown = figures(zhou)
    assert shown["open-issues"].n == 0
    assert (shown["verified-share"].n, shown["verified-share"].of) == (4, 4)


def test_the_clock_raises_what_nobody_solves_through_all_levels(danzao, firm, as_user):
    """Each level has its hours; when they are over the issue rises by itself, at the top it stays overdue."""
    issue = found(danzao, firm, as_user, "无人办理")
    assert issue.level == LEVELS[0]["key"]
    hours = [level["hours"]["minor"][0]["value"] for level in LEVELS]
    assert issue.due_at - issue.found_at == timedelta(hours=hours[0])
    day = danzao.today
    for below, level in pairwise(LEVELS):
        after_a_round()
        issue.refresh_from_db()
        assert issue.level == below["key"], "its time is not over yet"
        day = issue.due_at.astimezone().date() + timedelta(days=1)
        set_day(danzao.campaign, day)
        after_a_round()
        issue.refresh_from_db()
        assert issue.level == level["key"]
    set_day(danzao.campaign, issue.due_at.date() + timedelta(days=2))
    late = figures(as_user(danzao.zhou))["overdue-issues"]
    assert late.n == 1 == total(as_user(danzao.zhou), late.url_n)
    assert issue.title in page(as_user(danzao.zhou), "desk:board"), "on the commander's board"


def test_whoever_solved_it_cannot_close_it_even_with_the_right_to_verify(danzao, firm, as_user):
    """Wang leads the grid, and works as service officer too: one may solve, the other verify, not the same person."""
    issue = found(danzao, firm, as_user, "消毒记录缺失")
    Posting.objects.create(user=danzao.wang, role="service_officer", area=danzao.willow, from_on=FIRST_DAY)
    wang = as_user(danzao.wang)
    sent(wang, "issues:solve", issue.pk, text="已补记录")
    refused = send(wang, "issues:verify", issue.pk)
    assert refused.status_code == 409
    issue.refresh_from_db()
    assert issue.status == "solved"
    sent(as_user(danzao.li), "issues:verify", issue.pk)
    issue.refresh_from_db()
    assert (issue.status, issue.verified_by) == ("verified", danzao.li)


def test_a_department_refuses_with_a_reason_and_it_waits_for_assignment_again(danzao, firm, as_user):
    issue = found(danzao, firm, as_user, "通道堵塞")
    sent(as_user(danzao.wang), "issues:assign", issue.pk, department="health", note="")
    offer = HandOver.objects.system().get()
    sun = as_user(danzao.sun)
    assert send(sun, "issues:refuse", offer.pk, text="").status_code == 409
    sent(sun, "issues:refuse", offer.pk, text="属消防职责")
    issue.refresh_from_db()
    assert (issue.status, issue.handler) == ("assessed", None)
    assert "属消防职责" in page(as_user(danzao.wang), f"/issues/{issue.pk}/")
    assert issue.title in page(as_user(danzao.wang), "issues:mine")
