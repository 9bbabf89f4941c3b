"""ODK's own validator (the engine of ODK Collect, shipped with pyxform) on what Collect gets from us."""

from __future__ import annotations

import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from fugong.visits.checklists import convert
from fugong.visits.openrosa.forms import LIST_FILE, Step, collect_form

JAR = Path(str(files("pyxform"))) / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
SHEETS = Path(__file__).resolve().parents[2] / "packs" / "demo" / "checklists"


@pytest.mark.skipif(
    not shutil.which("java") or not JAR.exists(), reason="needs Java and pyxform's ODK Validate"
)
@pytest.mark.parametrize("sheet", ["articles-12.xlsx"])
def test_the_form_that_collect_gets_is_valid(tmp_path, sheet):
    """With kept answers, remarks, look-backs, the procedure and the attached list; both languages."""
    form = convert(SHEETS / sheet)
    articles = tuple(row["name"] for row in form["articles"])
    assert form["kept"] == ["a03", "a12", "a17"]
    steps = (
        Step("step_read", "看过档案", "read the file", "both"),
        Step("step_met", "见到负责人", "met the head", "visit", is_named=True, is_for_some=True),
        Step("step_say", "核实身份", "made sure who it is", "phone"),
        Step("step_picture", "拍下现场", "took a picture", "visit", is_required=False, has_photo=True),
        Step("step_place", "在现场定位", "position taken", "visit", is_required=False, has_position=True),
        Step("step_sign", "企业签字", "signed", "visit", is_required=False, is_named=True),
    )
    made = collect_form(
        form["xform"], "checklist-1-x", "1-0a0a0a0a", tuple(form["kept"]), articles, steps=steps
    )
    (tmp_path / "form.xml").write_text(made, encoding="utf-8")
    shutil.copytree(SHEETS / "media", tmp_path, dirs_exist_ok=True)
    (tmp_path / LIST_FILE).write_text("name,label,title,step_met\n1,A,A,1\n")
    said = subprocess.run(
        ["java", "-jar", str(JAR), str(tmp_path / "form.xml")],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.returncode == 0, said.stderr or said.stdout


def test_the_form_speaks_the_languages_of_its_sheet():
    form = convert(SHEETS / "articles-12.xlsx")
    made = collect_form(form["xform"], "checklist-1-x", "1-0a0a0a0a")
    chinese, english = made.split("<translation ")[1:3]
    assert "走访哪家企业？" in chinese and "Which enterprise?" in english
    assert made.count("jr://file-csv/enterprises.csv") == 1
    assert 'id="checklist-1-x"' in made and 'version="1-0a0a0a0a"' in made
