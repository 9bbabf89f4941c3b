"""The ledger of enterprises (企业台账)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.paths import below_any
from fugong.core.registers import Register
from fugong.enterprises import actions, rules
from fugong.enterprises.forms import EnterpriseForm
from fugong.enterprises.importer import EnterpriseImporter
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area


class Enterprises(Register):
    key, model, label = "enterprises", Enterprise, _("Enterprises")
    columns = (
        "name",
        "area",
        "size",
        "headcount",
        "staff_from_affected_areas",
        "is_resumed",
        "days_since_visit",
        "open_issues",
        "position_source",
    )
    search = ("name", "credit_code", "address")
    filters = ("area", "size", "is_key", "position_source")
    order = "pk"
    see, edit, bring_in, take_out = P.SEE_ENTERPRISES, P.EDIT_ENTERPRISES, P.IMPORT_ENTERPRISES, P.EXPORT
    form = EnterpriseForm
    detail = "desk:dossier"
    position = ("longitude", "latitude")
    importer = EnterpriseImporter
    select_related = ("area",)
    example = 'headcount >= 300 and size = "above-scale" and days_since_visit > 7'
    empty = (
        _("No enterprise yet"),
        _("Bring in the town's ledger as it is: a workbook or a text file."),
        "enterprises:import",
    )

    @classmethod
    def form_for(cls, request: Any, row: Any = None, data: Any = None) -> EnterpriseForm:
        if row is not None:
            _permit(request, row.area)
        return EnterpriseForm(data, instance=row, areas=_areas(request))

    @classmethod
    def do_create(cls, request: Any, values: dict[str, Any]) -> Enterprise:
        given = {name: value for name, value in values.items() if name not in ("version", "area", "name")}
        _permit(request, values["area"])
        return actions.register(
            campaign=request.campaign,
            area=values["area"],
            name=values["name"],
            values=given,
            by=request.user,
            at=request.now,
        )

    @classmethod
    def do_correct(cls, request: Any, row: Any, values: dict[str, Any]) -> Enterprise:
        given = dict(values)
        version = given.pop("version") or 0
        _permit(request, row.area)
        _permit(request, given["area"])
        return actions.correct(enterprise=row, version=version, values=given, by=request.user, at=request.now)

    @classmethod
    def why_not_edit(cls, row: Any, by: Any, at: Any) -> str:
        return rules.why_not_change(row)


def _areas(request: Any) -> Any:
    """The areas where this person keeps the ledger, within the campaign's."""
    if request.campaign is None:
        return Area.objects.none()
    kept = below_any(request.user.area_paths(P.EDIT_ENTERPRISES))
    return Area.objects.below(request.campaign.area.path).filter(kept)


def _permit(request: Any, area: Area) -> None:
    if not request.user.has_permission(P.EDIT_ENTERPRISES, area):
        raise PermissionDenied
