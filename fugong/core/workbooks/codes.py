"""Unified social credit codes: checked, and when the check fails the one likely correction is looked for.

Sources: GB 32100-2015 (the code and its check character) and GB 11714-1997 (the organisation code inside it,
places 9 to 17, with its own check). The tests compare with python-stdnum, ten times slower over a ledger.
"""

import re

from django.utils.translation import gettext as _

from fugong.core.workbooks.reading import lost_digits
from fugong.core.workbooks.values import EMPTY, Cleaned, is_nothing, written

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NEVER_USED = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"})
# Characters taken for each other by eye or by a scanner; V, I, O, S, Z never occur and are mended first.
ALIKE = ("0DQ", "1L7", "2", "5", "8B3", "6G", "UY", "4A", "9", "MN", "PR", "EF", "CG", "HN", "KX", "WM", "TY")
SHAPE = re.compile(r"[1-9ANY][0-9A-HJ-NPQRTUWXY]\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
ROUNDED = re.compile(r"\d(\.\d+)?E\+?1\d", re.I)
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
WORTH = {sign: worth for worth, sign in enumerate(ALPHABET)}
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
PROVINCES = frozenset(
    "10 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71"
    " 81 82".split()
)


def is_valid_code(code: str) -> bool:
    """18 characters of the alphabet with the right check character."""
    if not SHAPE.fullmatch(code):
        return False
    return sum(WORTH[sign] * weight for sign, weight in zip(code, WEIGHTS, strict=True)) % 31 == 0


def organisation_fits(code: str) -> bool:
    """Does the organisation code in places 9 to 17 fit its own check character (GB 11714-1997)?"""
    total = sum(int(sign, 36) * weight for sign, weight in zip(code[8:16], ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11] == code[16] if total % 11 != 1 else code[16] == "X"


def clean_credit_code(value: object) -> Cleaned:
    """The code in capitals. A wrong one is a problem, with the correction as a suggestion when only one is
    likely.
    """
    if lost_digits(value) or (isinstance(value, str) and ROUNDED.fullmatch(value.strip())):
        return Cleaned(None, problem=_lost(written(value)))
    text = written(value)
    if is_nothing(text) or text in {"无", "暂无"}:
        return EMPTY
    if is_valid_code(text):
        return Cleaned(text)
    code = re.sub(r"[\s\-_.·:'\"]", "", text).upper()
    if is_valid_code(code):
        return Cleaned(code)
    if re.fullmatch(r"\d{18}", code) and code.endswith("000") and not is_valid_code(code):
        return Cleaned(None, problem=_lost(code))
    return _wrong(code)


def _lost(text: str) -> str:
    return _(
        "‘%(text)s’ was kept as a number, and a sheet keeps only 15 digits: the last ones are lost. "
        "Format the column as text and enter the code again."
    ) % {"text": text}


def _wrong(code: str) -> Cleaned:
    if len(code) == 15 and code.isdigit():
        return Cleaned(
            None,
            problem=_("‘%(text)s’ is an old registration number of 15 digits; a credit code has 18.")
            % {"text": code},
        )  # fmt: skip
    suggestion = correction(code)
    if suggestion:
        sentence = _("‘%(text)s’ is not a valid credit code. Did you mean %(suggestion)s?")
        return Cleaned(
            None, problem=sentence % {"text": code, "suggestion": suggestion}, suggestion=suggestion
        )
    if len(code) != 18:
        sentence = _("‘%(text)s’ has %(length)s characters; a credit code has 18.")
        return Cleaned(None, problem=sentence % {"text": code, "length": len(code)})
    if not SHAPE.fullmatch(code.translate(NEVER_USED)):
        return Cleaned(
            None, problem=_("‘%(text)s’ has characters where a credit code has none such.") % {"text": code}
        )
    return Cleaned(
        None,
        problem=_("The check character of ‘%(text)s’ is wrong: a character was mistyped.") % {"text": code},
    )


def correction(code: str) -> str:
    """The one valid code that a usual slip explains, "" when there is none or more than one.

    First the letters that never occur (O, I, Z, S), then a look-alike or two neighbours changed over,
    then any one character; the wider search only when the narrower one finds nothing. The organisation
    code's own check narrows each: of look-alikes and changed neighbours inside it nine in ten are found.
    """
    mended = code.translate(NEVER_USED)
    if is_valid_code(mended):
        return mended
    if len(mended) != 18:
        return ""
    for candidates in (_lookalikes(mended) | _transpositions(mended), _any_one(mended)):
        likely = {candidate for candidate in candidates if _likely(candidate)}
        if likely:
            return likely.pop() if len(likely) == 1 else ""
    return ""


def _likely(code: str) -> bool:
    return code[2:4] in PROVINCES and is_valid_code(code) and organisation_fits(code)


def _lookalikes(code: str) -> set[str]:
    return {
        code[:place] + other + code[place + 1 :]
        for place, sign in enumerate(code)
        for group in ALIKE
        if sign in group
        for other in group
        if other != sign
    }


def _transpositions(code: str) -> set[str]:
    return {
        code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        for place in range(17)
        if code[place] != code[place + 1]
    }


def _any_one(code: str) -> set[str]:
    return {
        code[:place] + sign + code[place + 1 :]
        for place in range(18)
        for sign in ALPHABET
        if sign != code[place]
    }
