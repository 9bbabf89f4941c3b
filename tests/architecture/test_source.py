"""What the house forbids, read from the source: writes in pages, unscoped rows, signals, place names."""

import ast
import csv
import re
import statistics
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import (
    HOUSE,
    PACKAGE,
    ROOT,
    calls,
    files_of,
    functions,
    inside,
    python_files,
    strings,
    tree,
    where,
)

WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "asave",
    "acreate",
    "aupdate",
    "adelete",
}
NOT_NAMES = {
    "utils.py",
    "helpers.py",
    "common.py",
    "services.py",
    "service.py",
    "manager.py",
    "handler.py",
    "signals.py",
}
SIGNALS = {
    "pre_save",
    "post_save",
    "pre_delete",
    "post_delete",
    "m2m_changed",
    "pre_init",
    "post_init",
    "pre_migrate",
    "post_migrate",
    "request_started",
    "request_finished",
    "got_request_exception",
    "setting_changed",
    "user_logged_in",
    "user_logged_out",
    "user_login_failed",
    "Signal",
}
EVENT_WRITERS = {("core", "audit.py")}
LONGEST, NEARLY_ALL, MEDIAN = 80, 60, 10


def _is_row_write(call: ast.Call) -> bool:
    """`row.save()`, `Model.objects.create()`; not an action `issues.create(by=...)`, nor `{}.update`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    # An action is a verb that names who did it; a dictionary's update takes none of these receivers.
    if any(keyword.arg == "by" for keyword in call.keywords):
        return False
    receiver = ast.unparse(call.func.value)
    if call.func.attr == "update":
        return "objects" in receiver or receiver.endswith(")")
    return True


def test_pages_and_api_never_write() -> None:
    wrong = [
        f"{where(path, call)}: {ast.unparse(call)[:80]}"
        for path in files_of("views", "api", "forms", "registers")
        for call in calls(path)
        if _is_row_write(call)
    ]
    assert wrong == [], "a view loads, permits, makes one call to an action, renders"


def test_what_a_person_reaches_is_scoped() -> None:
    wrong = [
        f"{where(path, node)}: .{node.attr}"
        for path in files_of("views", "forms", "api", "registers")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and (node.attr == "system" or node.attr in {"rows", "_base_manager", "_default_manager"})
        and (
            isinstance(node.value, ast.Attribute)
            or (isinstance(node.value, ast.Name) and node.value.id[:1].isupper())
        )
    ]
    assert wrong == [], "use objects.visible_to(user)"


def test_no_campaign_in_hand_is_said_in_one_way() -> None:
    """`campaign_in_hand(request)` answers 404; no page says that by itself."""
    wrong = [
        where(path, node)
        for path in files_of("views", "places", "registers")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.If)
        and re.search(r"campaign is None|not (request\.)?campaign($| )", ast.unparse(node.test))
        and any(isinstance(inner, ast.Raise) for inner in node.body)
    ]
    assert wrong == []


def test_events_are_written_by_the_audit_alone() -> None:
    """There the gate of a closed campaign is asked; the demo's history and bulk imports ask it themselves or need not."""
    wrong = [
        where(path, call)
        for path in python_files()
        if inside(path)[0] != "demo"
        for call in calls(path)
        if ast.unparse(call.func) in {"Event.objects.create", "Event.objects.bulk_create", "Event"}
        and inside(path) not in EVENT_WRITERS
        and not any("described" in ast.unparse(part) for part in [*call.args, *call.keywords])
    ]
    assert wrong == []


def test_no_file_is_a_drawer() -> None:
    assert [str(path.relative_to(ROOT)) for path in python_files() if path.name in NOT_NAMES] == []


def test_no_signals() -> None:
    wrong = []
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module and "signals" in node.module.split("."):
                wrong.append(f"{where(path, node)}: from {node.module}")
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django"):
                wrong += [
                    f"{where(path, node)}: {name.name}"
                    for name in node.names
                    if name.name in SIGNALS | {"receiver"}
                ]
    assert wrong == []


def test_no_model_is_fetched_by_its_name() -> None:
    wrong = [
        where(path, call)
        for path in python_files()
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "get_model" and call.args
        if isinstance(call.args[0], ast.Constant)
    ]
    assert wrong == []


def test_every_module_says_what_it_is() -> None:
    present = [name for name in HOUSE if (PACKAGE / name / "__init__.py").exists()]
    assert present == HOUSE, f"missing: {sorted(set(HOUSE) - set(present))}"
    silent = [name for name in present if not ast.get_docstring(tree(PACKAGE / name / "__init__.py"))]
    assert silent == []


def test_every_file_says_what_it_holds() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.name not in {"__init__.py", "apps.py", "urls.py"} and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_functions_are_short() -> None:
    """The longest and the middle of the house: a house of long functions fails here by name."""
    lengths = dict(functions())
    too_long = {name: length for name, length in lengths.items() if length > LONGEST}
    assert too_long == {}
    within = sum(length <= NEARLY_ALL for length in lengths.values()) / len(lengths)
    longest = sorted(lengths.items(), key=lambda item: -item[1])[:10]
    assert within >= 0.99, longest
    assert statistics.median(lengths.values()) < MEDIAN, longest


def _han(text: str) -> bool:
    return bool(re.fullmatch(r"[一-鿿]{2,}", text))


def _names_in(value: object, key: str = "") -> set[str]:
    """Names of places in a parsed pack: the values of the keys `name`, `place`, `area` and `town`."""
    if isinstance(value, dict):
        return {name for inner, part in value.items() for name in _names_in(part, inner)}
    if isinstance(value, list):
        return {name for part in value for name in _names_in(part, key)}
    return {value} if isinstance(value, str) and key in {"name", "place", "area", "town"} else set()


def _place_names(pack: Path) -> set[str]:
    """The folder's own name, what pack.toml calls the place, and every area of the territory files."""
    names = {pack.name}
    manifest = tomllib.loads((pack / "pack.toml").read_text(encoding="utf-8"))
    names |= _names_in({key: manifest[key] for key in ("place", "area", "town") if key in manifest})
    for path in [
        *pack.rglob("*territory*.toml"),
        *pack.rglob("territory/**/*.toml"),
        *pack.rglob("*areas*.toml"),
    ]:
        names |= _names_in(tomllib.loads(path.read_text(encoding="utf-8")))
    for path in [
        *pack.rglob("*territory*.csv"),
        *pack.rglob("territory/**/*.csv"),
        *pack.rglob("*areas*.csv"),
    ]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names |= {row.get("name") or "" for row in csv.DictReader(file)}
    # The pack `demo` is called like the module; other plain words in a pack's tables are no places.
    return {name for name in names if _han(name) or (name == pack.name and name != "demo")}


PACKS = sorted(path.parent for path in (ROOT / "packs").glob("*/pack.toml"))


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_no_place_of_a_pack_stands_in_python(pack: Path) -> None:
    """The demo module makes fictional towns: it may name its own pack's places, no other's."""
    names = _place_names(pack)
    wrong = [
        f"{where(path, text)}: {name}"
        for path in python_files()
        if not (pack.name == "demo" and inside(path)[0] == "demo")
        for text in strings(path)
        for name in names
        if name.lower() in str(text.value).lower()
    ]
    assert wrong == []
