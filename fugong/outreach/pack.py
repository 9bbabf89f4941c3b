"""The pack's part about notices: which events the groups hear of, in which words, for how long they are worth it."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from fugong.campaigns.dated import Strict, Text
from fugong.campaigns.packs import Part, Problem
from fugong.outreach.queries import SUBJECTS

FILE = "outreach.toml"


class NoticePart(Strict):
    """One notice: the event, the sentence with {names} of the row's values, who hears it, hours until it is worthless.

    `reach` "around": the groups of the areas around what happened; "inside": those of the areas inside it.
    """

    event: str = Field(pattern=r"^[a-z_]+\.[a-z_]+\.[a-z_]+$")
    text: Text
    reach: Literal["around", "inside"] = "around"
    hours: int = Field(gt=0, le=72)


class OutreachPart(Strict):
    notice: list[NoticePart] = []


def check(part: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """Events are of rows that may be told, names in the sentences are values that may be said, no event twice."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for row in part["notice"]:
        event = row["event"]
        if event in seen:
            problems.append(Problem(FILE, f"two notices for {event}", key="notice.event"))
        seen.add(event)
        problems += _of_notice(row)
    return problems


def _of_notice(row: Mapping[str, Any]) -> list[Problem]:
    subject = row["event"].rpartition(".")[0]
    if subject not in SUBJECTS:
        sentence = f"nothing is told about {subject}"
        return [Problem(FILE, sentence, key="notice.event", allowed=tuple(SUBJECTS))]
    names = {name for words in row["text"].values() for name in _names(words)}
    return [
        Problem(
            FILE,
            f"{row['event']}: no value {name!r} may be said",
            key="notice.text",
            allowed=SUBJECTS[subject],
        )
        for name in sorted(names - set(SUBJECTS[subject]))
    ]


def _names(words: str) -> list[str]:
    """The names in braces; "?" for braces that cannot be read."""
    try:
        return [
            name for _text, name, _format, _conversion in string.Formatter().parse(words) if name is not None
        ]
    except ValueError:
        return ["?"]


PART = Part(name="outreach", schema=OutreachPart, check=check)
