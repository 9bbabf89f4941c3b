"""F6: what was reported solved is looked at again: the visit is owed and planned by itself; what returns goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fugong.issues.models import Issue
from fugong.visits.models import LookBack, Plan, PlannedVisit
from tests.acceptance.place import after_a_round, firms, fugong, set_day, speaks_for
from tests.acceptance.reading import figures, page, sent
from tests.acceptance.visits import articles, visit, visit_made

pytestmark = pytest.mark.django_db


def planned_on(danzao, day):
    fugong("plan", "--on", day, "--seconds", "0.2", "--user", "zhou", "--accept")
    plan = Plan.objects.system().filter(on=day).order_by("-version").first()
    return plan, PlannedVisit.objects.system().filter(plan=plan)


def test_a_fix_is_looked_at_again_until_it_holds(danzao, as_user):
    (firm,) = firms(danzao, danzao.willow, 1, "小")
    speaks_for(danzao, firm)
    li, qian, zhou = as_user(danzao.li), as_user(danzao.qian), as_user(danzao.zhou)
    name = articles(danzao, "articles-9")[0]["name"]
    visit_made(li, danzao, firm, "articles-9", **{name: "no"})
    issue = Issue.objects.system().get()
    sent(qian, "issues:solve", issue.pk, text="已补查并登记")
    assert not LookBack.objects.system().exists()
    after_a_round()
    owed = LookBack.objects.system().get()
    assert (owed.issue, owed.done_at) == (issue, None)

    # A small firm is owed one visit alone, and has had it: only the look-back brings it into the plan.
    set_day(danzao.campaign, owed.due_on)
    plan, stops = planned_on(danzao, owed.due_on)
    assert stops.get().enterprise == firm
    assert "回头看" in page(zhou, f"/visits/plan/{plan.pk}/?tab=stops")
    assert firm.name in page(li, "visits:my_day")

    look = f"look-{issue.pk}"
    assert visit(li, danzao, firm, "articles-9", **{look: "not-fixed"}).status_code == 422, (
        "it must say what was seen"
    )
    visit_made(li, danzao, firm, "articles-9", **{look: "not-fixed", f"{look}-note": "台账仍有三人未查"})
    issue.refresh_from_db()
    assert (issue.status, issue.handler, issue.reopened) == ("assigned", danzao.qian, 1), (
        "back to who solved it"
    )
    assert "台账仍有三人未查" in page(qian, f"/issues/{issue.pk}/")
    assert issue.title in page(qian, "issues:mine")

    sent(qian, "issues:solve", issue.pk, text="三人已补查")
    after_a_round()
    second = LookBack.objects.system().get(done_at__isnull=True)
    set_day(danzao.campaign, second.due_on)
    assert planned_on(danzao, second.due_on)[1].get().enterprise == firm
    visit_made(li, danzao, firm, "articles-9", **{look: "fixed"})
    issue.refresh_from_db()
    assert (issue.status, issue.verified_by) == ("verified", danzao.li)
    assert figures(zhou)["verified-share"].share == 100
    assert planned_on(danzao, second.due_on + timedelta(days=1))[1].count() == 0, "nothing is owed any more"
