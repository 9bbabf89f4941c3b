"""The pack's part about the five artefacts: what is wrong with a manual, a procedure or a card, and where."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from fugong.campaigns.reading import read_pack
from fugong.visits import checklists
from fugong.visits.artefacts import manuals

ROOT = Path(__file__).resolve().parents[2]
HEAD = '+++\ntitle = "章"\nfrom = 2020-02-10\nsource = "示例"\n+++\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manual").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("UPPER.md", HEAD, "called <key>.md"),
        ("one.md", "no head", "between two lines"),
        ("one.md", "+++\ntitle = \n+++\ntext", "no valid TOML"),
        ("one.md", '+++\ntitle = "x"\n+++\ntext', "exactly title, from and source"),
        ("one.md", "text\n" + HEAD, "exactly title, from and source"),
    ],
)
def test_a_chapter_that_cannot_be_read_is_a_problem_of_its_file(folder, name, text, said):
    (folder / "manual" / name).write_text(text)
    with pytest.raises(Exception, match=said) as wrong:
        manuals.read_manual(folder)
    assert f"manual/{name}" in str(wrong.value)


def chapters(body: str) -> tuple[manuals.Chapter, ...]:
    file = {
        "key": "one",
        "language": "zh",
        "title": "章",
        "from": "2020-02-10",
        "source": "示例",
        "body": body,
    }
    return manuals.manual_of({"manual": [file]}, "zh")


def test_headings_are_sections_with_their_articles():
    (chapter,) = chapters("引言\n\n## 通风 {20 21}\n开窗\n\n## 其他\n")
    assert [(one.title, one.articles) for one in chapter.sections] == [
        ("", ()),
        ("通风", ("20", "21")),
        ("其他", ()),
    ]
    assert manuals.articles_in([chapter]) == {"20": ("one", "s1"), "21": ("one", "s1")}


def test_raw_html_scripts_and_pictures_stay_text():
    (chapter,) = chapters("<script>x()</script> ![p](http://far/p.png) [a](javascript:x) **粗**")
    html = chapter.sections[0].html
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html
    assert "<strong>粗</strong>" in html


def test_search_wants_every_word_and_shows_where(folder):
    found = chapters("## 酒精\n阴凉处存放，配**灭火器**。\n\n## 通风\n开窗。")
    (hit,) = manuals.search(found, "灭火器 存放")
    assert (hit.section.title, hit.found) == ("酒精", "存放")
    assert manuals.search(found, "灭火器 开窗") == [] == manuals.search(found, "")


def test_english_where_it_is_written_else_chinese():
    rows = [
        {"key": k, "language": la, "title": f"{k}-{la}", "from": "2020-02-10", "source": "x", "body": "t"}
        for k, la in (("a", "en"), ("a", "zh"), ("b", "zh"))
    ]
    assert [one.title for one in manuals.manual_of({"manual": rows}, "en")] == ["a-en", "b-zh"]
    assert [one.title for one in manuals.manual_of({"manual": rows}, "zh")] == ["a-zh", "b-zh"]


def test_for_print_the_blocks_are_plain_data():
    found = manuals.blocks("1. 一\n2. **二**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> 注意")
    assert [block["kind"] for block in found] == ["ordered_list", "table", "quote"]
    assert found[0]["items"][1][0]["runs"] == [{"text": "二", "style": "strong"}]
    assert found[1]["rows"][1][0] == [{"text": "1", "style": "plain"}]


@pytest.fixture(scope="module")
def converted() -> dict[str, Any]:
    return {path.name: checklists.convert(path) for path in (ROOT / "packs/demo/checklists").glob("*.xlsx")}


def problems(tmp_path: Path, converted: Any, monkeypatch: Any, change: Any) -> list[str]:
    """What `pack check` says of a copy of the demo pack after a change."""
    pack = tmp_path / "demo"
    shutil.copytree(ROOT / "packs" / "demo", pack)
    change(pack)
    monkeypatch.setattr("fugong.visits.pack.convert", lambda path: converted[path.name])
    return [str(problem) for problem in read_pack(pack).problems]


def appended(text: str) -> Any:
    def change(pack: Path) -> None:
        path = pack / "visits.toml"
        path.write_text(path.read_text() + "\n" + text)

    return change


STEP = (
    '[[procedure]]\nkey = "protect"\ntext = { zh = "再", en = "again" }\nwhen = "before"\nrequired = true\n'
)
PHONE = (
    '[[card.phone]]\nname = { zh = "某室", en = "room" }\nnumber = "0000-1"\n'
    'call_for = { zh = "事", en = "x" }\nsource = "示例"\n'
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STEP, "the step 'protect' is there twice"),
        (STEP.replace("protect", "new") + 'condition = "no_such_word > 1"\n', "no_such_word"),
        (STEP.replace("before", "later"), "none of the allowed values"),
        (PHONE + 'areas = ["蓬莱村"]\n', "there is no area '蓬莱村'"),
        (PHONE.replace("0000-1", "call me"), "does not fit the pattern"),
    ],
)
@pytest.mark.django_db
def test_what_is_wrong_in_the_toml_is_said(tmp_path, converted, monkeypatch, text, said):
    assert any(said in one for one in problems(tmp_path, converted, monkeypatch, appended(text)))


@pytest.mark.django_db
def test_a_heading_that_names_an_unknown_article_is_said(tmp_path, converted, monkeypatch):
    def change(pack: Path) -> None:
        (pack / "manual" / "99-more.md").write_text(HEAD + "## 别的 {77}\n文字")

    found = problems(tmp_path, converted, monkeypatch, change)
    assert len(found) == 1 and "manual/99-more.md" in found[0] and "'77'" in found[0]
