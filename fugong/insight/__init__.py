"""Insight (指标/日报): indicators computed from rows, the daily brief, exports of figures."""
