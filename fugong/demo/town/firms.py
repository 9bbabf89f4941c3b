"""The enterprises of a made-up town: trades, sizes, flags, staff, dates, by measured shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from . import premises
from .addresses import Addresses
from .dice import Floats, Rng, Wheel, exact_shares, lognormal_strata, pick_many, stream, top_weighted, whole
from .layout import Layout
from .names import DEFAULT_OLD_REGION, DEFAULT_REGION, FIRM_PHONES, Names, credit_code
from .seeds import Contact, EnterpriseSeed, Staff
from .words import COMMERCIAL_SECTIONS, INDUSTRIAL_SECTIONS, LINES, MEASURES, POSTS, Trade

# (median, sigma) of the lognormal head count; the means 32 and 14.7 are measured, the split is inferred.
MAKER_HEADS, OTHER_HEADS, SOLE_TRADER_SHARES = (8.0, 1.67), (5.0, 1.47), (30, 30, 20, 10, 10)
MOST_HEADS = 4_000
SOLE_TRADER_RATE = 0.18  # of firms that make nothing
ABOVE_SCALE_SHARE, ABOVE_QUOTA_SHARE = 0.14, 0.038
KEY_SHARE = 0.054
AFFECTED_STAFF_SHARE = 0.02
FIRST_DAY = date(2020, 2, 10)
PLAN_WEEKS = (
    (0, 45),
    (1, 25),
    (2, 14),
    (3, 8),
    (4, 5),
    (None, 3),
)  # weeks after the first day, per cent of firms
OLD_REGION_RATE = 0.16
RETIRED_SERIAL_RATE = 0.55
# Years of founding, corrected for the years that public registers lack.
FOUNDED = Wheel(((1980, 1), (1985, 2), (1990, 6), (1995, 11), (2000, 15), (2005, 20), (2010, 23), (2015, 22)))
FEVER_RATE, COUGH_RATE = 0.0005, 0.0012

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """The drawn values, one array per field, before they become seeds."""

    lines: NDArray[np.int64]
    trades: list[Trade]
    villages: NDArray[np.int64]
    sole_trader: Flags
    heads: NDArray[np.int64]
    above_scale: Flags
    above_quota: Flags
    key: Flags
    affected: NDArray[np.int64]
    planned: list[date | None]


def enterprises(
    layout: Layout,
    seed: int,
    count: int = 5600,
    affected: int = 1060,
    *,
    first_day: date = FIRST_DAY,
    region: tuple[str, str] = (DEFAULT_REGION, DEFAULT_OLD_REGION),
) -> list[EnterpriseSeed]:
    """`count` enterprises, exactly `affected` of them with staff from affected areas.

    `first_day` is the earliest day of resumption; `region` the division code now in force and the abolished
    one that a part of the credit codes still carries.
    """
    maker = _Maker(layout, seed, _columns(layout, seed, count, affected, first_day), region)
    return [maker.make(n) for n in range(count)]


class _Maker:
    """Turns the drawn columns into enterprises, one after another."""

    def __init__(self, layout: Layout, seed: int, drawn: Columns, region: tuple[str, str]) -> None:
        self._drawn, self._region, self._layout = drawn, region, layout
        self._rng, self._names = stream(seed, "firms"), Names(stream(seed, "firm names"), FIRM_PHONES)
        self._addresses = Addresses(layout, stream(seed, "addresses"))
        self._risks = premises.Risks(stream(seed, "risks"), drawn.heads, drawn.trades)
        self._prefixes, self._suffixes = _prefixes(layout), [Wheel(line.suffixes) for line in LINES]
        self._serials = whole(stream(seed, "serials").choice(1_000_000, len(drawn.heads), replace=False))

    def make(self, n: int) -> EnterpriseSeed:
        """Enterprise `n`; must be called in order."""
        drawn, rng, trade = self._drawn, self._rng, self._drawn.trades[n]
        heads, is_sole_trader = int(drawn.heads[n]), bool(drawn.sole_trader[n])
        suffix = "店" if is_sole_trader else self._suffixes[drawn.lines[n]].spin(rng)
        name, short_name = self._names.firm(self._prefixes.spin(rng), trade, suffix)
        staff = _staff(rng, heads, int(drawn.affected[n]), with_symptoms=bool(self._risks.has[n, 4]))
        return EnterpriseSeed(
            key=f"E{n + 1:05d}",
            name=name,
            short_name=short_name,
            credit_code=self._code(n, is_sole_trader=is_sole_trader),
            is_sole_trader=is_sole_trader,
            line=LINES[drawn.lines[n]].name,
            section=trade.section,
            division=trade.division,
            trade=trade.word,
            founded_year=FOUNDED.spin(rng) + int(rng.integers(5)),
            capital=_capital(rng, heads),
            headcount=heads,
            is_above_scale=bool(drawn.above_scale[n]),
            is_above_quota=bool(drawn.above_quota[n]),
            is_key=bool(drawn.key[n]),
            place=self._addresses.place(self._layout.villages[drawn.villages[n]]),
            staff=self._risks.origins(n, staff),
            contact=self._contact(n, is_sole_trader=is_sole_trader),
            premises=self._risks.premises(n, heads),
            risk=self._risks.of(n),
            measures=_measures(rng),
            planned_resumption_on=drawn.planned[n],
        )

    def _code(self, n: int, *, is_sole_trader: bool) -> str:
        region = self._region[int(self._rng.random() < OLD_REGION_RATE)]
        is_retired = bool(self._rng.random() < RETIRED_SERIAL_RATE)
        return credit_code(region, self._serials[n], is_sole_trader=is_sole_trader, is_retired=is_retired)

    def _contact(self, n: int, *, is_sole_trader: bool) -> Contact:
        post = "经营者" if is_sole_trader else POSTS[n % len(POSTS)]
        return Contact(self._names.repeated_person(), post, self._names.phone())


def _measures(rng: Rng) -> tuple[str, ...]:
    chances = rng.random(len(MEASURES))
    return tuple(key for (key, _, share), chance in zip(MEASURES, chances, strict=True) if chance < share)


def _columns(layout: Layout, seed: int, count: int, affected: int, first_day: date) -> Columns:
    rng = stream(seed, "columns")
    lines = exact_shares(rng, [line.share for line in LINES], count)
    wheels = [Wheel((trade, trade.weight) for trade in line.trades) for line in LINES]
    trades = [wheels[line].spin(rng) for line in lines]
    sections = np.asarray([trade.section for trade in trades])
    industrial, commercial = (
        np.isin(sections, list(INDUSTRIAL_SECTIONS)),
        np.isin(sections, list(COMMERCIAL_SECTIONS)),
    )
    maker = lines == 0
    # Only shops and eating places are run by one person; the rest are companies.
    small = np.isin(sections, ["F", "H", "L", "O"])
    sole = small & (rng.random(count) < SOLE_TRADER_RATE * (~maker).sum() / max(1, small.sum()))
    heads = _heads(rng, maker, sole)
    above_scale = _flagged(rng, industrial, heads, ABOVE_SCALE_SHARE)
    above_quota = _flagged(rng, commercial & ~sole, heads, ABOVE_QUOTA_SHARE, of=int(commercial.sum()))
    key = top_weighted(
        rng,
        heads.astype(float) ** 1.2 * np.where(above_scale | above_quota, 6.0, 0.2),
        round(KEY_SHARE * count),
    )
    villages = pick_many(rng, [village.weight for village in layout.villages], count)
    chains = _affected(rng, heads, villages, trades, affected)
    planned = _planned(rng, heads, above_scale | above_quota, first_day)
    return Columns(lines, trades, villages, sole, heads, above_scale, above_quota, key, chains, planned)


def _heads(rng: Rng, maker: Flags, sole: Flags) -> NDArray[np.int64]:
    heads = np.zeros(len(maker))
    other = ~maker & ~sole
    heads[maker] = lognormal_strata(rng, *MAKER_HEADS, int(maker.sum()))
    heads[other] = lognormal_strata(rng, *OTHER_HEADS, int(other.sum()))
    heads[sole] = 1 + exact_shares(rng, SOLE_TRADER_SHARES, int(sole.sum()))
    return np.clip(np.rint(heads), 1, MOST_HEADS).astype(np.int64)


def _flagged(
    rng: Rng, eligible: Flags, heads: NDArray[np.int64], share: float, of: int | None = None
) -> Flags:
    """Revenue decides the flag, not heads; heads only make it likelier."""
    count = round(share * (int(eligible.sum()) if of is None else of))
    return top_weighted(rng, np.where(eligible, heads.astype(float) ** 1.3, 0.0), count)


def _affected(
    rng: Rng, heads: NDArray[np.int64], villages: NDArray[np.int64], trades: list[Trade], firms: int
) -> NDArray[np.int64]:
    """Staff from affected areas per firm: exactly `firms` have any, together 2 % of all staff.

    Fellow-townsmen follow one another into villages, trades and firms: each of the three has its own factor.
    """
    divisions = sorted({trade.division for trade in trades})
    by_village = rng.lognormal(0, 0.7, int(villages.max()) + 1)[villages]
    by_trade = dict(zip(divisions, rng.lognormal(0, 0.5, len(divisions)), strict=True))
    pull = (
        by_village
        * np.asarray([by_trade[trade.division] for trade in trades])
        * rng.gamma(0.7, 1 / 0.7, len(heads))
    )
    chosen = top_weighted(rng, 1 - np.exp(-0.03 * pull * heads), min(firms, len(heads)))
    expected = np.where(chosen, pull * rng.beta(0.8, 4.0, len(heads)) * heads, 0.0)
    return np.where(chosen, _scaled(expected, heads, AFFECTED_STAFF_SHARE * heads.sum()), 0).astype(np.int64)


def _scaled(expected: Floats, heads: NDArray[np.int64], total: float) -> Floats:
    low, high = 0.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        people = np.minimum(1 + np.floor(middle * expected), heads)
        low, high = (middle, high) if people[expected > 0].sum() < total else (low, middle)
    return np.asarray(np.minimum(1 + np.floor(high * expected), heads), dtype=float)


def _planned(rng: Rng, heads: NDArray[np.int64], flagged: Flags, first_day: date) -> list[date | None]:
    """Weekly steps from the first day; the flagged and the large tend to be first, the undecided last."""
    count = len(heads)
    order = np.argsort(rng.normal(size=count) - 1.2 * flagged - 0.1 * np.log(heads), kind="stable")
    week_of = [week for week, share in PLAN_WEEKS for _ in range(share)]
    planned: list[date | None] = [None] * count
    for rank, n in enumerate(order):
        week = week_of[rank * len(week_of) // count]
        planned[n] = None if week is None else first_day + timedelta(weeks=week)
    return planned


def _prefixes(layout: Layout) -> Wheel[str]:
    stem = layout.town.removesuffix("镇").removesuffix("街道").removesuffix("乡")
    county = layout.county or layout.town
    return Wheel(((layout.county + layout.town, 0.45), (county, 0.33), (layout.town, 0.14), (stem, 0.08)))


def _staff(rng: Rng, heads: int, affected: int, *, with_symptoms: bool) -> Staff:
    outside = max(affected, int(rng.binomial(heads, rng.beta(1.2, 1.8))))
    back = int(rng.binomial(affected, 0.12))
    fever = int(rng.binomial(heads, FEVER_RATE)) if with_symptoms else 0
    cough = int(rng.binomial(heads, COUGH_RATE)) if with_symptoms else 0
    if with_symptoms and fever + cough == 0:
        fever, cough = (1, 0) if rng.random() < 0.3 else (0, 1)
    provinces = min(outside, 1 + int(rng.poisson(0.9 * np.log1p(outside)))) if outside else 0
    return Staff(affected, back, outside, provinces, fever, min(cough, heads - fever), max(back, fever))


def _capital(rng: Rng, heads: int) -> str:
    """Registered capital as registers write it: a dozen forms, a quarter missing."""
    steps = (10, 30, 50, 50, 100, 128, 200, 500, 600, 1000, 2200)
    amount = steps[int(min(len(steps) - 1, rng.integers(5) + np.log2(1 + heads) // 1.6))]
    return _CAPITAL_FORMS.spin(rng).format(amount, f"{amount:,}")


_CAPITAL_FORMS = Wheel(
    (
        ("{1}(万元人民币)", 55.0),
        ("", 26.0),
        ("{0}(万)", 5.0),
        ("{0}(万美元)", 5.0),
        ("{0}万人民币", 3.0),
        ("{0}.5万元人民币", 2.0),
        ("{0}(万香港元)", 1.5),
        ("{0}万人民币元", 1.0),
        ("{0}万美元", 0.5),
        ("{0}万元", 0.5),
        ("N/A", 0.5),
    )
)
