"""C2: programs read and file requests in the language of Open311 GeoReport v2; nothing personal comes out of it."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fugong.core.models import Taken
from fugong.issues.models import ApiClient, HandOver, Issue, IssueMerge
from fugong.issues.open311.answers import answer
from tests.acceptance.place import firms
from tests.acceptance.reading import page, send, sent, text_of
from tests.gates.amount import tried

pytestmark = pytest.mark.django_db
API = "/api/open311/v2/"


@pytest.fixture
def key(danzao, as_user):
    shown = send(as_user(danzao.shen), "issues:clients", name="市民热线")
    content = b"".join(shown).decode()
    return re.search(r'fg-code fg-strong">([\w-]+)<', content)[1]


def get(path, **query):
    return Client().get(API + path, query)


def file(key, **fields):
    given = {
        "api_key": key,
        "service_code": "medicine",
        "attribute[urgent]": "yes",
        "lat": "22.951",
        "long": "112.921",
    }
    return Client().post(f"{API}requests.json", {**given, **fields})


def number(response):
    assert response.status_code == 200, response.content.decode()
    return int(response.json()[0]["service_request_id"])


def test_discovery_names_the_endpoint_in_both_forms(danzao):
    said = get("discovery.json").json()
    assert said["endpoints"][0]["url"].endswith("/api/open311/v2")
    root = ElementTree.fromstring(get("discovery.xml").content)
    assert root.findtext("endpoints/endpoint/specification") == "http://wiki.open311.org/GeoReport_v2"


def test_services_are_the_public_kinds_with_their_own_fields(danzao):
    rows = {row["service_code"]: row for row in get("services.json").json()}
    assert set(rows) == {"medicine", "opinions"}
    assert rows["medicine"]["metadata"] is True and rows["opinions"]["metadata"] is False
    attribute = get("services/medicine.json").json()["attributes"][0]
    assert (attribute["code"], attribute["datatype"], attribute["required"]) == (
        "urgent",
        "singlevaluelist",
        True,
    )
    assert [value["key"] for value in attribute["values"]] == ["yes", "no"]
    root = ElementTree.fromstring(get("services.xml").content)
    assert [one.findtext("service_code") for one in root.findall("service")] == list(rows)
    assert ElementTree.fromstring(get("services/medicine.xml").content).tag == "service_definition"


def test_a_program_files_a_request_and_follows_it(danzao, key, as_user):
    response = file(key, description="老人断药两天\n住址不便说")
    pk = number(response)
    notice = response.json()[0]["service_notice"]
    row = get(f"requests/{pk}.json").json()[0]
    assert (row["status"], row["service_code"], row["agency_responsible"]) == ("open", "medicine", "卫生健康")
    assert pk in [int(one["service_request_id"]) for one in get("requests.json").json()]
    issue = Issue.objects.system().get(pk=pk)
    assert issue.answers == {"urgent": True} and issue.area == danzao.willow
    status = re.search(r"(/issues/status/[^ ]+/)", notice)[1]
    assert "老人断药两天" in page(Client(), status)
    token = status.split("/")[3]
    assert get(f"tokens/{token}.json").json()[0]["service_request_id"] == str(pk)
    sun = as_user(danzao.sun)
    sent(sun, "issues:accept", HandOver.objects.system().get().pk)
    sent(sun, "issues:solve", pk, text="已送药")
    sent(as_user(danzao.wang), "issues:verify", pk)
    assert get(f"requests/{pk}.json").json()[0]["status"] == "closed"


def test_nothing_personal_and_no_free_text_comes_out(danzao, key):
    canaries = {
        "description": "金丝雀描述",
        "phone": "13900001111",
        "first_name": "金丝雀名",
        "last_name": "雀",
        "address_string": "金丝雀路1号",
        "email": "canary@example.org",
    }
    pk = number(file(key, **canaries))
    for path in (f"requests/{pk}.json", f"requests/{pk}.xml", "requests.json", "requests.xml"):
        body = get(path).content.decode()
        assert str(pk) in body
        assert not [word for word in canaries.values() if word in body and len(word) > 1]
    row = get(f"requests/{pk}.json").json()[0]
    danzao.willow.refresh_from_db()
    assert (row["lat"], row["long"]) == (danzao.willow.latitude, danzao.willow.longitude), "the area's point"


def test_what_is_not_public_is_not_there(danzao, key, as_user):
    firm = firms(danzao, danzao.willow, 1, "五金")[0]
    sent(as_user(danzao.li), "issues:find", firm.pk, title="暗处", severity="minor")
    hidden = Issue.objects.system().get()
    assert get(f"requests/{hidden.pk}.json").status_code == 404
    assert get("requests.json", service_request_id=hidden.pk).json() == []
    assert get("services/problem.json").status_code == 404


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "made-up"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "nothing"}, 404),
        ({"jurisdiction_id": "elsewhere"}, 404),
        ({"attribute[urgent]": ""}, 400),
        ({"attribute[urgent]": "perhaps"}, 400),
        ({"lat": "", "long": ""}, 400),
        ({"lat": "nan"}, 400),
        ({"lat": "48.1", "long": "11.5"}, 400),
        ({"lat": "", "long": "", "address_id": "999999"}, 400),
        ({"description": "长" * 4001}, 400),
    ],
)
def test_a_wrong_filing_is_refused_in_the_form_of_the_specification(danzao, key, fields, status):
    response = file(key, **fields)
    assert response.status_code == status
    (error,) = response.json()
    assert error["code"] == status and error["description"]
    assert not Issue.objects.system().exists()


def test_the_key_of_another_campaign_and_an_ended_key_file_nothing(danzao, key, as_user):
    sent(as_user(danzao.shen), "issues:end_client", ApiClient.objects.get().pk)
    assert file(key).status_code == 403


def test_a_resend_with_its_key_files_once(danzao, key):
    headers = {"Idempotency-Key": str(uuid4())}
    fields = {
        "api_key": key,
        "service_code": "medicine",
        "attribute[urgent]": "yes",
        "lat": "22.951",
        "long": "112.921",
    }
    client = Client(headers=headers)
    first, again = (client.post(f"{API}requests.json", fields) for _n in range(2))
    assert number(first) == number(again)
    assert Issue.objects.system().count() == 1


def test_filters_of_the_list(danzao, key):
    one, two = number(file(key)), number(file(key, service_code="opinions"))
    found = lambda **query: [int(row["service_request_id"]) for row in get("requests.json", **query).json()]  # noqa: E731
    assert found(service_code="opinions") == [two]
    assert found(service_request_id=f"{one},{two}", service_code="opinions") == [two, one], (
        "numbers go before all else"
    )
    assert found(status="closed") == [] and found(status="open,closed") == [two, one]
    assert found(start_date="2020-01-01T00:00:00Z", end_date="2020-02-01T00:00:00Z") == []
    assert found(start_date="2020-02-01T00:00:00+08:00") == [two, one]
    for wrong in (
        {"start_date": "2019-01-01", "end_date": "2020-01-01"},
        {"start_date": "gestern"},
        {"status": "maybe"},
    ):
        assert get("requests.json", **wrong).status_code == 400


def test_a_merged_request_says_where_it_goes_on(danzao, key, as_user):
    one, two = number(file(key)), number(file(key))
    sent(as_user(danzao.wang), "issues:merge", kept=one, absorbed=two)
    row = get(f"requests/{two}.json").json()[0]
    assert row["status"] == "closed" and str(one) in row["status_notes"]
    assert IssueMerge.objects.count() == 1


def test_calls_are_counted_and_too_many_are_refused(danzao, key):
    get("services.json")
    Taken.objects.filter(what="api GET").update(times=1200)
    response = get("services.xml")
    assert response.status_code == 429 and response["Retry-After"]
    assert ElementTree.fromstring(response.content).findtext("error/code") == "429"


def test_other_methods_and_forms_are_answered_in_the_form_of_errors(danzao):
    assert Client().delete(f"{API}requests.json").status_code == 405
    assert Client().post(f"{API}services.json").status_code == 405
    assert ElementTree.fromstring(get("services.html").content).tag == "errors"


def test_only_an_administrator_makes_keys(danzao, as_user):
    assert as_user(danzao.zhou).get("/issues/clients/").status_code == 403
    assert "Open311" in text_of(page(as_user(danzao.shen), "issues:clients"))


@given(text=st.text(max_size=60))
def test_every_text_survives_xml(text):
    root = ElementTree.fromstring(answer("xml", "services", [{"service_name": text}]).content)
    kept = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    assert (root.findtext("service/service_name") or "") == kept.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(
            [
                "service_code",
                "lat",
                "long",
                "address_string",
                "address_id",
                "description",
                "phone",
                "attribute[urgent]",
                "jurisdiction_id",
                "first_name",
            ]
        ),
        st.text(max_size=30) | st.sampled_from(["medicine", "opinions", "yes", "22.95", "1e308", "-0", "１"]),
    )
)
def test_no_filing_breaks_the_call(danzao, key, fields):
    Taken.objects.all().delete()
    response = file(key, **fields)
    assert response.status_code in (200, 400, 403, 404), response.content.decode()[:300]
    assert isinstance(response.json(), list)


@pytest.fixture
def one_connection():
    """The product's own entry would close the connection after each answer, and the test's transaction with it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_calls_keep_to_their_own_description(danzao, key, one_connection):
    """Schemathesis makes calls from the OpenAPI document and holds every answer against it: 20 of each, 200 at night."""
    schemathesis = pytest.importorskip("schemathesis")
    from django.core.wsgi import get_wsgi_application
    from schemathesis.specs.openapi.checks import positive_data_acceptance as said_more

    schema = schemathesis.openapi.from_wsgi(f"{API}openapi.json", get_wsgi_application())
    operations = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @tried(20, 200)
        @given(case=operation.as_strategy())
        def holds(case):
            Taken.objects.all().delete()
            if isinstance(case.body, dict):
                case.body = case.body | {"api_key": key}
            # What a pack allows (choices, places, 90 days) is more than a schema can say.
            case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=[said_more])

        holds()
        operations += 1
    assert operations == 7


def test_the_clock_of_the_kind_runs_for_filed_requests_too(danzao, key):
    issue = Issue.objects.system().get(pk=number(file(key)))
    assert issue.due_at - issue.found_at == timedelta(hours=24)
    assert issue.secret and issue.requester.client.name == "市民热线"
