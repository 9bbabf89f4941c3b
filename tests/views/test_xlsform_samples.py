"""pyxform's own sample forms on our way: converted, listed, fetched and filled as ODK Collect would.

What does not convert is named with its reason, so that a new pyxform is noticed in both directions.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from fugong.access import device_keys
from fugong.campaigns.reading import PackFileError
from fugong.visits.checklists import convert, take_in
from fugong.visits.models import Received, Visit
from fugong.visits.xforms import file_questions
from tests.collect import Collect
from tests.town import NOW

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "xlsforms"
SAMPLES = sorted(path.name for path in FOLDER.glob("*") if path.suffix in {".xls", ".xlsx", ".csv"})

# Not forms, or forms that pyxform itself refuses when it is given the file alone.
INCLUDES = "includes another form by name, which pyxform does only where it is told the folder"
NO_FORM = {
    "fruits.csv": "a list of choices for pull_data.xlsx",
    "get_path_relative_to_lcar_cases.csv": "a table of cases for a test of pyxform",
    "gps.csv": "its only question has no label",
    "unknown_question_type.xls": "made to be refused",
    **{f"{name}.{kind}": INCLUDES for name in ("include", "include_json") for kind in ("csv", "xls", "xlsx")},
}


def test_every_sample_is_there():
    if not FOLDER.exists():
        pytest.skip("../shared/data/xlsforms is not here")
    assert len(SAMPLES) == 55 and set(NO_FORM) <= set(SAMPLES)


@pytest.mark.parametrize("name", sorted(set(SAMPLES) & set(NO_FORM)))
def test_what_is_no_form_is_refused_with_its_file(name):
    with pytest.raises(PackFileError) as refusal:
        convert(FOLDER / name)
    assert name in str(refusal.value.problem)


@pytest.mark.once
def test_every_other_sample_goes_out_to_the_phone_and_comes_back_as_a_visit(town, monkeypatch):
    """One town for all: each form is a newer version of the same checklist, and each fills one visit."""
    if not FOLDER.exists():
        pytest.skip("../shared/data/xlsforms is not here")
    monkeypatch.setattr("fugong.access.rules.KEY_REQUESTS", 1_000)
    key = device_keys.make(user=town.li, name="手机", at=NOW)[1]
    phone = Collect(f"http://testserver/openrosa/key/{key}")
    wrong = {}
    for number, name in enumerate(sorted(set(SAMPLES) - set(NO_FORM))):
        said = _there_and_back(town, phone, convert(FOLDER / name), town.now + timedelta(seconds=number))
        if said:
            wrong[name] = said
    assert wrong == {}
    assert Visit.objects.system().count() == 45


def _there_and_back(town, phone, form, at) -> str:
    """What went wrong with one sample; "" where nothing did."""
    digest = hashlib.sha256(f"{at}{form['xform']}".encode()).hexdigest()
    version = take_in(campaign=town.campaign, key="short", form=form, digest=digest, by=None, at=at)
    got = phone.download(phone.form_list()[0])
    assert got.questions[0] == "enterprise"
    assert [row["name"] for row in got.lists["enterprises.csv"]] == [str(town.small_firm.pk)]
    own = set(got.questions[got.questions.index("look_3_note") + 1 :]) - {"instanceID", "instanceName"}
    photos = {name: f"{number}.jpg" for number, name in enumerate(sorted(file_questions(form["xform"])))}
    answers = dict.fromkeys(own, "1") | photos | {"enterprise": str(town.small_firm.pk)}
    xml = got.filled(answers)
    answer = phone.send(xml, {file: _picture() for file in photos.values()})
    if answer.status != 201:
        return f"{answer.status} {answer.sentence} {Received.objects.system().latest('pk').reason}"
    made = Visit.objects.system().latest("pk")
    assert (made.enterprise, made.submission, made.checklist) == (town.small_firm, xml, version)
    return "" if own <= set(made.answers) else f"lost {sorted(own - set(made.answers))}"


def _picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "JPEG")
    return buffer.getvalue()
