"""F6, E5: whoever is found with the same fault again, or whose issues come back, enters the risk list by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fugong.enterprises.models import Enterprise, Listing
from fugong.issues.models import Issue
from fugong.visits.models import Finding, LookBack
from fugong.visits.plans.due import standing
from tests.acceptance.place import after_a_round, firms, visited
from tests.acceptance.reading import numbers, page, text_of, total

pytestmark = pytest.mark.django_db
LIST = "many-earlier-problems"


def found(rows, day, town, articles):
    made = visited([(row, town.li) for row in rows], day)
    Finding.objects.bulk_create(
        [Finding(visit=visit, article=one, label=f"条款{one}") for visit in made for one in articles]
    )
    return made


def every_days(town, firm):
    return standing(town.campaign, town.today, town.now + timedelta(days=1))[firm.pk].cadence.every_days


def test_the_same_fault_found_again_lists_the_firm_and_its_cadence_rises(danzao, as_user):
    again, once, long_ago = firms(danzao, danzao.willow, 3, "柳")
    found([again, once], danzao.today - timedelta(days=5), danzao, ["03", "07"])
    found([long_ago], danzao.today - timedelta(days=40), danzao, ["03", "07"])
    assert every_days(danzao, again) is None, "a small firm is owed one visit"
    found([again, long_ago], danzao.today, danzao, ["03", "07"])
    found([once], danzao.today, danzao, ["11"])
    client = as_user(danzao.zhou)
    assert total(client, "/enterprises/?q=repeat_findings = 2") == 1
    after_a_round()
    listed = Listing.objects.system().filter(left_at__isnull=True, risk_list=LIST)
    assert [row.enterprise for row in listed] == [again]
    assert "2" in listed[0].reason, "the reason has the row's own value"
    assert every_days(danzao, again) in (1, 2)
    assert every_days(danzao, once) is None


def test_issues_that_came_back_list_the_firm(danzao):
    firm, sound = firms(danzao, danzao.willow, 2, "柳")
    for row, times in ((firm, 2), (sound, 1)):
        Issue.objects.create(
            campaign=danzao.campaign,
            area=row.area,
            enterprise=row,
            title="台账不全",
            found_at=danzao.now,
            reopened=times,
        )
    after_a_round()
    assert list(Listing.objects.system().filter(risk_list=LIST).values_list("enterprise", flat=True)) == [
        firm.pk
    ]


def test_the_page_of_look_backs_counts_due_overdue_and_fixed_by_officer_and_area(danzao, as_user):
    rows = firms(danzao, danzao.willow, 5, "柳")
    made = visited([(row, danzao.li) for row in rows[:3]], danzao.today)
    for place, row in enumerate(rows):
        issue = Issue.objects.create(
            campaign=danzao.campaign,
            area=row.area,
            enterprise=row,
            title=f"问题{place}",
            found_at=danzao.now,
            status="verified" if place < 2 else "assigned" if place == 2 else "solved",
            solved_at=danzao.now if place != 2 else None,
            solved_by=danzao.qian if place != 2 else None,
            reopened=1 if place == 2 else 0,
        )
        done = {"visit": made[place], "done_at": danzao.now, "is_fixed": place < 2} if place < 3 else {}
        due = danzao.today - timedelta(days=1 if place == 3 else 0)
        LookBack.objects.create(issue=issue, enterprise=row, due_on=due, **done)
    shown = page(as_user(danzao.zhou), "visits:look_backs")
    figures = numbers(text_of(shown.partition('class="fg-figures"')[2].partition('class="card"')[0]))
    assert "问题3" in shown and "问题4" in shown and "问题2" not in shown
    assert 2 in figures and 3 in figures, "two of the three looked at were fixed"
    done = page(as_user(danzao.zhou), "visits:look_backs", tab="done")
    assert "问题2" in done and "问题4" not in done
    assert danzao.li.name in done and danzao.willow.name in done
    assert Enterprise.objects.system().count() == 5
    assert "问题3" not in page(as_user(danzao.feng), "visits:look_backs"), "the next village"
