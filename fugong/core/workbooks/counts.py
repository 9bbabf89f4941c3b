"""Head counts and amounts as people write them: 约30人, 30余人, 二十, 1,200, 1.2万."""

import math
import re

from django.utils.translation import gettext as _

from fugong.core.workbooks.reading import lost_digits
from fugong.core.workbooks.values import EMPTY, Cleaned, is_nothing, written

DIGITS = {sign: place for place, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
BIG_DIGITS = dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MOST = 100_000_000

NUMBER = r"(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d+)?"
CHINESE = r"[零〇○一二三四五六七八九十百千万两壹贰叁肆伍陆柒捌玖拾佰仟]+"
BEFORE = (
    r"(?:共有|共计|共|大概有|大概|大约有|大约|约有|约|将近|接近|近|不到|不足|少于|超过|超|多于|至少|不少于|不超过"
    r"|≈|~|>=?|<=?|≥|≤|about|approx\.?|over|under)"
)
AFTER = r"(?:左右|上下|以上|以下|以内|出头|不到)"
COUNTED = r"(?:人|名|个|位|员工|名员工|个人|人员|户|家|间|套|件|只|台|张|persons?|people|staff|employees)"
COUNT = re.compile(
    rf"(?P<before>{BEFORE})?\s*(?P<number>{NUMBER}|{CHINESE})\s*(?P<scale>[万千百])?\s*(?P<more>[余多来]|\+)?"
    rf"\s*(?P<scale2>[万千百])?\s*{COUNTED}?\s*(?P<after>{AFTER}|\+|多)?\s*{COUNTED}?\s*(?P<rest>\(.*\))?",
    re.I,
)
RANGE = re.compile(
    rf"({NUMBER}|{CHINESE})\s*{COUNTED}?\s*(?:-|~|至|到|to)\s*({NUMBER}|{CHINESE})\s*{COUNTED}?(?:左右)?",
    re.I,
)
NONE_WORDS = frozenset({"无", "没有", "暂无", "none", "零", "0人"})
SCALES = {"万": 10_000, "千": 1000, "百": 100, None: 1}


def chinese_number(text: str) -> int | None:
    """二十 is 20, 一百零五 is 105, 两千三百 is 2300, 二〇二〇 is 2020, 一万二千 is 12000. None if it is no
    number.
    """
    digits = DIGITS | BIG_DIGITS
    if text and all(sign in digits for sign in text):
        return int("".join(str(digits[sign]) for sign in text))
    total = section = digit = 0
    for sign in text:
        if sign in digits:
            digit = digits[sign]
        elif sign in UNITS:
            section += (digit or (1 if section == 0 else 0)) * UNITS[sign]
            digit = 0
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        else:
            return None
    return total + section + digit if text else None


def clean_count(value: object) -> Cleaned:
    """A whole number from 0. A range, a fraction or a text without a number is a problem."""
    if type(value) is int and 0 <= value <= MOST:
        return Cleaned(value)
    if isinstance(value, bool):
        return Cleaned(None, problem=_("‘%(text)s’ is not a number.") % {"text": written(value)})
    if isinstance(value, int | float):
        return _whole(float(value), str(value)) if not lost_digits(value) else _too_large(written(value))
    text = written(value)
    if text.isascii() and text.isdigit() and len(text) < 9:
        return Cleaned(int(text))
    if is_nothing(text):
        return EMPTY
    if text.lower() in NONE_WORDS:
        return Cleaned(0)
    return _count_in_words(text)


def _count_in_words(text: str) -> Cleaned:
    if found := RANGE.fullmatch(text):
        return Cleaned(
            None,
            problem=_("‘%(text)s’ is a range. Which number from %(low)s to %(high)s is right?")
            % {"text": text, "low": found[1], "high": found[2]},
        )
    found = COUNT.fullmatch(text)
    number = _number(found["number"]) if found else None
    if not found or number is None:
        return Cleaned(None, problem=_("‘%(text)s’ holds no number that can be read.") % {"text": text})
    cleaned = _whole(number * SCALES[found["scale"]] * SCALES[found["scale2"]], text)
    if cleaned.problem:
        return cleaned
    return cleaned._replace(note=_note(text, cleaned.value, rough=any(found[k] for k in ("before", "more",
    "after")), rest=bool(found["rest"])))  # fmt: skip


def _note(text: str, number: int, *, rough: bool, rest: bool) -> str:
    if rough:
        return _("‘%(text)s’ was taken as about %(number)s.") % {"text": text, "number": number}
    if rest or not text.replace(",", "").isdigit():
        return _("‘%(text)s’ was read as %(number)s.") % {"text": text, "number": number}
    return ""


def _number(text: str) -> float | None:
    if text[0].isdigit():
        return float(text.replace(",", "").replace(" ", ""))
    return chinese_number(text)


def _whole(number: float, text: str) -> Cleaned:
    if number < 0:
        return Cleaned(None, problem=_("‘%(text)s’ is below zero.") % {"text": text})
    if not number <= MOST:  # not a number is not below it either
        return _too_large(text)
    if abs(number - round(number)) > 1e-9:
        return Cleaned(
            None, problem=_("‘%(text)s’ is not a whole number.") % {"text": text}, suggestion=round(number)
        )
    return Cleaned(round(number))


def _too_large(text: str) -> Cleaned:
    return Cleaned(None, problem=_("‘%(text)s’ is too large to be a count.") % {"text": text})


AMOUNT = re.compile(rf"(?P<number>-?{NUMBER})\s*(?P<scale>[万千百亿]|%)?\s*(?P<unit>[^\d]{{0,8}})")


def clean_number(value: object) -> Cleaned:
    """A number with a fraction; 万 and 亿 are multiplied out, % divides by 100, a unit after it is noted."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        sound = math.isfinite(value) and not lost_digits(value)
        return Cleaned(float(value)) if sound else _too_large(written(value))
    text = written(value)
    if is_nothing(text):
        return EMPTY
    found = AMOUNT.fullmatch(text)
    if not found:
        return Cleaned(None, problem=_("‘%(text)s’ is not a number.") % {"text": text})
    number = float(found["number"].replace(",", "").replace(" ", ""))
    number *= {"亿": 1e8, "%": 0.01}.get(found["scale"] or "", SCALES.get(found["scale"], 1))
    note = (
        _("‘%(text)s’ was read as %(number)s.") % {"text": text, "number": f"{number:g}"}
        if found["unit"]
        else ""
    )
    return Cleaned(round(number, 10), note)
