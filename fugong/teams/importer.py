"""Brings in a village's list of households."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from fugong.access.roles import Permission as P
from fugong.core.imports import Context, Decision, Importer
from fugong.core.workbooks.checking import CheckedRow
from fugong.core.workbooks.fields import Field
from fugong.enterprises.queries import gazetteer_of
from fugong.teams.models import Household

FIELDS = (
    Field("code", "户号", "household number", ("户编号", "户籍编号", "编号", "门牌编号"), required=True),
    Field(
        "village", "所属村居", "village", ("村居", "村(社区)", "所在村居", "所属区域", "网格"), required=True
    ),
    Field("address", "地址", "address", ("住址", "详细地址", "门牌"), "address", required=True),
    Field("people", "人数", "people", ("家庭人数", "在家人数", "常住人数"), "count"),
    Field("label", "户标", "label", ("户主", "户名", "标识")),
    Field("phone", "联系电话", "phone", ("电话", "手机", "手机号"), "phone"),
    Field("watched_until", "观察至", "watched until", ("居家观察至", "观察期满", "解除日期"), "date"),
    Field("note", "备注", "note", ("说明",)),
)
SEALED = ("label", "phone")


class HouseholdImporter(Importer):
    """Rows meet by the household number; a village that is unknown, or outside the person's area, refuses the row."""

    model = Household
    fields = FIELDS
    match = ("code",)
    written = ("code", "area", "address", "people", "label", "phone", "watched_until", "note")
    event = "teams.household"
    private = ("address", "watched_until", "note")

    def ready(self, rows: Sequence[CheckedRow], context: Context) -> None:
        if "gazetteer" not in context.kept:
            context.kept["gazetteer"] = gazetteer_of(context.campaign)
            by = context.by
            context.kept["paths"] = None if by is None else by.area_paths(P.IMPORT_ENTERPRISES)

    def existing(self, context: Context) -> Any:
        return super().existing(context).select_related("area")

    def defaults(self, values: dict[str, Any], context: Context) -> dict[str, Any]:
        return {"campaign": context.campaign, "created_at": context.at}

    def judge(self, decision: Decision, values: dict[str, Any], context: Context) -> None:
        """Find the area; where it is not the person's, or a household of this number stands elsewhere, refuse."""
        gazetteer, village = context.kept["gazetteer"], values.pop("village", "") or ""
        area = gazetteer.named(village)
        if area is None:
            near = gazetteer.near(village)
            sentence = _("No village here is called “%(name)s”.") % {"name": village}
            decision.refuse(sentence, column="village", suggestion=near[0] if near else None)
            return
        self._permit(decision, area, context)
        values["area"] = area

    def _changes(self, target: Household, values: dict[str, Any]) -> dict[str, list[Any]]:
        """Sealed values come in with a new household only: what was compared would stand in the import's rows in clear."""
        return super()._changes(target, {name: one for name, one in values.items() if name not in SEALED})

    def _permit(self, decision: Decision, area: Any, context: Context) -> None:
        paths = context.kept["paths"]
        if paths is not None and not any(area.path.startswith(path) for path in paths):
            sentence = _("%(area)s lies outside the area whose ledger you keep.")
            decision.refuse(sentence % {"area": area.name}, column="village")

    def _decide(self, decision: Decision, values: dict[str, Any], known: Any, context: Context) -> None:
        """A household outside the person's area is not theirs to change, also where the row says it lay inside."""
        for row in known.get(("code", values.get("code")), ()):
            self._permit(decision, row.area, context)
        if not decision.problems:
            super()._decide(decision, values, known, context)
