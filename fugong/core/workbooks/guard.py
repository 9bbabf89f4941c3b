"""Looks at a file before any spreadsheet reader does: what it is, what it really unpacks to, how far its
cells go.

Runs in the child process only, on the standard library alone. Nothing here is shown to people: an
`Unreadable` carries a code that the parent turns into a sentence (see `sentences`).
"""

import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Any
from xml.parsers import expat

from fugong.core.workbooks.limits import MB, Limits

XLS_ROWS, XLSX_ROWS = 65_536, 1_048_576
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    OverflowError,
)


class Unreadable(Exception):
    """The file is not taken; `code` names the sentence and `details` fill its gaps."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def kind_of(raw: bytes) -> str:
    """`xlsx`, `xls` or `csv` by content: names and endings are often wrong. Web pages called .xls are
    refused.
    """
    if raw[:4] == b"PK\x03\x04":
        return "xlsx"
    if raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "xls"
    if not raw.strip(b"\0 \t\r\n"):
        raise Unreadable("empty")
    start = raw[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<?xml", b"mime-version:")):
        raise Unreadable("web page")
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "csv"
    if b"\0" in raw or start.startswith((b"%pdf", b"rar!", b"7z\xbc\xaf")):
        raise Unreadable("not a workbook")
    return "csv"


@dataclass
class SheetFacts:
    """What the sheet's XML says beside its values. Rows and columns count from 1."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    uncalculated: list[tuple[int, int]] = field(default_factory=list)  # formulas without a stored value
    errors: list[tuple[int, int]] = field(default_factory=list)  # cells showing #N/A, #REF! ...
    last_row: int = 0  # of a cell with a value
    last_column: int = 0
    filled_rows: int = 0


@dataclass
class XlsxFacts:
    """Sheet names in the workbook's order and the facts of each sheet's part, by sheet name."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)


def check_xlsx(raw: bytes, limits: Limits) -> XlsxFacts:
    """Unpack every part once, counting; parse what the reader will parse; refuse what no ledger contains.

    The sizes a zip's directory gives are not believed. Raises `Unreadable`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _check_archive(archive, limits)
    except BROKEN as error:
        raise Unreadable("broken") from error


def _check_archive(archive: zipfile.ZipFile, limits: Limits) -> XlsxFacts:
    parts = archive.infolist()
    names = {_path(part.filename) for part in parts}
    _check_directory(parts, limits)
    if "xl/workbook.xml" not in names:
        raise Unreadable(
            "old or other format" if names & {"xl/workbook.bin", "content.xml"} else "not a workbook"
        )
    total = 0
    facts: dict[str, SheetFacts] = {}
    index = _Index()
    for part in parts:
        scan = _scan_for(_path(part.filename), facts, index, limits)
        with archive.open(part) as stream:
            total += _unpack(stream, scan, packed=part.compress_size, before=total, limits=limits)
    return XlsxFacts({name: facts.get(path, SheetFacts()) for name, path in index.paths()})


def _check_directory(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Too many parts, overlapping or doubled parts, parts that point outside, encrypted parts."""
    if len(parts) > limits.parts:
        raise Unreadable("too many parts")
    spans = sorted((part.header_offset, part.header_offset + part.compress_size) for part in parts)
    overlap = any(one[1] > two[0] for one, two in itertools.pairwise(spans))
    names = [part.filename for part in parts]
    if overlap or len(set(names)) != len(names) or any(".." in name.split("/") for name in names):
        raise Unreadable("broken")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("password")


def _unpack(stream: IO[bytes], scan: "_Scan | None", *, packed: int, before: int, limits: Limits) -> int:
    """Read one part to its end in pieces, feeding its scan; returns the bytes that came out."""
    size = 0
    while piece := stream.read(256 * 1024):
        size += len(piece)
        swollen = size > 20 * MB and size > limits.ratio * max(1, packed)
        if swollen or before + size > limits.unpacked:
            raise Unreadable("unpacks too large")
        if scan:
            scan.feed(piece)
    if scan:
        scan.close()
    return size


class _Scan:
    """Streams one XML part through expat. A document type (the door to entity bombs and XXE) is refused."""

    def __init__(self, *, must_parse: bool) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.EntityDeclHandler = self._refuse_doctype
        self.must_parse = must_parse
        self.broken = False

    @staticmethod
    def _refuse_doctype(*_: object) -> None:
        raise Unreadable("document type")

    def feed(self, piece: bytes) -> None:
        self._parse(piece, False)

    def close(self) -> None:
        self._parse(b"", True)

    def _parse(self, piece: bytes, final: bool) -> None:
        if self.broken:
            return
        try:
            self.parser.Parse(piece, final)
        except expat.ExpatError as error:
            # A bad drawing or property part is never read by us; a bad sheet would lose rows.
            if self.must_parse:
                raise Unreadable("broken") from error
            self.broken = True


class _SheetScan(_Scan):
    """Follows the rows and cells of one worksheet part without keeping any value."""

    def __init__(self, facts: SheetFacts, limits: Limits) -> None:
        super().__init__(must_parse=True)
        self.facts = facts
        self.limits = limits
        self.followed: dict[str, Callable[[dict[str, str]], None]] = {}
        self.row = self.column = self.row_elements = self.cell_elements = 0
        self.row_filled = self.in_formula_cell = self.in_value = self.error_cell = False
        self.parser.StartElementHandler = self._start

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        follow = self.followed.get(tag)
        if follow is None:
            follow = self.followed[tag] = self._handler(tag.rpartition(":")[2])
        follow(attributes)

    def _handler(self, tag: str) -> Callable[[dict[str, str]], None]:
        """What to do at an element; looked up once per tag, since a ledger has hundreds of thousands."""
        if len(self.followed) > 1000:
            raise Unreadable("broken")
        handlers: dict[str, Callable[[dict[str, str]], None]] = {
            "c": self._cell,
            "v": self._value,
            "is": self._value,
            "f": self._formula,
            "row": self._row,
            "mergeCell": self._merge,
            "mergeCells": self._end_cell,
            "col": self._columns,
        }
        return handlers.get(tag, self._other)

    def _other(self, attributes: dict[str, str]) -> None:
        """An element that says nothing of rows and cells."""

    def _formula(self, _attributes: dict[str, str]) -> None:
        self.in_formula_cell = True
        # The value may be there and empty (<v/>): only its text makes the cell a calculated one.
        self.parser.CharacterDataHandler = self._text

    def close(self) -> None:
        super().close()
        self._end_cell()

    def _row(self, attributes: dict[str, str]) -> None:
        self._end_cell()
        self.row_elements += 1
        if self.row_elements > XLSX_ROWS:
            raise Unreadable("millions of rows")
        self.row = _number(attributes.get("r"), self.row + 1)
        self.column = 0
        self.row_filled = False
        if attributes.get("hidden") in {"1", "true"} and 1 <= self.row <= XLSX_ROWS:
            self.facts.hidden_rows.add(self.row)

    def _cell(self, attributes: dict[str, str]) -> None:
        if self.in_formula_cell:
            self._end_cell()
        self.in_value = False
        self.cell_elements += 1
        if self.cell_elements > self.limits.cells:
            raise Unreadable("too many cells", limit=self.limits.cells)
        reference = attributes.get("r")
        if reference:
            self.row, self.column = _position(reference)
        else:
            self.column += 1
        self.error_cell = attributes.get("t") == "e"

    def _value(self, _attributes: dict[str, str]) -> None:
        facts = self.facts
        self.in_value = True
        if self.error_cell:
            facts.errors.append((self.row, self.column))
        if not self.row_filled:
            self.row_filled = True
            facts.filled_rows += 1
        facts.last_row = max(facts.last_row, self.row)
        facts.last_column = max(facts.last_column, self.column)

    def _text(self, text: str) -> None:
        if self.in_value and text.strip():
            self._end_formula()

    def _end_formula(self) -> None:
        self.in_formula_cell = False
        self.parser.CharacterDataHandler = None

    def _end_cell(self, _attributes: dict[str, str] | None = None) -> None:
        self.in_value = False
        if self.in_formula_cell:
            self.facts.uncalculated.append((self.row, self.column))
            self._end_formula()

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = _position(first), _position(last or first)
        if len(self.facts.merged) >= self.limits.rows:
            raise Unreadable("too many cells", limit=self.limits.rows)
        self.facts.merged.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))

    def _columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in {"1", "true"}:
            first = _number(attributes.get("min"), 1)
            last = min(_number(attributes.get("max"), first), self.limits.columns)
            self.facts.hidden_columns.update(range(first, last + 1))


class _Index(_Scan):
    """The workbook part and its relations: which sheet name stands in which part."""

    def __init__(self) -> None:
        super().__init__(must_parse=True)
        self.sheets: list[tuple[str, str]] = []
        self.targets: dict[str, str] = {}

    def part(self) -> _Scan:
        """A fresh parser that writes into this index."""
        scan = _Scan(must_parse=True)
        scan.parser.StartElementHandler = self._start
        return scan

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "sheet":
            relation = next((text for name, text in attributes.items() if name.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), relation))
        elif tag == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def paths(self) -> list[tuple[str, str]]:
        """Sheet name and part path, in the workbook's order."""
        return [(name, _absolute(self.targets.get(relation, ""))) for name, relation in self.sheets]


def _absolute(target: str) -> str:
    return _path(target if target.startswith("/") else "xl/" + target)


def _path(name: str) -> str:
    """One spelling of a part's name, as readers look it up: no matter the case or the slash."""
    return name.replace("\\", "/").lstrip("/").lower()


def _scan_for(name: str, facts: dict[str, SheetFacts], index: _Index, limits: Limits) -> _Scan | None:
    """The scan a part needs: worksheets are followed, what the reader parses must parse, pictures are
    counted.
    """
    stem = name.rpartition("/")[2]
    in_sheets = name.startswith("xl/worksheets/") and "/_rels/" not in name
    if name.endswith(".xml") and (in_sheets or (stem.startswith("sheet") and name.startswith("xl/"))):
        facts[name] = SheetFacts()
        return _SheetScan(facts[name], limits)
    if name in {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}:
        return index.part()
    if name.endswith((".xml", ".rels", ".vml")):
        return _Scan(must_parse=name in {"xl/sharedstrings.xml", "xl/styles.xml"})
    return None


def check_reach(
    last_row: int, last_column: int, filled_rows: int, *, format_rows: int, limits: Limits
) -> None:
    """Refuse a sheet that ends at its format's limit (rows were lost) or reaches too far to be a ledger."""
    if last_row == format_rows and filled_rows > format_rows // 10:
        raise Unreadable("at the limit", rows=format_rows)
    if last_row > limits.rows or last_column > limits.columns:
        raise Unreadable(
            "far cell", row=last_row, column=last_column, rows=limits.rows, columns=limits.columns
        )
    if last_row * last_column > limits.cells:
        raise Unreadable("too many cells", limit=limits.cells)


REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def _position(reference: str) -> tuple[int, int]:
    """Row and column of `XFD1048576`. A reference no program writes means a broken or hostile file."""
    match = REFERENCE.fullmatch(reference)
    if not match:
        raise Unreadable("broken")
    return int(match[2]), _column(match[1])


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


def _number(text: Any, otherwise: int) -> int:
    return (
        int(text)
        if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 8
        else otherwise
    )
