"""Roles as code: what each may do, in prose and as permissions (角色与权限)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What a role may do within the areas of its posting."""

    SEE_BOARD = "see_board"
    SEE_ENTERPRISES = "see_enterprises"
    EDIT_ENTERPRISES = "edit_enterprises"
    IMPORT_ENTERPRISES = "import_enterprises"
    MERGE_ENTERPRISES = "merge_enterprises"
    PLACE_ENTERPRISES = "place_enterprises"
    REVEAL_CONTACTS = "reveal_contacts"
    EXPORT = "export"
    LIST_RISKS = "list_risks"
    SEE_TEAMS = "see_teams"
    EDIT_TEAMS = "edit_teams"
    CONFIRM_CHARGES = "confirm_charges"
    SEE_VISITS = "see_visits"
    PLAN_VISITS = "plan_visits"
    MAKE_VISITS = "make_visits"
    TAKE_SUBMISSIONS = "take_submissions"
    SEE_ISSUES = "see_issues"
    FIND_ISSUES = "find_issues"
    ASSESS_ISSUES = "assess_issues"
    ASSIGN_ISSUES = "assign_issues"
    SOLVE_ISSUES = "solve_issues"
    VERIFY_ISSUES = "verify_issues"
    REPORT_DAILY = "report_daily"
    WRITE_BRIEF = "write_brief"
    EDIT_TERRITORY = "edit_territory"
    RUN_CAMPAIGN = "run_campaign"
    SEE_AUDIT = "see_audit"
    ADMINISTER = "administer"


P = Permission


class Role:
    """One role: its key, its name, what it is for, what it may do, and the page it starts on."""

    key: ClassVar[str]
    name: ClassVar[Any]
    description: ClassVar[Any]
    permissions: ClassVar[frozenset[Permission]]
    home: ClassVar[str] = "desk:home"
    on_phone: ClassVar[bool] = False
    # Whether the posting opens every row of its area; an enterprise's own people see their enterprise alone.
    sees_area: ClassVar[bool] = True


FIELD = frozenset({P.SEE_ENTERPRISES, P.SEE_VISITS, P.SEE_ISSUES, P.FIND_ISSUES})


class Commander(Role):
    key = "commander"
    name = _("Commander")
    description = _(
        "Directs the campaign of an area: sees every figure and list, confirms assignments, decides on plans."
    )
    permissions = frozenset(
        {
            P.SEE_BOARD,
            P.SEE_ENTERPRISES,
            P.SEE_TEAMS,
            P.EDIT_TEAMS,
            P.CONFIRM_CHARGES,
            P.SEE_VISITS,
            P.PLAN_VISITS,
            P.TAKE_SUBMISSIONS,
        }
        | {
            P.SEE_ISSUES,
            P.ASSESS_ISSUES,
            P.ASSIGN_ISSUES,
            P.VERIFY_ISSUES,
            P.RUN_CAMPAIGN,
            P.SEE_AUDIT,
            P.LIST_RISKS,
        }
    )


class Clerk(Role):
    key = "clerk"
    name = _("Statistics clerk")
    description = _(
        "Keeps the ledger true: imports, corrects, merges and places enterprises, writes the daily brief."
    )
    permissions = frozenset(
        {P.SEE_BOARD, P.SEE_ENTERPRISES, P.EDIT_ENTERPRISES, P.IMPORT_ENTERPRISES, P.MERGE_ENTERPRISES}
        | {
            P.PLACE_ENTERPRISES,
            P.REVEAL_CONTACTS,
            P.EXPORT,
            P.LIST_RISKS,
            P.SEE_TEAMS,
            P.SEE_VISITS,
            P.SEE_ISSUES,
        }
        | {P.WRITE_BRIEF, P.SEE_AUDIT, P.REPORT_DAILY}
    )


class GridLead(Role):
    key = "grid_lead"
    name = _("Grid lead")
    description = _(
        "Leads the team of one grid or village: proposes who visits whom, assesses and assigns what was found."
    )
    permissions = FIELD | {
        P.SEE_BOARD,
        P.EDIT_ENTERPRISES,
        P.PLACE_ENTERPRISES,
        P.SEE_TEAMS,
        P.EDIT_TEAMS,
        P.PLAN_VISITS,
        P.MAKE_VISITS,
        P.TAKE_SUBMISSIONS,
        P.ASSESS_ISSUES,
        P.ASSIGN_ISSUES,
        P.VERIFY_ISSUES,
        P.LIST_RISKS,
        P.REVEAL_CONTACTS,
    }


class Instructor(Role):
    key = "instructor"
    name = _("Health instructor")
    description = _(
        "Visits enterprises along the day's route, works through the checklist, looks back at what was fixed."
    )
    permissions = FIELD | {P.MAKE_VISITS, P.VERIFY_ISSUES, P.PLACE_ENTERPRISES, P.REVEAL_CONTACTS}
    home = "desk:my_day"
    on_phone = True


class ServiceOfficer(Role):
    key = "service_officer"
    name = _("Service officer")
    description = _("Takes up what enterprises need and sees that it is served.")
    permissions = FIELD | {P.MAKE_VISITS, P.SOLVE_ISSUES}
    home = "desk:my_day"
    on_phone = True


class Inspector(Role):
    key = "inspector"
    name = _("Inspector")
    description = _("Checks that measures are in force and that a reported fix is real.")
    permissions = FIELD | {P.MAKE_VISITS, P.VERIFY_ISSUES}
    home = "desk:my_day"
    on_phone = True


class EmergencyOfficer(Role):
    key = "emergency_officer"
    name = _("Emergency officer")
    description = _("Called when something abnormal is found; starts the emergency plan with the enterprise.")
    permissions = FIELD | {P.MAKE_VISITS, P.ASSESS_ISSUES}
    home = "desk:my_day"
    on_phone = True


class Presenter(Role):
    key = "presenter"
    name = _("Presenter")
    description = _("Explains rules and the day's key points to enterprises and their staff.")
    permissions = FIELD | {P.MAKE_VISITS}
    home = "desk:my_day"
    on_phone = True


class Liaison(Role):
    key = "liaison"
    name = _("Liaison officer")
    description = _(
        "Answers for a handful of enterprises: keeps in touch, passes on needs, brings problems to the town."
    )
    permissions = FIELD | {P.REPORT_DAILY}
    home = "desk:my_enterprises"
    on_phone = True


class DepartmentOfficer(Role):
    key = "department_officer"
    name = _("Department officer")
    description = _(
        "Works for one department: accepts or refuses what is handed over, solves it and says how."
    )
    permissions = frozenset({P.SEE_ENTERPRISES, P.SEE_ISSUES, P.SOLVE_ISSUES, P.SEE_VISITS})
    home = "issues:mine"


class EnterpriseContact(Role):
    key = "enterprise_contact"
    name = _("Enterprise contact")
    description = _(
        "Speaks for one enterprise: sees its own file, reports each day, says when a problem is fixed."
    )
    permissions = frozenset({P.SEE_ENTERPRISES, P.SEE_ISSUES, P.SOLVE_ISSUES, P.REPORT_DAILY, P.SEE_VISITS})
    home = "desk:my_enterprise"
    on_phone = True
    sees_area = False


class Administrator(Role):
    key = "administrator"
    name = _("Administrator")
    description = _(
        "Sets up areas, users, postings and packs, and may look at the pages as another role sees them."
    )
    permissions = frozenset(
        {P.ADMINISTER, P.EDIT_TERRITORY, P.RUN_CAMPAIGN, P.SEE_TEAMS, P.EDIT_TEAMS, P.TAKE_SUBMISSIONS}
    )
    home = "access:postings"


class PrivacyOfficer(Role):
    key = "privacy_officer"
    name = _("Privacy officer")
    description = _("Sees who looked at whose data and why, and who took data out.")
    permissions = frozenset({P.SEE_AUDIT})
    home = "access:reveals"


ROLES: dict[str, type[Role]] = {
    role.key: role
    for role in (
        Commander,
        Clerk,
        GridLead,
        Instructor,
        ServiceOfficer,
        Inspector,
        EmergencyOfficer,
        Presenter,
        Liaison,
        DepartmentOfficer,
        EnterpriseContact,
        Administrator,
        PrivacyOfficer,
    )
}

CHOICES = [(role.key, role.name) for role in ROLES.values()]
