"""What the dossier calls the events of an enterprise."""

from django.utils.translation import gettext as _


def event_title(name: str) -> str:
    """The event in the user's language; one without a word of its own is called a change of the entry."""
    words = {
        "registered": _("entered in the ledger"),
        "imported": _("taken in from a workbook"),
        "corrected": _("entry corrected"),
        "corrected_by_import": _("entry corrected from a workbook"),
        "put_back": _("put back as before an import"),
        "placed": _("placed on the map"),
        "merged": _("merged with another entry"),
        "listed": _("put on a risk list"),
        "unlisted": _("taken off a risk list"),
    }
    return words.get(name.rpartition(".")[2], _("entry changed"))
