"""The shell around every page: navigation by permission, campaign and day, who looks."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fugong.core.navigation import GROUPS, Entry

GROUP_LABELS = {
    "overview": _("Overview"),
    "enterprises": _("Enterprises"),
    "visits": _("Visits"),
    "issues": _("Issues"),
    "teams": _("Teams"),
    "figures": _("Figures"),
    "setup": _("Set-up"),
}


# Where a role begins whose own home is the desk.
HOMES = {"commander": "desk:board", "clerk": "desk:completeness", "grid_lead": "desk:my_grid"}

# The pages of a role itself, first in its navigation: (role, label, url name, icon).
OWN = [
    ("commander", _("Situation board"), "desk:board", "layout-dashboard"),
    ("clerk", _("Completeness"), "desk:completeness", "list-check"),
    ("clerk", _("Situation board"), "desk:board", "layout-dashboard"),
    ("grid_lead", _("My villages"), "desk:my_grid", "map-2"),
    ("grid_lead", _("Situation board"), "desk:board", "layout-dashboard"),
    ("instructor", _("My day"), "visits:my_day", "route"),
    ("service_officer", _("My day"), "visits:my_day", "route"),
    ("inspector", _("My day"), "visits:my_day", "route"),
    ("emergency_officer", _("My day"), "visits:my_day", "route"),
    ("presenter", _("My day"), "visits:my_day", "route"),
    ("liaison", _("My enterprises"), "desk:my_enterprises", "building-factory-2"),
    ("enterprise_contact", _("My enterprise"), "desk:my_enterprise", "building-factory-2"),
    ("department_officer", _("Waiting for me"), "issues:mine", "inbox"),
    ("administrator", _("Postings"), "access:postings", "id-badge"),
]


@cache
def entries() -> tuple[Entry, ...]:
    """Every module's entries, by group and order."""
    found: list[Entry] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.navigation"
        if config.name.startswith("fugong.") and find_spec(name):
            found += getattr(import_module(name), "ENTRIES", [])
    return tuple(sorted(found, key=lambda entry: (GROUPS.index(entry.group), entry.order)))


def shell(request: Any) -> dict[str, Any]:
    """Context for base.html: nothing but plain values, no query beyond the user's postings."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    return {
        "navigation": groups_for(request),
        "campaign": request.campaign,
        "today": request.today,
        "campaign_day": (request.today - request.campaign.starts_on).days + 1 if request.campaign else None,
        "viewing_as": request.viewing_as,
        "stop_viewing_url": reverse("access:stop_view_as"),
        "user_name": request.user.name,
        "user_role": request.user.roles[0].name if request.user.roles else "",
        "user_entries": [
            {"label": _("What my role may do"), "url": reverse("access:roles"), "icon": "id-badge"}
        ],
        "scope_area": request.user.postings_in_force[0].area if request.user.postings_in_force else None,
    }


def groups_for(request: Any) -> list[dict[str, Any]]:
    """The navigation groups this user sees, with the entry of the present page marked."""
    groups: dict[str, list[dict[str, Any]]] = {}
    own = _own(request.user)
    for url_name, label, icon in own:
        groups.setdefault("overview", []).append(_shown(url_name, label, icon))
    known = {url_name for url_name, _label, _icon in own}
    for entry in entries():
        if entry.url_name not in known and request.user.has_permission(entry.permission):
            shown = _shown(entry.url_name, entry.label, entry.icon)
            groups.setdefault(entry.group, []).append(shown)
    _mark(request, groups)
    return [{"label": GROUP_LABELS[key], "entries": groups[key]} for key in GROUPS if key in groups]


def _own(user: Any) -> list[tuple[str, Any, str]]:
    """The pages of the roles held, each once."""
    held = {role.key for role in user.roles}
    found = {url_name: (url_name, label, icon) for role, label, url_name, icon in OWN if role in held}
    return list(found.values())


def _shown(url_name: str, label: Any, icon: str) -> dict[str, Any]:
    return {"label": label, "url": reverse(url_name), "icon": icon, "active": False}


def _mark(request: Any, groups: dict[str, list[dict[str, Any]]]) -> None:
    """Mark the entry of the present page: the one whose address reaches furthest into it."""
    shown = [entry for group in groups.values() for entry in group]
    around = [entry for entry in shown if request.path.startswith(entry["url"])]
    if around:
        max(around, key=lambda entry: len(entry["url"]))["active"] = True
