"""One test per refusal and one per effect of requests, asking back, merging and intake."""

from datetime import timedelta

import pytest

from fugong.access.models import Reveal
from fugong.core import limiting
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.issues import actions as issues
from fugong.issues import links, queries
from fugong.issues.models import ApiClient, AskBack, HandOver, IntakeLink, Issue, Requester
from fugong.issues.rules import Status

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ask(town, title="口罩不足", by="qian", at=None, firm="large_firm", **values):
    given = {"kind": "supplies", "answers": {"item": "masks", "quantity": 200}, **values}
    return issues.find(
        campaign=town.campaign,
        enterprise=town.firms[firm],
        area=town.willow,
        found=issues.Found(title=title, **given),
        by=town.people[by] if by else None,
        at=at or town.now,
    )


@pytest.fixture
def asked(town):
    return ask(town)


def served(town, issue, at=None):
    at = at or town.now + HOUR
    issues.accept(hand_over=issue.hand_overs.get(answer="waiting"), by=town.sun, at=at)
    issues.solve(issue=issue, solution="已送达", by=town.sun, at=at)
    return issues.verify(issue=issue, by=town.wang, at=at)


# Filing


def test_a_request_goes_to_its_kinds_department_at_once_with_the_kinds_clock(town, asked):
    assert (asked.status, asked.department, asked.handler) == (Status.ASSIGNED, "health", None)
    assert asked.due_at == town.now + 36 * HOUR
    offer = HandOver.objects.system().get()
    assert (offer.answer, offer.to_department, offer.offered_by) == ("waiting", "health", None)
    assert [step.due_at for step in asked.steps.all()] == [asked.due_at] * 2


def test_a_kind_with_one_clock_for_all_has_it(town):
    issue = ask(town, kind="medicine", answers={"urgent": True}, severity="serious")
    assert issue.due_at == town.now + 10 * HOUR


def test_a_problem_keeps_the_levels_clock_and_waits_for_assessment(town):
    issue = ask(town, kind="problem", answers={})
    assert (issue.status, issue.department, issue.secret) == (Status.FOUND, "", "")
    assert issue.due_at == town.now + 24 * HOUR


def test_the_kinds_clock_holds_after_assessing_and_reopening_too(town, asked):
    served(town, asked)
    later = town.now + 2 * DAY
    assert issues.reopen(issue=asked, reason="不够", by=town.wang, at=later).due_at == later + 36 * HOUR


def test_a_missing_field_of_the_kind_is_refused(town):
    with pytest.raises(Refused, match="物资"):
        ask(town, answers={"quantity": 5})


def test_a_need_heard_by_telephone_is_filed_without_the_kinds_fields(town):
    assert ask(town, answers={}).answers == {}


def test_a_choice_that_the_pack_does_not_have_is_refused(town):
    with pytest.raises(Refused, match="boots"):
        ask(town, answers={"item": "boots"})


def test_a_department_that_refuses_sends_it_to_the_grid_lead(town, asked):
    issue = issues.refuse(
        hand_over=HandOver.objects.system().get(), reason="不归我管", by=town.sun, at=town.now
    )
    assert (issue.status, issue.department) == (Status.ASSESSED, "")


def test_of_somebody_without_an_account_the_telephone_is_sealed(town):
    issue = ask(
        town,
        kind="medicine",
        answers={"urgent": True},
        by=None,
        requester={"name": "甲", "phone": "10000009999"},
    )
    raw = Requester.rows.filter(issue=issue).values_list("phone", flat=True).get()
    assert issue.found_by is None
    assert "10000009999" not in str(raw) and raw.clear() == "10000009999"
    assert "10000009999" not in str(list(Event.objects.values_list("changes", flat=True)))


# Links


def test_a_link_opens_its_request_and_no_other(town, asked):
    other = ask(town, title="手套")
    token = links.token_of(asked)
    assert links.issue_of(token, town.now) == asked
    assert links.token_of(other) != token
    mixed = links.token_of(other).partition(":")[0] + ":" + token.partition(":")[2]
    assert links.issue_of(mixed, town.now) is None, "one request's signature is no other's"
    assert links.issue_of("made-up", town.now) is None


def test_a_renewed_link_kills_the_old_one(town, asked):
    old = links.token_of(asked)
    issues.renew_link(issue=asked, by=town.wang, at=town.now)
    asked.refresh_from_db()
    assert links.issue_of(old, town.now) is None
    assert links.issue_of(links.token_of(asked), town.now) == asked


def test_a_link_ends_with_the_days_for_which_the_campaign_keeps_personal_data(town, asked):
    town.campaign.ends_on, town.campaign.frozen_on = town.today, None
    town.campaign.save()
    assert links.issue_of(links.token_of(asked), town.now) == asked
    assert links.issue_of(links.token_of(asked), town.now + 2 * DAY) is None


# Asking back


def asked_back(town, issue):
    served(town, issue)
    later = issue.solved_at if issue.solved_at else town.now + HOUR
    assert issues.ask_requesters(campaign=town.campaign, at=later + 3 * DAY) == 1
    return AskBack.objects.system().get(issue=issue)


def test_a_requester_is_asked_once_after_the_packs_days(town, asked):
    served(town, asked)
    almost, due = town.now + HOUR + 3 * DAY - HOUR, town.now + HOUR + 3 * DAY
    assert issues.ask_requesters(campaign=town.campaign, at=almost) == 0
    assert issues.ask_requesters(campaign=town.campaign, at=due) == 1
    assert issues.ask_requesters(campaign=town.campaign, at=due + DAY) == 0
    assert queries.asked_back(Issue.objects.system().all()) == queries.Asked(1, 0, 0)


def test_nobody_is_asked_about_what_is_not_solved(town, asked):
    assert issues.ask_requesters(campaign=town.campaign, at=town.now + 30 * DAY) == 0


def test_a_yes_ends_the_question_with_its_day(town, asked):
    question = asked_back(town, asked)
    issue = issues.reply(ask_back=question, is_solved=True, by=town.qian, at=town.now + 4 * DAY)
    question.refresh_from_db()
    assert (issue.status, question.reply, question.replied_at) == (Status.VERIFIED, "yes", town.now + 4 * DAY)


def test_a_no_reopens_it_for_whoever_solved_it_and_the_groups_hear_of_it(town, asked):
    question = asked_back(town, asked)
    later = town.now + 20 * DAY
    issue = issues.reply(ask_back=question, is_solved=False, note="只到一半", by=None, at=later)
    assert (issue.status, issue.handler, issue.reopened) == (Status.ASSIGNED, town.sun, 1)
    assert issue in queries.waiting_for(town.sun, Issue.objects.system().all())
    names = Event.objects.filter(target_id=issue.pk).order_by("pk").values_list("name", flat=True)
    assert list(names)[-2:] == ["issues.issue.denied", "issues.issue.reopened"]
    assert "只到一半" in issue.steps.order_by("-pk").first().note


def test_a_second_answer_is_refused(town, asked):
    question = asked_back(town, asked)
    issues.reply(ask_back=question, is_solved=True, by=None, at=town.now + 4 * DAY)
    with pytest.raises(Refused):
        issues.reply(ask_back=question, is_solved=False, by=None, at=town.now + 5 * DAY)


def test_after_a_new_solution_the_question_is_asked_again(town, asked):
    question = asked_back(town, asked)
    issues.reply(ask_back=question, is_solved=False, by=None, at=town.now + 4 * DAY)
    again = town.now + 5 * DAY
    issues.solve(issue=asked, solution="补足", by=town.sun, at=again)
    assert issues.ask_requesters(campaign=town.campaign, at=again + 3 * DAY) == 1


def test_a_question_falls_away_when_the_issue_is_reopened_before_the_answer(town, asked):
    question = asked_back(town, asked)
    issues.reopen(issue=asked, reason="回访不合格", by=town.wang, at=town.now + 4 * DAY)
    question.refresh_from_db()
    assert question.reply == "overtaken"


# Merging


def test_a_merge_keeps_one_and_the_other_counts_nowhere(town, asked):
    other = ask(town, title="口罩不足200只", at=town.now - HOUR)
    issues.merge(kept=asked, absorbed=other, by=town.wang, at=town.now)
    other.refresh_from_db()
    asked.refresh_from_db()
    assert (other.status, other.merged_into) == (Status.MERGED, asked)
    assert asked.due_at == town.now + 35 * HOUR, "whoever asked first is not served later for it"
    assert queries.counts(Issue.objects.system().of(town.campaign), town.now).total == 1
    assert [offer.answer for offer in other.hand_overs.all()] == ["withdrawn"]
    assert links.issue_of(links.token_of(other), town.now).merged_into == asked


def test_undoing_a_merge_puts_both_back(town, asked):
    other = ask(town, title="口罩不足200只", at=town.now - HOUR)
    merge = issues.merge(kept=asked, absorbed=other, by=town.wang, at=town.now)
    issues.undo_merge(merge=merge, by=town.wang, at=town.now + HOUR)
    other.refresh_from_db()
    asked.refresh_from_db()
    assert (other.status, other.merged_into, asked.due_at) == ("assigned", None, town.now + 36 * HOUR)
    assert [offer.answer for offer in other.hand_overs.all()] == ["waiting"]
    with pytest.raises(Refused):
        issues.undo_merge(merge=merge, by=town.wang, at=town.now + HOUR)


def test_what_was_merged_before_follows_and_comes_back(town, asked):
    second, third = ask(town, title="二"), ask(town, title="三")
    issues.merge(kept=second, absorbed=third, by=town.wang, at=town.now)
    merge = issues.merge(kept=asked, absorbed=second, by=town.wang, at=town.now)
    third.refresh_from_db()
    assert third.merged_into == asked
    issues.undo_merge(merge=merge, by=town.wang, at=town.now)
    third.refresh_from_db()
    assert third.merged_into == second


def test_an_issue_is_not_merged_with_itself_nor_with_a_closed_one(town, asked):
    with pytest.raises(Refused):
        issues.merge(kept=asked, absorbed=asked, by=town.wang, at=town.now)
    closed = served(town, ask(town, title="旧"))
    with pytest.raises(Refused):
        issues.merge(kept=asked, absorbed=closed, by=town.wang, at=town.now)


def test_nothing_is_done_about_a_merged_issue_itself(town, asked):
    other = ask(town, title="又")
    issues.merge(kept=asked, absorbed=other, by=town.wang, at=town.now)
    other.refresh_from_db()
    for act in (
        lambda: issues.solve(issue=other, solution="好了", by=town.sun, at=town.now),
        lambda: issues.reopen(issue=other, reason="没好", by=town.wang, at=town.now),
        lambda: issues.renew_link(issue=other, by=town.wang, at=town.now),
        lambda: issues.assign(issue=other, department="fire", by=town.wang, at=town.now),
    ):
        with pytest.raises(Refused):
            act()


# Intake


def test_a_place_has_one_link_and_a_withdrawn_one_opens_nothing(town):
    common = {
        "campaign": town.campaign,
        "area": town.willow,
        "enterprise": None,
        "by": town.wang,
        "at": town.now,
    }
    link = issues.make_link(**common)
    assert issues.make_link(**common) == link
    assert queries.open_link(link.key) == link
    issues.withdraw_link(link=link, by=town.wang, at=town.now)
    assert queries.open_link(link.key) is None
    assert issues.make_link(**common).key != link.key
    assert IntakeLink.objects.system().count() == 2


def test_of_a_programs_key_only_the_digest_is_kept(town):
    client, key = issues.add_client(campaign=town.campaign, name="热线", by=town.shen, at=town.now)
    assert key not in str(ApiClient.objects.values().get())
    with pytest.raises(Refused):
        issues.add_client(campaign=town.campaign, name="热线", by=town.shen, at=town.now)
    assert issues.end_client(client=client, by=town.shen, at=town.now).ended_at == town.now


def test_uses_are_counted_by_window(town):
    common = {"who": "a", "what": "page POST", "most": 2, "every": HOUR}
    assert [limiting.take(**common, at=town.now) for _n in range(3)] == [True, True, False]
    assert limiting.take(**(common | {"who": "b"}), at=town.now)
    assert limiting.take(**common, at=town.now + HOUR)
    assert limiting.forget(before=town.now) == 2


def test_a_telephone_is_opened_with_a_reason_that_is_written_down(town):
    issue = ask(town, kind="medicine", answers={"urgent": True}, by=None, requester={"phone": "10000009999"})
    requester = Requester.objects.system().get(issue=issue)
    with pytest.raises(Refused):
        issues.reveal_requester(requester=requester, reason="", by=town.sun, at=town.now)
    clear = issues.reveal_requester(requester=requester, reason="回电核实数量", by=town.sun, at=town.now)
    assert clear["phone"] == "10000009999"
    assert Reveal.objects.get().reason == "回电核实数量"
