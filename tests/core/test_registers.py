"""One suite for every register: permission, scope, rows alone for htmx, queries, exports, conditions, views.

It runs over the registry, so that a new register is tested by being declared.
"""

import json
import re
import uuid
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from fugong.core.exports import writers
from fugong.core.models import Event, Export, SavedView
from fugong.core.registers import registry
from fugong.core.registers.asked import Asked
from fugong.core.registers.columns import column_of
from fugong.enterprises.models import Contact, Enterprise
from tests.core.ledger import Firms
from tests.town import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.ledger_urls")]

_ = get_resolver("tests.core.ledger_urls").url_patterns  # brings in every module's registers
REGISTERS = sorted((register for register in registry if register.namespace), key=lambda one: one.key)
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "rows"}


@pytest.fixture(params=REGISTERS, ids=lambda register: register.key)
def register(request: Any) -> Any:
    return request.param


def _having(town: Any, permission: Any) -> Any:
    """Somebody of East Bridge who holds a permission; skips when nobody does."""
    held = [person for person in town.people.values() if person.has_permission(permission)]
    held.sort(key=lambda person: not person.has_permission(Firms.take_out))
    if not held:
        pytest.skip(f"nobody of the cast holds {permission}")
    return held[0]


def _lacking(town: Any, permission: Any) -> Any:
    return next(person for person in town.people.values() if not person.has_permission(permission))


def _request(town: Any, person: Any) -> Any:
    request = RequestFactory().get("/")
    request.user, request.campaign, request.now, request.today = person, town.campaign, NOW, TODAY
    return request


def _post(client: Any, path: str, **values: Any) -> Any:
    return client.post(path, {"command": str(uuid.uuid4()), **values})


# Every register


def test_the_list_needs_its_permission(town: Any, as_user: Any, register: Any) -> None:
    assert as_user(_having(town, register.see)).get(register.url("list")).status_code == 200
    assert as_user(_lacking(town, register.see)).get(register.url("list")).status_code == 403


def test_a_stranger_is_sent_to_the_login(town: Any, client: Any, register: Any) -> None:
    answer = client.get(register.url("list"))
    assert answer.status_code == 302 and "next=" in answer["Location"]


def test_every_page_of_a_register_needs_a_permission_and_names_its_methods(register: Any) -> None:
    from fugong.core.registers.addresses import patterns

    for pattern in patterns(register):
        assert pattern.callback._fugong_permission is not None, pattern.name
        assert pattern.callback._fugong_methods, pattern.name


def test_rows_outside_the_scope_are_as_missing_as_ones_that_never_were(
    town: Any, as_user: Any, register: Any
) -> None:
    seer, other = _having(town, register.see), town.zhao
    theirs = set(register.rows(_request(town, other)).values_list("pk", flat=True))
    hidden = register.rows(_request(town, seer)).exclude(pk__in=theirs).first()
    if hidden is None or not other.has_permission(register.see):
        pytest.skip("the cast has no row here that the instructor of the other town may not see")
    client = as_user(other)
    pages = []
    for pk in (hidden.pk, 987_654_321):
        answer = client.get(register.url("detail", pk))
        assert answer.status_code == 404
        # The frame repeats the address that was asked for.
        pages.append(_without_token(answer.content).replace(register.url("detail", pk).encode(), b""))
    assert pages[0] == pages[1]
    assert str(hidden) not in client.get(register.url("list")).content.decode()


def _without_token(page: bytes) -> bytes:
    """The page without what differs at every answer, also of the same address."""
    return re.sub(rb'"X-CSRFToken": "\w+"|name="(command|csrfmiddlewaretoken)" value="[^"]+"', b"", page)


def test_htmx_gets_the_rows_alone(town: Any, as_user: Any, register: Any) -> None:
    client = as_user(_having(town, register.see))
    whole, rows = client.get(register.url("list")), client.get(register.url("list"), **HTMX)
    assert b"<html" in whole.content and b"<html" not in rows.content
    assert b'id="rows"' in whole.content and b'id="rows"' in rows.content


def test_the_detail_page_of_a_row(town: Any, as_user: Any, register: Any) -> None:
    person = _having(town, register.see)
    row = register.rows(_request(town, person)).first()
    if row is None:
        pytest.skip("the cast has no row here")
    assert as_user(person).get(register.url("detail", row.pk)).status_code == 200


def test_every_column_sorts_and_every_filter_filters(town: Any, as_user: Any, register: Any) -> None:
    client = as_user(_having(town, register.see))
    for column in register.shown():
        for sort in (column.name, f"-{column.name}"):
            assert client.get(register.url("list"), {"sort": sort}, **HTMX).status_code == 200, sort
    for name in register.filters:
        for value in ("1", "yes", "unknown", "small", "nonsense", "99999999999999999999"):
            assert client.get(register.url("list"), {name: value}, **HTMX).status_code == 200, (name, value)
    assert client.get(register.url("list"), {"find": "a % _ ' 厂", "page": "77"}, **HTMX).status_code == 200


def test_the_box_completes_and_a_wrong_condition_shows_its_sentence(
    town: Any, as_user: Any, register: Any
) -> None:
    if register.vocabulary() is None:
        pytest.skip("this register has no conditions")
    client = as_user(_having(town, register.see))
    name = register.vocabulary().fields[0].name
    begun = name[:3]
    found = json.loads(client.get(register.url("completion"), {"text": begun, "at": str(len(begun))}).content)
    assert found["from"] == 0 and found["to"] == len(begun) and found["choices"]
    for wrong in ("nothing_known = 1", f"{name} >", "((("):
        page = client.get(register.url("list"), {"q": wrong})
        assert page.status_code == 200 and 'role="alert"' in page.content.decode(), wrong
        assert "<tbody>" not in page.content.decode(), "a wrong condition must not show other rows"


def test_the_export_needs_its_permission(town: Any, as_user: Any, register: Any) -> None:
    if not register.take_out:
        pytest.skip("nothing is taken out of this register")
    assert as_user(_lacking(town, register.take_out)).get(register.url("export")).status_code == 403
    assert as_user(_having(town, register.take_out)).get(register.url("export")).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_rows(town: Any, as_user: Any) -> None:
    client = as_user(town.chen)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get("/test-firms/").status_code == 200
        return len(caught)

    few = queries()
    _many_firms(town, 30)
    assert queries() == few <= 16


def _many_firms(town: Any, count: int) -> None:
    Enterprise.objects.bulk_create(
        Enterprise(
            campaign=town.campaign,
            area=town.willow,
            name=f"某{number:04}厂",
            normalised_name=f"某{number:04}",
            headcount=number,
            created_at=NOW,
        )
        for number in range(count)
    )


# What the list shows


def _names(town: Any, as_user: Any, **query: str) -> set[str]:
    page = as_user(town.chen).get("/test-firms/", query, **HTMX).content.decode()
    return {key for key, firm in town.firms.items() if firm.name in page}


def test_a_figure_opens_exactly_its_rows(town: Any, as_user: Any) -> None:
    assert _names(town, as_user, q="headcount >= 300") == {"large_firm"}
    assert "far_firm" not in _names(town, as_user)


def test_words_and_quick_filters_limit_the_rows(town: Any, as_user: Any) -> None:
    firm = town.large_firm
    assert _names(town, as_user, find=firm.name[1:4]) >= {"large_firm"}
    assert _names(town, as_user, size="above-scale") == {"large_firm"}
    willow = _names(town, as_user, area=str(town.willow.pk))
    assert "large_firm" in willow and "crowded_firm" not in willow
    everywhere = _names(town, as_user, area=str(town.town.pk))
    assert {"large_firm", "crowded_firm"} <= everywhere, "a place takes in what lies below it"


def test_rows_without_a_value_come_last_both_ways(town: Any, as_user: Any) -> None:
    _many_firms(town, 3)
    Enterprise.objects.system().filter(name="某0001厂").update(headcount=None)
    for sort in ("headcount", "-headcount"):
        page = as_user(town.chen).get("/test-firms/", {"sort": sort}, **HTMX).content.decode()
        assert page.index("某0001厂") > page.index("某0002厂")


def test_an_empty_register_says_what_to_do_first(town: Any, as_user: Any) -> None:
    Contact.rows.all().delete()
    Enterprise.rows.all().delete()
    page = as_user(town.chen).get("/test-firms/").content.decode()
    assert reverse("firms:import") in page and "fg-empty" in page


def test_the_map_shows_what_has_a_position(town: Any, as_user: Any) -> None:
    client = as_user(town.chen)
    assert b"fugong-map" in client.get("/test-firms/?tab=map").content
    found = json.loads(client.get("/test-firms/map.geojson?q=headcount >= 300").content)
    (feature,) = found["features"]
    assert feature["properties"]["name"] == town.large_firm.name


def test_a_form_corrects_through_the_action_and_history_tells(town: Any, as_user: Any) -> None:
    client, firm = as_user(town.chen), town.large_firm
    wrong = _post(client, f"/test-firms/{firm.pk}/edit/", name=firm.name, headcount="-3")
    assert wrong.status_code == 422
    done = _post(client, f"/test-firms/{firm.pk}/edit/", name=firm.name, headcount="400")
    assert done.status_code == 302
    page = client.get(done["Location"]).content.decode()
    assert "412 → 400" in page and town.chen.name in page
    made = _post(client, "/test-firms/new/", name="新厂", headcount="7")
    assert made.status_code == 302 and Enterprise.objects.system().filter(name="新厂").exists()
    assert as_user(town.li).get(f"/test-firms/{firm.pk}/edit/").status_code == 403


def test_a_column_that_nobody_knows_stops_at_the_declaration() -> None:
    with pytest.raises(ImproperlyConfigured):
        column_of(Enterprise, "nonsense", Firms.vocabulary())


# Saved views


def test_a_saved_view_comes_back_with_words_and_filters_as_its_condition(town: Any, as_user: Any) -> None:
    client = as_user(town.chen)
    state = "q=headcount+%3E%3D+10&find=%E5%8E%82&size=above-scale&sort=-headcount"
    done = _post(client, "/test-firms/views/", name="大厂", state=state, is_shared="1")
    assert done.status_code == 302
    view = SavedView.objects.get()
    assert view.order == "-headcount" and 'size = "above-scale"' in view.condition
    page = client.get(done["Location"])
    assert page.status_code == 200 and "大厂" in page.content.decode()
    assert 'role="alert"' not in page.content.decode()
    assert "大厂" in as_user(town.li).get("/test-firms/").content.decode(), "shared with everybody"
    assert _post(as_user(town.li), f"/test-firms/views/{view.pk}/delete/").status_code == 404
    assert _post(client, f"/test-firms/views/{view.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_a_wrong_condition_is_not_saved(town: Any, as_user: Any) -> None:
    assert _post(as_user(town.chen), "/test-firms/views/", name="x", state="q=foo+%3D+1").status_code == 409
    assert not SavedView.objects.exists()


def test_ones_own_view_stays_ones_own(town: Any, as_user: Any) -> None:
    _post(as_user(town.chen), "/test-firms/views/", name="私有", state="q=headcount+%3E+1")
    assert "私有" not in as_user(town.li).get("/test-firms/").content.decode()


# Exports


def _export(client: Any, **values: Any) -> Export | None:
    asked = {"purpose": "日报附表", "columns": ["name", "headcount"], "form": "xlsx", "state": "", **values}
    assert _post(client, "/test-firms/export/", **asked).status_code in {302, 409}
    return Export.objects.order_by("-pk").first()


def test_an_export_holds_exactly_the_rows_of_the_list_and_its_watermark(town: Any, as_user: Any) -> None:
    client = as_user(town.chen)
    made = _export(client, state="q=headcount+%3E%3D+300")
    assert made is not None and made.rows == 1 and made.condition == "headcount >= 300"
    book = openpyxl.load_workbook(BytesIO(client.get(f"/test-firms/exports/{made.pk}/").content))
    lines = [[cell for cell in row if cell is not None] for row in book.active.iter_rows(values_only=True)]
    assert lines[1] == [town.large_firm.name, 412]
    assert town.chen.name in lines[-1][0] and "日报附表" in lines[-1][0]
    event = Event.objects.get(name="core.export.taken_out")
    assert event.changes["purpose"] == "日报附表" and event.changes["rows"] == 1


def test_a_text_is_never_a_formula_in_an_export(town: Any, as_user: Any) -> None:
    Enterprise.objects.system().filter(pk=town.large_firm.pk).update(name='=HYPERLINK("http://x")')
    client = as_user(town.chen)
    made = _export(client, form="csv", state="q=headcount+%3E%3D+300")
    assert made is not None
    assert "'=HYPERLINK" in client.get(f"/test-firms/exports/{made.pk}/").content.decode("utf-8-sig")


def test_a_map_file_holds_positions(town: Any, as_user: Any) -> None:
    client = as_user(town.chen)
    made = _export(client, form="geojson")
    assert made is not None
    found = json.loads(client.get(f"/test-firms/exports/{made.pk}/").content)
    assert len(found["features"]) == made.rows > 0 and town.chen.name in found["watermark"]


@pytest.mark.parametrize("wrong", [{"purpose": "x"}, {"columns": ["phone"]}, {"form": "exe"}])
def test_an_export_without_purpose_columns_or_kind_is_refused(town: Any, as_user: Any, wrong: Any) -> None:
    assert _export(as_user(town.chen), **wrong) is None


def test_only_the_owner_fetches_a_file_and_only_in_its_time(town: Any, as_user: Any) -> None:
    made = _export(as_user(town.chen))
    assert made is not None
    path = f"/test-firms/exports/{made.pk}/"
    assert as_user(town.li).get(path).status_code == 403
    other = Export.objects.get(pk=made.pk)
    other.owner_id = town.li.pk
    other.save()
    assert as_user(town.chen).get(path).status_code == 404
    Export.objects.update(owner_id=town.chen.pk, expires_at=timezone.now() - timedelta(minutes=1))
    assert as_user(town.chen).get(path).status_code == 404
    assert as_user(town.chen).get("/test-firms/exports/").status_code == 200


def test_files_are_private_and_swept_when_their_time_is_over(town: Any, as_user: Any) -> None:
    made = _export(as_user(town.chen))
    assert made is not None
    path = Path(writers.path_of(made))
    assert path.stat().st_mode & 0o077 == 0 and len(path.stem) >= 32
    assert writers.sweep(timezone.now()) == 0 and path.exists()
    assert writers.sweep(made.expires_at + timedelta(hours=2)) == 1 and not path.exists()


def test_sealed_values_are_masked_in_lists_and_files(town: Any) -> None:
    column = column_of(Contact, "phone", None)
    contact = Contact.rows.get(enterprise=town.large_firm)
    assert column.sealed and column.sort == ""
    assert column.value(contact) == "100****1234" and "0000" not in str(column.text(contact))


def test_the_state_of_a_list_is_its_address() -> None:
    from django.http import QueryDict

    query = "q=headcount+%3E+3&find=%E5%8E%82&size=small&sort=-name"
    asked = Asked.of(Firms, QueryDict(query + "&nonsense=1"))
    assert asked.query() == f"?{query}" and asked.limits
