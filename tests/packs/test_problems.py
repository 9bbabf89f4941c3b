"""Every mistake in a pack is told with its file, its line and what would be allowed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fugong.campaigns.positions import line_of, line_of_key
from fugong.campaigns.reading import read_pack
from fugong.cli import main

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted(path.parent for path in (ROOT / "packs").glob("*/pack.toml"))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the demo pack to break."""
    return Path(shutil.copytree(ROOT / "packs" / "demo", tmp_path / "broken"))


def change(path: Path, old: str, new: str) -> int:
    """Replace the first occurrence; the line (from 1) where it stood."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def told(pack: Path) -> list[str]:
    return [str(problem) for problem in read_pack(pack).problems]


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_the_packs_of_the_house_have_no_problems(folder: Path) -> None:
    assert told(folder) == []


@pytest.mark.django_db
@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_the_examples_of_the_house_hold(folder: Path) -> None:
    from fugong.campaigns import examples
    from fugong.campaigns.models import Campaign

    pack = read_pack(folder)
    assert pack.examples, "a pack of the house has examples"
    assert [str(problem) for problem in examples.failures(pack)] == []
    assert not Campaign.objects.exists(), "nothing of an example stays"


def test_eight_mistakes_are_found_at_once_each_in_its_place(pack: Path) -> None:
    """What the schemas see."""
    unknown = change(pack / "pack.toml", 'engine = ">=0.1"', 'engine = ">=0.1"\ncolour = "red"') + 1
    level = change(pack / "issues.toml", 'key = "department"', 'key = "village-hall"')
    day = change(
        pack / "issues.toml",
        "minor = [{ value = 96, from = 2020-02-10,",
        'minor = [{ value = 96, from = "soon",',
    )
    ratio = change(
        pack / "teams.toml", "professionals_min = [{ value = 1,", "professionals_min = [{ valeu = 1,"
    )
    kind = change(pack / "areas.csv", "v05,town,village", "v05,town,hamlet")
    size = change(pack / "enterprises.toml", "cadence_days = 2", "cadence_days = 0")
    (pack / "indicators.toml").unlink()
    (pack / "examples" / "more.toml").write_text('[[example]]\nsay = "x"\ngiven = {}\n', encoding="utf-8")
    found = told(pack)
    for start, parts in [
        (f"pack.toml:{unknown} [colour]", ["there is no such key", "campaign"]),
        (
            f"issues.toml:{level} [level.1.key]",
            ["'village-hall' is none of the allowed values", "cross-department"],
        ),
        (f"issues.toml:{day} [level.0.hours.minor.0.from]", ["date"]),
        (f"teams.toml:{ratio} [grid_team.professionals_min.0.valeu]", ["there is no such key", "value"]),
        (f"areas.csv:{kind} [kind]", ["'hamlet' is none of the allowed values", "village"]),
        (f"enterprises.toml:{size} [risk_list.0.cadence_days]", ["greater than or equal to 1"]),
        ("indicators.toml: ", ["there is no such file", "cannot be empty", "indicator"]),
        ("examples/more.toml:1 [example.0.expect]", ["this key is missing"]),
    ]:
        lines = [line for line in found if line.startswith(start)]
        assert any(all(part in line for part in parts) for line in lines), (start, found)


@pytest.mark.parametrize(
    ("file", "old", "new", "told_by"),
    [
        ("pack.toml", 'area = "town"', 'area = "twon"', ("campaign.area", "no key of areas.csv")),
        ("issues.toml", 'department = "health"', 'department = "helth"', ("", "unknown department 'helth'")),
        ("areas.csv", "v07,town,", "v06,town,", ("key", "is there twice")),
        ("areas.csv", "v10-01,v10,grid", "v10-01,v99,grid", ("parent", "does not stand above")),
        (
            "enterprises.toml",
            "has_named_lead = False",
            "has_named_laed = False",
            ("risk_list.0", "has_named_laed"),
        ),
        ("visits.toml", "'size = \"above-scale\"'", "'size = '", ("above-scale.condition", "")),
        (
            "visits.toml",
            'file = "articles-9.xlsx"',
            'file = "articles-99.xlsx"',
            ("checklist", "articles-99.xlsx"),
        ),
        (
            "teams.toml",
            '[[command]]\nkey = "deputy"',
            '[[command]]\nkey = "commander"',
            ("post", "there twice"),
        ),
        (
            "teams.toml",
            "professionals_max = [{ value = 2",
            "professionals_max = [{ value = 0",
            ("professionals_max", "at least 1"),
        ),
        ("issues.toml", 'key = "labour"\nname = ', 'key = "labour"\nname ', ("", "is no valid TOML")),
    ],
)
def test_what_the_checks_of_the_parts_see_is_told_with_its_line(
    pack: Path, file: str, old: str, new: str, told_by: tuple[str, str]
) -> None:
    key, sentence = told_by
    first = change(pack / file, old, new)
    found = told(pack)
    assert len(found) >= 1
    problem = next(line for line in found if line.startswith(file) and sentence in line)
    place, _space, _rest = problem.partition(" ")
    line = int(place.rstrip(":").rpartition(":")[2])
    assert first - 1 <= line <= first + new.count("\n") + 2, problem
    assert key in problem


def test_a_broken_outline_file_is_named(pack: Path) -> None:
    (pack / "boundaries.geojson").write_text("{", encoding="utf-8")
    assert told(pack)[0].startswith("boundaries.geojson: is no GeoJSON")


def test_a_part_that_may_be_empty_may_be_left_out(pack: Path) -> None:
    """The schema of enterprises is content with nothing; then its examples speak of a list that is not there."""
    (pack / "enterprises.toml").unlink()
    assert [line for line in told(pack) if line.startswith("enterprises.toml")] == []


def test_a_folder_without_a_pack_is_said_so(tmp_path: Path) -> None:
    assert "a pack is a folder with a pack.toml" in told(tmp_path)[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("headcount = 12,", "headcount = 1200,", "risk_list is labour-intensive, and not none"),
        ('risk_list = ["labour-intensive"]', 'risk_list = ["labor"]', "risk_list has no labor"),
        ("headcount = 12,", "heads = 12,", "has no 'heads'"),
        (
            '[example.expect]\nrisk_list = ["labour-intensive"]',
            "[example.expect]\nrisk_lists = []",
            "no list 'risk_lists'",
        ),
        ("given = {}", 'given = {}\nregister = "firms"', "there is no register 'firms'"),
        ("headcount = 12,", 'headcount = "many",', "headcount:"),
        (
            "headcount = 12,",
            "headcount = 12, longitude = 200.0, latitude = 30.0,",
            "the database takes no such row",
        ),
    ],
)
def test_an_example_that_does_not_hold_is_told_with_its_line(
    pack: Path, old: str, new: str, sentence: str
) -> None:
    changed = change(pack / "examples" / "risk_lists.toml", old, new)
    result = CliRunner().invoke(main, ["pack", "check", str(pack)])
    assert result.exit_code == 1
    line = next(line for line in result.output.splitlines() if sentence in line)
    place = int(line.split(":")[1])
    assert changed - 6 < place <= changed
    assert line.startswith("broken/examples/risk_lists.toml:")


TOML = """
top = 1
[[row]]
key = "a"
values = [
  { value = 1 },
  { value = "x]" },
]
[row.inner]
deep = 2
[[row]]
key = "b"
text = "row"
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 2),
        (("row", 0, "key"), 4),
        (("row", 0, "values", 1, "value"), 7),
        (("row", 0, "inner", "deep"), 10),
        (("row", 1, "text"), 13),
        (("row", 1, "missing"), 11),
        (("nowhere",), None),
    ],
)
def test_lines_of_places(place: Any, line: int | None) -> None:
    assert line_of(TOML, place) == line


@pytest.mark.parametrize(
    ("key", "sentence", "line"),
    [
        ("row.1.text", "", 13),
        ("b.text", "", 13),
        ("b.missing", "", 11),
        ("row", "the key 'b' is there twice", 12),
        ("", "names an unknown 'row'", 13),
        ("row", "", 3),
        ("", "", None),
    ],
)
def test_lines_of_keys(key: str, sentence: str, line: int | None) -> None:
    assert line_of_key(TOML, key, sentence) == line


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('"instructor", "service_officer"', '"teacher", "service_officer"', "teacher"),
        ('key = "lodging"', 'key = "supplies"', "'supplies' is there twice"),
        ('department = "labour"\nby', 'department = ""\nby', "no department serves it"),
        ('"grid_lead", "public"]', '"grid_lead"]', "'public' is not among"),
        ('type = "choice"', 'type = "text"', "choices belong to a field of type 'choice'"),
        ('{ key = "masks"', '{ key = "other"', "'other' is there twice"),
    ],
)
def test_a_wrong_kind_of_request_is_named(pack: Path, old: str, new: str, word: str) -> None:
    change(pack / "issues.toml", old, new)
    assert [problem for problem in told(pack) if word in problem], told(pack)
