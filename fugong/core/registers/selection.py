"""The rows that a list, a map and an export show for the same address."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from fugong.core import conditions
from fugong.core.days import day_asked, standing_at
from fugong.core.refusals import Refused, refuse_if
from fugong.core.registers import filters
from fugong.core.registers.asked import Asked
from fugong.core.registers.columns import Column


@dataclass(frozen=True)
class Selection:
    """`rows` in order, or none with an `error`: a condition not understood must not show other rows."""

    rows: models.QuerySet[Any]
    error: str = ""


def select(register: Any, request: HttpRequest, asked: Asked, columns: tuple[Column, ...] = ()) -> Selection:
    """What the person may see, limited to what the address asks for, in its order; with all columns or those named."""
    moment = moment_of(request, asked.on)
    rows = narrowed(register, register.rows(request), asked, request.user)
    if asked.condition and register.vocabulary() is None:
        return Selection(rows.none(), _("This list has no conditions; use the words and the filters."))
    if asked.condition:
        try:
            rows = conditions.apply(rows, asked.condition, moment)
        except conditions.ConditionError as error:
            return Selection(rows.none(), str(error))
    return Selection(ordered(register, with_columns(register, rows, moment, columns), asked.sort))


def moment_of(request: HttpRequest, on: str = "") -> conditions.Moment:
    """The campaign and the day that measures are asked for: today, or an earlier day (ISO) as it stood at its end."""
    campaign_id = getattr(request.campaign, "pk", None)  # type: ignore[attr-defined]
    day = day_asked(on, request.today)  # type: ignore[attr-defined]
    at = standing_at(day, request.now)  # type: ignore[attr-defined]
    return conditions.Moment(campaign_id=campaign_id, on=day, at=at)


def narrowed(register: Any, rows: models.QuerySet[Any], asked: Asked, user: Any) -> models.QuerySet[Any]:
    """Plain words (each must stand in one of the searched fields) and quick filters."""
    for word in asked.words.split()[:8]:
        found = Q()
        for name in register.search:
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    for name, value in asked.filters.items():
        rows = rows.filter(filters.matching(register, name, value, user))
    return rows


def with_columns(
    register: Any, rows: models.QuerySet[Any], moment: conditions.Moment, columns: tuple[Column, ...] = ()
) -> models.QuerySet[Any]:
    """Everything that the columns show, in one query: measures annotated, foreign keys joined."""
    wanted = columns or register.shown()
    measures = [column.name for column in wanted if column.measure]
    if measures:
        rows = conditions.annotate(rows, measures, moment)
    joined = {column.relation for column in wanted if column.relation} | set(register.select_related)
    return rows.select_related(*sorted(joined)) if joined else rows


def ordered(register: Any, rows: models.QuerySet[Any], sort: str) -> models.QuerySet[Any]:
    """By a column of the list (`-name` backwards), rows without a value last; else the register's order."""
    known = {column.name: column.sort for column in register.shown() if column.sort}
    by = known.get(sort.removeprefix("-"))
    if by is None:
        return rows.order_by(*{register.order: None, "pk": None})
    way = F(by).desc(nulls_last=True) if sort.startswith("-") else F(by).asc(nulls_last=True)
    return rows.order_by(way, "pk")


def as_one_condition(register: Any, asked: Asked, user: Any) -> str:
    """Condition, words and quick filters as one condition text: what a saved view keeps.

    Raises `Refused` when a filter has no word in the condition language.
    """
    if not asked.words and not asked.filters:
        return asked.condition
    parts = [f"({asked.condition})"] if asked.condition else []
    parts += [_words_condition(register, word) for word in asked.words.split()[:8]]
    parts += [filters.as_condition(register, name, value, user) for name, value in asked.filters.items()]
    return " and ".join(parts)


def _words_condition(register: Any, word: str) -> str:
    """One plain word as a condition over the searched fields that the language knows."""
    names = [known for name in register.search if (known := filters.word_for(register, name))]
    refuse_if("" if names else _("These words cannot be kept in a view; write them as a condition."))
    text = " or ".join(f'{name} ~ "{word.replace(chr(34), "")}"' for name in names)
    return f"({text})" if len(names) > 1 else text


def told(register: Any, asked: Asked, user: Any) -> str:
    """How the rows were limited, for the record: as a condition, else as the address had it."""
    try:
        return as_one_condition(register, asked, user)
    except Refused:
        return asked.query()


def everything(asked: Asked) -> Asked:
    """The same list without any limit."""
    return replace(asked, condition="", words="", filters={})
