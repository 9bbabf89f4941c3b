"""The ledgers of visits (走访台账) and of phone calls (电话台账)."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.registers import Register
from fugong.visits import conditions  # noqa: F401  (the words of this register)
from fugong.visits.models import Call, Visit


class Visits(Register):
    key, model, label = "visits", Visit, _("Visits")
    columns = (
        "enterprise",
        "area",
        "on",
        "officer",
        "kind",
        "status",
        "started_at",
        "ended_at",
        "findings_made",
    )
    search = ("enterprise__name", "officer__name")
    filters = ("status", "kind", "area")
    order = "-started_at"
    see, take_out = P.SEE_VISITS, P.EXPORT
    detail = "visits:detail"
    select_related = ("enterprise", "area", "officer")
    example = 'findings_made > 0 and kind = "look-back"'
    empty = (
        _("No visit yet"),
        _("Visits enter this list by themselves when officers send them from their phones."),
        "",
    )


class Calls(Register):
    key, model, label = "calls", Call, _("Phone calls")
    names: ClassVar = {"phone_round": _("Phone round")}
    columns = (
        "enterprise",
        "area",
        "phone_round",
        "caller",
        "status",
        "calls_made",
        "called_at",
        "call_at",
        "note",
    )
    search = ("enterprise__name", "caller__name")
    filters = ("status", "phone_round", "area")
    order = "-called_at"
    see, take_out = P.SEE_VISITS, P.EXPORT
    detail = "calls:call"
    select_related = ("enterprise", "area", "caller", "phone_round")
    example = 'status = "not-reached" and calls_made >= 3'
    empty = (_("No call yet"), _("Calls enter this list when a phone round begins."), "")
