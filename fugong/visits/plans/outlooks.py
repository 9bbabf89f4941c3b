"""Rehearsals of the campaign as people read them: the question in words, the curve, the figures beside the present."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fugong.territory.models import Area
from fugong.visits.models import Outlook
from fugong.visits.planning import ReasonCode
from fugong.visits.planning.wording import sentence
from fugong.visits.plans.tiers import Tiers
from fugong.visits.rules import OutlookKind, RunStatus

# Lines on one chart; more cannot be told apart.
LINES = 5
COLOURS = ("grey", "blue", "amber", "green", "red")
TIER_COLOURS = ("red", "amber", "blue", "green", "grey")


def question(row: Outlook, tiers: Tiers) -> str:
    """What was asked, as a short title."""
    asked = row.parameters
    if row.kind == OutlookKind.FEWER_OFFICERS:
        n = int(asked.get("officers", 0))
        return ngettext("%(n)s officer fewer", "%(n)s officers fewer", n) % {"n": n}
    if row.kind == OutlookKind.MORE_OFFICERS:
        n = int(asked.get("officers", 0))
        return ngettext("%(n)s officer more", "%(n)s officers more", n) % {"n": n}
    if row.kind == OutlookKind.CADENCE:
        return _cadence(asked, tiers)
    if row.kind == OutlookKind.ABSENCE:
        days = int(asked.get("days", 0))
        sentence = ngettext("%(name)s away for %(days)s day", "%(name)s away for %(days)s days", days)
        return sentence % {"name": asked.get("name", ""), "days": days}
    if row.kind == OutlookKind.BORDER:
        return _("border open: %(names)s") % {"names": " – ".join(asked.get("names", []))}
    return str(row.get_kind_display())  # type: ignore[attr-defined]


def _cadence(asked: dict[str, Any], tiers: Tiers) -> str:
    tier = tiers.by_key.get(str(asked.get("cadence")))
    name = tier.name if tier else str(asked.get("cadence"))
    every = asked.get("every_days")
    if every is None:
        return _("%(tier)s: once in the campaign") % {"tier": name}
    return _("%(tier)s: every %(days)s days") % {"tier": name, "days": every}


@dataclass(frozen=True)
class Answer:
    """A rehearsal with its question in words; `base` is the one as it is that it is held against."""

    row: Outlook
    title: str
    base: Outlook | None = None

    @property
    def is_done(self) -> bool:
        return self.row.status == RunStatus.DONE and bool(self.row.result)

    @property
    def has_curve(self) -> bool:
        return self.is_done and bool(self.row.result.get("curve"))

    @property
    def never(self) -> int | None:
        return sum(self.row.result.get("never", {}).values()) if self.has_curve else None

    @property
    def overdue(self) -> int:
        """Weighted overdue of the whole campaign, in minutes of weight."""
        return round(self.row.result["overdue"]) if self.has_curve else 0

    @property
    def km(self) -> int:
        return round(self.row.result["km"]) if self.has_curve else 0

    @property
    def overdue_by(self) -> float | None:
        """Change of the weighted overdue against the present campaign, in per cent."""
        if not self.has_curve or self.base is None or self.base.pk == self.row.pk:
            return None
        before = self.base.result["overdue"]
        return round((self.row.result["overdue"] - before) * 100 / before, 1) if before else None


def answers(rows: Iterable[Outlook], tiers: Tiers) -> list[Answer]:
    """The rehearsals in words, each with the newest present one of the same day."""
    kept = list(rows)
    bases: dict[date, Outlook] = {}
    for row in kept:  # the newest first
        if row.kind == OutlookKind.AS_IT_IS and row.status == RunStatus.DONE and row.result:
            bases.setdefault(row.on, row)
    return [Answer(row, question(row, tiers), bases.get(row.on)) for row in kept]


def curves(shown: list[Answer]) -> dict[str, Any]:
    """The expected weighted overdue by day, a line for each rehearsal; the present one first and grey."""
    chosen = sorted(shown, key=lambda one: one.row.kind != OutlookKind.AS_IT_IS)[:LINES]
    days = sorted({day for one in chosen for day in one.row.result["days"]})
    return {
        "kind": "line",
        "title": _("Expected overdue, weighted by risk"),
        "axis": _("Day"),
        "size": "l",
        "labels": [day[5:] for day in days],
        "series": [
            {"name": one.title, "values": _on(days, one.row.result), "colour": COLOURS[at]}
            for at, one in enumerate(chosen)
        ],
    }


def _on(days: list[str], result: dict[str, Any]) -> list[float | None]:
    by_day = dict(zip(result["days"], result["curve"], strict=False))
    return [by_day.get(day) for day in days]


def by_tier(result: dict[str, Any], tiers: Tiers) -> dict[str, Any]:
    """The same curve by tier, one column for each day."""
    order = [tier.key for tier in tiers.all]
    rows = sorted(
        result.get("curve_by_tier", {}).items(),
        key=lambda row: order.index(row[0]) if row[0] in order else len(order),
    )
    parts = [(key, values) for key, values in rows if any(values)]
    return {
        "kind": "stacked",
        "title": _("Expected overdue by tier"),
        "axis": _("Day"),
        "labels": [day[5:] for day in result["days"]],
        "series": [
            {"name": _tier_name(key, tiers), "values": values, "colour": TIER_COLOURS[at % len(TIER_COLOURS)]}
            for at, (key, values) in enumerate(parts)
        ],
    }


def _tier_name(key: str, tiers: Tiers) -> str:
    tier = tiers.by_key.get(key)
    return tier.name if tier else tiers.lists.get(key, key)


@dataclass(frozen=True)
class Line:
    """One figure of a rehearsal beside the present campaign; `better`: "less", "more" or ""."""

    label: str
    now: float | None
    then: float | None
    unit: str = ""
    better: str = ""

    @property
    def by(self) -> float | None:
        return None if self.now is None or self.then is None else round(self.then - self.now, 1)

    @property
    def colour(self) -> str:
        if not self.by or not self.better:
            return ""
        return "green" if (self.by > 0) == (self.better == "more") else "red"


def figures(one: Answer) -> list[Line]:
    """The sums of the campaign: overdue, visits, ways, never visited, continuity, load."""
    then = _sums(one.row.result)
    base = one.base if one.base is not None and one.base.pk != one.row.pk else None
    now = _sums(base.result) if base else {}
    rows = [
        ("overdue", _("overdue, weighted by risk"), "", "less"),
        ("days_overdue", _("overdue days of enterprises"), "", "less"),
        ("never", _("never visited"), "", "less"),
        ("visits", _("visits"), "", "more"),
        ("km", _("length of the ways"), "km", "less"),
        ("continuity", _("visits by the same officer as before"), "%", "more"),
        ("busy", _("share of the working hours used"), "%", ""),
        ("spread", _("unevenness of the load"), "%", "less"),
    ]
    return [Line(label, now.get(key), then.get(key), unit, better) for key, label, unit, better in rows]


def _sums(result: dict[str, Any]) -> dict[str, float]:
    plain = {key: result[key] for key in ("overdue", "days_overdue", "visits", "km")}
    shares = {key: round(result[key] * 100, 1) for key in ("continuity", "busy", "spread")}
    return plain | shares | {"never": sum(result["never"].values())}


@dataclass(frozen=True)
class BorderCost:
    """A closed border with what it costs; `width` is its share of the dearest one, in per cent."""

    names: str
    overdue: int
    width: float
    text: str


def border_costs(row: Outlook) -> list[BorderCost]:
    """The borders, the dearest first; one query for the names."""
    rows = row.result.get("borders", [])
    wanted = {int(pk) for border in rows for side in border["areas"] for pk in side if str(pk).isdigit()}
    names = dict(Area.objects.filter(pk__in=wanted).values_list("pk", "name"))
    dearest = max((border["overdue"] for border in rows), default=0) or 1
    ranked = sorted(rows, key=lambda border: -border["overdue"])
    return [_cost(border, names, dearest) for border in ranked]


def _cost(border: dict[str, Any], names: dict[int, str], dearest: float) -> BorderCost:
    sides = [_side(side, names) for side in border["areas"]]
    reason = dict(border["reason"]) | {"one": sides[0], "other": sides[1]}
    language = (get_language() or "zh-hans").lower()
    return BorderCost(
        " – ".join(sides),
        round(border["overdue"]),
        max(0.0, min(100.0, border["overdue"] * 100 / dearest)),
        sentence(ReasonCode.from_dict(reason), language),
    )


def _side(areas: list[str], names: dict[int, str]) -> str:
    """The areas of one side by name; of many the first and how many more."""
    told = [names.get(int(pk), str(pk)) if str(pk).isdigit() else str(pk) for pk in areas]
    if len(told) <= 2:
        return "、".join(told)
    return _("%(name)s and %(n)s more") % {"name": told[0], "n": len(told) - 1}
