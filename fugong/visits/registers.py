"""The ledger of visits (走访台账)."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.registers import Register
from fugong.visits import conditions  # noqa: F401  (the words of this register)
from fugong.visits.models import Visit


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
