"""Files that belong to a checklist's sheet, pictures and lists in CSV: read from the pack, kept once, handed to phones."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from fugong.campaigns.packs import Problem
from fugong.campaigns.reading import PackFileError
from fugong.visits.models import Checklist, ChecklistFile
from fugong.visits.openrosa.forms import LIST_FILE

FOLDER = "checklists/media"
# What a phone gets with a form, by the ending of its name; the picture's format as the decoder calls it.
TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}
# A form and its files come over a weak network each time that they change.
LARGEST, MOST = 1024 * 1024, 4 * 1024 * 1024
NAMED = re.compile(r"jr://[a-z-]+/([^\"'<>?]+)|\bsearch\(\s*(?:'|\"|&quot;)([\w.-]+)")
NAME = re.compile(r"\w[\w.-]{0,79}")


def named_in(xform: str) -> set[str]:
    """The files that a form shows or chooses from, by the addresses that XForms give them (`jr://images/…`)."""
    found = set()
    for shown, searched in NAMED.findall(xform):
        name = (shown or f"{searched.removesuffix('.csv')}.csv").strip()
        found.add(name)
    return found


def read_media(folder: Path, forms: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """By workbook the files that its form names, as {name: base64}. Raises `PackFileError` where one is wrong.

    A file that is there and that no sheet names is a problem too: somebody misspelt it, or forgot it.
    """
    there = {path.name: path for path in sorted((folder / FOLDER).glob("[!.]*")) if path.is_file()}
    wanted = {file: sorted(named_in(form["xform"])) for file, form in forms.items()}
    for file, names in wanted.items():
        _refuse_missing(file, names, there)
    asked = {name for names in wanted.values() for name in names}
    for name in there:
        if name not in asked:
            raise _wrong(name, "no sheet of the pack names this file")
    raw = {name: _read(path) for name, path in there.items()}
    for file, names in wanted.items():
        _refuse_heavy(file, sum(len(raw[name]) for name in names))
    return {
        file: {name: base64.b64encode(raw[name]).decode() for name in names}
        for file, names in wanted.items()
        if names
    }


def _wrong(name: str, sentence: str, allowed: tuple[str, ...] = ()) -> PackFileError:
    return PackFileError(Problem(f"{FOLDER}/{name}", sentence, allowed=allowed))


def _refuse_missing(file: str, names: list[str], there: Mapping[str, Path]) -> None:
    for name in names:
        if name == LIST_FILE:
            sentence = f"{name!r} is the list of enterprises that every form brings: give the sheet's own list another name"
            raise PackFileError(Problem(f"checklists/{file}", sentence))
        if name not in there:
            sentence = f"the sheet names {name!r}, and there is no file {FOLDER}/{name}"
            raise PackFileError(Problem(f"checklists/{file}", sentence, allowed=tuple(there)))


def _refuse_heavy(file: str, size: int) -> None:
    if size > MOST:
        sentence = f"the files of this sheet are {size / 2**20:.1f} MB together; a phone loads at most 4 MB with a form"
        raise PackFileError(Problem(f"checklists/{file}", sentence))


def _read(path: Path) -> bytes:
    """A file fit for phones: of a known type, small enough, and what its name says."""
    if not NAME.fullmatch(path.name):
        raise _wrong(path.name, "only letters, digits, '_', '-' and '.' stand in the name of such a file")
    if path.suffix not in TYPES:
        raise _wrong(path.name, "files of this type are not handed to phones", tuple(TYPES))
    if path.stat().st_size > LARGEST:
        raise _wrong(
            path.name, f"is {path.stat().st_size / 2**20:.1f} MB; at most 1 MB, or phones wait too long"
        )
    raw = path.read_bytes()
    (_check_list if path.suffix == ".csv" else _check_picture)(path.name, raw)
    return raw


def _check_list(name: str, raw: bytes) -> None:
    try:
        heads = next(csv.reader(io.StringIO(raw.decode("utf-8-sig"))), [])
    except UnicodeDecodeError:
        raise _wrong(name, "is not written in UTF-8") from None
    if not heads or not all(head.strip() for head in heads):
        raise _wrong(name, "the first line must name every column")


def _check_picture(name: str, raw: bytes) -> None:
    wanted = TYPES[Path(name).suffix].rpartition("/")[2].upper()
    try:
        with Image.open(io.BytesIO(raw), formats=(wanted,)) as picture:
            picture.verify()
    except Exception:  # a decoder fails in many ways on what is no picture
        raise _wrong(name, f"is no {wanted} picture") from None


def keep(files: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Keep what `read_media` found, each content once; {name: {"digest", "md5", "size"}} for the checklist's row."""
    found = {}
    for name, text in files.items():
        raw = base64.b64decode(text)
        digest = hashlib.sha256(raw).hexdigest()
        ChecklistFile.objects.get_or_create(digest=digest, defaults={"content": raw})
        md5 = hashlib.md5(raw, usedforsecurity=False).hexdigest()
        found[name] = {"digest": digest, "md5": md5, "size": len(raw)}
    return found


def file_of(checklist: Checklist, name: str) -> tuple[bytes, str] | None:
    """(content, type) of a file that this version brings; None for any other name."""
    if name not in checklist.media:
        return None
    content = ChecklistFile.objects.get(digest=checklist.media[name]["digest"]).content
    return bytes(content), TYPES[Path(name).suffix]
