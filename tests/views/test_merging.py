"""Two people who change the same thing meet on a page with both versions; nothing is overwritten silently."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from fugong.core.merging import SIGNER, seen
from fugong.enterprises import actions as enterprises
from fugong.enterprises.models import Enterprise
from fugong.issues import actions as issues
from fugong.issues.forms import AssessForm
from fugong.issues.models import Issue
from fugong.resumption.models import DailyReport
from tests.town import Town

pytestmark = pytest.mark.django_db
AsUser = Callable[[object], Client]


def fields_of(page: str, form: str = "<form") -> dict[str, str]:
    """What the named form of the page would send as it stands: hidden and text inputs, chosen options."""
    text = page[page.index(form) :]
    text = text[: text.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not re.search(r'type="(?:radio|checkbox|file)"', tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, inside in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', text, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', inside)
        found[name] = chosen[1] if chosen else ""
    return found


def opened(client: Client, address: str, form: str = "<form") -> dict[str, str]:
    page = client.get(address).content.decode()
    return fields_of(page[page.index('id="content"') :], form)


def fresh(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


@pytest.fixture
def edit(town: Town) -> str:
    return reverse("enterprises:edit", args=[town.large_firm.pk])


def test_what_only_one_changed_is_kept_on_both_sides(town: Town, as_user: AsUser, edit: str) -> None:
    clerk, lead = as_user(town.chen), as_user(town.wang)
    first, second = opened(clerk, edit), opened(lead, edit)
    assert clerk.post(edit, first | {"address": "谷粟路9号"}).status_code == 302
    assert lead.post(edit, second | {"headcount": "431"}).status_code == 302
    firm: Enterprise = fresh(town.large_firm)
    assert (firm.address, firm.headcount) == ("谷粟路9号", 431)


def test_what_both_changed_is_shown_side_by_side_and_nothing_is_saved(
    town: Town, as_user: AsUser, edit: str
) -> None:
    clerk, lead = as_user(town.chen), as_user(town.wang)
    first, second = opened(clerk, edit), opened(lead, edit)
    clerk.post(edit, first | {"headcount": "410"})
    answer = lead.post(edit, second | {"headcount": "431", "mask_days": "12"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "data-merge" in page and 'name="take-headcount"' in page
    assert "take-mask_days" not in page, "nobody else changed it"
    assert town.chen.name in page and "<strong>410</strong>" in page and "<strong>431</strong>" in page
    firm: Enterprise = fresh(town.large_firm)
    assert (firm.headcount, firm.mask_days) == (410, town.large_firm.mask_days)


@pytest.mark.parametrize(("take", "headcount"), [("mine", 431), ("theirs", 410)])
def test_the_choice_is_saved_with_all_else_that_was_entered(
    town: Town, as_user: AsUser, edit: str, take: str, headcount: int
) -> None:
    clerk, lead = as_user(town.chen), as_user(town.wang)
    first, second = opened(clerk, edit), opened(lead, edit)
    clerk.post(edit, first | {"headcount": "410", "address": "谷粟路9号"})
    page = lead.post(edit, second | {"headcount": "431", "mask_days": "12"}).content.decode()
    chosen = fields_of(page, '<form method="post" action="/enterprises/') | {"take-headcount": take}
    assert lead.post(edit, chosen).status_code == 302
    firm: Enterprise = fresh(town.large_firm)
    assert (firm.headcount, firm.mask_days, firm.address) == (headcount, 12, "谷粟路9号")


def test_a_third_person_meanwhile_is_asked_about_again(town: Town, as_user: AsUser, edit: str) -> None:
    clerk, lead = as_user(town.chen), as_user(town.wang)
    first, second = opened(clerk, edit), opened(lead, edit)
    clerk.post(edit, first | {"headcount": "410"})
    page = lead.post(edit, second | {"headcount": "431"}).content.decode()
    chosen = fields_of(page, '<form method="post" action="/enterprises/') | {"take-headcount": "mine"}
    firm = fresh(town.large_firm)
    enterprises.correct(
        enterprise=firm, version=firm.version, values={"headcount": 444}, by=town.chen, at=town.now
    )
    again = lead.post(edit, chosen)
    assert again.status_code == 409 and "444" in again.content.decode()
    assert fresh(town.large_firm).headcount == 444


def test_a_form_that_comes_back_with_errors_still_knows_what_its_reader_saw(
    town: Town, as_user: AsUser, edit: str
) -> None:
    clerk, lead = as_user(town.chen), as_user(town.wang)
    first, second = opened(clerk, edit), opened(lead, edit)
    clerk.post(edit, first | {"headcount": "410"})
    wrong = lead.post(edit, second | {"headcount": "431", "name": ""})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    corrected = fields_of(page[page.index('id="content"') :]) | {"name": town.large_firm.name}
    assert lead.post(edit, corrected).status_code == 409


def test_values_that_nobody_signed_are_refused(town: Town, as_user: AsUser, edit: str) -> None:
    clerk, lead = as_user(town.chen), as_user(town.wang)
    first, second = opened(clerk, edit), opened(lead, edit)
    clerk.post(edit, first | {"headcount": "410"})
    forged = signing.Signer(key="another key", salt=SIGNER.salt).sign_object([[], {"headcount": 410}])
    answer = lead.post(edit, second | {"headcount": "431", "seen": forged})
    assert answer.status_code == 409 and "不是这条记录的" in answer.content.decode()
    assert fresh(town.large_firm).headcount == 410


def test_what_was_seen_of_one_row_is_refused_at_another(town: Town, as_user: AsUser, edit: str) -> None:
    """Else what somebody saw of the one would pass for what they saw of the other, and be overwritten silently."""
    clerk = as_user(town.chen)
    here = opened(clerk, edit)
    other = reverse("enterprises:edit", args=[town.small_firm.pk])
    there = opened(clerk, other)
    answer = clerk.post(other, there | {"headcount": "31", "seen": here["seen"]})
    assert answer.status_code == 409 and "不是这条记录的" in answer.content.decode()
    assert fresh(town.small_firm).headcount == town.small_firm.headcount
    assert clerk.post(other, there | {"headcount": "31"}).status_code == 302


def test_a_row_of_another_model_with_the_same_number_is_another_row(town: Town, rf: Any) -> None:
    request = rf.get("/")
    request.user = town.chen
    firm = town.large_firm
    twin = Issue(pk=firm.pk)
    assert seen(AssessForm(), request, firm) != seen(AssessForm(), request, twin)


def test_what_one_person_saw_is_refused_from_another(town: Town, as_user: AsUser, edit: str) -> None:
    clerk, lead = as_user(town.chen), as_user(town.wang)
    first, second = opened(clerk, edit), opened(lead, edit)
    answer = lead.post(edit, second | {"headcount": "431", "seen": first["seen"]})
    assert answer.status_code == 409 and fresh(town.large_firm).headcount == town.large_firm.headcount


def test_what_was_seen_of_one_days_report_is_refused_for_another_enterprise(
    town: Town, as_user: AsUser
) -> None:
    """A report that is not there yet has no number: its token names the enterprise and the day."""
    liaison = as_user(town.he)
    here = opened(liaison, reverse("resumption:report", args=[town.large_firm.pk]))
    other = reverse("resumption:report", args=[town.small_firm.pk])
    figures = {"staff": "40", "on_duty": "12", "with_symptoms": "0"}
    there = opened(liaison, other)
    assert liaison.post(other, there | figures | {"seen": here["seen"]}).status_code == 409
    assert not DailyReport.objects.system().exists()
    assert liaison.post(other, there | figures).status_code == 302


def test_two_reports_of_one_day_meet(town: Town, as_user: AsUser) -> None:
    """The liaison and the firm's contact report the same day with other figures; the second sees the first."""
    address = reverse("resumption:report", args=[town.large_firm.pk])
    liaison, contact = as_user(town.he), as_user(town.qian)
    figures = {"staff": "400", "on_duty": "120", "with_symptoms": "0"}
    first, second = opened(liaison, address), opened(contact, address)
    assert liaison.post(address, first | figures).status_code == 302
    answer = contact.post(address, second | figures | {"on_duty": "150"})
    page = answer.content.decode()
    assert answer.status_code == 409 and town.he.name in page
    assert re.findall(r'name="take-(\w+)"', page) == ["on_duty", "on_duty"]
    chosen = fields_of(page, '<form method="post" action="/resumption/') | {"take-on_duty": "mine"}
    assert contact.post(address, chosen).status_code == 302
    assert DailyReport.objects.system().get().on_duty == 150


def test_two_people_who_assess_one_issue_meet(town: Town, as_user: AsUser) -> None:
    found = issues.Found(title="通道堵塞")
    issue: Issue = issues.find(
        campaign=town.campaign,
        enterprise=town.large_firm,
        area=town.large_firm.area,
        found=found,
        by=town.li,
        at=town.now,
    )
    detail = reverse("issues:detail", args=[issue.pk])
    assess = reverse("issues:assess", args=[issue.pk])
    lead, client = as_user(town.wang), as_user(town.wang)
    first = opened(lead, detail, f'<form method="post" action="{assess}"')
    second = opened(client, detail, f'<form method="post" action="{assess}"')
    assert lead.post(assess, first | {"level": "department", "severity": "serious"}).status_code == 302
    answer = client.post(assess, second | {"level": "city", "severity": "serious"})
    assert answer.status_code == 409
    assert re.findall(r'name="take-(\w+)"', answer.content.decode()) == ["level", "level"]
    assert fresh(issue).level == "department"


def test_a_dialog_refuses_with_who_and_what(town: Town, as_user: AsUser) -> None:
    """Two people correct the same contact in dialogs: the second gets the sentence, and what stands is the first's."""
    contact = enterprises.add_contact(
        enterprise=town.large_firm, name="吴厂长", duty="厂长", phone="13800000001", by=town.chen, at=town.now
    )
    address = reverse("enterprises:edit_contact", args=[contact.pk])
    clerk, lead = as_user(town.chen), as_user(town.wang)
    first, second = (
        fields_of(clerk.get(address).content.decode()),
        fields_of(lead.get(address).content.decode()),
    )
    assert clerk.post(address, first | {"duty": "总经理"}).status_code == 302
    htmx = {"HX-Request": "true"}
    answer = lead.post(address, second | {"duty": "董事长"}, headers=htmx)
    assert answer.status_code == 409
    assert town.chen.name in answer.content.decode()
    assert fresh(contact).duty == "总经理"
    assert lead.post(address, second | {"name": "吴大海"}, headers=htmx).status_code == 200
    assert (fresh(contact).name, fresh(contact).duty) == ("吴大海", "总经理")
