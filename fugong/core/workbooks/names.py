"""Names and addresses: tidied for showing, and reduced to a key by which two spellings of one enterprise
meet.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from fugong.core.workbooks.values import BLANKS

LEGAL_FORM = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|股份公司|有限公司|总公司|公司|集团|co\.?,?ltd\.?|ltd\.?|inc\.?|limited)$",
    re.I,
)
PARTNERSHIP = re.compile(
    r"(普通合伙|特殊普通合伙|有限合伙|合伙企业|个人独资|个人独资企业|个体工商户|个体户|个体)$"
)
# 超市 (supermarket) and its like end on the word for a city, 村镇银行 is a bank and no town.
PLACE = re.compile(r"^[\u4e00-\u9fff]{1,7}?(?:省|自治区|(?<![超城门夜菜上股])市|区|县|(?<!村)镇|街道)")
SPACES = re.compile(f"[{BLANKS}]+")


def tidy(text: str) -> str:
    """As shown: letters and digits half width, Chinese brackets around Chinese, no stray blanks."""
    text = unicodedata.normalize("NFKC", text)
    if SPACES.search(text):
        text = SPACES.sub(" ", text).strip()
        text = re.sub(r"(?<=[\u4e00-\u9fff（）()]) (?=[\u4e00-\u9fff（）()])", "", text)
    if "(" not in text:
        return text
    return re.sub(r"\(([^()]*[\u4e00-\u9fff][^()]*)\)", r"（\1）", text)


@lru_cache(maxsize=65_536)
def _key(name: str, places: tuple[str, ...]) -> str:
    text = re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", name)).lower()
    text = re.sub(r"[(\[{【〔].*?[)\]}】〕]", "", text) or text
    text = re.sub(r"[^\w]+", "", text)
    for ending in (PARTNERSHIP, LEGAL_FORM, PARTNERSHIP):
        text = _keep(ending.sub("", text), text, least=2)
    return _without_places(text, places)


def _without_places(text: str, places: tuple[str, ...]) -> str:
    """Take places off the front: the given ones, and words that say they are one (..省, ..市, ..区)."""
    while True:
        shorter = next((text[len(place) :] for place in places if text.startswith(place)), "")
        if not shorter or len(shorter) < 3:
            shorter = PLACE.sub("", text, count=1)
            shorter = shorter if len(shorter) >= 4 else text
        if shorter == text:
            return text
        text = shorter


def _keep(shorter: str, text: str, *, least: int) -> str:
    return shorter if len(shorter) >= least else text


def normalise_name(name: str, *, places: Iterable[str] = ()) -> str:
    """The key of an enterprise's name: no blanks, brackets, legal form, or places at the front.

    `places` are the names of the areas the ledger lies in, with and without their ending (pass the longest
    first or in any order). Two rows with one key may be one enterprise: a person decides.
    """
    return _key(name, _in_order(tuple(places)))


@lru_cache(maxsize=64)
def _in_order(places: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({place.lower() for place in places if len(place) > 1}, key=len, reverse=True))


def normalise_address(address: str) -> str:
    """The key of an address: half width, no blanks, one sign for numbers and dashes."""
    text = re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", address)).lower()
    text = re.sub(r"[，,。.;；、]+$", "", text)
    return re.sub(r"[‐‑‒–—―−－~～]|(?<=[\d号])之(?=\d)", "-", text)
