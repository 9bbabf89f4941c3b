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
    "overview": _("My work"),
    "enterprises": _("Enterprises"),
    "visits": _("Visits"),
    "planning": _("Planning"),
    "papers": _("Papers and tools"),
    "issues": _("Issues"),
    "teams": _("Teams"),
    "helpers": _("Volunteers and households"),
    "figures": _("Figures"),
    "setup": _("Set-up"),
}


# Where a role begins whose own home is the desk.
HOMES = {"commander": "desk:board", "clerk": "desk:completeness", "grid_lead": "desk:my_grid"}

# Pages of the desk itself, which belong to one role or another: label and icon.
DESK = {
    "desk:board": (_("Situation board"), "layout-dashboard"),
    "desk:completeness": (_("Completeness"), "list-check"),
    "desk:my_grid": (_("My villages"), "map-2"),
    "desk:my_enterprises": (_("My enterprises"), "building-factory-2"),
    "desk:my_enterprise": (_("My enterprise"), "building-factory-2"),
}
ON_THE_DAY = ["visits:my_day", "issues:mine", "visits:look_backs", "enterprises:list", "visits:letters"]

# What each role opens most, first in its menu and at the bottom of its phone.
OWN = {
    "commander": ["desk:board", "issues:late", "insight:digests", "visits:plan", "issues:list"],
    "clerk": ["desk:completeness", "enterprises:list", "enterprises:import", "insight:briefs", "desk:board"],
    "grid_lead": ["desk:my_grid", "issues:mine", "visits:plan", "visits:first_contacts", "desk:board"],
    "instructor": ON_THE_DAY,
    "service_officer": ["visits:my_day", "issues:mine", "issues:list", "enterprises:list", "calls:rounds"],
    "inspector": ON_THE_DAY,
    "emergency_officer": ON_THE_DAY,
    "presenter": ["visits:my_day", "visits:manual", "enterprises:list", "visits:letters"],
    "liaison": [
        "desk:my_enterprises",
        "issues:list",
        "calls:rounds",
        "visits:my_households",
        "visits:letters",
    ],
    "department_officer": ["issues:mine", "issues:list", "issues:late", "enterprises:list"],
    "enterprise_contact": ["desk:my_enterprise", "issues:list", "visits:letters", "visits:manual"],
    "administrator": ["access:postings", "access:view_as", "territory:areas", "campaigns:detail"],
    "privacy_officer": ["access:reveals"],
}
MOST_UNFOLDED = 12  # entries; a longer menu shows its groups folded, but for its own and the present one


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
    allowed = {entry.url_name: entry for entry in entries() if request.user.has_permission(entry.permission)}
    own = _own(request.user)
    for url_name in own:
        if url_name in DESK:
            groups.setdefault("overview", []).append(_shown(url_name, *DESK[url_name]))
        elif url_name in allowed:
            entry = allowed[url_name]
            groups.setdefault("overview", []).append(_shown(url_name, entry.label, entry.icon, entry.short))
    for entry in allowed.values():
        if entry.url_name not in own:
            groups.setdefault(entry.group, []).append(
                _shown(entry.url_name, entry.label, entry.icon, entry.short)
            )
    _mark(request, groups)
    short = sum(len(shown) for shown in groups.values()) <= MOST_UNFOLDED
    return [
        {
            "label": GROUP_LABELS[key],
            "entries": groups[key],
            "open": short or key == "overview" or any(entry["active"] for entry in groups[key]),
        }
        for key in GROUPS
        if key in groups
    ]


def _own(user: Any) -> list[str]:
    """The pages of the roles held, each once, those of the first role first."""
    return list(dict.fromkeys(name for role in user.roles for name in OWN.get(role.key, [])))


def _shown(url_name: str, label: Any, icon: str, short: Any = "") -> dict[str, Any]:
    return {"label": label, "short": short, "url": reverse(url_name), "icon": icon, "active": False}


def _mark(request: Any, groups: dict[str, list[dict[str, Any]]]) -> None:
    """Mark the entry of the present page: the one whose address reaches furthest into it."""
    shown = [entry for group in groups.values() for entry in group]
    around = [entry for entry in shown if request.path.startswith(entry["url"])]
    if around:
        max(around, key=lambda entry: len(entry["url"]))["active"] = True
