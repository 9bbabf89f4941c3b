"""C4: the consult meeting's paper: figures against yesterday, what is to be decided, and what becomes of decisions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from fugong.core.models import Event
from fugong.insight.models import Decision, Digest
from fugong.issues.models import Issue
from tests.acceptance.place import firms, set_day, visited
from tests.acceptance.reading import cells, page, send, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(danzao, as_user):
    made = firms(danzao, danzao.willow, 4, "柳", size="above-scale")
    visited([(row, danzao.li) for row in made[:1]], danzao.today - timedelta(days=1))
    visited([(row, danzao.li) for row in made[1:3]], danzao.today)
    sent(as_user(danzao.li), "issues:find", made[0].pk, title="酒精存放超量", severity="serious")
    issue = Issue.objects.system().get()
    sent(
        as_user(danzao.wang), "issues:assess", issue.pk, level="cross-department", severity="serious", note=""
    )
    return made


def test_the_paper_has_the_day_against_yesterday_and_what_is_to_be_decided(danzao, rows, as_user):
    chen = as_user(danzao.chen)
    address = sent(chen, "insight:digests")["Location"]
    shown = page(chen, address)
    by_name = {row[0]: row for row in cells(shown)}
    once = next(row for name, row in by_name.items() if name == "走访覆盖率" or "Visited" in name)
    assert once[1].startswith("3/4") and once[2] == "75.0%" and once[3] == "25.0%" and once[4] == "+50.0"
    assert "酒精存放超量" in shown.partition('id="issue-')[2]
    assert danzao.willow.name in shown
    assert Event.objects.filter(name="insight.digest.issued").count() == 1, "group robots hear of it"
    assert send(chen, "insight:digests").status_code == 409, "it stays as it was issued"
    Issue.objects.system().update(title="改了名")
    assert "酒精存放超量" in page(chen, address), "the figures and words are kept"
    paper = chen.get(f"{address}file/")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_a_decision_assigns_the_issue_and_the_next_paper_says_what_became_of_it(danzao, rows, as_user):
    zhou = as_user(danzao.zhou)
    address = sent(as_user(danzao.chen), "insight:digests")["Location"]
    digest, issue = Digest.objects.system().get(), Issue.objects.system().get()
    until = datetime.combine(danzao.today + timedelta(days=2), danzao.now.time()).strftime("%Y-%m-%dT%H:%M")
    decided = {
        "point": f"issue-{issue.pk}",
        "text": "消防牵头，两天内搬走",
        "department": "fire",
        "due_at": until,
        "decided_by": "周总主持会商",
    }
    assert send(as_user(danzao.chen), "insight:decide", digest.pk, **decided).status_code == 403
    assert send(zhou, "insight:decide", digest.pk, **decided | {"text": ""}).status_code == 422
    assert send(zhou, "insight:decide", digest.pk, **decided | {"point": "issue-0"}).status_code == 409
    sent(zhou, "insight:decide", digest.pk, **decided)
    issue.refresh_from_db()
    assert (issue.status, issue.department) == ("assigned", "fire")
    assert timezone.localtime(issue.due_at).strftime("%Y-%m-%dT%H:%M") == until
    assert "消防牵头，两天内搬走" in page(zhou, f"/issues/{issue.pk}/"), (
        "the issue's own steps say who decided what"
    )
    assert "周总主持会商" in page(zhou, address)
    set_day(danzao.campaign, danzao.today + timedelta(days=1))
    following = sent(as_user(danzao.chen), "insight:digests")["Location"]
    shown = page(zhou, following)
    assert "消防牵头，两天内搬走" in shown and "周总主持会商" in shown
    earlier = Digest.objects.system().latest("on").content["earlier"]
    assert [row["colour"] for row in earlier] == ["blue"], "not overdue yet"


def test_a_point_that_is_no_issue_takes_a_note_alone(danzao, rows, as_user):
    zhou = as_user(danzao.zhou)
    sent(as_user(danzao.chen), "enterprises:refresh_lists")
    sent(
        as_user(danzao.wang),
        "enterprises:list_by_hand",
        rows[3].pk,
        risk_list="weak-responsibility",
        reason="三次未到会",
    )
    sent(as_user(danzao.chen), "insight:digests")
    digest = Digest.objects.system().get()
    point = next(one for one in digest.content["points"] if one["key"] == "list-weak-responsibility")
    assert rows[3].name in point["text"]
    noted = {"point": point["key"], "text": "约谈负责人", "decided_by": "会商"}
    assert send(zhou, "insight:decide", digest.pk, **noted, department="fire").status_code == 409
    sent(zhou, "insight:decide", digest.pk, **noted)
    assert Decision.objects.system().get().issue is None


def test_the_clock_issues_it_in_the_evening_once(danzao, rows):
    content = danzao.campaign.release.content
    content["indicators"]["digest_at"] = "00:01"
    danzao.campaign.release.save()
    from fugong.insight.schedules import issue_digests

    assert issue_digests.call() == 1
    assert issue_digests.call() == 0
    made = Digest.objects.system().get()
    assert made.made_by is None and made.area == danzao.campaign.area
    content["indicators"]["digest_at"] = "23:59"
    danzao.campaign.release.save()
    Digest.objects.system().all().delete()
    assert issue_digests.call() == 0, "its hour has not come"
