"""The ledger's pages: what each shows to whom, and what its forms do."""

import uuid

import pytest
from django.urls import reverse

from fugong.access.models import Reveal
from fugong.core.models import Command
from fugong.enterprises import actions as enterprises
from fugong.enterprises.models import Contact, Enterprise, Listing, Merge, Premises
from fugong.enterprises.rules import PositionSource
from tests.town import firm

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}


def send(client, page, /, *args, htmx=False, **values):
    more = HTMX if htmx else {}
    return client.post(
        reverse(f"enterprises:{page}", args=args), {"command": str(uuid.uuid4()), **values}, **more
    )


def show(client, page, /, *args, **more):
    return client.get(reverse(f"enterprises:{page}", args=args), **more)


def fresh(row):
    return Enterprise.objects.system().get(pk=row.pk)


PAGES = ["list", "place", "duplicates", "risk_lists", "import", "new", "place_areas"]


@pytest.mark.parametrize("name", PAGES)
def test_the_clerk_sees_every_page_of_the_ledger(town, as_user, name):
    assert show(as_user(town.chen), name).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_signs_in_first_and_a_person_without_posting_is_refused(town, as_user, client, name):
    assert show(client, name).status_code == 302
    assert show(as_user(town.bai), name).status_code == 403


@pytest.mark.parametrize("name", ["contacts", "premises", "history_of_listings"])
def test_parts_of_a_file_are_missing_for_another_town(town, as_user, name):
    assert show(as_user(town.li), name, town.large_firm.pk).status_code == 200
    assert show(as_user(town.zhao), name, town.large_firm.pk).status_code == 404
    assert show(as_user(town.qian), name, town.large_firm.pk).status_code == 200
    assert show(as_user(town.qian), name, town.small_firm.pk).status_code == 404


# Enter and correct


def test_a_clerk_enters_and_corrects_an_enterprise(town, as_user):
    client = as_user(town.chen)
    values = {"area": town.pine.pk, "name": "垄畦五金厂", "size": "small", "headcount": 20}
    assert send(client, "new", **values).status_code == 302
    made = Enterprise.objects.system().get(name="垄畦五金厂")
    assert send(client, "edit", made.pk, **values | {"headcount": 25, "version": 1}).status_code == 302
    assert fresh(made).headcount == 25
    again = send(client, "edit", made.pk, **values | {"headcount": 30, "version": 1})
    assert again.status_code == 422
    assert town.chen.name in again.content.decode()


def test_a_wrong_credit_code_is_told_with_the_right_one(town, as_user):
    values = {
        "area": town.pine.pk,
        "name": "垄畦五金厂",
        "size": "small",
        "credit_code": "9135O100M000100Y43",
    }
    answer = send(as_user(town.chen), "new", **values)
    assert answer.status_code == 422
    assert "91350100M000100Y43" in answer.content.decode()


def test_a_grid_lead_enters_only_in_their_own_area(town, as_user):
    values = {"area": town.pine.pk, "name": "垄畦五金厂", "size": "small"}
    assert send(as_user(town.wang), "new", **values).status_code == 422
    assert send(as_user(town.wang), "new", **values | {"area": town.willow.pk}).status_code == 302


# Place


def test_placing_shows_the_next_one(town, as_user):
    second = firm(town, "垄畦五金", "pine", place=False)
    client = as_user(town.chen)
    page = show(client, "place").content.decode()
    assert town.unplaced_firm.name in page
    assert 'data-suggestion="1"' in page  # its village
    answer = send(client, "place_one", town.unplaced_firm.pk, longitude="112.99", latitude="23.01", htmx=True)
    assert second.name in answer.content.decode()
    assert "HX-Trigger" in answer.headers
    assert fresh(town.unplaced_firm).position_source == PositionSource.PLACED


def test_skipping_goes_on_and_the_end_offers_the_beginning(town, as_user):
    page = as_user(town.chen).get(f"{reverse('enterprises:place')}?after={town.unplaced_firm.pk}", **HTMX)
    assert page.status_code == 200
    assert reverse("enterprises:place") in page.content.decode()
    assert "<html" not in page.content.decode()


def test_placing_without_a_point_is_refused(town, as_user):
    assert send(as_user(town.chen), "place_one", town.unplaced_firm.pk).status_code == 409


def test_an_instructor_places_only_what_lies_in_their_area(town, as_user):
    values = {"longitude": "112.99", "latitude": "23.01"}
    assert send(as_user(town.li), "place_one", town.unplaced_firm.pk, **values).status_code == 404
    assert send(as_user(town.feng), "place_one", town.unplaced_firm.pk, **values).status_code == 302


# Twice


def test_a_pair_is_merged_and_the_toast_undoes_it(town, as_user):
    twin = firm(town, "东桥大同五金厂", "willow")
    client = as_user(town.chen)
    Enterprise.objects.system().filter(pk__in=[twin.pk, town.large_firm.pk]).update(
        normalised_name="大同五金厂"
    )
    assert twin.name in show(client, "duplicates").content.decode()
    assert send(client, "merge", kept=town.large_firm.pk, absorbed=twin.pk).status_code == 302
    assert fresh(twin).merged_into == town.large_firm
    merge = Merge.objects.get()
    assert reverse("enterprises:undo_merge", args=[merge.pk]) in show(client, "duplicates").content.decode()
    assert send(client, "undo_merge", merge.pk).status_code == 302
    assert fresh(twin).merged_into is None
    assert send(client, "not_duplicate", first=twin.pk, second=town.large_firm.pk).status_code == 302
    assert f'value="{twin.pk}"' not in show(client, "duplicates").content.decode()


def test_who_may_not_merge(town, as_user):
    values = {"kept": town.large_firm.pk, "absorbed": town.small_firm.pk}
    assert send(as_user(town.wang), "merge", **values).status_code == 403
    assert send(as_user(town.chen), "merge", **values | {"absorbed": town.far_firm.pk}).status_code == 404


# Lists


def test_the_lists_are_refreshed_and_every_number_opens_its_rows(town, as_user):
    client = as_user(town.chen)
    assert send(client, "refresh_lists").status_code == 302
    page = show(client, "risk_lists").content.decode()
    assert "劳动密集型" in page
    rows = client.get(f'{reverse("enterprises:list")}?q=risk_list = "labour-intensive"').content.decode()
    assert town.large_firm.name in rows
    assert town.small_firm.name not in rows


def test_listing_by_hand_and_taking_off(town, as_user):
    client = as_user(town.wang)
    key = town.small_firm.pk
    assert (
        send(client, "list_by_hand", key, htmx=True, risk_list="labour-intensive", reason="看").status_code
        == 422
    )
    answer = send(
        client, "list_by_hand", key, htmx=True, risk_list="labour-intensive", reason="高峰期雇临时工"
    )
    assert "高峰期雇临时工" in answer.content.decode()
    listing = Listing.objects.system().get()
    assert show(client, "unlist", listing.pk).status_code == 200
    gone = send(client, "unlist", listing.pk, htmx=True, reason="临时工已经离开")
    assert gone.headers["HX-Retarget"] == f"#listings-{key}"
    assert "临时工已经离开" in gone.content.decode()
    assert send(as_user(town.li), "unlist", listing.pk, reason="临时工已经离开").status_code == 403


# Contacts and premises


def test_a_phone_is_masked_until_a_reason_is_given_and_is_never_kept(town, as_user):
    client, contact = as_user(town.li), Contact.objects.system().get()
    page = show(client, "contacts", town.large_firm.pk).content.decode()
    assert "10000001234" not in page
    assert "1234" in page
    assert send(client, "reveal", contact.pk, reason="看").status_code == 422
    answer = send(client, "reveal", contact.pk, reason="通知检测时间")
    assert "10000001234" in answer.getvalue().decode()
    assert Reveal.objects.get().by == town.li
    assert not Command.objects.filter(answer__contains="10000001234").exists()


def test_who_may_not_see_a_phone(town, as_user):
    contact = Contact.objects.system().get()
    assert send(as_user(town.he), "reveal", contact.pk, reason="通知检测时间").status_code == 403
    assert send(as_user(town.feng), "reveal", contact.pk, reason="通知检测时间").status_code == 404


def test_the_quota_is_told_in_the_dialog(town, as_user, monkeypatch):
    monkeypatch.setattr("fugong.enterprises.rules.REVEALS_A_DAY", 0)
    answer = send(as_user(town.li), "reveal", Contact.objects.system().get().pk, reason="通知检测时间")
    assert answer.status_code == 422
    assert not Reveal.objects.exists()


def test_contacts_are_entered_corrected_and_ended_in_dialogs(town, as_user):
    client = as_user(town.wang)
    assert show(client, "new_contact", town.small_firm.pk).status_code == 200
    assert send(client, "new_contact", town.small_firm.pk, htmx=True, name="", phone="12").status_code == 422
    answer = send(client, "new_contact", town.small_firm.pk, htmx=True, name="孙二", phone="13800000000")
    assert answer.headers["HX-Trigger"] == "closeDialog"
    contact = Contact.objects.system().get(enterprise=town.small_firm)
    assert "13800000000" not in show(client, "edit_contact", contact.pk).content.decode()
    send(client, "edit_contact", contact.pk, htmx=True, name="孙三", duty="店长")
    assert Contact.objects.system().get(pk=contact.pk).phone.clear() == "13800000000"
    send(client, "end_contact", contact.pk, htmx=True)
    assert Contact.objects.system().get(pk=contact.pk).to_on == town.today


def test_premises_are_entered_corrected_and_removed_in_dialogs(town, as_user):
    client = as_user(town.chen)
    values = {"kind": "dormitory", "name": "宿舍", "capacity": 40, "people": 60, "rooms": 8}
    page = send(client, "new_premises", town.crowded_firm.pk, htmx=True, **values).content.decode()
    assert "7.5" in page
    place = Premises.objects.system().get()
    assert show(client, "edit_premises", place.pk).status_code == 200
    send(client, "edit_premises", place.pk, htmx=True, **values | {"people": 30})
    assert Premises.objects.system().get().people == 30
    send(client, "remove_premises", place.pk, htmx=True)
    assert not Premises.objects.system().exists()


# Queries


@pytest.mark.parametrize("name", ["list", "place", "duplicates", "risk_lists"])
def test_a_page_asks_the_same_number_of_questions_whatever_the_size(town, as_user, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(town.chen)
    counts = []
    for extra in (4, 20):
        for number in range(extra):
            one = firm(town, f"谷粟塑料{extra}{number}制品", "willow", headcount=300 + number, place=False)
            firm(town, one.name.removesuffix("制品"), "willow")
        enterprises.refresh_listings(campaign=town.campaign, at=town.now)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert show(client, name).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
