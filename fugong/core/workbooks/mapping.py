"""Proposes which column fills which field, how sure that is, and why. A person confirms; what they chose is
remembered.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fugong.core.workbooks.cells import clean, label_of
from fugong.core.workbooks.fields import Field
from fugong.core.workbooks.grid import plain
from fugong.core.workbooks.headers import PROBLEM_HEADERS, Column, Table
from fugong.core.workbooks.reading import Value

SURE, LIKELY, LEAST = 0.9, 0.65, 0.5
SAMPLE = 40
# Kinds whose cells look like nothing else, so that content alone may name the column; with the share needed.
TELLING = {"credit_code": 0.7, "phone": 0.7, "date": 0.7, "yes_no": 0.8, "choice": 0.8}


@dataclass(frozen=True)
class Proposal:
    """A column and the field it should fill (None: not imported). `sureness` 0 to 1, `why` a sentence."""

    column: Column
    field: Field | None
    sureness: float
    why: str

    @property
    def is_sure(self) -> bool:
        return self.sureness >= SURE


def normalise_header(text: str) -> str:
    """A header as remembered mappings know it: see `grid.plain`, keeping the group of "group/leaf"."""
    return "/".join(part for part in (plain(piece) for piece in text.split("/")) if part)


def propose(
    table: Table, fields: Sequence[Field], *, remembered: Mapping[str, str] | None = None, year: int = 2020
) -> list[Proposal]:
    """One proposal per column of the table, in its order. Each field is given to one column at most.

    `remembered` maps header texts (as written or normalised) to field names, "" for "leave this column out".
    """
    known = {normalise_header(header): name for header, name in (remembered or {}).items()}
    names = {field.name: field for field in fields}
    settled: dict[int, Proposal] = {}
    for column in table.columns:
        name = known.get(normalise_header(column.name))
        taken = {proposal.field.name for proposal in settled.values() if proposal.field}
        if name is not None and (name in names or name == "") and name not in taken:
            settled[column.index] = Proposal(column, names.get(name), 1.0, _("Chosen so before."))
        elif plain(column.leaf) in {plain(header) for header in PROBLEM_HEADERS}:
            settled[column.index] = Proposal(column, None, 1.0, _("Written by this program."))
    _assign(table, fields, settled, year)
    nothing = _("No field fits.")
    return [settled.get(column.index) or Proposal(column, None, 0.0, nothing) for column in table.columns]


def missing_fields(proposals: Sequence[Proposal], fields: Sequence[Field]) -> list[Field]:
    """Required fields that no column fills."""
    filled = {proposal.field.name for proposal in proposals if proposal.field}
    return [field for field in fields if field.required and field.name not in filled]


def to_remember(proposals: Sequence[Proposal]) -> dict[str, str]:
    """What `propose(remembered=...)` takes the next time: normalised header > field name or ""."""
    return {
        normalise_header(proposal.column.name): proposal.field.name if proposal.field else ""
        for proposal in proposals
    }


def _assign(table: Table, fields: Sequence[Field], settled: dict[int, Proposal], year: int) -> None:
    """Best pairs first; every column and every field once."""
    taken = {proposal.field.name for proposal in settled.values() if proposal.field}
    samples = {
        column.index: _Sample(_sample(table, place), year) for place, column in enumerate(table.columns)
    }
    pairs = [
        (sureness, -column.index, -order, column, field, why)
        for column in table.columns
        if column.index not in settled
        for order, field in enumerate(fields)
        if field.name not in taken
        for sureness, why in [_fit(column, samples[column.index], field)]
        if sureness >= LEAST
    ]
    for sureness, _index, _order, column, field, why in sorted(
        pairs, key=lambda pair: pair[:3], reverse=True
    ):
        if column.index not in settled and field.name not in taken:
            settled[column.index] = Proposal(column, field, round(sureness, 2), why)
            taken.add(field.name)


def _sample(table: Table, place: int) -> Sequence[Value]:
    """Up to forty filled cells of a column, spread over its whole length."""
    step = max(1, len(table.rows) // (3 * SAMPLE))
    values = (row.values[place] for row in table.rows[::step])
    return [value for value in values if value is not None and str(value).strip()][:SAMPLE]


class _Sample:
    """Some cells of a column, and how many of them each kind of field can read, worked out once for each kind."""

    def __init__(self, values: Sequence[Value], year: int) -> None:
        self.values = values
        self.year = year
        self.shares: dict[object, float] = {}

    def share(self, field: Field) -> float:
        kind = field.kind, tuple(field.choices)
        if kind not in self.shares:
            self.shares[kind] = _share(self.values, field, self.year)
        return self.shares[kind]


def _fit(column: Column, sample: _Sample, field: Field) -> tuple[float, str]:
    """How well column and field fit, by header first, then by content."""
    sureness, label = _by_header(column, field)
    values = sample.values
    if not values:
        return sureness, _by_header_sentence(sureness, label)
    if sureness < LEAST and field.kind not in TELLING:
        return 0.0, ""
    share = sample.share(field)
    if sureness < LEAST:
        if share >= TELLING[field.kind] and len(values) >= 3 and _is_telling(values, field):
            sentence = _("%(share)s %% of its cells can be read as %(label)s.")
            shown = {"share": round(share * 100), "label": label_of(field)}
            return (0.75 if field.kind == "credit_code" else 0.45 + 0.15 * (share == 1)), sentence % shown
        return 0.0, ""
    if share < 0.3:
        sentence = _("The header fits “%(label)s”, but its cells do not.")
        return max(sureness - 0.35, LEAST if sureness > SURE else 0.0), sentence % {"label": label}
    return sureness, _by_header_sentence(sureness, label)


def _by_header_sentence(sureness: float, label: str) -> str:
    if sureness >= SURE:
        return _("The header is “%(label)s”.") % {"label": label}
    return _("The header is like “%(label)s”.") % {"label": label}


def _by_header(column: Column, field: Field) -> tuple[float, str]:
    """The best of the field's labels against the whole name and the leaf."""
    whole, leaf = plain(column.name), plain(column.leaf)
    best, best_label = 0.0, ""
    for label in field.labels:
        wanted = plain(label)
        if not wanted:
            continue
        sureness = max(_alike(whole, wanted), 0.96 * _alike(leaf, wanted) if leaf != whole else 0.0)
        if sureness > best:
            best, best_label = sureness, label
    return best, best_label


def _alike(header: str, wanted: str) -> float:
    """1 for the same; containing and misspelt less, down to 0."""
    if header == wanted:
        return 0.98
    short, long = sorted((header, wanted), key=len)
    if len(short) >= 2 and short in long:
        # The end of a Chinese compound says what it is: 法人联系电话 is a phone, 电话号码归属地 is a place.
        end = 0.1 if long.endswith(short) else 0.0
        return 0.5 + 0.3 * len(short) / len(long) + end
    # The lengths alone bound the ratio: most pairs need no comparing.
    if len(short) < 3 or 2 * len(short) < 0.75 * (len(short) + len(long)):
        return 0.0
    ratio = difflib.SequenceMatcher(None, header, wanted).ratio()
    return 0.75 * ratio if ratio >= 0.75 else 0.0


def _share(sample: Sequence[Value], field: Field, year: int) -> float:
    """Share of the sample that cleans to a value, or nearly (a suggestion counts)."""
    cleaned = [clean(field, value, year=year) for value in sample]
    return sum(result.value is not None or result.suggestion is not None for result in cleaned) / len(cleaned)


def _is_telling(sample: Sequence[Value], field: Field) -> bool:
    """Numbers read as dates, phones or ticks prove nothing unless they are written like one."""
    if field.kind in {"credit_code", "choice"}:
        return True
    texts = [str(value) for value in sample]
    if field.kind == "date":
        return not all(re.fullmatch(r"\d{1,6}(\.\d+)?", text) for text in texts)
    if field.kind == "phone":
        return sum(len(re.sub(r"\D", "", text)) >= 10 for text in texts) * 2 > len(texts)
    return not all(re.fullmatch(r"[01]|/|-", text) for text in texts)
