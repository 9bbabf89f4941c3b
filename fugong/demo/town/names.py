"""Names, numbers and codes that look right and belong to nobody."""

from __future__ import annotations

from .dice import Rng, pick
from .words import FIRM_SYLLABLES, GIVEN_FIRST, GIVEN_SECOND, SURNAMES, Trade

# 154 and 142 are mobile prefixes that the numbering plan has given to no operator, and 0000 follows them:
# such a number passes a form that expects eleven digits from 13 to 19, and rings nowhere.
FIRM_PHONES, OFFICER_PHONES = "1540000", "1420000"
# The organisation part of a code starts with 00 (an old serial that was never issued to a firm) or XX (not a
# prefix in use), and the default division 99.... is in no edition of GB/T 2260.
RETIRED_SERIAL, UNUSED_SERIAL = "00", "XX"
DEFAULT_REGION, DEFAULT_OLD_REGION = "990123", "990102"

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(region: str, serial: int, *, is_sole_trader: bool, is_retired: bool) -> str:
    """A unified social credit code (GB 32100-2015) with right check characters and a serial nobody can hold.

    `serial` is 0 to 999,999; `is_retired` picks the all-digit serial of old registrations.
    """
    body = f"{RETIRED_SERIAL if is_retired else UNUSED_SERIAL}{serial:06d}"
    remainder = sum(_LETTERS.index(c) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    organisation = body + {0: "0", 1: "X"}.get(remainder, str(11 - remainder))
    code = f"9{2 if is_sole_trader else 1}{region}{organisation}"
    total = sum(_ALPHABET.index(c) * w for c, w in zip(code, _CODE_WEIGHTS, strict=True))
    return code + _ALPHABET[-total % 31]


def is_fictional_code(code: str) -> bool:
    """Whether a credit code carries the mark of this generator."""
    return code[8:10] in (RETIRED_SERIAL, UNUSED_SERIAL)


class Names:
    """Hands out names and telephone numbers, none of them twice."""

    def __init__(self, rng: Rng, phones: str) -> None:
        self._rng, self._prefix = rng, phones
        self._taken: set[str] = set()
        self._phones = [int(n) for n in rng.permutation(10_000)]

    def firm(self, prefix: str, trade: Trade, suffix: str) -> tuple[str, str]:
        """(full name, short name) of a firm; `suffix` already fits the trade."""
        while True:
            word = pick(self._rng, FIRM_SYLLABLES) + pick(self._rng, FIRM_SYLLABLES)
            full = f"{prefix}{word}{trade.word}{suffix}"
            if full not in self._taken and word + trade.word not in self._taken and word[0] != word[1]:
                self._taken |= {full, word + trade.word}
                return full, word + trade.word

    def person(self) -> str:
        """A name of three characters with a surname that nobody bears."""
        while True:
            name = pick(self._rng, SURNAMES) + pick(self._rng, GIVEN_FIRST) + pick(self._rng, GIVEN_SECOND)
            if name not in self._taken:
                self._taken.add(name)
                return name

    def repeated_person(self) -> str:
        """A name that others may share, as in any ledger."""
        return pick(self._rng, SURNAMES) + pick(self._rng, GIVEN_FIRST) + pick(self._rng, GIVEN_SECOND)

    def phone(self) -> str:
        """An unassigned mobile number; ValueError after the ten thousandth."""
        if not self._phones:
            raise ValueError("the range of invented telephone numbers is used up")
        return f"{self._prefix}{self._phones.pop():04d}"
