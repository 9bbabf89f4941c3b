"""What can be written, what it means, and the sentence for what cannot be understood."""

from __future__ import annotations

from typing import Any

import ply.yacc
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import override

from fugong.core.conditions import ConditionError, Field, Moment, apply, check, explain_names
from fugong.core.conditions.binding import bind
from fugong.core.conditions.grammar import Parser
from fugong.core.conditions.vocabulary import vocabulary, vocabulary_of
from fugong.enterprises.models import Contact, Enterprise

SAME = [
    ("headcount >= 300 and size = 'above-scale'", "人数>=300且规模=“规上”"),
    ("headcount >= 300 and size = 'above-scale'", "  HeadCount ≥ 300 AND 规模 为 规上工业 。"),
    ("headcount >= 300 and size = 'above-scale'", "人数大于等于300并且规模等于“above-scale (industry)”"),
    ("size in ('above-scale', 'small')", "规模 在（“规上”，“规下”）中"),
    ("size not in ('above-scale')", "规模不在(“规上”)"),
    ("not (is_key = True or headcount < 3)", "非（重点企业＝是 或 人数＜3）"),
    ("name ~ '厂' and address !~ 'x'", "名称包含“厂”且地址不包含「x」"),
    ("industry is empty", "行业 为空"),
    ("industry is empty", "industry = None"),
    ("industry is not empty", "industry != None"),
    ("headcount >= 300", "300 <= headcount"),
    ("is_key != True", "not (is_key = True)"),
    ("resumption_planned_on <= '2020-02-10'", "计划复工日不晚于2020年2月10日"),
    ("resumption_planned_on = today + 3", "计划复工日 = 今天 + 5 - 2"),
    (
        "headcount = 1 or headcount = 2 and is_key = True",
        "headcount = 1 or (headcount = 2 and is_key = True)",
    ),
    (
        "headcount = 2 and is_key = True or headcount = 1",
        "(headcount = 2 and is_key = True) or headcount = 1",
    ),
    ("headcount > -3", "headcount > - (3)"),
    ("credit_code startswith '9144'", "credit_code startswith 9144"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_to_say_the_same(one: str, other: str) -> None:
    assert bind(one, Enterprise) == bind(other, Enterprise)


WRONG = [  # text, position, part of the sentence, a suggestion
    ("headcnt > 3", 0, "“headcnt” is no known name. Near it: headcount", "headcount"),
    ("人数 > 3 且 规摸 = 规上", 9, "“规摸” is no known name", "规模"),
    ("人数>3且规摸=规上", 5, "“规摸” is no known name", "规模"),
    ("password = 'x'", 0, "All names: name, credit_code", "name"),
    ("campaign__name = 'x'", 0, "is no known name", ""),
    ("contacts.phone = 'x'", 0, "is no known name", ""),
    ("size = 'big'", 7, "Its values: above-scale (industry), above-quota", "small"),
    ("headcount > 'abc'", 12, "head count is a number, but 'abc' is not.", ""),
    ("is_key = 'perhaps'", 9, "yes or no", ""),
    ("resumption_planned_on > '2020-02-30'", 24, "planned resumption is a day", ""),
    ("resumption_planned_on > today + 999999", 30, "too far away", ""),
    ("resumption_planned_on > today + 1.5", 30, "whole days", ""),
    ("name > 'a'", 5, "only with =, !=, ~", "startswith"),
    ("name ~ ''", 7, "A text to look for", ""),
    ("headcount > name", 12, "name is a text: they cannot be compared", ""),
    ("headcount + name > 3", 12, "only numbers can be calculated with", ""),
    ("in_area is empty", 8, "it cannot be compared with is empty", "="),
    ("3 > 2", 2, "two fixed values", ""),
    ("headcount >", 11, "stops too early: a value is expected", ""),
    ("headcount > 3 headcount", 14, "“and”, “or” or the end", ""),
    ("headcount > 3 and", 17, "a name is expected", ""),
    ("headcount", 9, "a comparison such as", ""),
    ("(headcount > 3", 0, "bracket is not closed", ""),
    ("headcount in 3", 13, "a list in brackets", ""),
    ("headcount in (mask_days)", 14, "fixed values only", ""),
    ("name = 'a", 7, "not closed with a quotation mark", ""),
    ("name = 'a'; drop table x", 10, "“;” has no meaning", ""),
    (r"name = '\ud800'", 7, "cannot be stored", ""),
    ("headcount > 1" + "0" * 3000, 12, "too large", ""),
    ("headcount > 1e-99", 12, "too small", ""),
    ("x" * 4001, 4000, "longer than 4000", ""),
    ("(" * 60 + "headcount > 1" + ")" * 60, 10, "nested deeper than 50", ""),
    ("not " * 900 + "headcount > 1", None, "nested deeper than 50", ""),
    ("headcount > " + "-" * 900 + "mask_days", None, "nested deeper than 50", ""),
    (" or ".join(["size=1"] * 300), None, "more than 200 values", ""),
    ("headcount > 1" + "+1" * 20, None, "too long", ""),
]


@pytest.mark.parametrize(("text", "position", "part", "suggestion"), WRONG)
def test_what_cannot_be_understood_is_a_sentence_with_its_place(
    text: str, position: int | None, part: str, suggestion: str
) -> None:
    with override("en"), pytest.raises(ConditionError) as raised:
        check(text, Enterprise)
    with override("en"):
        assert str(raised.value).endswith(f"(column {raised.value.position + 1})")
    assert part in raised.value.sentence
    assert position is None or raised.value.position == position
    assert not suggestion or suggestion in raised.value.suggestions


def test_sentences_are_in_the_language_of_the_reader() -> None:
    with override("zh-hans"), pytest.raises(ConditionError) as raised:
        check("人数 > 'abc'", Enterprise)
    assert raised.value.sentence == "人数是数字，而 'abc' 不是。"


def test_an_empty_text_changes_nothing(rows: list[Any], moment: Moment) -> None:
    everything = Enterprise.objects.system()
    assert apply(everything, " \u3000。", moment) is everything
    check("", Enterprise)


def test_only_the_measures_that_are_used_are_annotated(rows: list[Any], moment: Moment) -> None:
    plain = apply(Enterprise.objects.system(), "headcount > 3", moment)
    assert not plain.query.annotations
    used = apply(Enterprise.objects.system(), "村居 = '柳村'", moment)
    assert set(used.query.annotations) == {"village"}
    assert {row.village for row in used} == {"柳村"}
    assert apply(used, "village != '松村'", moment).count() == used.count()


def test_the_names_that_a_text_uses() -> None:
    found = explain_names("人数 > 宿舍床位 * 2 or 负面清单 为空 or headcount = 3", Enterprise)
    assert [field.name for field in found] == ["headcount", "dormitory_places", "risk_list"]


def test_the_grammar_has_no_two_readings() -> None:
    """The generator reports conflicts and unused rules; leaving out inherited rules is meant."""

    class Reports(ply.yacc.NullLogger):  # type: ignore[misc]
        heard: list[str] = []

        def __getattribute__(self, name: str) -> Any:
            heard = Reports.heard
            return lambda message, *values, **named: heard.append(message % values if values else message)

    ply.yacc.yacc(module=Parser(), debug=False, write_tables=False, errorlog=Reports())
    assert [line for line in Reports.heard if "not defined as a function" not in line] == []


def test_sealed_and_undeclared_columns_cannot_be_declared() -> None:
    with pytest.raises(ImproperlyConfigured, match="is sealed"):
        vocabulary(Contact, [Field("phone", zh="电话")])
    with pytest.raises(ImproperlyConfigured, match="no forward relation"):
        vocabulary(Contact, [Field("reasons", column="enterprise__listings__reason")])
    with pytest.raises(ImproperlyConfigured, match="no vocabulary"):
        vocabulary_of(Contact)


def test_a_word_means_one_thing_only() -> None:
    with pytest.raises(ImproperlyConfigured, match="means both"):
        vocabulary(Contact, [Field("name", zh="姓名"), Field("duty", zh="姓名")])
