"""The field officer's phone: own stops and strangers, the plain form, the form engine's XML, photos, giving up."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from fugong.issues import actions as issues
from fugong.issues.models import Issue
from fugong.visits import actions as visits
from fugong.visits import forms
from fugong.visits.actions import record_visit
from fugong.visits.checklists import checklist_for, checklist_shown, mark_of
from fugong.visits.models import Checklist, LookBack, Plan, PlannedVisit, Visit, VisitPhoto
from fugong.visits.photos import photo_from
from fugong.visits.views import visiting
from tests.checklists import converted, load_checklists

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _checklists(town):
    load_checklists(town)


def at(firm, **query):
    address = reverse("visits:visit", args=[firm.pk])
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else address


def sent(town, firm, **values):
    """The fields of a plain form in which everything is met, changed by `values`."""
    rows = converted("full" if (firm.headcount or 0) >= 50 else "short")["articles"]
    started = (town.now - HOUR).isoformat()
    fields = {"command": str(uuid4()), "key": str(uuid4()), "started_at": started, "note": ""}
    return fields | {row["name"]: "yes" for row in rows} | values


def photo(name="a.jpg"):
    buffer = BytesIO()
    Image.new("RGB", (80, 60), "blue").save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


@pytest.fixture
def plan(town):
    return Plan.objects.create(
        campaign=town.campaign, area=town.town, on=town.today, version=1, status="accepted", made_at=town.now
    )


def stop(town, plan, officer, firm, order=1):
    return PlannedVisit.objects.create(
        plan=plan,
        officer=officer,
        enterprise=firm,
        order=order,
        arrives_at=town.now,
        leaves_at=town.now + HOUR,
        reasons=[{"code": "never_visited"}],
    )


def test_my_day_shows_the_stops_with_reasons_and_an_empty_day_says_what_to_do(town, as_user, plan):
    client = as_user(town.li)
    assert "今天没有为您安排走访" in client.get(reverse("visits:my_day")).content.decode()
    stop(town, plan, town.li, town.large_firm)
    page = client.get(reverse("visits:my_day")).content.decode()
    assert town.large_firm.name in page
    assert "从未走访" in page
    assert at(town.large_firm) in page


def test_the_pages_of_the_day_have_a_constant_number_of_queries(
    town, as_user, plan, django_assert_max_num_queries
):
    client = as_user(town.li)
    for order, firm in enumerate([town.large_firm, town.small_firm, town.crowded_firm], start=1):
        stop(town, plan, town.li, firm, order)
    with django_assert_max_num_queries(15):
        client.get(reverse("visits:my_day"))


def test_sending_a_visit_asks_a_constant_number_of_queries(town, as_user, django_assert_max_num_queries):
    """A thousand phones send at one time: each query more is a second of theirs.

    PostgreSQL asks one more: it holds the campaign's row, so that nobody closes it meanwhile.
    """
    client, firm = as_user(town.li), town.large_firm
    client.get(reverse("visits:my_day"))
    fields = sent(town, firm, checklist=mark_of(firm, checklist_for(firm, town.now)))
    with django_assert_max_num_queries(22 + (connection.vendor == "postgresql")):
        assert client.post(at(firm, plain=1), fields).status_code == 302


def test_a_visit_is_read_by_the_version_that_its_page_showed(town, as_user):
    """A phone without signal sends it when the pack has a newer version; a mark of another firm shows nothing."""
    client, firm, now = as_user(town.li), town.large_firm, town.now
    shown = checklist_for(firm, now)
    newer = Checklist.objects.create(
        campaign=town.campaign,
        key=shown.key,
        version="9",
        title=shown.title,
        digest="newer",
        xform=shown.xform,
        articles=[],
        loaded_at=now + timedelta(hours=1),
    )
    assert (
        f'name="checklist" value="{mark_of(firm, newer)}"' in client.get(at(firm, plain=1)).content.decode()
    )
    assert client.post(at(firm, plain=1), sent(town, firm, checklist=mark_of(firm, shown))).status_code == 302
    assert Visit.objects.system().get().checklist == shown
    assert checklist_shown(firm, mark_of(town.small_firm, shown)) is None
    assert checklist_shown(firm, f"{firm.pk}-{shown.pk}:forged") is None


def test_what_is_read_before_a_visit_is_written_waits_for_no_writer(town, as_user, monkeypatch):
    """Half of the work on a visit, photos above all, is done outside the transaction that others wait for."""
    seen = []
    monkeypatch.setattr(
        visiting, "checklist_for", lambda *asked: seen.append(_depth()) or checklist_for(*asked)
    )
    monkeypatch.setattr(
        visits, "record_visit", lambda **asked: seen.append(_depth()) or record_visit(**asked)
    )
    before = _depth()
    as_user(town.li).post(at(town.large_firm, plain=1), sent(town, town.large_firm))
    assert seen == [before, before + 1]
    assert Visit.objects.system().count() == 1


def _depth():
    return len(connection.atomic_blocks)


def test_an_officer_finds_their_enterprises_by_name_and_no_others(town, as_user):
    page = as_user(town.li).get(reverse("visits:my_day"), {"q": "店"}).content.decode()
    assert town.small_firm.name in page
    assert town.unplaced_firm.name not in page  # Pine


@pytest.mark.parametrize(
    ("who", "firm", "status"),
    [
        ("li", "large_firm", 200),
        ("feng", "large_firm", 404),  # a colleague posted elsewhere
        ("zhao", "large_firm", 404),  # another town, with a path that begins alike
        ("zhou", "large_firm", 403),  # a commander sees, and does not visit
        ("qian", "large_firm", 403),
    ],
)
def test_who_may_visit(town, as_user, who, firm, status):
    client = as_user(getattr(town, who))
    assert client.get(at(getattr(town, firm))).status_code == status


def test_a_stop_across_the_border_opens_the_enterprise_to_its_officer_alone(town, as_user, plan):
    stop(town, plan, town.li, town.crowded_firm)
    assert as_user(town.li).get(at(town.crowded_firm)).status_code == 200
    assert as_user(town.zhao).get(at(town.crowded_firm)).status_code == 404


def test_the_form_engine_is_on_the_visit_page_and_its_policy_on_no_other(town, as_user):
    client = as_user(town.li)
    engine, plain = client.get(at(town.small_firm)), client.get(at(town.small_firm, plain=1))
    assert "wasm-unsafe-eval" in engine["Content-Security-Policy"]
    assert "web-forms.css" in engine.content.decode()
    assert "wasm-unsafe-eval" not in plain["Content-Security-Policy"]
    assert "web-forms" not in plain.content.decode()


def test_the_plain_form_files_what_is_not_met(town, as_user):
    client = as_user(town.li)
    fields = sent(town, town.small_firm, a01="no", a01_note="两人未查", a22="no", a22_fixed="on", a07="na")
    response = client.post(at(town.small_firm, plain=1), fields)
    made = Visit.objects.system().get()
    assert response["Location"] == reverse("visits:done", args=[made.pk])
    found = {row.article: (row.status, row.detail) for row in Issue.objects.system()}
    assert found == {"01": ("found", "两人未查"), "22": ("solved", "")}
    assert (made.kind, made.officer, made.checklist.key) == ("first", town.li, "short")
    assert made.answers["a07"] == "na"
    page = client.get(response["Location"]).content.decode()
    assert "新返岗人员漫游地未查询或无记录" in page


def test_the_plain_form_says_which_article_is_missing_and_keeps_the_rest(town, as_user):
    fields = sent(town, town.small_firm, a22="no", a22_note="门卫未戴")
    del fields["a01"]
    response = as_user(town.li).post(at(town.small_firm, plain=1), fields)
    page = response.content.decode()
    assert (response.status_code, Visit.objects.system().count()) == (422, 0)
    assert page.count("请回答本条") == 1
    assert "门卫未戴" in page


def test_a_resend_is_the_same_visit(town, as_user):
    client, fields = as_user(town.li), sent(town, town.small_firm, a01="no")
    first = client.post(at(town.small_firm, plain=1), fields)
    again = client.post(at(town.small_firm, plain=1), fields)
    assert first["Location"] == again["Location"]
    # The phone lost the page and made a new command, but the visit has its own key.
    third = client.post(at(town.small_firm, plain=1), fields | {"command": str(uuid4())})
    assert third["Location"] == first["Location"]
    assert (Visit.objects.system().count(), Issue.objects.system().count()) == (1, 1)


def test_the_form_engine_sends_xml_and_photos(town, as_user):
    client = as_user(town.li)
    xml = (
        '<data id="articles-9"><returnees><a01>no</a01><a01_note>三人</a01_note>'
        "<a01_photo>p.jpg</a01_photo></returnees></data>"
    )
    fields = {name: sent(town, town.small_firm)[name] for name in ("command", "key", "started_at")}
    response = client.post(at(town.small_firm), fields | {"instance": xml, "photos": [photo("p.jpg")]})
    made = Visit.objects.system().get()
    assert response.status_code == 302
    assert made.submission == xml
    assert Issue.objects.system().get().detail == "三人"
    kept = VisitPhoto.objects.system().get()
    assert kept.question == "a01_photo"
    shown = client.get(reverse("visits:photo", args=[kept.pk]))
    assert (shown["Content-Type"], b"".join(shown.streaming_content)[:2]) == ("image/jpeg", b"\xff\xd8")
    assert as_user(town.zhao).get(reverse("visits:photo", args=[kept.pk])).status_code == 404


@pytest.mark.parametrize(
    ("xml", "files"),
    [
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d><a01>&x;</a01></d>', []),
        ("<d><a01>no</a01></d>", [SimpleUploadedFile("x.jpg", b"<svg/>", "image/jpeg")]),
    ],
)
def test_a_hostile_submission_writes_nothing(town, as_user, xml, files):
    fields = {name: sent(town, town.small_firm)[name] for name in ("command", "key", "started_at")}
    response = as_user(town.li).post(at(town.small_firm), fields | {"instance": xml, "photos": files})
    assert (response.status_code, Visit.objects.system().count()) == (422, 0)
    assert "fg-red" in response.content.decode()


def test_a_photo_in_the_plain_form_belongs_to_its_article(town, as_user):
    fields = sent(town, town.small_firm, a01="no", a01_photo=photo())
    as_user(town.li).post(at(town.small_firm, plain=1), fields)
    assert VisitPhoto.objects.system().get().question == "a01_photo"


@pytest.fixture
def owed(town):
    """Sun of the health department reports solved what Wang found at the small firm."""
    found = issues.Found(title="酒精超量", article="17")
    issue = issues.find(
        campaign=town.campaign,
        enterprise=town.small_firm,
        area=town.willow,
        found=found,
        by=town.wang,
        at=town.now - HOUR,
    )
    issues.solve(issue=issue, solution="已移走", by=town.sun, at=town.now)
    visits.owe_look_backs(campaign=town.campaign, at=town.now)
    return LookBack.objects.system().get()


def test_a_look_back_stands_before_the_checklist_and_fixed_verifies(town, as_user, owed):
    client = as_user(town.li)
    assert "酒精超量" in client.get(at(town.small_firm, plain=1)).content.decode()
    client.post(
        at(town.small_firm, plain=1), sent(town, town.small_firm, **{f"look-{owed.issue_id}": "fixed"})
    )
    owed.refresh_from_db()
    assert (owed.is_fixed, owed.issue.status, owed.issue.verified_by) == (True, "verified", town.li)


def test_not_fixed_needs_a_note(town, as_user, owed):
    client, name = as_user(town.li), f"look-{owed.issue_id}"
    fields = sent(town, town.small_firm, **{name: "not-fixed"})
    assert client.post(at(town.small_firm, plain=1), fields).status_code == 422
    client.post(at(town.small_firm, plain=1), fields | {f"{name}-note": "仍在"})
    owed.issue.refresh_from_db()
    assert (owed.issue.status, owed.issue.handler) == ("assigned", town.sun)


def test_whoever_solved_it_is_told_why_they_cannot_close_it(town, as_user, owed):
    Issue.objects.system().filter(pk=owed.issue_id).update(solved_by=town.li)
    client, name = as_user(town.li), f"look-{owed.issue_id}"
    page = client.get(at(town.small_firm, plain=1)).content.decode()
    assert f'name="{name}" value="fixed"' not in page
    assert (
        client.post(at(town.small_firm, plain=1), sent(town, town.small_firm, **{name: "fixed"})).status_code
        == 422
    )


def test_giving_up_asks_for_a_reason_and_goes_back_to_the_day(town, as_user, plan):
    stop(town, plan, town.li, town.small_firm)
    client, address = as_user(town.li), reverse("visits:give_up", args=[town.small_firm.pk])
    wrong = {"command": str(uuid4()), "key": str(uuid4()), "why": "other", "detail": ""}
    assert client.post(address, wrong).status_code == 422
    response = client.post(address, wrong | {"command": str(uuid4()), "why": "closed", "detail": "贴了封条"})
    assert response["Location"] == reverse("visits:my_day")
    made = Visit.objects.system().get()
    assert (made.status, made.planned.enterprise) == ("given-up", town.small_firm)
    assert "贴了封条" in made.note
    assert as_user(town.zhao).post(address, wrong).status_code == 404


def give_up(client, firm, **values):
    fields = {"command": str(uuid4()), "key": str(uuid4()), "why": "closed", "detail": ""}
    return client.post(reverse("visits:give_up", args=[firm.pk]), fields | values)


def test_the_closed_gate_is_photographed_and_shown_like_every_photo(town, as_user):
    client = as_user(town.li)
    page = client.get(at(town.small_firm, plain=1)).content.decode()
    assert 'enctype="multipart/form-data" class="fg-stack" data-draft="give-up-' in page
    assert give_up(client, town.small_firm, photo=photo()).status_code == 302
    kept = VisitPhoto.objects.system().get()
    address = reverse("visits:photo", args=[kept.pk])
    assert address in client.get(reverse("visits:detail", args=[kept.visit_id])).content.decode()
    assert "附有照片" in client.get(reverse("visits:log")).content.decode()
    seen = as_user(town.zhou).get(address)
    assert b"".join(seen.streaming_content)[:2] == b"\xff\xd8"
    assert [as_user(who).get(address).status_code for who in (town.feng, town.zhao)] == [404, 404]


def test_what_is_no_photo_of_a_gate_writes_nothing_and_says_so(town, as_user):
    wrong = SimpleUploadedFile("x.jpg", b"<svg/>", "image/jpeg")
    response = give_up(as_user(town.li), town.small_firm, photo=wrong)
    assert (response.status_code, Visit.objects.system().count()) == (422, 0)
    assert "不是照片" in response.content.decode()


def test_the_photo_of_a_gate_is_read_before_anybody_has_to_wait(town, as_user, monkeypatch):
    seen = []
    monkeypatch.setattr(forms, "photo_from", lambda *asked: seen.append(_depth()) or photo_from(*asked))
    before = _depth()
    give_up(as_user(town.li), town.small_firm, photo=photo())
    assert seen == [before]


def test_the_record_shows_answers_findings_and_who(town, as_user):
    client = as_user(town.li)
    client.post(at(town.small_firm, plain=1), sent(town, town.small_firm, a01="no", note="请三日内整改"))
    address = reverse("visits:detail", args=[Visit.objects.system().get().pk])
    page = client.get(address).content.decode()
    for text in ("李指导", "新返岗人员漫游地未查询或无记录", "请三日内整改", "分钟"):
        assert text in page
    assert as_user(town.zhou).get(address).status_code == 200
    assert as_user(town.feng).get(address).status_code == 404
    assert as_user(town.zhao).get(address).status_code == 404


def test_a_position_that_the_phone_calls_poor_is_not_kept(town, as_user):
    client = as_user(town.li)
    near = {"longitude": "113.01", "latitude": "23.01"}
    client.post(at(town.small_firm, plain=1), sent(town, town.small_firm, accuracy="900", **near))
    client.post(at(town.large_firm, plain=1), sent(town, town.large_firm, accuracy="20", **near))
    kept = dict(Visit.objects.system().values_list("enterprise", "longitude"))
    assert kept == {town.small_firm.pk: None, town.large_firm.pk: 113.01}


def test_an_enterprise_without_a_checklist_is_visited_with_a_note_alone(town, as_user):
    release = town.campaign.release
    release.content = release.content | {"visits": release.content["visits"] | {"checklist": []}}
    release.save()
    fields = {name: sent(town, town.small_firm)[name] for name in ("command", "key", "started_at")}
    as_user(town.li).post(at(town.small_firm), fields | {"note": "一切正常"})
    assert Visit.objects.system().get().note == "一切正常"


def test_a_finding_without_an_issue_is_shown_as_put_right(town, as_user):
    """Findings of an earlier campaign may come in without an issue; the record still opens."""
    from fugong.visits.models import Finding, Visit

    visit = Visit.objects.create(
        campaign=town.campaign,
        area=town.willow,
        enterprise=town.large_firm,
        officer=town.li,
        status="done",
        on=town.today,
        started_at=town.now,
        ended_at=town.now,
    )
    Finding.objects.create(visit=visit, article="01", label="台账缺页")
    page = as_user(town.li).get(f"/visits/{visit.pk}/")
    assert page.status_code == 200
    assert "台账缺页" in page.content.decode()
