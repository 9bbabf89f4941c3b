"""Ledgers as towns send them in: every planted fault of the made-up ledger is found, and nothing else is."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fugong.core.imports import actions as imports
from fugong.core.models import Event, Import, ImportRow
from fugong.core.refusals import Refused
from fugong.demo import town as made_up
from fugong.enterprises import actions as enterprises
from fugong.enterprises import queries
from fugong.enterprises.models import Contact, Enterprise, Street
from fugong.enterprises.registers import Enterprises
from fugong.enterprises.rules import PositionSource
from fugong.territory.geometry import kilometres, to_gcj02
from fugong.territory.models import Area, Outline

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"
HEADS = (
    "企业名称",
    "统一社会信用代码",
    "所属村（社区）",
    "地址",
    "在册人数",
    "湖北籍",
    "联系人",
    "联系电话",
    "经度",
    "纬度",
    "坐标系",
)


@pytest.fixture
def bring_in(town, tmp_path):
    """Import rows under the usual heads as the clerk; returns the import."""

    def run(*rows, heads=HEADS, by=None):
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True})
        sheet = book.add_worksheet("台账")
        for number, row in enumerate([heads, *rows]):
            sheet.write_row(number, 0, row)
        book.close()
        path = tmp_path / f"ledger-{Import.objects.count()}.xlsx"
        path.write_bytes(target.getvalue())
        return imports.run_file(path, Enterprises, by=by or town.chen, campaign=town.campaign, at=town.now)

    return run


def said(batch):
    return " ".join(problem["sentence"] for row in batch.rows.all() for problem in row.problems)


def entry(name):
    return Enterprise.objects.system().get(name=name)


def counted(batch):
    return batch.created, batch.updated, batch.repeated, batch.refused


def test_a_row_becomes_an_entry_with_its_area_position_and_sealed_contact(town, bring_in):
    shifted = to_gcj02((113.012, 23.012))
    batch = bring_in(
        (
            "谷粟塑料厂",
            CODE,
            "柳村村委会",
            "谷粟路8号",
            "约30人",
            2,
            "王五",
            "13800005678",
            *shifted,
            "GCJ-02",
        )
    )
    assert counted(batch) == (1, 0, 0, 0)
    firm = entry("谷粟塑料厂")
    assert (firm.area, firm.headcount, firm.staff_from_affected_areas, firm.credit_code) == (
        town.willow,
        30,
        2,
        CODE,
    )
    assert kilometres((firm.longitude, firm.latitude), (113.012, 23.012)) < 0.001
    assert (firm.position_source, firm.coordinates_given) == (PositionSource.IMPORTED, "gcj02")
    contact = Contact.objects.system().get(enterprise=firm)
    assert (contact.name, contact.phone.clear()) == ("王五", "13800005678")
    assert Event.objects.filter(name="enterprises.enterprise.imported", target_id=firm.pk).exists()


def test_an_unknown_village_is_refused_with_the_near_ones(bring_in):
    batch = bring_in(("谷粟塑料厂", CODE, "柳存", "", 3))
    assert counted(batch) == (0, 0, 0, 1)
    assert "柳村" in said(batch)


def test_an_alias_of_the_pack_and_the_towns_own_name_before_the_village(town, bring_in):
    bring_in(("谷粟塑料厂", None, "柳树头"), ("垄畦五金厂", None, "东桥镇松村"))
    assert (entry("谷粟塑料厂").area, entry("垄畦五金厂").area) == (town.willow, town.pine)


def test_a_wrong_credit_code_is_refused_with_its_correction(bring_in):
    batch = bring_in(("谷粟塑料厂", "9135O100M000100Y43", "柳村"))
    assert counted(batch) == (0, 0, 0, 1)
    assert CODE in said(batch)


def test_a_row_meets_its_entry_by_code_and_updates_it(bring_in):
    bring_in(("谷粟塑料厂", CODE, "柳村", "谷粟路8号", 30))
    batch = bring_in(("谷粟塑料有限公司", CODE, "柳村", "", 35))
    assert counted(batch) == (0, 1, 0, 0)
    firm = entry("谷粟塑料有限公司")
    assert (firm.headcount, firm.address, firm.version) == (35, "谷粟路8号", 2)


def test_a_row_meets_its_entry_by_name_only_in_the_same_place(bring_in):
    bring_in(("东桥镇谷粟塑料有限公司", CODE, "柳村", "", 30))
    assert counted(bring_in(("谷粟塑料", None, "柳村", "", 31))) == (0, 1, 0, 0)
    assert entry("东桥镇谷粟塑料有限公司").headcount == 31  # the full name is not shortened
    assert counted(bring_in(("谷粟塑料", None, "松村", "", 31))) == (1, 0, 0, 0)


def test_outlines_are_not_read_for_every_row(bring_in):
    """The outline of an area is large: with one join of it an import took three times as long."""
    rows = [(f"谷粟{number}塑料厂", None, "柳村", "谷粟路8号", number) for number in range(250)]
    bring_in(*rows)
    with CaptureQueriesContext(connection) as asked:
        assert counted(bring_in(*[(*row[:4], row[4] + 1) for row in rows])) == (0, 250, 0, 0)
    drawn = [query["sql"] for query in asked if "territory_outline" in query["sql"]]
    assert not [sql for sql in drawn if 'FROM "enterprises_enterprise"' in sql]
    assert len(drawn) <= 1, drawn


def test_one_file_with_one_enterprise_twice_enters_it_once(bring_in):
    batch = bring_in(("谷粟塑料有限公司", CODE, "柳村", "", 30), ("谷粟塑料", None, "柳村", "", 30))
    assert counted(batch) == (1, 0, 1, 0)
    assert "2" in said(batch)


def test_an_import_does_not_move_what_a_person_placed(town, bring_in):
    bring_in(("谷粟塑料厂", CODE, "柳村", "", 30))
    enterprises.place(enterprise=entry("谷粟塑料厂"), position=(113.01, 23.01), by=town.chen, at=town.now)
    bring_in(("谷粟塑料厂", CODE, "松村", "", 30, None, None, None, 112.9, 23.2, "WGS-84"))
    firm = entry("谷粟塑料厂")
    assert (firm.longitude, firm.area, firm.position_source) == (113.01, town.willow, PositionSource.PLACED)


def test_the_street_memory_places_what_has_no_position(town, bring_in):
    bring_in(("谷粟塑料厂", CODE, "柳村", "谷粟路8号", 30, None, None, None, 113.012, 23.012, "WGS-84"))
    assert Street.objects.get().area == town.willow
    bring_in(("垄畦五金厂", None, "", "谷粟路20号", 5), ("垛筐纸品厂", None, "", "老供销社对面", 5))
    known, vague = entry("垄畦五金厂"), entry("垛筐纸品厂")
    assert (known.area, known.position_source, known.longitude) == (
        town.willow,
        PositionSource.STREET,
        113.012,
    )
    assert (vague.area, vague.position_source) == (town.town, PositionSource.NONE)


def test_coordinates_changed_over_or_halved_are_told(bring_in):
    batch = bring_in(
        ("谷粟塑料厂", None, "柳村", "", 3, None, None, None, 23.012, 113.012, "WGS-84"),
        ("垄畦五金厂", None, "柳村", "", 3, None, None, None, 113.012, None, "WGS-84"),
    )
    assert counted(batch) == (2, 0, 0, 0)
    assert entry("谷粟塑料厂").longitude == 113.012
    assert entry("垄畦五金厂").position_source == PositionSource.NONE
    assert batch.rows.exclude(problems=[]).count() == 2


def test_a_clerk_of_a_village_brings_in_only_that_village(town, bring_in):
    from fugong.access.models import Posting

    town.bai.postings.add(
        Posting(role="clerk", area=town.willow, from_on=town.today - timedelta(days=9)), bulk=False
    )
    batch = bring_in(("谷粟塑料厂", None, "柳村"), ("垄畦五金厂", None, "松村"), by=town.bai)
    assert counted(batch) == (1, 0, 0, 1)


def test_another_phone_begins_a_contact_anew_and_undoing_gives_the_old_one_back(town, bring_in):
    bring_in(("谷粟塑料厂", CODE, "柳村", "", 30, None, "王五", "13800005678"))
    batch = bring_in(("谷粟塑料厂", CODE, "柳村", "", 31, None, "王五", "13800009999"))
    firm = entry("谷粟塑料厂")
    phones = [
        row.phone.clear() for row in Contact.objects.system().filter(enterprise=firm, to_on__isnull=True)
    ]
    assert phones == ["13800009999"]
    imports.undo(batch, by=town.chen, at=town.now)
    firm = entry("谷粟塑料厂")
    phones = [
        row.phone.clear() for row in Contact.objects.system().filter(enterprise=firm, to_on__isnull=True)
    ]
    assert (firm.headcount, phones) == (30, ["13800005678"])


def test_undoing_an_import_takes_its_entries_and_contacts_away(town, bring_in):
    before = Enterprise.objects.system().count()
    batch = bring_in(("谷粟塑料厂", CODE, "柳村", "", 30, None, "王五", "13800005678"))
    imports.undo(batch, by=town.chen, at=town.now)
    assert (Enterprise.objects.system().count(), Contact.objects.system().count()) == (before, 1)


# The made-up town's ledger


@pytest.fixture
def made(town, tmp_path):
    """A made-up ledger of 1,200 enterprises in the town, brought in; its truth, the import and the enterprises by key."""
    layout = made_up.Layout.make(7, 12, (113.0, 31.0), town="甲乙镇", county="丙丁县")
    firms = made_up.enterprises(layout, 7, first_day=date(2020, 2, 10), count=1200, affected=230)
    content, truth = made_up.ledger_workbook(layout, firms, 7)
    Area.objects.filter(pk=town.town.pk).update(name="甲乙镇")
    Area.objects.filter(pk=town.county.pk).update(name="丙丁县")
    for number, village in enumerate(layout.villages, start=10):
        ring = [list(corner) for corner in (*village.ring, village.ring[0])]
        area = Area.objects.create(
            kind="park" if village.kind == "park" else "village",
            name=village.name,
            parent=town.town,
            path=f"{town.town.path}{number}/",
            depth=town.town.depth + 1,
        )
        Outline.objects.create(area=area, geometry={"type": "Polygon", "coordinates": [ring]})
    town.campaign.area.refresh_from_db()
    path = tmp_path / "made.xlsx"
    path.write_bytes(content)
    batch = imports.run_file(path, Enterprises, by=town.chen, campaign=town.campaign, at=town.now)
    return truth, batch, {firm.key: firm for firm in firms}


def test_every_planted_fault_is_found(town, made):
    truth, batch, _firms = made
    rows = {row.number: row for row in batch.rows.all()}
    assert set(rows) == set(truth.rows), (
        "no title, subtotal, blank or note row is an enterprise, and no hidden one is lost"
    )
    missed = Counter()
    for fault in truth.faults:
        row = rows.get(fault.row)
        about = [problem for problem in row.problems if problem["kind"] == "problem"] if row else []
        target = (
            Enterprise.objects.system().filter(pk=row.target_id).first() if row and row.target_id else None
        )
        if fault.kind in ("letter_o", "rounded_code"):
            found = row.outcome == ImportRow.Outcome.REFUSED and any(
                one["field"] == "credit_code" for one in about
            )
            if fault.kind == "letter_o" and found:
                found = any(
                    one.get("suggestion") == fault.right for one in about if one["field"] == "credit_code"
                )
        elif fault.kind in ("headcount_words", "full_width") and target is not None:
            value = target.credit_code if fault.column == "统一社会信用代码" else target.headcount
            found = value == fault.right
        elif fault.kind == "date_text":
            found = any(one["field"] == "resumption_planned_on" for one in about) or (
                target is None or target.resumption_planned_on == fault.right
            )
        elif fault.kind == "stray_space" and target is not None:
            found = target.name == fault.right
        else:
            found = True
        missed[fault.kind] += not found
    assert not +missed


def test_every_duplicate_meets_its_enterprise_or_is_proposed(town, made):
    """A row entered again is met on the way in; where its first row was refused, there is nothing to meet."""
    truth, batch, _firms = made
    rows = {row.number: row for row in batch.rows.all()}
    first = {}
    for number, key in sorted(truth.rows.items()):
        if rows[number].outcome != ImportRow.Outcome.REFUSED:
            first.setdefault(key, rows[number].target_id)
    standing = Enterprise.objects.system().of(town.campaign)
    pairs = {
        (pair.first, pair.second)
        for pair in queries.duplicates(standing, queries.gazetteer_of(town.campaign))
    }
    lost = []
    for kind in ("duplicate_short_name", "duplicate_full_name"):
        for fault in truth.of_kind(kind):
            row = rows[fault.row]
            if row.outcome == ImportRow.Outcome.REFUSED:
                continue
            pair = tuple(sorted((first[fault.right], row.target_id)))
            if row.target_id != first[fault.right] and pair not in pairs:
                lost.append((kind, fault.row, fault.written))
    assert lost == []


def test_no_two_enterprises_became_one(made):
    truth, batch, _firms = made
    keys_of = {}
    for row in batch.rows.exclude(outcome=ImportRow.Outcome.REFUSED):
        keys_of.setdefault(row.target_id, set()).add(truth.rows[row.number])
    assert [keys for keys in keys_of.values() if len(keys) > 1] == []


def test_positions_come_in_as_wgs84_and_areas_by_village_or_position(made):
    truth, batch, firms = made
    targets = Enterprise.objects.system().select_related("area").in_bulk()
    checked = 0
    for row in batch.rows.filter(outcome=ImportRow.Outcome.CREATED):
        place, target = firms[truth.rows[row.number]].place, targets[row.target_id]
        if place.position is not None:
            assert kilometres((target.longitude, target.latitude), place.true_position) < 0.005
            checked += 1
        else:
            assert target.position_source in (PositionSource.NONE, PositionSource.STREET)
    assert checked > 400


def test_the_same_file_again_changes_nothing(town, made, tmp_path):
    _truth, batch, _firms = made
    again = imports.run_file(
        tmp_path / "made.xlsx", Enterprises, by=town.chen, campaign=town.campaign, at=town.now, again=True
    )
    assert (again.created, again.updated, again.refused) == (0, 0, batch.refused)


def test_a_listing_that_the_clock_made_does_not_stand_against_undoing_but_one_by_a_person_does(
    town, bring_in
):
    row = ("柳村新到五金厂", "", "柳村", "柳村大街", "900", "0", "", "", "", "", "")
    batch = bring_in(row)
    enterprises.refresh_listings(campaign=town.campaign, at=town.now)
    entered = Enterprise.objects.system().get(name="柳村新到五金厂")
    assert entered.listings.filter(source="condition").exists()
    imports.undo(batch, by=town.chen, at=town.now)
    assert not Enterprise.objects.system().filter(name="柳村新到五金厂").exists()

    batch = bring_in((*row[:4], "901", *row[5:]))
    entered = Enterprise.objects.system().get(name="柳村新到五金厂")
    key = queries.risk_lists(town.campaign, town.today)[0].key
    enterprises.list_by_hand(
        enterprise=entered, risk_list=key, reason="群众反映宿舍过密", by=town.chen, at=town.now
    )
    with pytest.raises(Refused):
        imports.undo(batch, by=town.chen, at=town.now)
