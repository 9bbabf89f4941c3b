"""Who may do what would hurt most, said once more and by hand: a right that slips into a role is found.

Whoever gives one of these rights to another role in `fugong.access.roles` says so here as well.
"""

from __future__ import annotations

SENSITIVE: dict[str, frozenset[str]] = {
    "reveal_contacts": frozenset({"clerk", "grid_lead", "instructor"}),
    "export": frozenset({"clerk"}),
    "import_enterprises": frozenset({"clerk"}),
    "merge_enterprises": frozenset({"clerk"}),
    "see_audit": frozenset({"commander", "clerk", "privacy_officer"}),
    "run_campaign": frozenset({"commander", "administrator"}),
    "administer": frozenset({"administrator"}),
    "take_submissions": frozenset({"commander", "grid_lead", "administrator"}),
    "edit_territory": frozenset({"administrator"}),
}
