"""Two plans beside each other: what came, went, moved or was put at another time, who is concerned, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fugong.enterprises.models import Enterprise
from fugong.visits.models import LeftOut
from fugong.visits.planning.settling import NOTICED
from fugong.visits.plans.boards import Bar, Board
from fugong.visits.plans.causes import is_plain, why_changed

KINDS = {
    "added": (gettext_lazy("added"), "green"),
    "dropped": (gettext_lazy("no longer visited"), "red"),
    "moved": (gettext_lazy("another officer"), "amber"),
    "retimed": (gettext_lazy("another time"), "blue"),
}


@dataclass(frozen=True)
class Change:
    """One enterprise whose visit differs. `kind` is one of KINDS; of a joint visit every member's part is there."""

    kind: str
    enterprise: Enterprise
    before: tuple[Bar, ...]
    after: tuple[Bar, ...]
    why: tuple[str, ...] = ()

    @property
    def word(self) -> Any:
        return KINDS[self.kind][0]

    @property
    def colour(self) -> str:
        return KINDS[self.kind][1]


@dataclass(frozen=True)
class Shift:
    """One officer's load before and after, in per cent and visits; None: not on duty there."""

    officer_id: int
    name: str
    before: tuple[int, int] | None
    after: tuple[int, int] | None

    @property
    def by(self) -> int:
        return (self.after[0] if self.after else 0) - (self.before[0] if self.before else 0)


@dataclass(frozen=True)
class Figure:
    """One figure of both plans; `better` says whether less or more is better ("less", "more" or "")."""

    label: str
    before: float | None
    after: float | None
    unit: str = ""
    better: str = ""

    @property
    def by(self) -> float | None:
        return None if self.before is None or self.after is None else round(self.after - self.before, 1)

    @property
    def colour(self) -> str:
        """Green where it got better, red where it got worse."""
        if not self.by or not self.better:
            return ""
        return "green" if (self.by > 0) == (self.better == "more") else "red"


def changes(before: Board, after: Board, left: QuerySet[LeftOut] | None = None) -> list[Change]:
    """What the second plan does otherwise than the first. `left`: the rows left out of it, for the reasons; one query."""
    old, new = _by_enterprise(before), _by_enterprise(after)
    found = [_change(old.get(pk, ()), new.get(pk, ())) for pk in {**new, **old}]
    kept = [change for change in found if change is not None]
    gone = [change.enterprise.pk for change in kept if change.kind == "dropped"]
    reasons = _reasons(left, gone, after) if left is not None else {}
    told = why_changed(after.plan) if after.plan.base_id == before.plan.pk else {}
    causes = {pk: sentence for pk, sentence in told.items() if not is_plain(after.plan, pk)}
    rows = [_with_why(change, reasons, after, causes) for change in kept]
    order = list(KINDS)
    return sorted(rows, key=lambda change: (order.index(change.kind), change.enterprise.name))


def _by_enterprise(board: Board) -> dict[int, tuple[Bar, ...]]:
    found: dict[int, tuple[Bar, ...]] = {}
    for lane in board.lanes:
        for bar in lane.bars:
            pk = bar.stop.enterprise_id
            found[pk] = (*found.get(pk, ()), bar)
    return found


def _change(old: tuple[Bar, ...], new: tuple[Bar, ...]) -> Change | None:
    firm = (new or old)[0].stop.enterprise
    if not old or not new:
        return Change("added" if new else "dropped", firm, old, new)
    if {bar.stop.officer_id for bar in old} != {bar.stop.officer_id for bar in new}:
        return Change("moved", firm, old, new)
    is_late = abs(old[0].begins - new[0].begins) >= NOTICED
    return Change("retimed", firm, old, new) if is_late else None


def _reasons(left: QuerySet[LeftOut], gone: list[int], board: Board) -> dict[int, tuple[str, ...]]:
    rows = dict(left.filter(enterprise__in=gone).values_list("enterprise_id", "reasons"))
    board.reader.know_areas(row for reasons in rows.values() for row in reasons)
    return {pk: tuple(board.reader.sentences(reasons)) for pk, reasons in rows.items()}


def _with_why(
    change: Change, reasons: Mapping[int, tuple[str, ...]], after: Board, told: Mapping[int, str]
) -> Change:
    """What made the change necessary where that is known; else the planner's reasons to visit, or not to."""
    if change.enterprise.pk in told:
        why: tuple[str, ...] = (told[change.enterprise.pk],)
    elif change.kind == "dropped":
        why = reasons.get(change.enterprise.pk, ())
    else:
        why = tuple(after.reader.sentences(change.after[0].stop.reasons))
    return Change(change.kind, change.enterprise, change.before, change.after, why[:3])


def counted(found: Iterable[Change]) -> list[tuple[str, Any, str, int]]:
    """(kind, word, colour, number) of every kind, also of those without a change."""
    numbers = Counter(change.kind for change in found)
    return [(kind, word, colour, numbers[kind]) for kind, (word, colour) in KINDS.items()]


def concerned(found: Iterable[Change]) -> set[int]:
    """The officers whose day differs."""
    return {bar.stop.officer_id for change in found for bar in (*change.before, *change.after)}


def shifts(before: Board, after: Board) -> list[Shift]:
    """Loads of the officers whose load differs, the greatest change first."""
    old, new = _loads(before), _loads(after)
    names = {lane.officer_id: lane.name for board in (before, after) for lane in board.lanes}
    rows = [Shift(pk, name, old.get(pk), new.get(pk)) for pk, name in names.items()]
    return sorted((row for row in rows if row.before != row.after), key=lambda row: (-abs(row.by), row.name))


def _loads(board: Board) -> dict[int, tuple[int, int]]:
    return {lane.officer_id: (lane.load, len(lane.stops)) for lane in board.lanes}


def figures(before: Board, after: Board) -> list[Figure]:
    """The figures of both plans side by side."""
    one, two = before.plan.summary, after.plan.summary
    rows = [
        Figure(_("enterprises visited"), one.get("planned"), two.get("planned"), "", "more"),
        Figure(_("due and left out"), one.get("left_out"), two.get("left_out"), "", "less"),
        Figure(_("weighted overdue left"), one.get("weight_left"), two.get("weight_left"), "", "less"),
        Figure(_("officers with a stop"), len(before.busy), len(after.busy)),
        Figure(_("minutes on the road"), before.travel, after.travel, _("min"), "less"),
        Figure(_("length of the ways"), before.km, after.km, "km", "less"),
        Figure(_("least load"), before.spread[0], after.spread[0], "%", "more"),
        Figure(_("middle load"), before.spread[1], after.spread[1], "%"),
        Figure(_("greatest load"), before.spread[2], after.spread[2], "%", "less"),
    ]
    return [row for row in rows if row.before is not None or row.after is not None]
