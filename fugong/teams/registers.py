"""The registers of volunteers (志愿者) and of households (住户)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from fugong.access.permitted import permit
from fugong.access.roles import Permission as P
from fugong.core.paths import below_any
from fugong.core.registers import Register
from fugong.teams import actions, conditions  # noqa: F401  (the words of these registers)
from fugong.teams.actions import HouseholdFacts, VolunteerFacts
from fugong.teams.forms import HouseholdForm, VolunteerForm
from fugong.teams.importer import HouseholdImporter
from fugong.teams.models import Household, Volunteer
from fugong.territory.models import Area


class Volunteers(Register):
    key, model, label = "volunteers", Volunteer, _("Volunteers")
    columns = ("name", "area", "phone", "from_time", "to_time", "may_be_called", "hours_done", "left_on")
    search = ("name",)
    filters = ("area", "may_be_called")
    order = "name"
    see, edit, take_out = P.SEE_TEAMS, P.EDIT_TEAMS, P.EXPORT
    form = VolunteerForm
    detail = "volunteers:volunteer"
    select_related = ("area",)
    example = "hours_done = 0 and may_be_called = True"
    empty = (
        _("No volunteer yet"),
        _("Enter who offered to help, with skills, days and hours; no account is needed."),
        "volunteers:new",
    )

    @classmethod
    def form_for(cls, request: Any, row: Any = None, data: Any = None) -> VolunteerForm:
        if row is not None:
            _permit(request, row.area)
        return VolunteerForm(data, areas=_areas(request), campaign=request.campaign, volunteer=row)

    @classmethod
    def do_create(cls, request: Any, values: dict[str, Any]) -> Volunteer:
        _permit(request, values["area"])
        facts = VolunteerFacts(**values)
        return actions.register_volunteer(
            campaign=request.campaign, facts=facts, by=request.user, at=request.now
        )

    @classmethod
    def do_correct(cls, request: Any, row: Any, values: dict[str, Any]) -> Volunteer:
        _permit(request, row.area)
        _permit(request, values["area"])
        facts = VolunteerFacts(**values)
        return actions.correct_volunteer(volunteer=row, facts=facts, by=request.user, at=request.now)


class Households(Register):
    key, model, label = "households", Household, _("Households")
    columns = (
        "address",
        "code",
        "area",
        "people",
        "label",
        "officer",
        "is_watched",
        "watched_until",
        "last_contact_on",
        "contact_overdue",
    )
    search = ("address", "code")
    filters = ("area",)
    order = "pk"
    see, edit, bring_in, take_out = P.SEE_TEAMS, P.EDIT_TEAMS, P.IMPORT_ENTERPRISES, P.EXPORT
    form = HouseholdForm
    detail = "visits:household"
    importer = HouseholdImporter
    select_related = ("area",)
    example = "has_officer = False or contact_overdue = True"
    empty = (
        _("No household yet"),
        _("Bring in the village's list of households, or enter them one by one."),
        "households:import",
    )

    @classmethod
    def form_for(cls, request: Any, row: Any = None, data: Any = None) -> HouseholdForm:
        if row is not None:
            _permit(request, row.area)
        return HouseholdForm(data, areas=_areas(request), household=row)

    @classmethod
    def do_create(cls, request: Any, values: dict[str, Any]) -> Household:
        _permit(request, values["area"])
        facts = HouseholdFacts(**values)
        return actions.register_household(
            campaign=request.campaign, facts=facts, by=request.user, at=request.now
        )

    @classmethod
    def do_correct(cls, request: Any, row: Any, values: dict[str, Any]) -> Household:
        _permit(request, row.area)
        _permit(request, values["area"])
        facts = HouseholdFacts(**values)
        return actions.correct_household(household=row, facts=facts, by=request.user, at=request.now)


def _areas(request: Any) -> Any:
    """The areas where this person leads teams, within the campaign's."""
    if request.campaign is None:
        return Area.objects.none()
    kept = below_any(request.user.area_paths(P.EDIT_TEAMS))
    return Area.objects.below(request.campaign.area.path).filter(kept)


def _permit(request: Any, area: Area) -> None:
    permit(request, P.EDIT_TEAMS, area)
