"""Letters, links, cards and the procedure: one test per refusal and one per effect."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from fugong.core.exports.writers import path_of
from fugong.core.models import Event, Export
from fugong.core.refusals import Refused
from fugong.teams.models import Charge
from fugong.visits import actions as visits
from fugong.visits.artefacts.cards import cards_of
from fugong.visits.artefacts.letters import compose, unanswered
from fugong.visits.artefacts.links import link_of, token_of
from fugong.visits.models import CardRun, Letter, Link, PublicNumber, Visit
from fugong.visits.rules import Tick
from tests.town import FIRST_DAY

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEVER = visits.Fault("10", "未测体温", "监测", "serious", "department", note="夜班未测")
AIR = visits.Fault("20", "未通风", "日常")
OTHER = visits.Fault("99", "其他", "其他")
STEP = {
    "key": "met",
    "text": {"zh": "见到负责人", "en": "Met the person in charge"},
    "when": "during",
    "required": True,
    "evidence": "person",
    "way": "visit",
    "condition": "",
}
CALL = STEP | {"key": "call", "text": {"zh": "核实身份", "en": "Made sure who it is"}, "way": "phone"}


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


def visit(town, *faults, at=None, firm=None, **values):
    at = at or town.now
    draft = visits.Draft(started_at=at - HOUR, ended_at=at, faults=faults, **values)
    return visits.record_visit(enterprise=firm or town.large_firm, draft=draft, by=town.li, at=at)


def letter(town, *faults, at=None, **values):
    made = visit(town, *(faults or (FEVER,)), at=at, **values)
    return visits.issue_letter(visit=made, advice=compose(made), by=town.li, at=at or town.now)


def with_procedure(town, *steps):
    town.campaign.release.content["visits"]["procedure"] = list(steps)
    town.campaign.release.save()
    town.large_firm.campaign = town.campaign


# The procedure


def test_a_visit_without_the_required_steps_is_refused_by_their_names(town):
    with_procedure(town, STEP, STEP | {"key": "read", "text": {"zh": "看过档案", "en": "Read"}})
    with pytest.raises(Refused, match=r"见到负责人.*看过档案"):
        visit(town)
    assert not Visit.objects.system().exists()


def test_the_visit_keeps_its_steps_as_they_stood(town):
    with_procedure(town, STEP, STEP | {"key": "sign", "required": False, "evidence": "signature"})
    made = visit(town, steps={"met": Tick(town.now, "钱厂长")})
    town.campaign.release.content["visits"]["procedure"] = []
    town.campaign.release.save()
    made.refresh_from_db()
    met, sign = made.procedure["steps"]
    assert (met["key"], met["name"], met["ticked_at"]) == ("met", "钱厂长", town.now.isoformat())
    assert "ticked_at" not in sign
    assert made.procedure["version"] == "1"


def test_a_call_has_its_own_steps(town):
    with_procedure(town, STEP, CALL)
    with pytest.raises(Refused, match="核实身份"):
        visit(town, kind="phone", steps={"met": Tick(town.now, "钱厂长")})
    made = visit(town, kind="phone", steps={"call": Tick(town.now, "钱厂长")})
    assert [step["key"] for step in made.procedure["steps"]] == ["call"]


def test_a_step_binds_only_where_its_condition_is_met(town):
    with_procedure(town, STEP | {"condition": "headcount < 50"})
    assert visit(town).procedure == {}


def test_answers_of_a_form_tick_steps_too(town):
    with_procedure(town, STEP)
    assert visit(town, answers={"step_met": "钱厂长"}).procedure["steps"][0]["name"] == "钱厂长"
    with pytest.raises(Refused):
        visit(town, answers={"step_met": "no"}, at=town.now + HOUR)


# Letters


def test_a_letter_cites_the_articles_with_what_to_do_and_the_deadline(town):
    made = letter(town, AIR, FEVER)
    first, second = made.content["points"]
    assert (first["article"], first["seen"], first["is_serious"]) == ("10", "夜班未测", True)
    assert "两次" in first["advice"] and "测体温" in first["manual"], "the manual's section about the article"
    assert first["due"] == "2020年2月20日 09:30"
    assert second["article"] == "20"
    assert made.content["to"] == town.large_firm.name and made.content["officer"] == town.li.name
    assert str(made) == "东指意〔2020〕1号"


def test_the_checklist_says_what_to_do_before_the_manual(town):
    from tests.checklists import load_checklists

    checklist = load_checklists(town)["full"]
    draft = visits.Draft(started_at=town.now - HOUR, ended_at=town.now, faults=[FEVER])
    made = visits.record_visit(
        enterprise=town.large_firm, draft=draft, by=town.li, at=town.now, checklist=checklist
    )
    said = next(row["advice"]["zh"] for row in checklist.articles if row["article"] == "10")
    assert compose(made)[0].advice == said


def test_an_article_that_nobody_explains_must_be_explained_by_the_officer(town):
    made = visit(town, OTHER)
    advice = compose(made)
    with pytest.raises(Refused, match="如何整改"):
        visits.issue_letter(visit=made, advice=advice, by=town.li, at=town.now)
    told = [replace(advice[0], advice="请清理")]
    assert visits.issue_letter(visit=made, advice=told, by=town.li, at=town.now).number == 1


def test_numbers_follow_without_a_gap_also_after_a_refusal(town):
    assert letter(town).number == 1
    clean = visit(town, at=town.now + HOUR)
    with pytest.raises(Refused, match="未发现问题"):
        visits.issue_letter(visit=clean, advice=[], by=town.li, at=town.now + HOUR)
    assert letter(town, AIR, at=town.now + 2 * HOUR).number == 2


def test_whoever_did_not_make_the_visit_signs_no_letter(town):
    made = visit(town, FEVER)
    with pytest.raises(Refused, match="签发"):
        visits.issue_letter(visit=made, advice=compose(made), by=town.feng, at=town.now)


def test_a_letter_issued_anew_names_the_old_one_whose_link_closes(town):
    old = letter(town)
    content = dict(old.content)
    new = visits.issue_letter(visit=old.visit, advice=compose(old.visit), by=town.li, at=town.now + HOUR)
    old.refresh_from_db()
    assert (new.number, new.replaces, new.content["replaces"]) == (2, old, str(old))
    assert (old.status, old.content) == ("replaced", content)
    assert Link.objects.system().get(letter=old).revoked_at == town.now + HOUR
    with pytest.raises(Refused, match="替代"):
        visits.acknowledge_letter(letter=old, name="钱", by=town.qian, at=town.now + HOUR)


def test_a_letter_stays_as_it_was_issued(town):
    made = letter(town)
    content = dict(made.content)
    made.visit.findings.get().issue.__class__.objects.system().update(title="改了", due_at=town.now + 9 * DAY)
    town.campaign.release.content["visits"]["letter"]["office"] = {"zh": "别处", "en": "elsewhere"}
    town.campaign.release.save()
    assert Letter.objects.system().get().content == content


def test_a_receipt_is_kept_with_name_and_moment_and_only_once(town):
    made = letter(town)
    got = visits.acknowledge_letter(letter=made, name="钱厂长", by=None, at=town.now + HOUR)
    assert (got.status, got.acknowledged_as, got.acknowledged_at) == (
        "acknowledged",
        "钱厂长",
        town.now + HOUR,
    )
    assert Event.objects.filter(name="visits.letter.acknowledged").count() == 1
    with pytest.raises(Refused, match="已签收"):
        visits.acknowledge_letter(letter=made, name="别人", by=None, at=town.now + 2 * HOUR)


def test_letters_nobody_acknowledged_in_time(town):
    late, soon = letter(town), letter(town, AIR, at=town.now + 2 * DAY)
    rows = Letter.objects.system()
    assert list(unanswered(rows, town.campaign, town.now + 3 * DAY)) == [late]
    visits.acknowledge_letter(letter=late, name="钱", by=None, at=town.now + 3 * DAY)
    assert list(unanswered(rows, town.campaign, town.now + 5 * DAY)) == [soon]


# Links and cards


def opened(town, *firms, at=None):
    return visits.open_card_links(
        campaign=town.campaign, enterprises=firms or [town.large_firm], by=town.chen, at=at or town.now
    )


def test_a_cards_link_is_opened_once_and_made_anew_after_its_time(town):
    first = opened(town)[town.large_firm.pk]
    assert opened(town, at=town.now + DAY)[town.large_firm.pk] == first
    later = opened(town, at=town.now + 31 * DAY)[town.large_firm.pk]
    assert later != first
    assert Link.objects.system().get(pk=first.pk).revoked_at is not None


def test_no_address_opens_that_this_installation_did_not_sign(town, settings):
    link = opened(town)[town.large_firm.pk]
    token = token_of(link)
    assert link_of(token) == link
    number, _dot, signed = token.partition(".")
    for forged in (
        number,
        f"{number}.",
        f"{int(number) + 1}.{signed}",
        f"{number}.{signed[::-1]}",
        "x.y",
        "",
    ):
        assert link_of(forged) is None
    settings.SECRET_KEY = "another installation"
    assert link_of(token) is None


def test_a_link_is_withdrawn_once(town):
    link = opened(town)[town.large_firm.pk]
    visits.revoke_link(link=link, by=town.li, at=town.now)
    with pytest.raises(Refused, match="撤回"):
        visits.revoke_link(link=link, by=town.li, at=town.now)


def test_a_card_names_its_people_and_the_lines_that_are_for_it(town):
    for kind, officer in (("instructor", town.li), ("liaison", town.he)):
        Charge.objects.create(enterprise=town.large_firm, officer=officer, kind=kind, from_on=FIRST_DAY)
    found = cards_of(town.campaign, [town.large_firm, town.crowded_firm], town.now)
    large, crowded = found[town.large_firm.pk], found[town.crowded_firm.pk]
    assert [one.name for one in large.helpers] == ["李指导", "何联络"]
    assert [one.number for one in large.lines] == ["0000-100", "0000-300"]
    assert [one.number for one in crowded.lines] == ["0000-100", "0000-200"]


def test_an_officers_number_stands_on_cards_only_while_they_agree(town):
    Charge.objects.create(enterprise=town.large_firm, officer=town.li, kind="instructor", from_on=FIRST_DAY)

    def number():
        return cards_of(town.campaign, [town.large_firm], town.now)[town.large_firm.pk].helpers[0].number

    assert number() == ""
    visits.agree_to_number(number="0000-4455", by=town.li, at=town.now)
    assert number() == "0000-4455"
    visits.withdraw_number(by=town.li, at=town.now)
    assert number() == "" and not PublicNumber.objects.exists()
    with pytest.raises(Refused):
        visits.withdraw_number(by=town.li, at=town.now)


@pytest.mark.parametrize("number", ["", "ab", "12", "1" * 21, "110; DROP"])
def test_what_is_no_number_is_refused(town, number):
    with pytest.raises(Refused):
        visits.agree_to_number(number=number, by=town.li, at=town.now)


def order(town, ids, purpose="发放联系卡"):
    asked = visits.CardsAsked(ids, "区域 = 柳村", purpose, "https://town.example", "zh-hans")
    return visits.ask_cards(campaign=town.campaign, asked=asked, by=town.chen, at=town.now)


def test_cards_of_many_become_one_export_with_owner_purpose_and_end(town):
    run = order(town, [town.large_firm.pk, town.small_firm.pk])
    done = visits.print_cards(run_id=run.pk, at=town.now)
    export = Export.objects.get()
    assert (done.status, done.export_id) == ("done", export.pk)
    assert (export.register, export.form, export.rows, export.owner_id) == (
        "enterprises",
        "pdf",
        2,
        town.chen.pk,
    )
    assert (export.purpose, export.condition) == ("发放联系卡", "区域 = 柳村")
    assert path_of(export).read_bytes().startswith(b"%PDF")
    assert visits.print_cards(run_id=run.pk, at=town.now).export_id == export.pk
    assert Export.objects.count() == 1, "a worker that comes again makes no second file"


@pytest.mark.parametrize(
    ("raised", "said"),
    [(Refused("字体缺失"), "字体缺失"), (RuntimeError("boom"), "文件没有生成，原因已记入日志")],
)
def test_a_file_that_cannot_be_made_ends_as_failed_with_a_sentence_and_is_made_anew(
    town, monkeypatch, raised, said
):
    run = order(town, [town.large_firm.pk])

    def broken(*_given, **_named):
        raise raised

    with monkeypatch.context() as patch:
        patch.setattr("fugong.visits.actions.handing_out.cards.pdf", broken)
        failed = visits.print_cards(run_id=run.pk, at=town.now)
        assert visits.print_cards(run_id=run.pk, at=town.now).status == "failed", "the worker comes again"
    assert (failed.status, failed.export_id) == ("failed", None) and said in failed.problem
    assert not Export.objects.exists()
    again = visits.ask_cards_again(run=failed, by=town.chen, at=town.now)
    assert (again.status, again.problem) == ("waiting", "")
    assert visits.print_cards(run_id=run.pk, at=town.now).status == "done"
    with pytest.raises(Refused, match="文件已经生成"):
        visits.ask_cards_again(run=run, by=town.chen, at=town.now)


def test_a_file_whose_worker_died_is_made_anew_after_a_while_and_not_before(town):
    run = order(town, [town.large_firm.pk])
    CardRun.objects.system().update(status="running")
    with pytest.raises(Refused, match="还在生成"):
        visits.ask_cards_again(run=run, by=town.chen, at=town.now + timedelta(minutes=14))
    late = town.now + timedelta(minutes=16)
    assert visits.ask_cards_again(run=run, by=town.chen, at=late).status == "waiting"
    assert visits.print_cards(run_id=run.pk, at=late).status == "done"


def test_no_cards_without_rows_or_purpose(town):
    with pytest.raises(Refused):
        order(town, [])
    with pytest.raises(Refused):
        order(town, [town.large_firm.pk], purpose="x")


def test_the_number_of_queries_does_not_grow_with_the_cards(town, django_assert_num_queries):
    firms = [town.large_firm, town.small_firm, town.crowded_firm, town.unplaced_firm]
    for few in (firms[:1], firms):
        with django_assert_num_queries(4):
            cards_of(town.campaign, few, town.now)


def test_a_link_that_shows_numbers_is_made_and_withdrawn_on_record_in_its_campaign(town):
    link = opened(town)[town.large_firm.pk]
    visits.revoke_link(link=link, by=town.chen, at=town.now)
    events = Event.objects.filter(target="visits.link", target_id=link.pk).order_by("pk")
    assert list(events.values_list("name", "campaign_id")) == [
        ("visits.link.made", town.campaign.pk),
        ("visits.link.revoked", town.campaign.pk),
    ]
