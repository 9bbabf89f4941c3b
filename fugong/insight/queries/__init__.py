"""Questions about figures: the indicators of a campaign, their values as of any day, and the rows behind them."""

from fugong.insight.queries.figures import (
    Asking,
    Figure,
    asked,
    by_area,
    by_area_of,
    by_class,
    by_day,
    figure,
    figures,
    figures_of,
    last_days,
)
from fugong.insight.queries.indicators import MODELS, indicator_of, indicators_of, rows_url
from fugong.insight.queries.tally import Sums, Tally, tally

__all__ = [
    "MODELS",
    "Asking",
    "Figure",
    "Sums",
    "Tally",
    "asked",
    "by_area",
    "by_area_of",
    "by_class",
    "by_day",
    "figure",
    "figures",
    "figures_of",
    "indicator_of",
    "indicators_of",
    "last_days",
    "rows_url",
    "tally",
]
