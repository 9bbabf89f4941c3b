"""A register over enterprises for the tests of registers and imports, beside the product's own ones."""

import io
import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission
from fugong.core.audit import record
from fugong.core.imports import Context, Decision, Importer
from fugong.core.registers import Register
from fugong.core.workbooks.checking import CheckedRow
from fugong.core.workbooks.fields import Choice, Field
from fugong.core.workbooks.names import normalise_name
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area

SIZES = (
    Choice("above-scale", "规上", "above-scale"),
    Choice("above-quota", "限上", "above-quota"),
    Choice("small", "规下", "small"),
)
FIELDS = (
    Field("name", "企业名称", "Enterprise name", ("单位名称",), "name", required=True),
    Field("credit_code", "统一社会信用代码", "Credit code", ("信用代码",), "credit_code"),
    Field("village", "所属村居", "Village", ("村居",), required=True),
    Field("address", "经营地址", "Address", ("地址",), "address"),
    Field("headcount", "职工人数", "Head count", ("人数",), "count"),
    Field("staff_from_affected_areas", "来自疫区人数", "Staff from affected areas", (), "count"),
    Field("dormitory_people", "住宿人数", "People in dormitories", (), "count"),
    Field("dormitory_places", "宿舍床位", "Dormitory places", (), "count"),
    Field("origins", "来源省份数", "Provinces of origin", (), "count"),
    Field("mask_days", "口罩可用天数", "Days of masks", (), "count"),
    Field("resumption_planned_on", "计划复工日期", "Planned resumption", ("复工日期",), "date"),
    Field("size", "企业规模", "Size class", ("规模",), "choice", choices=SIZES),
    Field("is_enclosed", "封闭场所", "Enclosed", (), "yes_no"),
    Field("has_emergency_plan", "应急预案", "Emergency plan", (), "yes_no"),
    Field("industry", "行业", "Industry"),
)
HEADERS = [field.label_zh for field in FIELDS]


class FirmImporter(Importer):
    """Rows meet by credit code, else by the normalised name; the village must lie in the person's areas."""

    model = Enterprise
    fields = FIELDS
    match = ("credit_code", "normalised_name")
    written = (
        "name",
        "normalised_name",
        "area",
        *(field.name for field in FIELDS if field.name not in {"name", "village"}),
    )
    event = "enterprises.enterprise"

    def ready(self, rows: Sequence[CheckedRow], context: Context) -> None:
        if "areas" not in context.kept:
            context.kept["areas"] = {area.name: area for area in Area.objects.visible_to(context.by)}

    def values(self, row: CheckedRow, context: Context) -> dict[str, Any]:
        values = dict(row.values)
        values["normalised_name"] = normalise_name(values["name"])
        values["area"] = context.kept["areas"].get(values.pop("village"))
        return values

    def judge(self, decision: Decision, values: dict[str, Any], context: Context) -> None:
        if values["area"] is None:
            decision.refuse(
                f"‘{decision.row.values['village']}’ is no village of your area.", column="village"
            )

    def defaults(self, values: dict[str, Any], context: Context) -> dict[str, Any]:
        return {**super().defaults(values, context), "created_at": context.at}


class FirmForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=120)
    headcount = forms.IntegerField(label=_("head count"), min_value=0)


def correct(row: Enterprise, *, by: Any, at: datetime, name: str, headcount: int) -> Enterprise:
    before, row.name, row.headcount = row.headcount, name, headcount
    row.save(update_fields=["name", "headcount"])
    record("enterprises.enterprise.corrected", row, by=by, at=at, headcount=[before, headcount])
    return row


def register(*, campaign: Any, by: Any, at: datetime, name: str, headcount: int) -> Enterprise:
    row = Enterprise.objects.create(
        campaign=campaign,
        area=by.postings_in_force[0].area,
        name=name,
        normalised_name=name,
        headcount=headcount,
        created_at=at,
    )
    record("enterprises.enterprise.registered", row, by=by, at=at)
    return row


class Firms(Register):
    key, model, label = "test-firms", Enterprise, _("Enterprises")
    columns = (
        "name",
        "area",
        "size",
        "headcount",
        "village",
        "credit_code",
        "resumption_planned_on",
        "is_key",
    )
    search = ("name", "credit_code")
    filters = ("size", "area", "is_key")
    order = "name"
    see, edit = Permission.SEE_ENTERPRISES, Permission.EDIT_ENTERPRISES
    bring_in, take_out = Permission.IMPORT_ENTERPRISES, Permission.EXPORT
    form, create, correct = FirmForm, register, correct
    position = ("longitude", "latitude")
    importer = FirmImporter
    empty = (_("No enterprise yet"), _("Import the ledger"), "firms:import")
    example = 'headcount >= 300 and size = "above-scale"'


def workbook(rows: Sequence[Sequence[Any]], *, headers: Sequence[str] = HEADERS, title: str = "") -> bytes:
    """An xlsx with a title above the header, as ledgers come."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True})
    sheet = book.add_worksheet("台账")
    start = 0
    if title:
        sheet.merge_range(0, 0, 0, len(headers) - 1, title)
        start = 1
    for line, row in enumerate([headers, *rows], start):
        for place, value in enumerate(row):
            sheet.write(line, place, value)
    book.close()
    return sink.getvalue()


def sound_rows(count: int, villages: Sequence[str], *, seed: int = 3) -> list[list[Any]]:
    """Rows that can be taken in: invented names and codes that pass their checks."""
    from tests.core.workbooks.making import credit_code

    dice = random.Random(seed)
    return [
        [
            f"岭东{number}号{dice.choice(['五金', '纺织', '塑料'])}厂",
            credit_code(dice),
            dice.choice(list(villages)),
            f"岭东大道{number}号",
            dice.randint(1, 400),
            dice.randint(0, 9),
            dice.randint(0, 90),
            dice.randint(0, 90),
            dice.randint(1, 20),
            dice.randint(0, 30),
            f"2020-02-{dice.randint(10, 28)}",
            dice.choice(["规上", "限上", "规下"]),
            dice.choice(["是", "否"]),
            dice.choice(["有", "无"]),
            "制造业",
        ]
        for number in range(count)
    ]
