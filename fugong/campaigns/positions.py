"""Where a key stands in a TOML file: the parser gives values, people need lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

Place = tuple[str | int, ...]
HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
ELEMENT = re.compile(r"^\s*[\[{\"'0-9tf-]")
KEY = re.compile(r"^\s*(\"[^\"]+\"|'[^']+'|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\s*=")


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The line (from 1) of the value at `place` (keys and list positions), or of the nearest thing around it."""
    lines = lines_by_place(text)
    wanted = tuple(place)
    while wanted:
        if wanted in lines:
            return lines[wanted]
        wanted = wanted[:-1]
    return None


def line_of_key(text: str, key: str, sentence: str = "") -> int | None:
    """The line of a key as a part's check names it: `campaign.area`, or the key of a row and one of its fields
    (`weekly.condition`); else of the value that the sentence quotes; else of the nearest thing around the key."""
    lines = lines_by_place(text)
    place = tuple(int(step) if step.isdigit() else step for step in key.split(".")) if key else ()
    row = _row_with_key(text, lines, str(place[0])) if place else None
    found = lines.get(place) or (row and (lines.get((*row, *place[1:])) or lines[row]))
    if found:
        return found
    for word in reversed(re.findall(r"['\u201c\"]([^'\u201d\"]+)['\u201d\"]|([\w-]+\.\w+)", sentence)):
        wanted = f'"{word[0] or word[1]}"'
        hits = [number for number, line in enumerate(text.splitlines(), start=1) if wanted in line]
        if hits:
            return hits[-1] if "twice" in sentence else hits[0]
    return line_of(text, place) or line_of(text, (*place[:1], 0))


def _row_with_key(text: str, lines: dict[Place, int], key: str) -> Place | None:
    """The place of the row of a list of tables whose `key` has this value."""
    written = text.splitlines()
    for place, number in lines.items():
        if len(place) > 2 and place[-1] == "key" and isinstance(place[-2], int):
            if re.search(rf"=\s*[\"']{re.escape(key)}[\"']", written[number - 1]):
                return place[:-1]
    return None


def lines_by_place(text: str) -> dict[Place, int]:
    """Every table header and key of a TOML text with its line, and every element of an array over several lines;
    values inside inline tables count as their key's."""
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    array: Place = ()
    depth = element = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if depth > 0:
            if depth == 1 and ELEMENT.match(line):
                found[(*array, element)] = number
                element += 1
            depth += _opened(line)
            continue
        header, key = HEADER.match(line), KEY.match(line)
        if header:
            table = _table(header.group(2), header.group(1) == "[[", counts)
            found[table] = number
        elif key:
            array = (*table, *_parts(key.group(1)))
            found[array] = number
            depth, element = _opened(line[key.end() :]), 0
    return found


def _opened(line: str) -> int:
    """How many more square brackets a line opens than it closes, strings and comments aside."""
    bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*", "", line)
    return bare.count("[") - bare.count("]")


def _table(name: str, is_list: bool, counts: dict[Place, int]) -> Place:
    """The place of a table, with the running number of every list of tables on the way."""
    place: Place = ()
    parts = _parts(name)
    for index, part in enumerate(parts):
        place = (*place, part)
        if is_list and index == len(parts) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _parts(dotted: str) -> tuple[str, ...]:
    if dotted[:1] in {'"', "'"}:
        return (dotted[1:-1],)
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
