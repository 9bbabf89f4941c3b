"""Laws of the risk lists and of figures, for random ledgers and random conditions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import assume, given
from hypothesis import strategies as st

from fugong.core import conditions
from fugong.core.conditions.binding import bind
from fugong.core.exports.writers import path_of
from fugong.core.models import Export
from fugong.enterprises import actions as enterprises
from fugong.enterprises.models import Enterprise, Listing
from fugong.enterprises.queries import risk_lists
from fugong.insight import queries
from tests.core.conditions.conftest import rows  # noqa: F401 (a fixture)
from tests.core.conditions.test_law import conditions as any_condition
from tests.gates.amount import tried
from tests.pack import indicator

pytestmark = pytest.mark.django_db
NUMBER = st.sampled_from([None, 0, 6, 40, 60, 299, 300, 412])
change = st.tuples(
    st.integers(0, 4), st.sampled_from(["headcount", "dormitory_people", "dormitory_places"]), NUMBER
)


@contextmanager
def undone() -> Iterator[None]:
    """What an example writes is gone before the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@given(days=st.lists(st.tuples(st.lists(change, max_size=4), st.booleans()), min_size=1, max_size=4))
@tried(25, 2_000)
def test_a_refresh_run_again_changes_nothing_and_lists_what_holds(town: Any, days: Any) -> None:
    """Some days of changes in the ledger, sometimes a listing ended by hand; a refresh after each of them."""
    with undone():
        at = town.now
        for changes, by_hand in days:
            at += timedelta(days=1)
            for number, name, value in changes:
                firm = list(town.firms.values())[number]
                Enterprise.objects.system().filter(pk=firm.pk).update(**{name: value})
            standing = Listing.objects.system().in_force().order_by("pk").first()
            if by_hand and standing:
                enterprises.unlist(listing=standing, reason="已提供证明", by=town.chen, at=at)
            refreshed_twice(town, at)
            lists_hold(town, at)


def refreshed_twice(town: Any, at: Any) -> None:
    enterprises.refresh_listings(campaign=town.campaign, at=at)
    before = list(Listing.objects.system().order_by("pk").values())
    again = enterprises.refresh_listings(campaign=town.campaign, at=at)
    assert (again.entered, again.left) == (0, 0)
    assert list(Listing.objects.system().order_by("pk").values()) == before
    spots = [(row["enterprise_id"], row["risk_list"]) for row in before if row["left_at"] is None]
    assert len(spots) == len(set(spots)) == again.in_force


def lists_hold(town: Any, at: Any) -> None:
    """On a list are those whose condition holds; besides, those waiting for evidence; not those set aside by hand."""
    moment = conditions.Moment(town.campaign.pk, at.date(), at)
    for one in risk_lists(town.campaign, moment.on):
        found = conditions.apply(Enterprise.objects.system(), one.condition, moment)
        holding = set(found.values_list("pk", flat=True))
        listed = set(
            Listing.objects.system()
            .in_force()
            .filter(risk_list=one.key)
            .values_list("enterprise_id", flat=True)
        )
        by_hand = set(
            Listing.objects.system()
            .filter(risk_list=one.key, left_by__isnull=False)
            .values_list("enterprise_id", flat=True)
        )
        assert holding - listed <= by_hand, "the condition holds, and it is not on the list"
        assert one.evidence_needed or listed <= holding, "on the list, and the condition does not hold"


@given(condition=any_condition)
@tried(10, 500)
def test_a_figure_is_the_total_of_its_list_and_the_rows_of_its_file(
    town: Any,
    rows: Any,  # noqa: F811
    as_user: Any,
    condition: str,
) -> None:
    """The three come by three ways: one pass in Python, the database's count, the rows written to a file."""
    try:
        bind(condition, Enterprise)
    except conditions.ConditionError:
        assume(False)
    with undone():
        figure = figure_of(town, condition)
        client = as_user(town.chen)
        page = client.get(figure.url_n)
        assert page.status_code == 200 and not page.context["error"], page.context["error"]
        assert page.context["total"] == figure.n, condition
        assert exported(client, urlsplit(figure.url_n).query) == figure.n, condition


def figure_of(town: Any, condition: str) -> queries.Figure:
    release = town.campaign.release
    release.content["indicators"] = {
        **release.content["indicators"],
        "indicator": [indicator("random", "随机", condition, "")],
    }
    return queries.figure(town.campaign, "random", town.town, town.today, town.now)


def exported(client: Any, state: str) -> int:
    """How many rows stand in the file that the export of the list writes."""
    fields = {"command": uuid4(), "state": state, "form": "csv", "purpose": "核对数字", "columns": ["name"]}
    answer = client.post(reverse("enterprises:export"), fields)
    assert answer.status_code == 302, answer.content.decode()[:500]
    made = Export.objects.latest("pk")
    lines = list(csv.reader(io.StringIO(path_of(made).read_text(encoding="utf-8-sig"))))
    assert made.rows == len(lines) - 1, "one line with the names of the columns, then the rows"
    return made.rows
