"""Days as people write them: nine forms and their mixtures. What could be two days is asked, not guessed."""

import datetime
import math
import re

from django.utils.translation import gettext as _

from fugong.core.workbooks.counts import CHINESE, chinese_number
from fugong.core.workbooks.values import EMPTY, Cleaned, is_nothing, written

EPOCH = datetime.date(
    1899, 12, 30
)  # day 0 of a sheet's day numbers (1900 system, after its false 29 Feb 1900)
SERIALS = range(20_000, 73_051)  # 1954 to 2099
MONTHS = {
    name: place for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}

TIME = (
    r"(?:\s*[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?"
    r"|\s*\d{1,2}[时点](?:\d{1,2}分?)?|\s*[上下]午.*)?"
)
WEEKDAY = r"(?:\s*[\(]?(?:星期|周|礼拜)[一二三四五六日天][\)]?)?"
# What begins on the day, as people write it into the cell beside the date.
BEGINNING = r"(?:复工|复产|开工|开业|返岗|上班|开始)?"
ENDING = rf"(?:日|号)?{WEEKDAY}{TIME}{WEEKDAY}(?:前|起|左右)?{BEGINNING}"
FORMS = [
    re.compile(rf"(?P<y>\d{{4}})\s*[-/.．年、]\s*(?P<m>\d{{1,2}})\s*[-/.．月、]\s*(?P<d>\d{{1,2}})\s*{ENDING}"),
    re.compile(rf"(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}}){ENDING}"),
    re.compile(rf"(?P<y>\d{{2}})\s*年\s*(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*{ENDING}"),
    re.compile(rf"(?P<m>\d{{1,2}})\s*月\s*(?P<d>\d{{1,2}})\s*{ENDING}"),
    re.compile(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s\-/.]*(?P<mon>[A-Za-z]{{3,9}})\.?[\s\-/.,]*(?P<y>\d{{4}}|\d{{2}})?{TIME}"),
    re.compile(rf"(?P<mon>[A-Za-z]{{3,9}})\.?[\s\-]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,?[\s\-]+(?P<y>\d{{4}}))?{TIME}"),
]  # fmt: skip
NUMBERS = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){TIME}")
PAIR = re.compile(r"(\d{1,2})[./-](\d{1,2})")
IN_CHINESE = re.compile(rf"(?:({CHINESE})年)?({CHINESE})月({CHINESE})[日号]")
MONTH_ONLY = re.compile(
    r"(\d{4})[-/.年]\s*(\d{1,2})月?(份|底|初|中旬|上旬|下旬)?|(\d{1,2})月(份|底|初|中旬|上旬|下旬)?"
)


def clean_date(value: object, *, year: int) -> Cleaned:
    """A `datetime.date`. `year` completes "2月10日" (with a note) and places years of two digits."""
    if isinstance(value, datetime.datetime):
        return _plausible(value.date(), str(value))
    if isinstance(value, datetime.date):
        return _plausible(value, str(value))
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return _unreadable(written(value))
    if isinstance(value, int | float):
        return _from_number(value, year)
    text = written(value)
    if is_nothing(text):
        return EMPTY
    if text.isdigit() and len(text) == 5:
        return _from_number(int(text), year)
    return _from_text(text, year)


def _from_number(value: int | float, year: int) -> Cleaned:
    if int(value) in SERIALS:
        day = EPOCH + datetime.timedelta(days=int(value))
        return Cleaned(
            day, _("The sheet's day number %(number)s is %(day)s.") % {"number": int(value), "day": day}
        )
    text = written(value)
    if isinstance(value, float) and not value.is_integer():
        return Cleaned(
            None,
            problem=_("‘%(text)s’ is a number; write month and day, such as 2020-02-10.") % {"text": text},
        )
    return _from_text(text, year)


def _from_text(text: str, year: int) -> Cleaned:
    for form in FORMS:
        if found := form.fullmatch(text):
            return _from_parts(text, found.groupdict(), year)
    if found := NUMBERS.fullmatch(text):
        return _from_numbers(text, *(int(part) for part in found.groups()), year=year)
    if found := PAIR.fullmatch(text):
        return _from_parts(text, {"m": found[1], "d": found[2]}, year)
    if found := IN_CHINESE.fullmatch(text):
        parts = [chinese_number(part) if part else None for part in found.groups()]
        if parts[1] and parts[2]:
            return _day(text, parts[0], parts[1], parts[2], year)
    if MONTH_ONLY.fullmatch(text):
        return Cleaned(None, problem=_("‘%(text)s’ names a month without its day.") % {"text": text})
    return _unreadable(text)


def _from_parts(text: str, parts: dict[str, str | None], year: int) -> Cleaned:
    name = parts.get("mon")
    month = MONTHS.get(name[:3].lower()) if name else int(parts.get("m") or 0)
    if month is None:
        return _unreadable(text)
    written_year = parts.get("y")
    return _day(text, int(written_year) if written_year else None, month, int(parts["d"] or 0), year)


def _from_numbers(text: str, one: int, two: int, three: int, *, year: int) -> Cleaned:
    """10/2/2020, 20-2-10, 2/10/20: taken only when one reading is possible."""
    readings = {(three, one, two), (three, two, one)}
    if three < 100:
        readings.add((one, two, three))
    days = {
        day
        for y, m, d in readings
        if (day := _real_day(_full_year(y, year), m, d)) and abs(day.year - year) < 80
    }
    near = {day for day in days if abs(day.year - year) <= 5} or days
    if len(near) == 1:
        return _plausible(near.pop(), text)
    if not near:
        return _no_such_day(text)
    choices = ", ".join(str(day) for day in sorted(near))
    return Cleaned(
        None, problem=_("‘%(text)s’ can be %(choices)s. Which?") % {"text": text, "choices": choices}
    )


def _day(text: str, given: int | None, month: int, day: int, year: int) -> Cleaned:
    found = _real_day(year if given is None else _full_year(given, year), month, day)
    if not found:
        return _no_such_day(text)
    if given is None:
        return Cleaned(
            found, _("‘%(text)s’ names no year: %(year)s was taken.") % {"text": text, "year": year}
        )
    return _plausible(found, text)


def _full_year(given: int, year: int) -> int:
    """Two digits: the century that lies nearest below the given year plus ten (20 > 2020, 98 > 1998)."""
    if given >= 100:
        return given
    century = (year + 10) // 100 * 100
    return century + given if century + given <= year + 10 else century - 100 + given


def _real_day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _plausible(day: datetime.date, text: str) -> Cleaned:
    if 1900 <= day.year <= 2100:
        return Cleaned(day)
    return Cleaned(None, problem=_("‘%(text)s’ lies outside the years 1900 to 2100.") % {"text": text})


def _no_such_day(text: str) -> Cleaned:
    return Cleaned(None, problem=_("‘%(text)s’ is not a day of the calendar.") % {"text": text})


def _unreadable(text: str) -> Cleaned:
    return Cleaned(
        None, problem=_("‘%(text)s’ cannot be read as a date; write it as 2020-02-10.") % {"text": text}
    )
