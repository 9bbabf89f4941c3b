"""The import machine: what becomes of rows, batches that survive a kill, one worker at a time, undoing."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import uuid
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fugong.core.imports import actions, files, jobs, machine, rules
from fugong.core.imports.actions import run_file
from fugong.core.imports.updating import update_many
from fugong.core.models import Event, Import, ImportRow, RememberedMapping
from fugong.core.refusals import Refused
from fugong.enterprises.models import Contact, Enterprise
from tests.core.ledger import HEADERS, Firms, sound_rows, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.ledger_urls")]
VILLAGES = ("柳村", "松村")


def _received(town: Any, content: bytes, filename: str = "台账.xlsx") -> Import:
    return actions.receive(
        Firms, content=content, filename=filename, by=town.chen, at=town.now, campaign=town.campaign
    )


def _ready(town: Any, content: bytes, **options: Any) -> Import:
    """Received, mapped as proposed, started."""
    batch = _received(town, content)
    proposed = actions.proposed_choice(batch)
    choice = actions.Choice(proposed.sheet, proposed.columns, rows=proposed.rows, **options)
    actions.map_columns(batch, choice, by=town.chen, at=town.now)
    return actions.start(batch, again=False, by=town.chen, at=town.now)


def _taken_in(town: Any, rows: list[list[Any]], **options: Any) -> Import:
    return machine.run(_ready(town, workbook(rows), **options).pk)


def _counts(batch: Import) -> tuple[int, int, int, int]:
    return batch.created, batch.updated, batch.repeated, batch.refused


def _firms(town: Any) -> Any:
    return Enterprise.objects.system().filter(campaign=town.campaign)


# What becomes of rows


def test_new_rows_are_created_with_an_event_each(town: Any) -> None:
    batch = _taken_in(town, sound_rows(30, VILLAGES))
    assert (batch.status, _counts(batch)) == ("done", (30, 0, 0, 0))
    row = batch.rows.order_by("number").first()
    event = Event.objects.get(target="enterprises.enterprise", target_id=row.target_id)
    assert (event.name, event.by_id, event.changes["import"]) == (
        "enterprises.enterprise.imported",
        town.chen.pk,
        batch.pk,
    )


def test_rows_meet_by_code_then_by_name_and_say_what_changed(town: Any) -> None:
    rows = sound_rows(3, VILLAGES)
    _taken_in(town, rows)
    rows[0][4], rows[1][1] = 999, ""  # another head count; a row without its code meets by its name
    batch = _taken_in(town, rows)
    assert _counts(batch) == (0, 1, 2, 0)
    updated = batch.rows.get(outcome="updated")
    assert updated.before["headcount"][1] == 999
    assert Enterprise.objects.system().get(pk=updated.target_id).headcount == 999


def test_only_what_changed_is_written(town: Any) -> None:
    """Two rows with different changes, and what somebody else wrote meanwhile into other fields stands."""
    _taken_in(town, sound_rows(2, VILLAGES))
    one, two = _firms(town).filter(credit_code__isnull=False).order_by("-pk")[:2]
    Enterprise.objects.system().filter(pk=one.pk).update(address="别处1号")
    one.headcount, two.address, two.resumption_planned_on = 999, "某路3号", date(2020, 2, 20)
    update_many([(one, {"headcount"}), (two, ["address", "resumption_planned_on"])])
    one, two = (Enterprise.objects.system().get(pk=row.pk) for row in (one, two))
    assert (one.headcount, one.address) == (999, "别处1号")
    assert (two.address, two.resumption_planned_on) == ("某路3号", date(2020, 2, 20))
    assert two.headcount != 999


def test_the_same_name_with_another_code_is_another_enterprise(town: Any) -> None:
    rows = sound_rows(2, VILLAGES)
    rows[1][0] = rows[0][0]
    batch = _taken_in(town, rows)
    assert _counts(batch) == (2, 0, 0, 0)


def test_an_empty_cell_never_empties_a_field(town: Any) -> None:
    rows = sound_rows(1, VILLAGES)
    _taken_in(town, rows)
    head_count, rows[0][4] = rows[0][4], None
    assert _counts(_taken_in(town, rows)) == (0, 0, 1, 0)
    assert _firms(town).get(credit_code=rows[0][1]).headcount == head_count


@pytest.mark.parametrize("apart", [1, 250])
def test_a_row_met_again_in_the_same_file_is_told_and_does_not_win(town: Any, apart: int) -> None:
    """In the same batch and in a later one alike: the first row counts, the difference is a note."""
    rows = sound_rows(apart, VILLAGES)
    rows.append([*rows[0][:4], 7777, *rows[0][5:]])
    batch = _taken_in(town, rows)
    assert _counts(batch) == (apart, 0, 1, 0)
    (note,) = batch.rows.get(outcome="repeated").problems
    assert note["kind"] == "note" and "2" in note["sentence"]
    assert _firms(town).get(credit_code=rows[0][1]).headcount != 7777


def test_faulty_rows_are_refused_with_cell_and_reason(town: Any) -> None:
    rows = sound_rows(3, VILLAGES)
    rows[1][4], rows[2][2] = "许多人", "渡口村"  # no number; a village of another town
    batch = _taken_in(town, rows)
    assert _counts(batch) == (1, 0, 0, 2)
    cells = {row.number: row.problems[0]["cell"] for row in batch.rows.filter(outcome="refused")}
    assert cells == {3: "E3", 4: "C4"}


def test_a_row_may_come_in_without_its_faulty_cells(town: Any) -> None:
    rows = sound_rows(2, VILLAGES)
    rows[0][4], rows[1][0] = "许多人", ""  # a required cell refuses all the same
    batch = _taken_in(town, rows, lenient=True)
    assert _counts(batch) == (1, 0, 0, 1)
    assert batch.rows.get(outcome="created").problems[0]["kind"] == "left_out"


def test_what_the_database_cannot_hold_is_refused(town: Any) -> None:
    rows = sound_rows(2, VILLAGES)
    rows[0][14] = "业" * 61
    batch = _taken_in(town, rows)
    assert _counts(batch) == (1, 0, 0, 1)


def test_a_row_that_the_database_refuses_is_refused_alone(town: Any, monkeypatch: Any) -> None:
    from django.db import IntegrityError

    from tests.core.ledger import FirmImporter

    write = FirmImporter.write

    def fails_on_one(self: Any, decisions: Any, context: Any) -> None:
        if any(one.target.name == poison for one in decisions):
            raise IntegrityError("a constraint")
        write(self, decisions, context)

    rows = sound_rows(20, VILLAGES)
    poison = rows[7][0]
    monkeypatch.setattr(FirmImporter, "write", fails_on_one)
    batch = _taken_in(town, rows)
    assert _counts(batch) == (19, 0, 0, 1)
    assert batch.rows.get(outcome="refused").number == 9


def test_rows_are_conserved_and_the_constraint_holds_it(town: Any) -> None:
    from django.db import IntegrityError, transaction

    batch = _taken_in(town, sound_rows(5, VILLAGES))
    assert batch.total == sum(_counts(batch)) == batch.rows.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.filter(pk=batch.pk).update(created=4)


def test_queries_do_not_grow_with_the_rows_of_a_batch(town: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(machine, "batch_rows", lambda: 100)
    counted = []
    for number in (5, 100):
        batch = _ready(town, workbook(sound_rows(number, VILLAGES, seed=number)))
        with CaptureQueriesContext(connection) as caught:
            assert machine.run(batch.pk).created == number
        counted.append(len(caught))
    assert counted[0] == counted[1] <= 40


def test_the_check_tells_the_same_as_the_import_and_writes_nothing(town: Any) -> None:
    rows = sound_rows(40, VILLAGES)
    _taken_in(town, rows[:5])
    rows[0][4], rows[9][4] = 999, "许多人"
    rows.append(rows[20])
    batch = _received(town, workbook(rows))
    actions.map_columns(batch, actions.proposed_choice(batch), by=town.chen, at=town.now)
    before = _firms(town).count()
    checked = actions.check(batch).options["checked"]
    assert _firms(town).count() == before
    actions.start(batch, again=False, by=town.chen, at=town.now)
    done = machine.run(batch.pk)
    assert tuple(checked[name] for name in ("created", "updated", "repeated", "refused")) == _counts(done)
    assert checked["groups"][0]["examples"][0]["cell"] == "E11"


# Columns


def test_a_choice_of_columns_is_remembered(town: Any) -> None:
    rows = sound_rows(2, VILLAGES)
    headers = ["厂子", *HEADERS[1:]]
    batch = _received(town, workbook(rows, headers=headers))
    proposed = actions.proposed_choice(batch)
    choice = actions.Choice(proposed.sheet, {**proposed.columns, "1": "name"}, rows=2)
    actions.map_columns(batch, choice, by=town.chen, at=town.now)
    actions.check(batch)
    assert RememberedMapping.objects.filter(register="test-firms", header="厂子", field="name").exists()
    again = _received(town, workbook(rows, headers=headers))
    assert actions.proposed_choice(again).columns["1"] == "name"


def test_a_required_field_without_a_column_and_a_field_with_two_are_refused(town: Any) -> None:
    batch = _received(town, workbook(sound_rows(2, VILLAGES)))
    columns = actions.proposed_choice(batch).columns
    for changed in ({"1": ""}, {"4": "name"}):
        with pytest.raises(Refused):
            choice = actions.Choice("台账", {**columns, **changed})
            actions.map_columns(batch, choice, by=town.chen, at=town.now)


# Decided before the turn, written in it


def _others_write(monkeypatch: Any, *when: bool) -> list[bool]:
    """Let another connection have written between deciding and writing, or not, time after time."""
    asked, numbers = list(when), iter(range(1000))
    stood = [0]

    def written() -> Any:
        if next(numbers) % 2:
            stood[0] += asked.pop(0) if asked else False
        return stood[0]

    monkeypatch.setattr(machine, "written_by_others", lambda _connection: written())
    return asked


def _deciding(monkeypatch: Any) -> list[int]:
    """How many rows were decided upon, each time."""
    times: list[int] = []
    really = machine.decide
    monkeypatch.setattr(
        machine, "decide", lambda current, rows: times.append(len(rows)) or really(current, rows)
    )
    return times


@pytest.mark.parametrize(
    ("others", "times"), [((), 1), ((True,), 2), ((True, True), 3), ((True, True, True), 4)]
)
def test_what_others_wrote_meanwhile_is_decided_upon_anew(
    town: Any, monkeypatch: Any, others: tuple[bool, ...], times: int
) -> None:
    """Twice before the turn is asked for again; the third time inside it, where nobody else can write."""
    batch = _ready(town, workbook(sound_rows(8, VILLAGES)))
    decided = _deciding(monkeypatch)
    _others_write(monkeypatch, *others)
    done = machine.run(batch.pk)
    assert (done.status, _counts(done)) == ("done", (8, 0, 0, 0))
    assert decided == [8] * times


def test_a_correction_just_before_the_turn_is_not_lost(town: Any, monkeypatch: Any) -> None:
    rows = sound_rows(2, VILLAGES)
    _taken_in(town, rows)
    firm = _firms(town).get(credit_code=rows[0][1])
    was, rows[0][4] = firm.headcount, 999
    batch = _ready(town, workbook(rows))
    _others_write(monkeypatch, True)
    really, once = machine._held, [True]

    def held(*asked: Any) -> Any:
        if once and once.pop():
            _firms(town).filter(pk=firm.pk).update(headcount=was + 5, version=firm.version + 1)
        return really(*asked)

    monkeypatch.setattr(machine, "_held", held)
    done = machine.run(batch.pk)
    assert done.rows.get(outcome="updated").before["headcount"] == [was + 5, 999]
    assert _firms(town).get(pk=firm.pk).version == firm.version + 2


# One worker at a time, stop and go on


def test_a_worker_whose_hold_was_lost_writes_nothing(town: Any) -> None:
    """Frozen past its lease, another one takes over; when it comes back, its commit is refused."""
    batch = _ready(town, workbook(sound_rows(20, VILLAGES)))
    now = timezone.now()
    old = machine.claim(batch.pk, now)
    assert machine.claim(batch.pk, now) is None
    new = machine.claim(batch.pk, now + machine.LEASE + timedelta(seconds=1))
    assert old is not None and new == old + 1
    stale = machine.opened_run(batch, old)
    with pytest.raises(machine.LostHold):
        machine._commit(stale, files.checked_rows(batch, stale.found)[:5], 0, now)
    assert not _firms(town).filter(name__startswith="岭东").exists() and not batch.rows.exists()


def test_stop_keeps_what_was_taken_in_and_it_may_go_on(town: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(machine, "batch_rows", lambda: 10)
    batch = _ready(town, workbook(sound_rows(30, VILLAGES)))

    def stop_after_one(cursor: int, total: int) -> None:
        if cursor == 10:
            actions.stop(batch, by=town.chen, at=town.now)

    stopped = machine.run(batch.pk, progress=stop_after_one)
    assert (stopped.status, stopped.cursor) == ("checked", 10)
    actions.start(stopped, again=False, by=town.chen, at=town.now)
    done = machine.run(batch.pk)
    assert (done.status, _counts(done)) == ("done", (30, 0, 0, 0))


def test_an_import_that_goes_on_knows_the_rows_taken_in_before_it_stopped(
    town: Any, monkeypatch: Any
) -> None:
    rows = sound_rows(6, VILLAGES)
    rows.append([*rows[0][:4], 7777, *rows[0][5:]])
    monkeypatch.setattr(machine, "batch_rows", lambda: 3)
    batch = _ready(town, workbook(rows))
    machine.run(batch.pk, progress=lambda done, _total: done > 3 or _stop(batch, town))
    assert Import.objects.get(pk=batch.pk).cursor == 3
    actions.start(batch, again=False, by=town.chen, at=town.now)
    batch = machine.run(batch.pk)
    assert (batch.status, _counts(batch)) == ("done", (6, 0, 1, 0))
    assert _firms(town).get(credit_code=rows[0][1]).headcount != 7777


def _stop(batch: Import, town: Any) -> None:
    actions.stop(batch, by=town.chen, at=town.now)


def test_an_unexpected_error_fails_the_import_with_a_sentence(town: Any, monkeypatch: Any) -> None:
    from tests.core.ledger import FirmImporter

    batch = _ready(town, workbook(sound_rows(3, VILLAGES)))
    monkeypatch.setattr(FirmImporter, "write", lambda *_: 1 / 0)
    failed = machine.run(batch.pk)
    assert failed.status == "failed" and failed.problem
    monkeypatch.undo()
    actions.start(failed, again=False, by=town.chen, at=town.now)
    assert machine.run(batch.pk).status == "done"


def test_the_very_same_file_needs_a_second_word(town: Any) -> None:
    content = workbook(sound_rows(2, VILLAGES))
    machine.run(_ready(town, content).pk)
    batch = _received(town, content)
    actions.map_columns(batch, actions.proposed_choice(batch), by=town.chen, at=town.now)
    with pytest.raises(Refused):
        actions.start(batch, again=False, by=town.chen, at=town.now)
    actions.start(batch, again=True, by=town.chen, at=town.now)
    assert _counts(machine.run(batch.pk)) == (0, 0, 2, 0)


def test_from_the_command_line(town: Any, tmp_path: Path) -> None:
    rows = sound_rows(12, VILLAGES)
    rows[3][4] = "许多人"
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(workbook(rows, title="东桥镇企业台账"))
    told: list[int] = []
    steps: list[tuple[int, int]] = []
    batch = run_file(
        path,
        Firms,
        by=town.chen,
        campaign=town.campaign,
        at=town.now,
        on_problem=lambda number, sentence: told.append(number),
        progress=lambda done, total: steps.append((done, total)),
    )
    assert (batch.status, _counts(batch), told, steps) == ("done", (11, 0, 0, 1), [6], [(12, 12)])


# Undoing


def test_undo_takes_created_rows_away_and_puts_updated_ones_back(town: Any) -> None:
    rows = sound_rows(5, VILLAGES)
    _taken_in(town, rows[:2])
    old = _firms(town).get(credit_code=rows[0][1]).headcount
    rows[0][4] = 999
    batch = _taken_in(town, rows)
    before = _firms(town).count()
    undone = actions.undo(batch, by=town.chen, at=town.now)
    assert undone.status == "undone"
    assert _firms(town).count() == before - 3
    assert _firms(town).get(credit_code=rows[0][1]).headcount == old
    assert Event.objects.filter(name="enterprises.enterprise.taken_back").count() == 3
    with pytest.raises(Refused):
        actions.undo(undone, by=town.chen, at=town.now)


def test_undo_is_refused_when_an_updated_row_was_changed_since(town: Any) -> None:
    rows = sound_rows(2, VILLAGES)
    _taken_in(town, rows)
    rows[1][4] = 999
    batch = _taken_in(town, rows)
    _firms(town).filter(credit_code=rows[1][1]).update(headcount=5)
    with pytest.raises(Refused, match=rows[1][0]):
        actions.undo(batch, by=town.chen, at=town.now)
    assert Import.objects.get(pk=batch.pk).status == "done"


def test_undo_is_refused_when_a_created_row_has_been_used(town: Any) -> None:
    rows = sound_rows(2, VILLAGES)
    batch = _taken_in(town, rows)
    firm = _firms(town).get(credit_code=rows[1][1])
    Contact.objects.create(enterprise=firm, campaign_id=town.campaign.pk, name="某", from_on=town.today)
    with pytest.raises(Refused, match=firm.name):
        actions.undo(batch, by=town.chen, at=town.now)


def test_undo_is_refused_when_a_created_row_has_been_corrected(town: Any) -> None:
    rows = sound_rows(2, VILLAGES)
    batch = _taken_in(town, rows)
    firm = _firms(town).get(credit_code=rows[0][1])
    Firms.correct(firm, by=town.wang, at=town.now, name=firm.name, headcount=5)
    with pytest.raises(Refused, match=town.wang.name):
        actions.undo(batch, by=town.chen, at=town.now)


@pytest.mark.parametrize(
    ("status", "cursor", "why"),
    [
        ("running", 5, True),
        ("done", 5, False),
        ("failed", 5, False),
        ("checked", 0, True),
        ("undone", 5, True),
    ],
)
def test_when_an_import_may_be_undone(status: str, cursor: int, why: bool) -> None:
    assert bool(rules.why_not_undo(status, cursor)) is why


def test_every_status_has_its_moves() -> None:
    assert set(rules.MOVES) == set(Import.Status.values)


# The wizard


def _post(client: Any, path: str, **values: Any) -> Any:
    return client.post(path, {"command": str(uuid.uuid4()), **values})


def _upload(client: Any, content: bytes, name: str = "台账.xlsx") -> Any:
    file = BytesIO(content)
    file.name = name
    return _post(client, "/test-firms/import/", file=file)


def test_the_whole_wizard(town: Any, as_user: Any, django_capture_on_commit_callbacks: Any) -> None:
    client = as_user(town.chen)
    rows = sound_rows(30, VILLAGES)
    rows[4][4] = "许多人"
    page = _upload(client, workbook(rows, title="东桥镇企业台账"))
    step = page["Location"]
    shown = client.get(step)
    assert shown.status_code == 200 and rows[0][0] in shown.content.decode()
    batch = Import.objects.get()
    columns = {f"column-{index}": name for index, name in actions.proposed_choice(batch).columns.items()}
    with django_capture_on_commit_callbacks(execute=True):
        assert _post(client, f"{step}columns/", sheet="台账", **columns).status_code == 302
    with CaptureQueriesContext(connection) as asked:
        checked = client.get(step)
    assert checked.status_code == 200 and "E7" in checked.content.decode()
    wrote = [query["sql"] for query in asked if re.match("INSERT|UPDATE|DELETE", query["sql"])]
    assert not wrote, "looking at a step writes nothing"
    faulty = client.get(f"{step}faulty.xlsx")
    assert faulty["Content-Disposition"].startswith("attachment")
    with django_capture_on_commit_callbacks(execute=True):
        assert _post(client, f"{step}start/").status_code == 302
    batch.refresh_from_db()
    assert (batch.status, _counts(batch)) == ("done", (29, 0, 0, 1))
    result = client.get(step)
    assert result.status_code == 200 and "E7" in result.content.decode()
    sheet = openpyxl.load_workbook(BytesIO(client.get(f"{step}faulty.xlsx").content)).active
    assert sheet.max_row == 2 and "许多人" in [cell.value for cell in sheet[2]]
    assert _post(client, f"{step}undo/").status_code == 302
    assert not _firms(town).filter(name__startswith="岭东").exists()


def test_a_sheet_without_rows_goes_back_to_its_columns(
    town: Any, as_user: Any, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = as_user(town.chen)
    step = _upload(client, workbook(sound_rows(3, VILLAGES)))["Location"]
    columns = {
        f"column-{index}": name
        for index, name in actions.proposed_choice(Import.objects.get()).columns.items()
    }
    assert 'name="column-1"' in client.get(step).content.decode()
    monkeypatch.setattr(files, "checked_rows", lambda *_: [])
    with django_capture_on_commit_callbacks(execute=True):
        _post(client, f"{step}columns/", sheet="台账", **columns)
    batch = Import.objects.get()
    assert batch.problem and "checked" not in batch.options
    page = client.get(step).content.decode()
    assert 'role="alert"' in page and 'name="column-1"' in page


def test_a_page_with_missing_columns_says_which(town: Any, as_user: Any) -> None:
    client = as_user(town.chen)
    step = _upload(client, workbook(sound_rows(2, VILLAGES)))["Location"]
    answer = _post(client, f"{step}columns/", sheet="台账", **{"column-1": "name"})
    assert answer.status_code == 422 and "所属村居" in answer.content.decode()
    assert Import.objects.get().status == "mapping"


def test_an_unreadable_file_is_refused_with_its_sentence(town: Any, as_user: Any) -> None:
    client = as_user(town.chen)
    answer = client.get(_upload(client, b"no workbook at all \x00\x01", "x.xlsx")["Location"])
    assert answer.status_code == 200 and 'role="alert"' in answer.content.decode()


def test_imports_of_others_are_missing_and_strangers_to_the_right_are_refused(
    town: Any, as_user: Any
) -> None:
    batch = _received(town, workbook(sound_rows(2, VILLAGES)))
    mine, never = f"/test-firms/import/{batch.pk}/", "/test-firms/import/987654/"
    assert as_user(town.chen).get(mine).status_code == 200
    for path in (mine, f"{mine}progress/", f"{mine}faulty.xlsx"):
        assert as_user(town.li).get(path).status_code == 403
    batch.by_id = town.zhou.pk
    batch.save()
    hidden, missing = as_user(town.chen).get(mine), as_user(town.chen).get(never)
    assert hidden.status_code == missing.status_code == 404
    for verb in ("start", "stop", "undo", "columns"):
        assert _post(as_user(town.chen), f"{mine}{verb}/").status_code == 404


def test_a_large_import_goes_to_the_queue_and_the_page_takes_over_when_nobody_works(
    town: Any, as_user: Any, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    queued, here = [], []
    monkeypatch.setattr(rules, "SMALL", 5)
    monkeypatch.setattr(type(jobs.run), "enqueue", lambda self, pk: queued.append(pk))
    monkeypatch.setattr(jobs, "go_on_here", lambda batch: here.append(batch.pk))
    batch = _received(town, workbook(sound_rows(10, VILLAGES)))
    actions.map_columns(batch, actions.proposed_choice(batch), by=town.chen, at=town.now)
    client = as_user(town.chen)
    with django_capture_on_commit_callbacks(execute=True):
        _post(client, f"/test-firms/import/{batch.pk}/start/")
    page = client.get(f"/test-firms/import/{batch.pk}/progress/")
    assert queued == [batch.pk] and here == [batch.pk] and "0/10" in page.content.decode()
    machine.claim(batch.pk, timezone.now())
    client.get(f"/test-firms/import/{batch.pk}/progress/")
    assert here == [batch.pk]


# Killed at any point


def _environment(data: Path) -> dict[str, str]:
    (data / "static").mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUGONG_")}
    return {**kept, "FUGONG_DATA": str(data), "PYTHONPATH": os.getcwd()}


def _alone(data: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.core.import_alone", *words]
    return subprocess.Popen(command, env=_environment(data), stdout=subprocess.PIPE, text=True)


def _said(data: Path, *words: str) -> str:
    out, _err = _alone(data, *words).communicate(timeout=120)
    return out.strip()


@pytest.mark.once  # its processes have a SQLite of their own, whatever database the run has
def test_killed_at_any_point_and_run_again_ends_the_same(tmp_path: Path) -> None:
    """Ten kills at random moments: 0 rows doubled, 0 lost, the end state equal to an undisturbed run."""
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    assert _said(calm, "prepare") == _said(killed, "prepare") == "ready"
    assert _said(calm, "run").splitlines()[-1] == "done"
    kills, dice = 0, random.Random(5)
    while kills < 10:
        worker = _alone(killed, "run", "slowly")
        assert worker.stdout is not None
        line = worker.stdout.readline().strip()
        if line == "done" or not line:
            worker.communicate(timeout=60)
            break
        time.sleep(dice.uniform(0, 0.25))
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate(timeout=60)
        kills += 1
    assert kills >= 5, "the import was over before it could be killed often enough"
    assert _said(killed, "run").splitlines()[-1] == "done"
    assert json.loads(_said(killed, "digest")) == json.loads(_said(calm, "digest"))


def test_rows_of_an_import_are_unique(town: Any) -> None:
    from django.db import IntegrityError, transaction

    batch = _taken_in(town, sound_rows(2, VILLAGES))
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRow.objects.create(batch=batch, number=2, outcome="created")
