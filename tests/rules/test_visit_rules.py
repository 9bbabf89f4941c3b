"""Who is due when, the coverage marks, and what a sheet or a submission says: truth tables."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from fugong.campaigns.reading import PackFileError
from fugong.issues.rules import Level, Severity
from fugong.visits import rules
from fugong.visits.checklists import convert, localised
from fugong.visits.photos import NotAPhoto, photo_from
from fugong.visits.plans.due import Cadence, Due, coverage, expected_visits
from fugong.visits.rules import MOVES, OWNERS, Coverage, PlanStatus, VisitKind
from fugong.visits.submissions import LARGEST, Unreadable, from_xml
from tests.checklists import converted, workbook

FIRST, TODAY = date(2020, 2, 10), date(2020, 2, 19)
CAMPAIGN = SimpleNamespace(starts_on=FIRST)
SEVEN, TWO, ONCE = (
    Cadence("above-scale", "规上", 7, 20),
    Cadence("key", "重点", 2, 30),
    Cadence("small", "小微", None, 2),
)


def february(day):
    return date(2020, 2, day) if day else None


@pytest.mark.parametrize(
    ("cadence", "last", "look_back", "due"),
    [
        (SEVEN, None, None, 10),  # never visited: owed since the first day
        (SEVEN, 12, None, 19),
        (SEVEN, 18, None, 25),
        (TWO, 18, None, 20),
        (ONCE, None, None, None),  # once in the campaign: until its end, see below
        (ONCE, 12, None, None),  # once is enough
        (ONCE, 12, 20, 20),  # but a look-back is owed all the same
        (SEVEN, 12, 15, 15),  # the earlier of the two
        (SEVEN, 12, 25, 19),
    ],
)
def test_the_next_visit_is_due_by_cadence_or_look_back(cadence, last, look_back, due):
    owed = Due(1, cadence, last_visit_on=february(last), look_back_on=february(look_back))
    assert owed.due_on(FIRST) == february(due)


def test_a_first_contact_is_owed_within_the_packs_days_and_a_single_visit_by_the_end():
    """F5: from the first day of the campaign, or from the day the enterprise came into the ledger."""
    end = date(2020, 4, 30)
    assert Due(1, SEVEN).due_on(FIRST, within=1, ends_on=end) == february(11)
    assert Due(1, SEVEN, entered_on=february(15)).due_on(FIRST, within=1) == february(16)
    assert Due(1, ONCE).due_on(FIRST, within=1, ends_on=end) == end


def test_a_cycle_ends_so_many_days_after_the_last_visit_or_the_first_day():
    cycle = Cadence("above-scale", "规上", 7, 20, cycle_days=21)
    assert Due(1, cycle, last_visit_on=february(3)).breaks_cycle_on(FIRST) == february(24)
    assert Due(1, cycle).breaks_cycle_on(FIRST) == date(2020, 3, 2)
    assert Due(1, SEVEN).breaks_cycle_on(FIRST) is None


@pytest.mark.parametrize(
    ("cadence", "last", "visits", "look_back", "mark"),
    [
        (SEVEN, None, 0, None, Coverage.NEVER),
        (SEVEN, None, 0, 12, Coverage.NEVER),
        (SEVEN, 12, 1, None, Coverage.ON_TIME),
        (SEVEN, 11, 1, None, Coverage.OVERDUE),
        (SEVEN, 18, 1, 18, Coverage.OVERDUE),  # a look-back is late
        (SEVEN, 18, 3, None, Coverage.ON_TIME),  # 2 expected in 10 days, one more is borne
        (SEVEN, 18, 4, None, Coverage.OVER_VISITED),
        (TWO, 18, 6, None, Coverage.ON_TIME),
        (TWO, 18, 7, None, Coverage.OVER_VISITED),
        (ONCE, 12, 2, None, Coverage.ON_TIME),
        (ONCE, 12, 3, None, Coverage.OVER_VISITED),
    ],
)
def test_the_marks_of_the_coverage_map(cadence, last, visits, look_back, mark):
    due = Due(1, cadence, last_visit_on=february(last), visits=visits, look_back_on=february(look_back))
    assert coverage(due, CAMPAIGN, TODAY) == mark


@pytest.mark.parametrize(
    ("cadence", "day", "expected"), [(SEVEN, 10, 1), (SEVEN, 17, 2), (TWO, 19, 5), (ONCE, 19, 1)]
)
def test_how_many_visits_a_cadence_asks_for(cadence, day, expected):
    assert expected_visits(Due(1, cadence), CAMPAIGN, february(day)) == expected


@pytest.mark.parametrize(
    ("by_phone", "looks_back", "is_first", "kind"),
    [
        (True, True, True, VisitKind.PHONE),
        (False, True, True, VisitKind.FIRST),
        (False, True, False, VisitKind.LOOK_BACK),
        (False, False, False, VisitKind.REGULAR),
    ],
)
def test_what_sort_of_visit_it_was(by_phone, looks_back, is_first, kind):
    assert rules.kind_of(by_phone=by_phone, looks_back=looks_back, is_first=is_first) == kind


def test_every_status_of_a_plan_has_moves_and_one_owner():
    assert set(MOVES) == set(PlanStatus.values) == set(OWNERS)


# The sheet


def test_the_long_checklist_has_23_articles_in_nine_key_areas_and_says_that_it_is_illustrative():
    form = converted("full")
    areas = list(dict.fromkeys(row["key_area"] for row in form["articles"]))
    assert [row["article"] for row in form["articles"]] == [f"{n:02d}" for n in range(1, 24)]
    assert (len(areas), areas[-1]) == (10, "其他防控要求")
    assert "示例，非官方文本" in form["title"]
    assert "illustrative, not an official text" in form["xform"].lower()


def test_the_short_checklist_uses_the_numbers_of_the_long_one():
    long = {row["article"]: row["label"] for row in converted("full")["articles"]}
    short = {row["article"]: row["label"] for row in converted("short")["articles"]}
    assert len(short) == 9
    assert short.items() <= long.items()


def test_a_form_shows_the_language_of_the_page_first():
    xform = converted("short")["xform"]
    assert localised(xform, "en").count('default="true()"') == 1
    assert '<translation lang="English (en)" default="true()">' in localised(xform, "en")
    assert '<translation lang="中文 (zh)" default="true()">' in localised(xform, "zh-hans")


def test_a_sheet_maps_questions_to_articles(tmp_path):
    rows = [
        ["begin_group", "g", "宿舍", "Dormitory"],
        ["select_one met", "q1", "不超员", "Not crowded", 13, "serious", "department", 2],
        ["end_group"],
        ["select_one met", "q2", "有体温计", "", "14"],
        ["text", "q1_note", "说明", "Note"],
    ]
    first, second = convert(workbook(tmp_path / "a.xlsx", rows))["articles"]
    assert (first["article"], first["severity"], first["level"], first["days"]) == (
        "13",
        "serious",
        "department",
        2,
    )
    assert (first["key_area"], first["area"]) == ("宿舍", {"zh": "宿舍", "en": "Dormitory"})
    assert (second["severity"], second["level"], second["label"]["en"]) == (
        Severity.MINOR,
        Level.ON_THE_SPOT,
        "有体温计",
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["select_one met", "q", "问", "", "1", "grave"], "grave"),
        (["select_one met", "q", "问", "", "1", "minor", "moon"], "moon"),
        (["select_one met", "q", "问", "", "1", "minor", "city", "soon"], "soon"),
        (["text", "q", "问", "", "1"], "select_one"),
        (["select_one size", "q", "问", "", "1"], "'no'"),
        (["select_one met", "q", "问", "", "x" * 21], "20"),
    ],
)
def test_a_wrong_mapping_names_file_row_and_column(tmp_path, row, said):
    with pytest.raises(PackFileError) as caught:
        convert(workbook(tmp_path / "wrong.xlsx", [["note", "n", "说明"], row]))
    problem = caught.value.problem
    assert (problem.file, problem.line) == ("checklists/wrong.xlsx", 3)
    assert said in str(problem)


def test_an_article_that_is_there_twice_is_refused(tmp_path):
    twice = [["select_one met", "q1", "一", "", "1"], ["select_one met", "q2", "二", "", "1"]]
    with pytest.raises(PackFileError, match="twice"):
        convert(workbook(tmp_path / "twice.xlsx", twice))


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_form_is_a_problem_with_a_sentence(tmp_path, content):
    path = tmp_path / "bad.xlsx"
    path.write_bytes(content)
    with pytest.raises(PackFileError, match=r"bad\.xlsx"):
        convert(path)


# A submission

LIST = SimpleNamespace(articles=converted("short")["articles"])


def xml(body, root="data"):
    return f'<?xml version="1.0"?><{root} xmlns:orx="http://openrosa.org/xforms" id="x">{body}</{root}>'


def test_a_submission_gives_answers_and_findings():
    body = (
        "<returnees><a01>no</a01><a01_note> 三人未查 </a01_note><a01_fixed>yes</a01_fixed>"
        "<a01_photo>1.jpg</a01_photo></returnees><plan><a03>yes</a03></plan>"
        "<orx:meta><orx:instanceID>uuid:1</orx:instanceID></orx:meta>"
    )
    read = from_xml(xml(body), LIST)
    assert read.answers == {
        "a01": "no",
        "a01_note": "三人未查",
        "a01_fixed": "yes",
        "a01_photo": "1.jpg",
        "a03": "yes",
    }
    (fault,) = read.faults
    assert (fault.article, fault.severity, fault.note, fault.fixed) == ("01", "serious", "三人未查", True)
    assert (read.question_of("1.jpg"), read.question_of("2.jpg")) == ("a01_photo", "")


HOSTILE = {
    "entities": '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d><a01>&b;</a01></d>',
    "a file of the server": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d><a01>&x;</a01></d>',
    "a document type": "<!DOCTYPE d><d><a01>no</a01></d>",
    "cut off": "<d><a01>no</a01>",
    "no XML": "a01=no",
    "nothing answered": xml("<other>1</other>"),
    "too large": xml("<a01>" + "x" * LARGEST + "</a01>"),
    "too many answers": xml("<a01>no</a01>" + "".join(f"<q{n}>1</q{n}>" for n in range(600))),
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_submission_is_refused_with_a_sentence(sent):
    with pytest.raises(Unreadable):
        from_xml(sent, LIST)


def test_a_deeply_nested_submission_does_not_break_the_reader():
    assert from_xml(xml("<g>" * 5000 + "<a01>no</a01>" + "</g>" * 5000), LIST).faults


# Photos


def picture(form="JPEG", size=(64, 48)):
    from io import BytesIO

    from PIL import Image

    image, buffer = Image.new("RGB", size, "red"), BytesIO()
    exif = Image.Exif()
    exif[0x10F] = "SECRETMAKER"
    image.save(buffer, form, exif=exif.tobytes())
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_keeps_its_pixels_and_loses_the_rest(form):
    raw = picture(form)
    kept = photo_from(raw + b"<script>")
    assert b"SECRETMAKER" in raw
    assert b"SECRETMAKER" not in kept.content
    assert b"<script>" not in kept.content
    assert (kept.width, kept.height) == (64, 48)


def test_a_large_photo_is_made_smaller():
    assert photo_from(picture(size=(4000, 1000))).width == 1600


@pytest.mark.parametrize(
    "raw", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:200], b"GIF89a"]
)
def test_what_is_no_photo_is_refused(raw):
    with pytest.raises(NotAPhoto):
        photo_from(raw)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr("fugong.visits.photos.MOST_PIXELS", 1000)
    with pytest.raises(NotAPhoto, match="50"):
        photo_from(picture())


def test_the_clock_of_a_phone_may_be_ten_minutes_ahead():
    from datetime import UTC, datetime

    now = datetime(2020, 2, 19, 1, 30, tzinfo=UTC)
    for minutes, refused in ((9, False), (11, True)):
        at = now + timedelta(minutes=minutes)
        assert bool(rules.why_not_record(SimpleNamespace(started_at=at, ended_at=at), now)) is refused


def test_every_refusal_of_a_wish_is_a_sentence():
    """One table for the buttons and the actions."""
    today = TODAY
    open_plan = SimpleNamespace(status="proposed", on=today, pk=1)
    over = SimpleNamespace(status="accepted", on=today - timedelta(days=1), pk=2)
    old = SimpleNamespace(status="superseded", on=today, pk=3)

    def stop(plan, pk=1, joint=None):
        return SimpleNamespace(plan=plan, plan_id=plan.pk, pk=pk, joint_id=joint)

    assert rules.why_not_give(stop(open_plan), today) == ""
    for plan in (over, old):
        assert rules.why_not_lock(stop(plan), today) and rules.why_not_replan(plan, today)
    assert rules.why_not_lock(stop(open_plan, joint=7), today)
    assert rules.why_not_give(stop(open_plan), today, is_made=True)
    assert rules.why_not_swap(stop(open_plan), stop(open_plan, pk=2), today) == ""
    assert rules.why_not_swap(stop(open_plan), stop(open_plan), today)
    assert rules.why_not_swap(stop(open_plan), stop(over, pk=2), today)
    assert rules.why_not_forbid(open_plan, today) == "" != rules.why_not_forbid(over, today)
    assert rules.why_not_send("李", on_duty=True) == "" != rules.why_not_send("李", on_duty=False)
    assert rules.why_not_days(7) == "" != rules.why_not_days(8)
    assert rules.why_not_rehearse(today, None) == "" != rules.why_not_rehearse(today, over.on)
    assert rules.why_not_withdraw(SimpleNamespace(status="wished")) == ""
    assert rules.why_not_join(today, today, 2) == "" != rules.why_not_join(today, today, 1)


@pytest.mark.parametrize(
    ("begin", "hour", "refused"), [(0, 10, False), (0, 8, True), (0, 18, True), (1, 10, True)]
)
def test_a_stop_is_wished_for_within_the_officers_day(begin, hour, refused):
    from datetime import datetime, time

    moment = datetime(2020, 2, 19 + begin, hour)
    assert bool(rules.why_not_at(moment, (time(8, 30), time(17, 30)), TODAY)) is refused


def test_every_state_of_a_joint_visit_has_moves_and_one_owner():
    assert set(rules.JOINT_MOVES) == set(rules.JointStatus.values) == set(rules.JOINT_OWNERS)


NOON = datetime(2020, 2, 19, 12, tzinfo=UTC)


def test_a_visit_that_waited_on_the_phone_has_its_own_hours():
    """Sent at noon, made from nine to half past nine: so says the phone, whose clock is right."""
    begun, ended = NOON - timedelta(hours=3), NOON - timedelta(hours=2.5)
    assert rules.on_servers_clock(begun, ended, NOON, NOON) == (begun, ended)


def test_the_clock_of_a_phone_may_be_wrong_by_years():
    years = timedelta(days=2400)
    begun, ended = NOON - timedelta(hours=3), NOON - timedelta(hours=2.5)
    assert rules.on_servers_clock(begun + years, ended + years, NOON + years, NOON) == (begun, ended)


def test_no_visit_ends_in_the_future_or_before_it_began():
    ahead = NOON + timedelta(hours=1)
    assert rules.on_servers_clock(ahead, ahead, NOON, NOON) == (NOON, NOON)


def test_without_the_clock_of_a_phone_a_visit_ended_when_it_arrived():
    begun = NOON - timedelta(hours=1)
    assert rules.on_servers_clock(begun, begun, None, NOON) == (begun, NOON)
    assert rules.on_servers_clock(begun, None, NOON, NOON) == (begun, NOON)
