"""The ledger of issues (问题台账)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _word
from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.registers import Register
from fugong.core.registers.columns import Column
from fugong.core.templatetags.ui import pill
from fugong.issues import conditions  # noqa: F401  (the words of this register)
from fugong.issues.models import Issue
from fugong.issues.queries import clocks_of


class Issues(Register):
    key, model, label = "issues", Issue, _("Issues")
    columns = (
        "title",
        "kind",
        "enterprise",
        "area",
        "status",
        "severity",
        "level",
        "department",
        "handler",
        "due_at",
        "is_overdue",
        "reopened",
    )
    search = ("title", "enterprise__name")
    filters = ("status", "severity", "level")
    order = "due_at"
    see, take_out = P.SEE_ISSUES, P.EXPORT
    detail = "issues:detail"
    select_related = ("enterprise", "area", "handler")
    example = 'is_overdue = True and level = "department"'
    empty = (_("No issue"), _("Issues are filed by visits, or by hand from an enterprise's page."), "")

    @classmethod
    def words(cls, campaign: Any, at: datetime) -> dict[str, Callable[[Any], Any]]:
        """Departments and kinds by their names in the pack."""
        clocks = clocks_of(campaign, at)
        return {"department": clocks.department_name, "kind": clocks.kind_name}

    @classmethod
    def cell(cls, request: Any, column: Column, row: Any) -> Any:
        """Whether the clock has run out as a word that is seen."""
        if column.name == "is_overdue":
            return pill(_word("overdue"), "red") if row.is_overdue else "—"
        return column.text(row)
