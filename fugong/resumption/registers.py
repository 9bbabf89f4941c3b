"""The ledger of daily reports (日报台账)."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.registers import Register
from fugong.resumption import conditions  # noqa: F401  (the words of this register)
from fugong.resumption.models import DailyReport


class Reports(Register):
    key, model, label = "resumption", DailyReport, _("Daily reports")
    columns = (
        "enterprise",
        "enterprise__area",
        "on",
        "staff",
        "on_duty",
        "capacity_percent",
        "with_symptoms",
        "mask_days",
        "at",
    )
    details = (*columns, "by", "note")
    names: ClassVar = {"by": _("Reported by")}
    search = ("enterprise__name",)
    order = "-on"
    see, take_out = P.SEE_ENTERPRISES, P.EXPORT
    select_related = ("enterprise",)
    example = "on = today and on_duty < staff * 0.5"
    empty = (_("No daily report yet"), _("Enterprises and their liaison officers report each day."), "")
