"""Cleans the rows of a table by a confirmed mapping and reports by row and cell, as "E17: ..."."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from fugong.core.workbooks.bodies import DataRow
from fugong.core.workbooks.cells import clean
from fugong.core.workbooks.fields import Field
from fugong.core.workbooks.grid import column_letter
from fugong.core.workbooks.headers import Table
from fugong.core.workbooks.mapping import Proposal
from fugong.core.workbooks.reading import Value
from fugong.core.workbooks.values import Cleaned


@dataclass(frozen=True)
class CellRemark:
    """Something to say about one cell: a problem or a note. `suggestion` is a value a person may accept."""

    row: int
    column: int
    field: str
    sentence: str
    suggestion: Any = None

    @property
    def reference(self) -> str:
        return f"{column_letter(self.column)}{self.row}"

    def __str__(self) -> str:
        return f"{self.reference}: {self.sentence}"


@dataclass
class CheckedRow:
    """One data row: cleaned values by field name (cells with problems have none), problems and notes."""

    number: int
    source: DataRow
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[CellRemark] = field(default_factory=list)
    notes: list[CellRemark] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.problems


def check_rows(table: Table, proposals: Sequence[Proposal], *, year: int) -> Iterator[CheckedRow]:
    """Every data row of the table, in its order. `year` completes dates that name none."""
    columns = [
        _Column(place, proposal.column.index, proposal.field, year)
        for place, proposal in enumerate(proposals)
        if proposal.field
    ]
    bad_cells = table.uncalculated | table.errors
    for row in table.rows:
        checked = CheckedRow(row.number, row)
        for column in columns:
            if bad_cells and (row.number, column.index) in bad_cells:
                cleaned = Cleaned(None, problem=_broken_cell(table, row.number, column.index))
            else:
                cleaned = column.clean(row.values[column.place])
            _add(checked, column, cleaned)
        yield checked


class _Column:
    """One mapped column. Texts that come again (villages, yes and no, choices) are cleaned once."""

    def __init__(self, place: int, index: int, field: Field, year: int) -> None:
        self.place = place
        self.index = index
        self.field = field
        self.year = year
        self.seen: dict[str, Cleaned] = {}

    def clean(self, value: Value) -> Cleaned:
        if type(value) is not str:
            return clean(self.field, value, year=self.year)
        cleaned = self.seen.get(value)
        if cleaned is None:
            cleaned = clean(self.field, value, year=self.year)
            if len(self.seen) < 5000:
                self.seen[value] = cleaned
        return cleaned


def _add(checked: CheckedRow, column: _Column, cleaned: Cleaned) -> None:
    value, note, problem, suggestion = cleaned
    name = column.field.name
    if problem:
        checked.problems.append(CellRemark(checked.number, column.index, name, problem, suggestion))
        return
    checked.values[name] = value
    if note:
        checked.notes.append(CellRemark(checked.number, column.index, name, note))


def _broken_cell(table: Table, row: int, column: int) -> str:
    if (row, column) in table.errors:
        return _("The cell shows an error of its formula.")
    return _("The cell holds a formula without a stored value. Open and save the file in WPS or Excel.")
