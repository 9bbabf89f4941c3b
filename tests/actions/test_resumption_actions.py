"""Daily reports and states: what they write, what they refuse, and that nothing said before is lost."""

from __future__ import annotations

from datetime import date

import pytest

from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.resumption import actions, queries
from fugong.resumption.actions import Figures
from fugong.resumption.models import DailyReport, Period
from tests.town import NOW, TODAY, Town


def _report(town: Town, on: date = TODAY, **values: int) -> DailyReport:
    figures = Figures(**{"staff": 412, "on_duty": 206, **values})
    return actions.report(enterprise=town.large_firm, on=on, figures=figures, by=town.qian, at=NOW)


def test_a_report_with_people_on_duty_sets_the_firm_to_resumed(town: Town) -> None:
    assert queries.standing(town.large_firm) is None
    _report(town)
    standing = queries.standing(town.large_firm)
    assert standing is not None
    assert (standing.state, standing.from_on) == ("resumed", TODAY)
    assert queries.silent(town.campaign, TODAY).count() == 0


def test_sending_a_day_again_corrects_it_and_keeps_what_it_said(town: Town) -> None:
    _report(town)
    _report(town, on_duty=300)
    row = DailyReport.objects.system().get(enterprise=town.large_firm, on=TODAY)
    assert row.on_duty == 300
    events = Event.objects.filter(name="resumption.report.taken_in").order_by("pk")
    assert events[1].changes["before"]["on_duty"] == 206
    assert events[1].changes["after"]["on_duty"] == 300


@pytest.mark.parametrize(
    "values",
    [{"staff": 0, "on_duty": 0}, {"on_duty": 413}, {"with_symptoms": 413}, {"capacity_percent": 151}],
)
def test_figures_that_cannot_be_are_refused(town: Town, values: dict[str, int]) -> None:
    with pytest.raises(Refused):
        _report(town, **values)
    assert not DailyReport.objects.system().exists()


def test_tomorrow_cannot_be_reported(town: Town) -> None:
    with pytest.raises(Refused):
        _report(town, on=date(2020, 2, 20))


def test_states_follow_one_another_without_gap(town: Town) -> None:
    for state, day in (("stopped", 10), ("resumed", 12), ("stopped", 15)):
        on = date(2020, 2, day)
        actions.set_state(enterprise=town.small_firm, state=state, on=on, by=town.chen, at=NOW)
    rows = Period.objects.system().filter(enterprise=town.small_firm).order_by("from_on")
    assert [(row.state, row.from_on.day, row.to_on and row.to_on.day) for row in rows] == [
        ("stopped", 10, 12),
        ("resumed", 12, 15),
        ("stopped", 15, None),
    ]


def test_a_state_cannot_begin_before_the_one_before(town: Town) -> None:
    actions.set_state(enterprise=town.small_firm, state="resumed", on=date(2020, 2, 15), by=town.chen, at=NOW)
    with pytest.raises(Refused):
        actions.set_state(
            enterprise=town.small_firm, state="stopped", on=date(2020, 2, 14), by=town.chen, at=NOW
        )


def test_who_works_and_is_silent_is_on_the_list_to_chase(town: Town) -> None:
    actions.set_state(enterprise=town.small_firm, state="resumed", on=TODAY, by=town.chen, at=NOW)
    assert [firm.pk for firm in queries.silent(town.campaign, TODAY)] == [town.small_firm.pk]
