"""What there is to say about the cells of an import: as it is kept, and grouped by kind to be read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

from fugong.core.audit import plain
from fugong.core.imports.importer import REFUSED, Decision
from fugong.core.workbooks.cells import label_of
from fugong.core.workbooks.fields import Field
from fugong.core.workbooks.grid import column_letter

QUOTED = re.compile(r"[‘“「『'\"][^’”」』'\"]*[’”」』'\"]|[0-9A-Z]{8,}|\d+")
EXAMPLES = 5


def kept_problems(decision: Decision, columns: dict[str, Any]) -> list[dict[str, Any]]:
    """Problems and notes of one row as plain values; a remark on no known column is about the row.

    In a row that was taken in, problems are the cells that were left out.
    """
    refused = decision.outcome == REFUSED
    problems = [*decision.row.problems, *decision.problems]
    notes = [*decision.row.notes, *decision.notes]
    return [_kept(decision, one, columns, "problem" if refused else "left_out") for one in problems] + [
        _kept(decision, one, columns, "note") for one in notes
    ]


def _kept(decision: Decision, remark: Any, columns: dict[str, Any], kind: str) -> dict[str, Any]:
    column = remark.column or getattr(columns.get(remark.field), "index", 0)
    found = {
        "kind": kind,
        "field": remark.field,
        "column": column,
        "cell": f"{column_letter(column)}{decision.row.number}" if column else "",
        "sentence": str(remark.sentence),
    }
    if remark.suggestion is not None:
        found["suggestion"] = plain(remark.suggestion)
    return found


@dataclass
class Group:
    """Remarks of one kind on one field: how many, and some of the cells with their sentences."""

    kind: str
    field: str
    label: str
    sentence: str
    count: int = 0
    examples: list[dict[str, Any]] = made_by(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


def grouped(
    rows: Iterable[tuple[int, Sequence[dict[str, Any]]]], fields: Sequence[Field]
) -> list[dict[str, Any]]:
    """Groups of (row number, remarks), problems before notes, the most frequent first.

    The sentence of a group is that of its remarks, with "…" for the words and numbers in which they differ.
    """
    labels = {one.name: label_of(one) for one in fields}
    groups: dict[tuple[str, str, str], Group] = {}
    common: dict[tuple[str, str, str], list[str]] = {}
    for number, remarks in rows:
        for remark in remarks:
            found = QUOTED.findall(remark["sentence"])
            key = (remark["kind"], remark["field"], QUOTED.sub("…", remark["sentence"]))
            common[key] = [
                one if one == other else "…" for one, other in zip(common.get(key, found), found, strict=True)
            ]
            group = groups.setdefault(
                key, Group(*key[:2], labels.get(remark["field"], ""), remark["sentence"])
            )
            group.count += 1
            if len(group.examples) < EXAMPLES:
                group.examples.append({"row": number, "cell": remark["cell"], "sentence": remark["sentence"]})
    order = {"problem": 0, "left_out": 1, "note": 2}
    ranked = sorted(groups.values(), key=lambda group: (order[group.kind], -group.count))
    for key, group in groups.items():
        pieces = iter(common[key])
        group.sentence = QUOTED.sub(lambda _found: next(pieces), group.sentence)  # noqa: B023  (used at once)
    return [group.as_dict() for group in ranked]
