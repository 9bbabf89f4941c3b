"""B4, its part that is here: phones are sealed and masked; one is opened with a reason, on record for the privacy officer."""

from __future__ import annotations

import pytest
from django.db import connection

from fugong.enterprises.models import Contact
from tests.acceptance.place import firms, fugong, speaks_for
from tests.acceptance.reading import page, send, sent

pytestmark = pytest.mark.django_db
PHONE = "10000001234"


@pytest.fixture
def contact(danzao):
    (firm,) = firms(danzao, danzao.willow, 1, "大")
    return speaks_for(danzao, firm, PHONE)


def test_the_number_is_not_in_the_database_nor_on_any_page(danzao, contact, as_user):
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM enterprises_contact")
        assert PHONE not in str(cursor.fetchone()[0])
    for person in (danzao.zhou, danzao.chen, danzao.wang, danzao.li, danzao.he):
        for address in (
            f"/enterprises/{contact.enterprise_id}/contacts/",
            f"/dossier/{contact.enterprise_id}/",
        ):
            assert PHONE not in page(as_user(person), address)
    assert PHONE[-4:] in page(as_user(danzao.li), f"/enterprises/{contact.enterprise_id}/contacts/"), (
        "masked, not gone"
    )


def test_opening_needs_a_reason_and_is_seen_by_the_privacy_officer(danzao, contact, as_user):
    li = as_user(danzao.li)
    assert send(li, "enterprises:reveal", contact.pk, reason="").status_code == 422
    answer = send(li, "enterprises:reveal", contact.pk, reason="通知明日核酸检测时间")
    assert PHONE in answer.getvalue().decode()
    log = page(as_user(danzao.mo), "access:reveals")
    assert danzao.li.name in log and "通知明日核酸检测时间" in log and contact.enterprise.name in log
    assert PHONE not in log
    assert "the chain is whole" in fugong("audit", "verify").output
    assert as_user(danzao.li).get("/access/reveals/").status_code == 403


def test_roles_without_the_right_and_strangers_open_nothing(danzao, contact, as_user):
    asked = {"reason": "想知道他的电话"}
    assert send(as_user(danzao.he), "enterprises:reveal", contact.pk, **asked).status_code == 403
    assert send(as_user(danzao.zhao), "enterprises:reveal", contact.pk, **asked).status_code == 404
    assert "想知道他的电话" not in page(as_user(danzao.mo), "access:reveals")


def test_a_number_typed_on_the_page_is_sealed_too(danzao, contact, as_user):
    sent(
        as_user(danzao.chen),
        "enterprises:new_contact",
        contact.enterprise_id,
        name="孙二",
        duty="",
        phone="13800000000",
    )
    made = Contact.objects.system().latest("pk")
    assert made.phone.clear() == "13800000000"
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM enterprises_contact WHERE id = %s", [made.pk])
        assert "13800000000" not in str(cursor.fetchone()[0])
