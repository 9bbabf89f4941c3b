"""E5: the ten negative lists of Jiaxing classify from the data; entering raises the cadence, leaving needs evidence."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from urllib.parse import quote

import pytest

from fugong.enterprises.models import Enterprise, Listing
from fugong.issues.models import Issue
from fugong.visits.models import Plan, PlannedVisit
from tests.acceptance.place import PACKS, firms, fugong, visited
from tests.acceptance.reading import cells, page, send, sent, total
from tests.town import NOW

pytestmark = pytest.mark.django_db
LISTS = {
    one["key"]: one for one in tomllib.loads((PACKS / "danzao" / "enterprises.toml").read_text())["risk_list"]
}
# What makes a firm of twenty people meet the condition of one list and of no other.
FACTS = {
    "weak-responsibility": {"has_named_lead": False},
    "labour-intensive": {"headcount": 300},
    "enclosed-premises": {"is_enclosed": True},
    "constant-temperature": {"has_constant_temperature": True},
    "staff-with-symptoms": {"staff_with_symptoms": 1},
    "complex-origins": {"origins": 6},
    "short-of-supplies": {"mask_days": 2},
    "many-earlier-problems": {},
    "crude-emergency-plan": {"has_emergency_plan": False},
    "crowded-dormitories": {"dormitory_people": 41, "dormitory_places": 40},
}
SOUND = {
    "has_named_lead": True,
    "is_enclosed": False,
    "has_constant_temperature": False,
    "staff_with_symptoms": 0,
    "origins": 1,
    "mask_days": 9,
    "has_emergency_plan": True,
}


@pytest.fixture
def ten(danzao):
    """One firm for each list by key, all seen yesterday, beside five sound ones."""
    firms(danzao, danzao.willow, 5, "稳妥", **SOUND)
    made = {key: firms(danzao, danzao.willow, 1, key, **SOUND | facts)[0] for key, facts in FACTS.items()}
    troubled = made["many-earlier-problems"]
    Issue.objects.bulk_create(
        [
            Issue(
                campaign=danzao.campaign,
                area=danzao.willow,
                enterprise=troubled,
                title=f"问题{n}",
                found_at=NOW,
            )
            for n in range(3)
        ]
    )
    return made


def planned_on(danzao, day):
    """The enterprises that the next plan of the town visits on a day."""
    fugong("plan", "--on", day, "--seconds", "0.2", "--user", "zhou")
    plan = Plan.objects.system().filter(on=day).order_by("-version").first()
    return set(PlannedVisit.objects.system().filter(plan=plan).values_list("enterprise_id", flat=True))


def test_each_of_the_ten_lists_takes_its_firm_and_no_sound_one(danzao, ten, as_user):
    assert set(LISTS) == set(FACTS) and len(LISTS) == 10
    client = as_user(danzao.chen)
    sent(client, "enterprises:refresh_lists")
    for key, firm in ten.items():
        address = "/enterprises/?q=" + quote(f'risk_list = "{key}"')
        assert total(client, address) == 1, key
        assert firm.name in page(client, address), key
        assert LISTS[key]["name"]["zh"] in page(client, f"/enterprises/{firm.pk}/listings/"), key
    assert total(client, "/enterprises/?q=" + quote("risk_list is not empty")) == 10
    # The page shows each list with one firm on it, entered today, and how often it is visited.
    rows = {row[0].split()[0]: row for row in cells(page(client, "enterprises:risk_lists"))}
    assert {rows[one["name"]["zh"].split()[0]][2] for one in LISTS.values()} == {"+1"}
    reason = Listing.objects.system().get(risk_list="labour-intensive").reason
    assert "300" in reason, "the reason has the row's own value"


def test_being_listed_makes_the_next_visit_due_sooner(danzao, ten, as_user):
    """A small firm is owed one visit in the campaign; on the list of symptoms it is owed one every day."""
    firm, tomorrow = ten["staff-with-symptoms"], danzao.today + timedelta(days=1)
    visited([(row, danzao.li) for row in Enterprise.objects.system()], danzao.today)
    before = planned_on(danzao, tomorrow)
    assert firm.pk not in before
    sent(as_user(danzao.chen), "enterprises:refresh_lists")
    assert planned_on(danzao, tomorrow) - before >= {firm.pk}
    plan = Plan.objects.system().filter(on=tomorrow).order_by("-version").first()
    board = page(as_user(danzao.zhou), f"/visits/plan/{plan.pk}/?tab=stops")
    assert LISTS["staff-with-symptoms"]["name"]["zh"] in board, "the reason of the stop names the list"


def test_leaving_needs_evidence(danzao, ten, as_user):
    client, firm = as_user(danzao.chen), ten["staff-with-symptoms"]
    sent(client, "enterprises:refresh_lists")
    Enterprise.objects.system().filter(pk__in=[firm.pk, ten["enclosed-premises"].pk]).update(
        staff_with_symptoms=0, is_enclosed=False
    )
    sent(client, "enterprises:refresh_lists")
    on = set(Listing.objects.system().filter(left_at__isnull=True).values_list("risk_list", flat=True))
    assert "staff-with-symptoms" in on, "it waits for a person's evidence"
    assert "enclosed-premises" not in on, "a list that asks for none is left by itself"
    listing = Listing.objects.system().get(risk_list="staff-with-symptoms")
    assert send(client, "enterprises:unlist", listing.pk, reason="").status_code == 422
    sent(client, "enterprises:unlist", listing.pk, reason="员工体温正常，核酸阴性")
    history = page(client, f"/enterprises/{firm.pk}/listings/")
    assert "员工体温正常，核酸阴性" in history and danzao.chen.name in history
    assert not re.search("Take off|移出名单</button>", history.partition("<details")[0])
    assert total(client, "/enterprises/?q=" + quote('risk_list = "staff-with-symptoms"')) == 0


def test_a_person_lists_by_hand_with_a_reason(danzao, ten, as_user):
    client = as_user(danzao.wang)
    firm = Enterprise.objects.system().filter(name__startswith="稳妥").first()
    asked = {"risk_list": "weak-responsibility"}
    assert send(client, "enterprises:list_by_hand", firm.pk, **asked, reason="").status_code == 422
    sent(client, "enterprises:list_by_hand", firm.pk, **asked, reason="负责人三次未到会")
    sent(as_user(danzao.chen), "enterprises:refresh_lists")
    assert "负责人三次未到会" in page(client, f"/enterprises/{firm.pk}/listings/"), "no refresh takes it away"
