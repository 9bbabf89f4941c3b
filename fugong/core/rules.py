"""The states of an import, how they follow each other, and who must act in each."""

from django.utils.translation import gettext_lazy as _

IMPORT_MOVES: dict[str, set[str]] = {
    "mapping": {"checked"},
    "checked": {"mapping", "checked", "running", "undone"},
    "running": {"done", "failed", "checked"},
    "done": {"undone"},
    "failed": {"running", "undone"},
    "undone": set(),
}

IMPORT_OWNERS = {
    "mapping": _("the person who imports"),
    "checked": _("the person who imports"),
    "running": _("the worker"),
    "done": _("nobody"),
    "failed": _("the person who imports"),
    "undone": _("nobody"),
}
