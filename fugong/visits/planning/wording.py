"""The sentences of planning over days: when a visit is due next, and what a border costs."""

from __future__ import annotations

from . import explain
from .problem import ReasonCode

SENTENCES: dict[str, tuple[str, str]] = {
    "next_due": ("下次应于{on}走访", "next due on {on}"),
    "nothing_owed": ("本次行动中已走访，无需再访", "visited in this campaign; no further visit is owed"),
    "visited_by_others": ("当天由其他人走访", "visited by others that day"),
    "border_costs": (
        "“{one}”与“{other}”之间不互派：{days}天里多出{overdue}个企业·天的逾期（按风险加权多{share}%）；若互派，路上{way}",
        "The border between {one} and {other} costs {overdue} overdue days of enterprises in {days} days "
        "({share} % more by risk); with it open, ways take {way}",
    ),
    "border_costs_risk": (
        "“{one}”与“{other}”之间不互派：{days}天里按风险加权的逾期多{share}%（逾期的企业·天并不更多）；若互派，路上{way}",
        "The border between {one} and {other} costs {share} % more overdue by risk in {days} days, "
        "though not more overdue days of enterprises; with it open, ways take {way}",
    ),
    "border_way": (
        "“{one}”与“{other}”之间不互派：不增加逾期；{days}天里，若互派，路上{way}",
        "The border between {one} and {other} costs no overdue day in {days} days; with it open, ways take {way}",
    ),
    "border_free": (
        "“{one}”与“{other}”之间不互派：{days}天里没有看得出的代价",
        "The border between {one} and {other} costs nothing noticeable in {days} days",
    ),
    "way_less": ("少走{minutes}分钟", "{minutes} minutes less"),
    "way_more": ("多走{minutes}分钟", "{minutes} minutes more"),
}
LANGUAGES = {"zh-hans": 0, "en": 1}


def sentence(reason: ReasonCode, language: str = "zh-hans") -> str:
    """The reason in words, in "zh-hans" or else in English; the planner's own codes too."""
    texts = SENTENCES.get(reason.code)
    if texts is None:
        return explain.sentence(reason, language)
    column = LANGUAGES.get(language.lower(), 1)
    values = dict(reason.values)
    if "way" in values:
        minutes = int(values["way"])
        values["way"] = SENTENCES["way_less" if minutes > 0 else "way_more"][column].format(
            minutes=abs(minutes)
        )
    return texts[column].format(**values)
