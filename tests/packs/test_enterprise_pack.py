"""The part of a pack about enterprises: what its check finds, and that our packs have none of it."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path

import pytest

from fugong.enterprises.pack import PART
from tests.pack import PACK

PACKS = Path(__file__).resolve().parents[2] / "packs"
TEN = {
    "weak-responsibility",
    "labour-intensive",
    "enclosed-premises",
    "constant-temperature",
    "staff-with-symptoms",
    "complex-origins",
    "short-of-supplies",
    "many-earlier-problems",
    "crude-emergency-plan",
    "crowded-dormitories",
}


def checked(values):
    part = PART.schema.model_validate(values).model_dump(mode="json", by_alias=True)
    return PART.check(part, {"territory": {"areas": [{"name": "柳村"}]}})


@pytest.mark.parametrize("name", ["demo", "danzao", "jiaxing", "zhoushan"])
def test_our_packs_have_the_ten_lists_and_no_problem(name):
    path = PACKS / name / "enterprises.toml"
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    aliases = values.pop("area_alias", [])
    assert checked(values) == []
    assert {row["key"] for row in values["risk_list"]} == TEN
    assert all(dated["source"] for row in values["risk_list"] for dated in row["condition"])
    assert isinstance(aliases, list)


def spoilt(change):
    values = copy.deepcopy(PACK["enterprises"])
    change(values)
    return checked(values)


def test_a_condition_with_an_unknown_name_says_where_and_what_could_stand_there():
    def change(values):
        values["risk_list"][1]["condition"][0]["value"] = "head_count >= 300"

    [problem] = spoilt(change)
    assert problem.key == "risk_list.1.condition.0"
    assert "head_count" in problem.sentence
    assert "headcount" in str(problem)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda values: values["risk_list"].append(values["risk_list"][0]), "labour-intensive"),
        (lambda values: values["risk_list"][0]["condition"][0].update(value=" "), "everybody"),
        (lambda values: values["required"].append({"field": "colour"}), "colour"),
        (lambda values: values["area_alias"].append({"name": "x", "area": "杨村"}), "杨村"),
    ],
)
def test_what_a_schema_cannot_see_is_found(change, told):
    [problem] = spoilt(change)
    assert told in str(problem)


def test_the_parts_of_the_tests_are_whole():
    assert checked(PACK["enterprises"]) == []
