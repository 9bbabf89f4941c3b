"""Keys of packs and events have words: none stands on a page as a program writes it."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from fugong.campaigns.queries import values_of
from fugong.enterprises import registers  # noqa: F401 (the conditions of a pack are read with its columns)
from fugong.outreach.queries import SUBJECTS
from fugong.outreach.words import EVENTS

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for path in (ROOT / "packs").glob("*/*.toml"))


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
@pytest.mark.parametrize(("language", "raw"), [("zh-hans", r"[A-Za-z_-]+"), ("en", r"\w*_\w*|[a-z]+-\d+")])
def test_the_page_of_a_pack_shows_no_key(path: Path, language: str, raw: str) -> None:
    part = tomllib.loads(path.read_text(encoding="utf-8"))
    with translation.override(language):
        places = [value.place for value in values_of(_plain(part), date(2020, 2, 19))]
    wrong = [place for place in places if any(re.fullmatch(raw, step) for step in place.split(" · "))]
    assert wrong == []


def _plain(value: object) -> object:
    """As a release keeps it: days as ISO texts."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def test_every_event_that_groups_may_hear_of_has_a_word() -> None:
    """The list of events is made from the code (docs/reference/events.md)."""
    listed = re.findall(r"^\| `([\w.]+)` \|", (ROOT / "docs/reference/events.md").read_text(), re.M)
    told = {name for name in listed if name.rpartition(".")[0] in SUBJECTS}
    assert told and told == set(EVENTS)
