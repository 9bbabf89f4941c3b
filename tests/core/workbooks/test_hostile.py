"""Files made to harm: each is refused with its own sentence, fast, and the parent process stays small."""

import csv
import io
import random
import re
import resource
import struct
import time
import zipfile

import pytest

from fugong.core.refusals import Refused
from fugong.core.workbooks import reading
from fugong.core.workbooks.limits import MB, Limits
from fugong.core.workbooks.reading import read
from tests.core.workbooks import making
from tests.core.workbooks.forking import forked_readers
from tests.gates.amount import amount

LAUGH = "<!DOCTYPE x [<!ENTITY a0 'lol'>" + "".join(
    f"<!ENTITY a{n} '" + f"&a{n - 1};" * 10 + "'>" for n in range(1, 10)
) + "]>"  # fmt: skip
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{}FD1048576"><v>1</v></c></row>'


def bomb(name: str) -> bytes:
    return {
        "blanks": lambda: making.raw_xlsx(" " * MB for _ in range(80)),
        "shared strings": lambda: making.raw_xlsx(
            [], shared=("<si><t>" + "a" * MB + "</t></si>" for _ in range(80))
        ),
        "picture": lambda: making.raw_xlsx([], extra={"xl/media/a.png": b"\0" * (60 * MB)}),
        "far cell": lambda: making.raw_xlsx([FAR.format("X")]),
        "far cell in disguise": lambda: making.raw_xlsx([FAR.format("&#88;")]),
        "empty rows": lambda: making.raw_xlsx("<row/>" * 10_000 for _ in range(2000)),
        "laughs": lambda: making.raw_xlsx([making.inline(1, "&a9;")], before=LAUGH),
        "xxe": lambda: making.raw_xlsx([making.inline(1, "&e;")], before=XXE),
        "xxe in strings": lambda: with_part(
            making.raw_xlsx([]), "xl/sharedStrings.xml", XXE.encode() + b"<sst/>"
        ),
        "wide csv": lambda: b"," * (10 * MB),
        "long csv cell": lambda: b'a,b\n"' + b"x" * (20 * MB),
    }[name]()


def with_part(raw: bytes, name: str, body: bytes) -> bytes:
    """The workbook with one part replaced."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, body if part == name else old.read(part))
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("blanks", "unpacks to far more"),
        ("shared strings", "unpacks to far more"),
        ("picture", "unpacks to far more"),
        ("far cell", "row 1048576, column 16384"),
        ("far cell in disguise", "row 1048576, column 16384"),
        ("empty rows", "more rows than the format allows"),
        ("laughs", "document type declaration"),
        ("xxe", "document type declaration"),
        ("xxe in strings", "document type declaration"),
        ("wide csv", "lies outside"),
        ("long csv cell", "more than 32767 characters"),
    ],
)
def test_bombs_are_refused(name: str, sentence: str) -> None:
    raw = bomb(name)
    start = _seconds_of_children()
    with pytest.raises(Refused, match=sentence):
        read(raw, "a.xlsx")
    assert _seconds_of_children() - start < 5


def _seconds_of_children() -> float:
    """Processor time of the readers that have ended: the clock on the wall also counts everybody else's work."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_sizes_in_the_directory_are_not_believed() -> None:
    """A part whose headers claim 10 bytes and that unpacks to 60 MB."""
    raw = bytearray(bomb("picture"))
    true_size, lie = struct.pack("<L", 60 * MB), struct.pack("<L", 10)
    assert raw.count(true_size) >= 1
    with pytest.raises(Refused):
        read(bytes(raw.replace(true_size, lie)), "a.xlsx")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "empty"),
        (b"\0" * 100, "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.4 ...", "not a workbook"),
        (b"GIF89a\0\0\0", "not a workbook"),
        ("<html><table><tr><td>名称</td></tr></table>".encode(), "web page"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        ("名称,人数\n甲,1\n乙乙乙乙乙乙乙乙,2\n".encode()[:-4], "damaged: it is neither"),
        ('名称,人数\n"甲,1\n乙,2\n'.encode(), "From row 2 on, a quotation mark"),
        ('名称,人数\n"甲"厂,1\n'.encode(), "From row 2 on, a quotation mark"),
    ],
)
def test_what_is_no_whole_workbook_is_refused(raw: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read(raw, "a.xlsx")


def test_other_office_files_are_refused() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(Refused, match="not a workbook"):
        read(sink.getvalue(), "a.docx")
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(Refused, match="format is not read"):
        read(sink.getvalue(), "a.ods")


def test_a_truncated_workbook_is_refused_at_every_length() -> None:
    raw = making.quick_xlsx([making.HEADERS, *making.ledger(20)])
    for part in (0.1, 0.5, 0.9, 0.99):
        with pytest.raises(Refused, match="damaged"):
            read(raw[: int(len(raw) * part)], "a.xlsx")


def test_a_sheet_cut_inside_its_part_is_refused() -> None:
    """The zip is whole, the XML is not: rows would be missing without a word."""
    raw = making.raw_xlsx([making.inline(1, "名称")])
    sheet = zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml")
    with pytest.raises(Refused, match="damaged"):
        read(with_part(raw, "xl/worksheets/sheet1.xml", sheet[:-20]), "a.xlsx")


def test_a_hang_and_a_memory_bomb_end_in_the_child() -> None:
    """Even where the guard sees nothing wrong, the limits of the child hold and become a sentence."""
    raw = making.quick_xlsx([making.HEADERS, *making.ledger(2000)])
    with pytest.raises(Refused, match="took too long"):
        read(raw, "a.xlsx", limits=Limits(wall=0.01))
    with pytest.raises(Refused, match=r"memory|stop"):
        read(raw, "a.xlsx", limits=Limits(memory=30 * MB))
    with pytest.raises(Refused):
        read(raw, "a.xlsx", limits=Limits(answer=20_000))


def test_the_child_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    from fugong.core.workbooks import reading

    seen: dict[str, str] = {}
    real = reading.subprocess.Popen

    def popen(*args: object, **named: object) -> object:
        seen.update(named["env"])  # type: ignore[call-overload]
        return real(*args, **named)  # type: ignore[call-overload]

    monkeypatch.setenv("FUGONG_SECRET_KEY", "canary")
    monkeypatch.setattr(reading.subprocess, "Popen", popen)
    read(b"a,b\n", "a.csv")
    assert "canary" not in str(seen)
    assert set(seen) <= {"PATH", "PYTHONIOENCODING", "PYTHONPATH"}


# ---------------------------------------------------------------------------------------------- fuzzing

GOOD = making.quick_xlsx([making.HEADERS, *making.ledger(30)])
OLD = making.xls([making.HEADERS, *[[str(cell) for cell in row] for row in making.ledger(30)]])


def flipped(rnd: random.Random, good: bytes) -> bytes:
    """A few bytes changed anywhere, sometimes cut short."""
    body = bytearray(good)
    for _ in range(rnd.randint(1, 12)):
        body[rnd.randrange(len(body))] = rnd.randrange(256)
    return bytes(body[: rnd.randrange(len(body))] if rnd.random() < 0.2 else body)


def repacked(rnd: random.Random) -> bytes:
    """A whole zip whose XML says something strange: numbers, references, tags."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = bytearray(old.read(name))
            for _ in range(rnd.choice((0, 0, 0, 0, 0, 0, 1, 2))):
                digits = [match.start() for match in re.finditer(rb"\d", bytes(body))]
                place = rnd.choice(digits) if digits else 0
                strange = [
                    b"99999",
                    b"-1",
                    b"1e9",
                    b"4294967296",
                    b"<",
                    b"&",
                    b"\xff\xfe",
                    b"A1:XFD1048576",
                    b"\0",
                    b"",
                ]
                body[place : place + rnd.randint(0, 2)] = rnd.choice(strange)
            new.writestr(name, bytes(body))
    return sink.getvalue()


def text(rnd: random.Random) -> bytes:
    sink = io.StringIO()
    csv.writer(sink).writerows([making.HEADERS, *making.ledger(5)])
    body = bytearray(sink.getvalue().encode(rnd.choice(("utf-8", "gb18030", "utf-16"))))
    for _ in range(rnd.randint(0, 4)):
        place = rnd.randrange(len(body))
        body[place : place + rnd.randint(0, 3)] = rnd.choice(
            [b'"', b"\r", b"\n", b",", b"\0", b"\xff", b"," * 400]
        )
    return bytes(body)


def test_mutated_files_never_harm_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a workbook or a refusal with a sentence may come out: 500 files at each commit, 10,000 at night.

    Every tenth file is read as the product reads it, by a process of its own; the others by forks of one process.
    """
    rnd = random.Random(11)
    outcomes = {"read": 0, "refused": 0}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, own = 0.0, reading._run_child
    count = amount(500, 10_000)
    with forked_readers() as by_fork:
        for number in range(count):
            monkeypatch.setattr(reading, "_run_child", own if number % 10 == number // 10 % 10 else by_fork)
            raw = (flipped(rnd, GOOD), repacked(rnd), text(rnd), flipped(rnd, OLD))[number % 4]
            start = time.monotonic()
            outcomes[outcome_of(raw)] += 1
            slowest = max(slowest, time.monotonic() - start)
    print(count, "mutated files:", outcomes, f"slowest {slowest:.2f} s")
    assert sum(outcomes.values()) == count
    assert (outcomes["read"] and outcomes["refused"]) or count < 100
    assert slowest < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def outcome_of(raw: bytes) -> str:
    try:
        book = read(raw, "a")
    except Refused as refusal:
        assert "%" not in str(refusal)
        return "refused"
    assert all(len(sheet.rows) <= Limits().rows for sheet in book.sheets)
    return "read"
