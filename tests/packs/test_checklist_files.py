"""Pictures and lists that come with a checklist's sheet: what `pack check` says of a wrong one, and a picture that changes."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from fugong.campaigns.reading import PackFileError
from fugong.visits import media, pack
from fugong.visits.checklists import convert
from tests.checklists import HEADS, workbook

WORKBOOK = "small.xlsx"
SHEET = [
    ["begin_group", "area", "环节", "Area"],
    ["select_one met", "a01", "口罩佩戴", "Masks", "01", "minor", "on-the-spot", "", "mask.png"],
    ["select_one_from_file posts.csv", "post", "岗位", "Post"],
    ["end_group", "area"],
]


def picture(kind: str = "PNG", colour: str = "navy") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path, sheet: Path) -> Path:
    """A pack's folder with one sheet, its picture and its list."""
    files = tmp_path / "checklists" / "media"
    files.mkdir(parents=True)
    shutil.copy(sheet, tmp_path / "checklists" / WORKBOOK)
    (files / "mask.png").write_bytes(picture())
    (files / "posts.csv").write_text("name,label\n1,门卫\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workbook(tmp_path_factory.mktemp("sheet") / WORKBOOK, SHEET, [*HEADS, "image"])


@pytest.fixture(scope="module")
def form(sheet: Path) -> dict:
    return convert(sheet)


def read(folder: Path, form: dict) -> dict:
    return media.read_media(folder, {WORKBOOK: form})


def test_a_sheet_brings_the_picture_and_the_list_that_it_names(folder, form):
    assert media.named_in(form["xform"]) == {"mask.png", "posts.csv"}
    assert list(read(folder, form)[WORKBOOK]) == ["mask.png", "posts.csv"]


def test_a_search_names_its_list_too():
    assert media.named_in("<select1 appearance=\"search('fruits')\"/>") == {"fruits.csv"}
    assert media.named_in('<select1 appearance="quick search(&quot;fruits.csv&quot;)"/>') == {"fruits.csv"}


def test_another_picture_is_another_version_of_the_checklist(folder, form):
    before = pack._digest(form | {"media": read(folder, form)[WORKBOOK]})
    (folder / "checklists/media/mask.png").write_bytes(picture(colour="red"))
    assert pack._digest(form | {"media": read(folder, form)[WORKBOOK]}) != before != pack._digest(form)


def test_a_pack_without_files_has_the_versions_it_always_had(form):
    assert pack._digest(form | {"media": {}}) == pack._digest(form)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("mask.png", None, "small.xlsx: the sheet names 'mask.png', and there is no file"),
        ("mask.png", picture("JPEG"), "mask.png: is no PNG picture"),
        ("mask.png", b"", "mask.png: is no PNG picture"),
        ("mask.png", b"x" * (media.LARGEST + 1), "mask.png: is 1.0 MB; at most 1 MB"),
        ("posts.csv", "名称\n".encode("gb18030"), "posts.csv: is not written in UTF-8"),
        ("posts.csv", b"name,,label\n", "posts.csv: the first line must name every column"),
        ("posts.csv", b"", "posts.csv: the first line must name every column"),
        ("more.png", picture(), "more.png: no sheet of the pack names this file"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(folder, form, name, content, said):
    path = folder / "checklists" / "media" / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(PackFileError) as wrong:
        read(folder, form)
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("clip.mp4", "files of this type are not handed to phones (.csv, .jpeg, .jpg, .png)"),
        ("a b.png", "only letters, digits"),
        ("enterprises.csv", "is the list of enterprises that every form brings"),
    ],
)
def test_what_no_phone_gets_is_said(tmp_path, name, said):
    (tmp_path / "checklists" / "media").mkdir(parents=True)
    (tmp_path / "checklists" / "media" / name).write_bytes(picture())
    with pytest.raises(PackFileError) as wrong:
        read(tmp_path, {"xform": f'<value form="image">jr://images/{name}</value>'})
    assert said in str(wrong.value)


def test_files_too_heavy_together_are_said(folder, monkeypatch, form):
    monkeypatch.setattr(media, "MOST", 100)
    with pytest.raises(PackFileError, match="a phone loads at most 4 MB with a form"):
        read(folder, form)
