"""`fugong plan`: several days, JSON for other programs, and what a person accepts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from fugong.cli import main
from fugong.visits.models import Plan

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Any:
    return CliRunner(env={"LC_ALL": "C"}).invoke(main, ["plan", "--seconds", "0.3", *arguments])


def test_each_day_is_told_on_a_line_of_its_own(town: Any) -> None:
    result = run("--on", town.today.isoformat(), "--days", "2")
    assert result.exit_code == 0, result.output
    lines = result.stdout.strip().splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "Version 1 for 2020-02-19",
        "Version 1 for 2020-02-20",
    ]
    assert all(line.endswith(" of 4 visits by the usual officer") for line in lines[:1]), lines
    assert Plan.objects.system().count() == 2


def test_json_holds_every_visit_with_its_reasons(town: Any) -> None:
    result = run("--on", town.today.isoformat(), "--json")
    (plan,) = json.loads(result.stdout)
    assert (plan["on"], plan["planned"], plan["status"]) == ("2020-02-19", 4, "proposed")
    assert {visit["officer"] for visit in plan["visits"]} == {"李指导", "冯指导"}
    assert plan["usual"] <= plan["owned"] == 4
    assert all(visit["why"] and visit["from"] < visit["to"] for visit in plan["visits"])


def test_all_days_are_accepted_by_the_person_named(town: Any) -> None:
    result = run("--on", town.today.isoformat(), "--days", "2", "--user", "zhou", "--accept")
    assert result.exit_code == 0, result.output
    plans = Plan.objects.system().all()
    assert {(plan.status, plan.accepted_by) for plan in plans} == {("accepted", town.zhou)}


@pytest.mark.parametrize("days", ["0", "8"])
def test_so_many_days_cannot_be_planned(town: Any, days: str) -> None:
    assert run("--days", days).exit_code == 2
