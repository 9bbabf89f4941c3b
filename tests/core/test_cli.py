"""The command `fugong`: what it says, what it does, and its exit codes (0 done, 1 refused, 2 used wrongly)."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from django.test import Client
from django.urls import reverse

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.cli import main
from fugong.cli.serving import first_steps
from fugong.cli.work import aligned
from fugong.core.models import Event
from fugong.territory.models import Area

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "http://localhost:8000"


def run(*arguments: str | Path, **options: Any) -> Result:
    result = CliRunner(env={"LC_ALL": "C"}).invoke(main, [str(argument) for argument in arguments], **options)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def commands(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield name
    if isinstance(command, click.Group):
        for word, inner in command.commands.items():
            yield from commands(inner, (*name, word))


@pytest.mark.parametrize("name", list(commands(main)), ids=" ".join)
def test_every_command_explains_itself(name: tuple[str, ...]) -> None:
    result = run(*name, "--help")
    assert result.exit_code == 0
    usage, _blank, told = result.output.partition("\n\n")
    assert usage.startswith("Usage:")
    assert len(told.strip().splitlines()[0].split()) >= 3


def test_the_commands_of_the_product_are_all_there() -> None:
    there = {" ".join(name) for name in commands(main)}
    assert there >= {
        *("demo", "serve", "worker", "pack check", "pack load", "pack schema", "import", "plan", "figures"),
        *("territory divisions", "territory boundaries", "backup", "restore", "keys export", "audit verify"),
        *("user add", "docs"),
    }


# The first start


def link_in(lines: list[str]) -> list[str]:
    return [line for line in lines if "/access/first/" in line]


@pytest.mark.django_db
def test_the_first_start_prints_one_link_and_makes_no_account_with_a_password() -> None:
    assert not User.objects.exists()
    (link,) = link_in(first_steps(ADDRESS))
    (first,) = User.objects.all()
    assert first.is_administrator and not first.has_usable_password()
    assert link_in(first_steps(ADDRESS)) == [], "the link is printed once"
    assert "fugong user link admin" in " ".join(first_steps(ADDRESS))
    path = link.removeprefix(ADDRESS)
    page = Client().get(path)
    assert page.status_code == 200
    first.set_password("another-day-in-spring")
    first.save()
    assert Client().get(path).content != page.content, "a link dies with its use"
    assert "fugong user link" not in " ".join(first_steps(ADDRESS))


@pytest.mark.django_db
def test_the_first_administrator_may_administer_before_there_is_any_area(as_user: Any) -> None:
    first_steps(ADDRESS)
    assert as_user(User.objects.get()).get(reverse("access:postings")).status_code == 200


@pytest.mark.slow
def test_serve_answers_and_ends_with_its_worker(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "FUGONG_DATA": str(tmp_path / "data"),
        "FUGONG_DATABASE_URL": "",
        "LC_ALL": "C",
    }
    command = [sys.executable, "-m", "fugong", "serve", "--port", str(port), "--processes", "2"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        try:
            health = _health(port)
            assert health["database"] == {"ok": True}
            assert health["audit"]["ok"], "the worker seals"
            busy = run("serve", "--port", port)
            assert (busy.exit_code, "cannot be used" in busy.output) == (1, True)
        finally:
            server.send_signal(signal.SIGINT)
            output = server.communicate(timeout=30)[0].decode()
    assert output.count("/access/first/") == 1
    again = subprocess.run(
        [sys.executable, "-m", "fugong", "worker", "--once"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert again.returncode == 0, "the server's worker has let go"


def _health(port: int) -> Any:
    for _attempt in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


def test_a_taken_port_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("serve", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert "Give --port another number" in result.output


def test_the_demo_does_not_touch_other_data(tmp_path: Path) -> None:
    (tmp_path / "fugong.sqlite3").write_bytes(b"somebody's")
    result = run("demo", "--data", tmp_path, "--no-serve", "--fresh")
    assert result.exit_code == 1
    assert "other data than the demo's" in result.output
    assert (tmp_path / "fugong.sqlite3").read_bytes() == b"somebody's"


# Packs


@pytest.mark.django_db
def test_a_pack_is_loaded_and_loading_it_again_changes_nothing() -> None:
    first = run("pack", "load", "danzao", "--start")
    assert first.exit_code == 0, first.output
    campaign = Campaign.objects.get()
    assert campaign.status == "running"
    assert Area.objects.filter(code="440605123", kind="town").get() == campaign.area
    assert campaign.part("territory")["areas"][0]["boundary"] is None, (
        "outlines are not kept with the release"
    )
    before = Event.objects.count()
    assert run("pack", "load", "danzao", "--start").exit_code == 0
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_a_pack_with_problems_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_text('slug = "Wrong"\n', encoding="utf-8")
    result = run("pack", "load", tmp_path)
    assert result.exit_code == 1
    assert "pack.toml:1 [slug]" in result.stderr
    assert not Campaign.objects.exists()


def test_schemas_for_editors(tmp_path: Path) -> None:
    assert run("pack", "schema", tmp_path / "schemas").exit_code == 0
    issues = json.loads((tmp_path / "schemas" / "issues.schema.json").read_text(encoding="utf-8"))
    assert "look_back_days" in issues["properties"]
    assert issues["additionalProperties"] is False
    assert {path.name for path in (tmp_path / "schemas").iterdir()} >= {
        "pack.schema.json",
        "territory.schema.json",
        "examples.schema.json",
    }


# Data


@pytest.mark.django_db
def test_division_lists_and_outlines(tmp_path: Path) -> None:
    listed = tmp_path / "divisions.csv"
    listed.write_text(
        "code,name,level,parent_code\n99,甲省,province,\n9901,乙市,prefecture,99\n", encoding="utf-8"
    )
    taken = run("territory", "divisions", listed, "--edition", "1", "--on", "2020-01-01")
    assert (taken.exit_code, "2 areas are new" in taken.output) == (0, True)
    square = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]]}
    features = [
        {"type": "Feature", "properties": {"code": code, "name": code}, "geometry": square}
        for code in ("9901", "77")
    ]
    outlines = tmp_path / "outlines.geojson"
    outlines.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    result = run("territory", "boundaries", outlines)
    assert result.exit_code == 1, "one of them has no area"
    assert ("1 areas have their outline now" in result.stdout, "77" in result.stderr) == (True, True)
    assert Area.objects.get(code="9901").boundary == square


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"), [("code,name\n99,甲省\n", "no column 'level'"), ("", "The list is empty")]
)
def test_a_wrong_division_list_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    listed = tmp_path / "divisions.csv"
    listed.write_text(content, encoding="utf-8")
    result = run("territory", "divisions", listed, "--edition", "1")
    assert (result.exit_code, sentence in result.stderr) == (1, True), result.output


LEDGER = "企业名称,统一社会信用代码,员工人数,所属村居\n柳村永泰五金厂,,25,柳村\n柳村永安制衣厂,,约30人,柳村\n,,9,柳村\n"


@pytest.mark.django_db(transaction=True)
def test_a_ledger_is_imported_and_its_faulty_rows_come_back(town: Any, tmp_path: Path) -> None:
    ledger = tmp_path / "台账.csv"
    ledger.write_bytes(LEDGER.encode("gb18030"))
    result = run("import", ledger, "--register", "enterprises", "--user", "chen")
    assert result.exit_code == 1, result.output
    assert "3 rows: 2 created, 0 updated, 0 repeated, 1 refused" in result.stdout
    assert (tmp_path / "台账-faulty.xlsx").stat().st_size > 1000
    again = run("import", ledger, "--register", "enterprises")
    assert again.exit_code == 1 and again.stderr.strip(), "the same file again is refused with a sentence"


@pytest.mark.django_db
def test_a_register_that_takes_no_imports_is_a_wrong_use(town: Any, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n", encoding="utf-8")
    result = run("import", tmp_path / "x.csv", "--register", "firms")
    assert (result.exit_code, "enterprises" in result.output) == (2, True)


@pytest.mark.django_db
def test_people_get_a_link_and_a_login_is_there_once() -> None:
    assert len(link_in(run("user", "add", "zhang", "张三").stdout.splitlines())) == 1
    assert not User.objects.get(login="zhang").is_administrator
    again = run("user", "add", "zhang", "张三")
    assert (again.exit_code, bool(again.stderr.strip()), again.stdout) == (1, True, "")
    assert run("user", "link", "nobody").exit_code == 1


# The day's work


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("plan", "--accept"), 2, "--accept needs --user"),
        (("plan", "--on", "tomorrow"), 2, "write yyyy-mm-dd"),
        (("plan", "--on", "2020-02-01"), 1, ""),
        (("plan", "--area", "远方"), 1, "no area “远方”"),
        (("figures", "--campaign", "999"), 1, "no such campaign"),
        (("audit", "verify", "--printed", "2020-02-19=abc"), 2, "at least 12"),
        (("audit", "verify", "--printed", "2020-02-19=0123456789abcdef"), 1, "2020-02-19"),
    ],
)
def test_refusals_and_wrong_uses(town: Any, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert said in result.stderr


@pytest.mark.django_db
def test_without_a_campaign_the_way_to_one_is_told() -> None:
    result = run("figures")
    assert (result.exit_code, "fugong pack load" in result.stderr) == (1, True)


@pytest.mark.django_db
def test_figures_of_a_pack_without_enterprises() -> None:
    run("pack", "load", "demo", "--start")
    told = json.loads(run("figures", "--json").stdout)
    assert {one["key"] for one in told["figures"]} >= {"resumption"}
    assert all(one["n"] == 0 for one in told["figures"])
    assert "N" in run("figures").stdout.splitlines()[1].split()


def test_columns_stand_below_each_other_whatever_the_script() -> None:
    assert aligned([("指标", "n"), ("rate", "7")]) == ["指标  n", "rate  7"]


# Keeping


@pytest.mark.django_db
def test_the_audit_is_verified(town: Any) -> None:
    run("user", "add", "zhang", "张三")
    result = run("audit", "verify")
    assert (result.exit_code, "the chain is whole" in result.stdout) == (0, True), result.output


@pytest.mark.django_db
def test_what_is_no_backup_is_not_restored(tmp_path: Path) -> None:
    result = run("restore", tmp_path)
    assert (result.exit_code, "not a backup" in result.stderr) == (1, True), result.output


@pytest.mark.django_db
def test_keys_go_to_a_file_for_nobody_else(tmp_path: Path) -> None:
    from fugong.core import keyring

    keyring.keys_of(1, make=True)
    path = Path(run("keys", "export", tmp_path / "safe").stdout.strip())
    assert path.stat().st_mode & 0o777 == 0o600


# Reference pages


def test_reference_pages_are_the_same_at_every_run(tmp_path: Path) -> None:
    for name in ("first", "second"):
        assert run("docs", tmp_path / name).exit_code == 0
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "first").iterdir()}
    assert pages == {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "second").iterdir()}
    assert set(pages) == {
        *("conditions.md", "events.md", "packs.md", "roles.md", "states.md"),
        *("planning-plan.schema.json", "planning-problem.schema.json"),
    }
    assert "found --> assessed" in pages["states.md"]
    assert "`issues.issue.verified`" in pages["events.md"]
    assert "look_back_days" in pages["packs.md"]
    assert "`run_campaign`" in pages["roles.md"]
