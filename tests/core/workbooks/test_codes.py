"""Credit codes: right ones pass, wrong ones are told what is likely, and never a wrong correction as a
certain one.
"""

import random

import pytest

from fugong.core.workbooks.codes import (
    ALIKE,
    ALPHABET,
    clean_credit_code,
    correction,
    is_valid_code,
    organisation_fits,
)
from tests.core.workbooks.making import credit_code

RND = random.Random(5)
CODES = [credit_code(RND, county=RND.choice(["440682", "330411", "110105"])) for _ in range(60)]
GOOD = "91110000600037341L"  # the documentation example of python-stdnum


def test_right_codes_pass_in_every_dress() -> None:
    assert clean_credit_code(GOOD) == (GOOD, "", "", None)
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in GOOD)
    for dressed in (
        GOOD.lower(),
        f" {GOOD}\t",
        "9111 0000 6000 3734 1L",
        f"'{GOOD}",
        f'="{GOOD}"',
        full_width,
    ):
        assert clean_credit_code(dressed).value == GOOD
    assert clean_credit_code("-").value is None
    assert not clean_credit_code("无").problem


def test_letters_that_never_occur_are_proposed_as_digits() -> None:
    for wrong, right in (("O", "0"), ("I", "1"), ("Z", "2"), ("S", "5")):
        code = next(code for code in CODES if right in code[9:17])
        place = code.index(right, 9)
        typed = code[:place] + wrong + code[place + 1 :]
        cleaned = clean_credit_code(typed)
        assert cleaned.value is None
        assert cleaned.suggestion == code
        assert f"Did you mean {code}?" in cleaned.problem


def slips(kind: str) -> list[tuple[str, str]]:
    """Codes with one slip inside the organisation code: (right, typed)."""
    found = []
    for code in CODES:
        for place in range(8, 16):
            if kind == "swapped":
                typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            else:
                alike = {sign for group in ALIKE if code[place] in group for sign in group}
                pool = sorted(alike if kind == "look-alike" else set(ALPHABET))
                others = [sign for sign in pool if sign != code[place]]
                typed = code[:place] + RND.choice(others) + code[place + 1 :] if others else code
            if typed != code:
                found.append((code, typed))
    return found


@pytest.mark.parametrize(("kind", "least"), [("swapped", 0.85), ("look-alike", 0.85), ("any character", 0.4)])
def test_single_slips_are_mostly_proposed_and_seldom_wrongly(kind: str, least: float) -> None:
    found = [(code, correction(typed)) for code, typed in slips(kind)]
    right = sum(code == proposal for code, proposal in found) / len(found)
    wrong = sum(bool(proposal) and code != proposal for code, proposal in found) / len(found)
    print(f"{kind}: {len(found)} slips, {right:.1%} proposed right, {wrong:.1%} wrong")
    assert right >= least
    assert wrong <= 0.1


def test_no_proposal_when_several_are_possible() -> None:
    code = CODES[0]
    wrong_check = code[:17] + ALPHABET[(ALPHABET.index(code[17]) + 7) % 31]
    cleaned = clean_credit_code(wrong_check)
    assert cleaned.value is None
    assert cleaned.suggestion is None or is_valid_code(cleaned.suggestion)


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        (914406051234567890, "keeps only 15 digits"),
        (9.14406e17, "keeps only 15 digits"),
        ("9.14406E+17", "keeps only 15 digits"),
        ("914406051234567000", "keeps only 15 digits"),
        ("440682000123456", "old registration number"),
        ("91440682MA", "has 10 characters"),
        ("某某", "has 2 characters"),
        ("9144068!MA00000001", "characters where a credit code has none"),
    ],
)
def test_what_is_no_code_says_why(cell: object, part: str) -> None:
    cleaned = clean_credit_code(cell)
    assert cleaned.value is None
    assert part in cleaned.problem


def test_codes_of_other_authorities_are_not_called_wrong() -> None:
    """Village cooperatives (N1, N2) and abolished counties are real; the county part proves nothing."""
    from stdnum.cn import uscc

    for start in ("N2440682", "51440600", "12440605", "91999999"):
        body = start + "MA5X12345"
        assert clean_credit_code(body + uscc.calc_check_digit(body)).value


def test_our_sum_agrees_with_python_stdnum() -> None:
    from stdnum.cn import uscc

    for code in CODES:
        for sign in ALPHABET:
            assert is_valid_code(code[:17] + sign) == uscc.is_valid(code[:17] + sign)


def test_the_organisation_check() -> None:
    assert organisation_fits(GOOD)
    assert all(organisation_fits(code) for code in CODES)
