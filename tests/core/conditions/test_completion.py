"""What is offered at the cursor."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from fugong.core.conditions import complete
from fugong.core.conditions.dictionary import dictionary
from fugong.enterprises.models import Enterprise


def offered(text: str, language: str = "en") -> list[str]:
    with override(language):
        return [one.name for one in complete(text, len(text), Enterprise)]


CASES = [  # text before the cursor, all of these are offered, none of those
    ("", {"headcount", "size", "not"}, {"=", "and"}),
    ("head", {"headcount"}, {"size", "not"}),
    ("人", {"headcount"}, {"size"}),
    ("headcount ", {"=", ">=", "in", "is empty"}, {"~", "headcount"}),
    ("name ", {"~", "startswith"}, {">"}),
    ("in_area ", {"="}, {"is empty"}),
    ("size = ", {"above-scale", "small"}, {"headcount", "True"}),
    ('size = "ab', {"above-scale", "above-quota"}, {"small"}),
    ("规模 = “规", {"above-scale", "small"}, {"above-quota"}),
    ("is_key = ", {"True", "False"}, {"today"}),
    ("resumption_planned_on < ", {"today"}, {"True"}),
    ("dormitory_people > ", {"dormitory_places", "headcount"}, {"dormitory_people", "size"}),
    ("size in ", {"("}, {"small"}),
    ("size in (", {"small"}, {"("}),
    ("size in ('small'", {"and"}, {"size"}),
    ("headcount > 3 ", {"and", "or"}, {"headcount", ")"}),
    ("(headcount > 3 ", {"and", ")"}, {"headcount"}),
    ("headcount > 3 and ", {"headcount", "size"}, {"and"}),
    ("headcount is ", {"empty"}, {"="}),
    ("size not ", {"in"}, {"size"}),
    ("nonsense ", set(), {"="}),
    ("; $ “", set(), set()),
]


@pytest.mark.parametrize(("text", "some", "none"), CASES)
def test_what_may_come_next(text: str, some: set[str], none: set[str]) -> None:
    with_chinese = "zh-hans" if not text.isascii() else "en"
    found = set(offered(text, with_chinese))
    assert some <= found and not none & found


def test_an_offer_replaces_what_was_typed() -> None:
    with override("zh-hans"):
        (one,) = [one for one in complete("规模 = “规上", 8, Enterprise) if one.name == "above-scale"]
    assert (one.insert, one.from_position, one.label, one.kind) == ("“规上” ", 5, "规上", "value")


def test_every_accepted_name_is_understood_again() -> None:
    """Choosing offers only, from left to right, never leads into an error."""
    from fugong.core.conditions import check

    for language in ("zh-hans", "en"):
        with override(language):
            for name in complete("", 0, Enterprise):
                for operator in complete(name.insert, len(name.insert), Enterprise):
                    text = name.insert + operator.insert
                    values = complete(text, len(text), Enterprise)
                    if name.kind == "name" and values and values[0].kind == "value" and operator.name != "in":
                        check(text + values[0].insert, Enterprise)


def test_the_dictionary_lists_every_name_in_both_languages() -> None:
    page = dictionary()
    assert "| `headcount` | 人数、员工人数、职工人数 | head count | number | column |" in page
    assert "`above-scale` above-scale (industry) (规上、规上工业、规上企业);" in page
    assert "| `village` | 村居 | village | text | measure |" in page
    assert page == dictionary()
