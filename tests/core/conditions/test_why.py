"""Why a row is selected, in its own values."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from fugong.core.conditions import Moment, why, why_many
from fugong.enterprises.models import Enterprise, Listing
from tests.town import NOW, TODAY, Town

SENTENCES = [  # condition, Chinese, English
    (
        "headcount >= 300 and size = 'above-scale'",
        "人数 412 ≥ 300，且 规模 为 规上",
        "head count 412 ≥ 300, and size class is above-scale (industry)",
    ),
    ("headcount < 3 or is_key = True", "重点企业 为 是", "key enterprise is yes"),
    (
        "headcount > 3 or is_key = True",
        "人数 412 > 3，且 重点企业 为 是",
        "head count 412 > 3, and key enterprise is yes",
    ),
    (
        "not (headcount < 300 or size = 'small')",
        "人数 412 ≥ 300，且 规模 为 规上，不是 规下",
        "head count 412 ≥ 300, and size class is above-scale (industry), not small",
    ),
    (
        "dormitory_people > dormitory_places",
        "住宿人数 60 > 宿舍床位 40",
        "people in dormitories 60 > dormitory places 40",
    ),
    (
        "dormitory_people >= headcount * 0.1",
        "住宿人数 60 ≥ 人数 412 × 0.1 = 41.2",
        "people in dormitories 60 ≥ head count 412 × 0.1 = 41.2",
    ),
    (
        "resumption_planned_on <= today + 3",
        "计划复工日 2020-02-20 ≤ 2020-02-22（今天 + 3 天）",
        "planned resumption 2020-02-20 ≤ 2020-02-22 (today + 3)",
    ),
    (
        "name ~ '五金'",
        "名称 “东桥大同五金厂有限公司” 包含 “五金”",
        "name “东桥大同五金厂有限公司” contains “五金”",
    ),
    (
        "size in (规上, 限上)",
        "规模 为 规上，属于：规上、限上",
        "size class is above-scale (industry), one of: above-scale (industry), "
        "above-quota (trade and services)",
    ),
    ("mask_days is empty", "口罩可用天数 未填", "days of masks in stock is not filled in"),
    ("headcount is not empty", "人数 已填：412", "head count is filled in: 412"),
    ("risk_list = 'crowded'", "负面清单 含 “crowded”", "risk lists includes “crowded”"),
    (
        "risk_list != 'fever' and risk_list is not empty",
        "负面清单 不含 “fever”，且 负面清单 有记录",
        "risk lists does not include “fever”, and risk lists has an entry",
    ),
    ("village = '柳村'", "村居 为 “柳村”", "village is “柳村”"),
    (
        "created_at = '2020-02-19'",
        "录入时间 2020-02-19 09:30 等于 2020-02-19",
        "entered at 2020-02-19 09:30 is 2020-02-19",
    ),
]


@pytest.fixture
def large(town: Town) -> Any:
    row = town.large_firm
    row.dormitory_people, row.dormitory_places = 60, 40
    row.resumption_planned_on = TODAY + timedelta(days=1)
    row.save()
    Listing.objects.create(
        enterprise=row,
        risk_list="crowded",
        source="person",
        reason="test",
        entered_at=NOW - timedelta(days=1),
    )
    return row


@pytest.mark.parametrize(("text", "chinese", "english"), SENTENCES)
def test_the_sentence_in_both_languages(
    large: Any, moment: Moment, text: str, chinese: str, english: str
) -> None:
    with override("zh-hans"):
        assert why(text, large, moment) == chinese
        assert why_many(text, Enterprise.objects.system(), moment)[large.pk] == chinese
    with override("en"):
        assert why(text, large, moment) == english


def test_a_row_that_does_not_meet_the_condition_has_no_reason(large: Any, moment: Moment) -> None:
    assert why("headcount < 300", large, moment) == ""
    assert why("mask_days > 3", large, moment) == ""
    assert why("not (mask_days > 3)", large, moment) == ""
    assert why("", large, moment) == ""


def test_queries(large: Any, moment: Moment, django_assert_num_queries: Any) -> None:
    """None for what the row carries, one for the rest, one for any number of rows."""
    with django_assert_num_queries(0):
        why("headcount > 3 and size = 规上", large, moment)
    with django_assert_num_queries(1):
        why("village = '柳村' and risk_list = 'crowded' and headcount > 3", large, moment)
    with django_assert_num_queries(1):
        assert len(why_many("headcount > 3 and risk_list != 'x'", Enterprise.objects.system(), moment)) == 5
    annotated = Enterprise.objects.system().filter(pk=large.pk)
    from fugong.core.conditions import annotate

    row = annotate(annotated, ["village"], moment).get()
    with django_assert_num_queries(0):
        assert why("village = '柳村'", row, moment)
