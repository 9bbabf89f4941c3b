"""Cleans one cell to a value, or says in a sentence what is wrong with it. Dates, counts and codes have own
files.
"""

import difflib
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fugong.core.workbooks.codes import clean_credit_code
from fugong.core.workbooks.counts import clean_count, clean_number
from fugong.core.workbooks.dates import clean_date
from fugong.core.workbooks.fields import Choice, Field
from fugong.core.workbooks.names import tidy
from fugong.core.workbooks.reading import lost_digits
from fugong.core.workbooks.values import EMPTY, Cleaned, half_width, is_nothing, written

YES = frozenset("是 有 √ ✓ ✔ ☑ y yes true t 1 对 已 需要 需 on".split())
NO = frozenset("否 无 没有 × ✗ ✘ ✕ x n no false f 0 不 不是 未 不需要 不需 没 ☐ off".split())


def clean(field: Field, value: object, *, year: int) -> Cleaned:
    """One cell of one field. `year` completes dates that name none. A required cell must not be empty."""
    cleaned = EMPTY if value is None else _cleaner(field, year)(value)
    if field.required and cleaned.value is None and not cleaned.problem:
        return Cleaned(None, problem=_("%(label)s is missing.") % {"label": label_of(field)})
    return cleaned


def label_of(field: Field) -> str:
    """The field's label in the language of the moment."""
    return field.label_zh if _in_chinese() else field.label_en


def _in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _cleaner(field: Field, year: int) -> Callable[[object], Cleaned]:
    if field.kind == "date":
        return lambda value: clean_date(value, year=year)
    if field.kind == "choice":
        return lambda value: clean_choice(value, field.choices)
    return CLEANERS[field.kind]


def clean_text(value: object) -> Cleaned:
    """Text as written, without blanks at its ends. A code that lost its digits in the sheet is a problem."""
    if lost_digits(value):
        return Cleaned(
            None,
            problem=_(
                "‘%(text)s’ is a number of more than 15 digits: the sheet has already lost the last ones."
            )
            % {"text": value},
        )
    if isinstance(value, str):
        text = value.strip(" \t\r\n\u3000\xa0\ufeff\u200b")
        quoted = re.fullmatch(r'="([^"]*)"', text)
        return Cleaned(quoted[1] if quoted else text.removeprefix("'")) if text else EMPTY
    return Cleaned(written(value)) if value is not None else EMPTY


def clean_name(value: object) -> Cleaned:
    """A name, tidied: no stray blanks, letters and digits half width, brackets around Chinese full width."""
    cleaned = clean_text(value)
    if cleaned.problem or cleaned.value is None or is_nothing(cleaned.value):
        return cleaned if cleaned.problem else EMPTY
    text = tidy(cleaned.value)
    if text.isdigit():
        return Cleaned(None, problem=_("‘%(text)s’ is a number, not a name.") % {"text": text})
    return Cleaned(text or None)


def clean_address(value: object) -> Cleaned:
    """An address, tidied like a name; empty marks such as "-" are nothing."""
    cleaned = clean_text(value)
    if cleaned.problem or cleaned.value is None or is_nothing(cleaned.value):
        return cleaned if cleaned.problem else EMPTY
    return Cleaned(tidy(cleaned.value) or None)


def clean_yes_no(value: object) -> Cleaned:
    """是/否, 有/无, √/×, Y/N, 1/0, true/false. A bare dash is nothing, not a no."""
    if isinstance(value, bool):
        return Cleaned(value)
    text = half_width(value) if isinstance(value, str) else written(value)
    if text == "/" or is_nothing(text):
        return EMPTY
    word = text.lower().strip("()（）[] .。")
    if word in YES:
        return Cleaned(True)
    if word in NO:
        return Cleaned(False)
    return Cleaned(None, problem=_("‘%(text)s’ is neither yes nor no.") % {"text": text})


# ---------------------------------------------------------------------------------------------- phones

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
LOCAL = re.compile(r"[2-8]\d{6,7}")
SERVICE = re.compile(r"[48]00\d{7}")
EXTENSION = re.compile(r"\s*(?:转|分机号?|ext\.?|x|#)\s*[:：]?\s*(\d{1,6})\s*$", re.I)
SEVERAL = re.compile(r"\s*[/、,，;；|\n]\s*|(?<=\d{11})\s+(?=[01])|\s+或\s*")
COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[3-9]\d{9}$|0\d{9,11}$)|^(?:\+|00)86")


def clean_phone(value: object) -> Cleaned:
    """A mobile as 11 digits, a landline as 0757-85400000 or with -123 for its extension, 400 numbers as
    digits.

    Of several numbers in a cell the first is taken and a note names the others.
    """
    text = written(value)
    if is_nothing(text) or text == "无":
        return EMPTY
    numbers = [part for part in SEVERAL.split(text) if part]
    cleaned = _one_phone(numbers[0], text) if numbers else _no_phone(text)
    if len(numbers) < 2:
        return cleaned
    others = ", ".join(numbers[1:])
    if cleaned.problem:
        second = clean_phone(others)
        return second if second.value else cleaned
    note = _("Only the first number was taken; left out: %(others)s.") % {"others": others}
    return cleaned._replace(note=note)


def _one_phone(text: str, whole: str) -> Cleaned:
    extension = ""
    if found := EXTENSION.search(text):
        extension, text = found[1], text[: found.start()]
    dashed = re.fullmatch(r"(.*\d{7,8})-(\d{1,5})", text.strip())
    if dashed and not extension and not MOBILE.fullmatch(re.sub(r"\D", "", text)):
        text, extension = dashed[1], dashed[2]
    bare = re.sub(r"[\s()（）.·_-]", "", re.sub(r"^[^\d+(]*[:：]", "", text))
    digits = COUNTRY.sub("", bare)
    if MOBILE.fullmatch(digits) and not extension:
        return Cleaned(digits)
    ending = f"-{extension}" if extension else ""
    if found := LANDLINE.fullmatch(_with_zero(digits, bare)):
        return Cleaned(f"{found[1]}-{found[2]}{ending}")
    if SERVICE.fullmatch(digits):
        return Cleaned(digits + ending)
    if LOCAL.fullmatch(digits):
        return Cleaned(digits + ending, _("‘%(text)s’ has no area code.") % {"text": whole})
    return _no_phone(whole, digits)


def _with_zero(digits: str, bare: str) -> str:
    """Behind +86 the zero of an area code is left out."""
    return "0" + digits if digits != bare and digits[:1] in set("123456789") else digits


def _no_phone(text: str, digits: str = "") -> Cleaned:
    if digits.isdigit() and digits.startswith("1"):
        sentence = _("‘%(text)s’ has %(count)s digits; a mobile number has 11 and begins with 13 to 19.")
        return Cleaned(None, problem=sentence % {"text": text, "count": len(digits)})
    return Cleaned(None, problem=_("‘%(text)s’ is not a phone number.") % {"text": text})


# --------------------------------------------------------------------------------------------- choices


def clean_choice(value: object, choices: Sequence[Choice]) -> Cleaned:
    """The code of the choice written as code, Chinese or English label or alias. A near miss is proposed."""
    text = written(value)
    if is_nothing(text):
        return EMPTY
    spellings = _spellings(tuple(choices))
    word = _word(text)
    if word in spellings:
        return Cleaned(spellings[word])
    near = difflib.get_close_matches(word, spellings, n=3, cutoff=0.6)
    near = near or [known for known in spellings if len(word) > 1 and (word in known or known in word)]
    codes = {spellings[known] for known in near}
    if len(codes) == 1:
        code = codes.pop()
        label = next(_label(choice) for choice in choices if choice.code == code)
        sentence = _("‘%(text)s’ is not one of the choices. Did you mean %(label)s?")
        return Cleaned(None, problem=sentence % {"text": text, "label": label}, suggestion=code)
    labels = ", ".join(_label(choice) for choice in choices[:12])
    sentence = _("‘%(text)s’ is not one of the choices: %(labels)s.")
    return Cleaned(None, problem=sentence % {"text": text, "labels": labels})


def _label(choice: Choice) -> str:
    return choice.label_zh if _in_chinese() else choice.label_en or choice.code


@lru_cache(maxsize=256)
def _spellings(choices: tuple[Choice, ...]) -> dict[str, str]:
    """What people may write (compared without case and punctuation) > the choice's code. Codes win over
    labels.
    """
    found: dict[str, str] = {}
    for choice in choices:
        found.setdefault(_word(choice.code), choice.code)
    for choice in choices:
        for spelling in choice.spellings:
            found.setdefault(_word(spelling), choice.code)
    return found


@lru_cache(maxsize=65_536)
def _word(text: str) -> str:
    return re.sub(r"[\W_]+", "", half_width(text).lower()) or text


CLEANERS: dict[str, Callable[[object], Cleaned]] = {
    "text": clean_text,
    "name": clean_name,
    "address": clean_address,
    "count": clean_count,
    "number": clean_number,
    "yes_no": clean_yes_no,
    "phone": clean_phone,
    "credit_code": clean_credit_code,
}
