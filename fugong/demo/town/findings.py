"""What a visit finds and how long mending takes: skewed, the same firms again and again, a long tail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from .dice import Floats, Rng, stream

# After 27,600 real inspections: one article fails in 61 % of visits, many in under 1 %, four in an average
# visit; 13.5 % of visits find something serious. After 37,171 real requests: half closed in 4 days.
COMMONEST, PER_VISIT, SERIOUS_VISITS = 0.61, 4.0, 0.135
WITHIN_FIRM, REPEATING = 0.25, 0.45  # share of the variance that is the firm's, and of the rest that returns
MEDIAN_DAYS, UPPER_QUARTILE_DAYS, MOST_DAYS = 4.0, 11.0, 140.0
DUPLICATE_RATE = 0.05


@dataclass(frozen=True, slots=True)
class FindingsModel:
    """Per-article odds, correlated inside a firm: a probit with lasting parts of firm and article."""

    seed: int
    articles: tuple[str, ...]
    serious: frozenset[str]
    odds: tuple[float, ...]

    @classmethod
    def make(
        cls, seed: int, articles: Sequence[str] | int = 23, serious: Collection[str] = ()
    ) -> FindingsModel:
        """Odds for the given articles (or that many numbered ones); `serious` names the critical ones.

        Without serious articles every eighth is. ValueError when all are serious.
        """
        keys = (
            tuple(f"{n:02d}" for n in range(1, articles + 1))
            if isinstance(articles, int)
            else tuple(articles)
        )
        critical = frozenset(serious) & set(keys) or frozenset(keys[5::8])
        if len(critical) == len(keys):
            raise ValueError("at least one article must not be serious")
        rare = _serious_odds(len(critical))
        skewed = list(
            stream(seed, "odds").permutation(_skewed(len(keys) - len(critical), PER_VISIT - rare.sum()))
        )
        lasting = list(rare)
        odds = tuple(float(lasting.pop() if key in critical else skewed.pop()) for key in keys)
        return cls(seed, keys, critical, odds)

    def firm(self, key: str) -> Firm:
        """The lasting part of one firm, to be asked at each of its visits."""
        rng = stream(self.seed, "firm", key)
        own = float(rng.normal())
        lasting = rng.normal(size=len(self.articles))
        base = np.sqrt(WITHIN_FIRM) * own + np.sqrt((1 - WITHIN_FIRM) * REPEATING) * lasting
        return Firm(self, rng, base, ndtri(np.asarray(self.odds)))


@dataclass(slots=True)
class Firm:
    """One firm's tendency to fail articles."""

    model: FindingsModel
    rng: Rng
    base: Floats
    limits: Floats

    def visit(self) -> list[str]:
        """The articles that fail at the next visit."""
        fresh = np.sqrt((1 - WITHIN_FIRM) * (1 - REPEATING)) * self.rng.normal(size=len(self.limits))
        failed = self.base + fresh < self.limits
        return [self.model.articles[n] for n in np.flatnonzero(failed)]


def closing_days(rng: Rng) -> float:
    """Days from finding to mending: lognormal with median 4, upper quartile 11, at most 140."""
    sigma = np.log(UPPER_QUARTILE_DAYS / MEDIAN_DAYS) / float(ndtri(0.75))
    return float(min(MOST_DAYS, MEDIAN_DAYS * np.exp(sigma * rng.normal())))


def _skewed(count: int, total: float) -> Floats:
    """Odds from the commonest article downwards whose sum is `total` (or the nearest reachable)."""
    ranks = np.arange(count)
    low, high = 0.1, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if np.sum(np.exp(-((ranks / middle) ** 2))) * COMMONEST < total else (low, middle)
        )
    return np.asarray(COMMONEST * np.exp(-((ranks / low) ** 2)) + 0.0005, dtype=float)


def _serious_odds(count: int) -> Floats:
    """Equal odds of the serious articles such that the wanted share of visits finds at least one of them."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    low, high = 1e-6, SERIOUS_VISITS
    for _ in range(60):
        middle = (low + high) / 2
        given = ndtr((ndtri(middle) - np.sqrt(WITHIN_FIRM) * nodes) / np.sqrt(1 - WITHIN_FIRM))
        found = 1 - float(np.sum(weights * (1 - given) ** count) / np.sum(weights))
        low, high = (middle, high) if found < SERIOUS_VISITS else (low, middle)
    return np.full(count, high)
