"""One word for one thing in Chinese too: the check of the catalogues finds an id that two modules translate differently."""

from __future__ import annotations

from tools.check_catalogues import clashes


def test_two_translations_of_one_id_are_refused() -> None:
    texts = {
        ("", "All"): {"core": "全部", "visits": "合计"},
        ("", "Area"): {"core": "区域", "visits": "区域"},
    }
    found = list(clashes(texts))
    assert len(found) == 1 and "'All' is 全部 in core, 合计 in visits" in found[0]


def test_a_context_tells_them_apart() -> None:
    texts = {("", "city"): {"territory": "市"}, ("level of an issue", "city"): {"issues": "市级"}}
    assert list(clashes(texts)) == []
