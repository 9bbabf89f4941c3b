"""The ledger of issues (问题台账)."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.registers import Register
from fugong.issues import conditions  # noqa: F401  (the words of this register)
from fugong.issues.models import Issue


class Issues(Register):
    key, model, label = "issues", Issue, _("Issues")
    columns = (
        "title",
        "enterprise",
        "area",
        "status",
        "severity",
        "level",
        "department",
        "due_at",
        "is_overdue",
        "reopened",
    )
    search = ("title", "enterprise__name")
    filters = ("status", "severity", "level")
    order = "due_at"
    see, take_out = P.SEE_ISSUES, P.EXPORT
    detail = "issues:detail"
    select_related = ("enterprise", "area")
    example = 'is_overdue = True and level = "department"'
    empty = (_("No issue"), _("Issues are filed by visits, or by hand from an enterprise's page."), "")
