"""The certificate of erasure (销毁证明): what went, by whom, when, and what stays, on one sheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from fugong.campaigns.models import Closing
from fugong.core import documents

TEMPLATE = Path(__file__).parent / "documents" / "certificate.typ"
KINDS = {
    "sealed_values": gettext_lazy("sealed values (phone numbers)"),
    "contacts": gettext_lazy("names of contacts"),
    "imported_rows": gettext_lazy("rows of imported sheets"),
    "kept_answers": gettext_lazy("kept answers of pages"),
    "import_files": gettext_lazy("imported files"),
    "export_files": gettext_lazy("exported files"),
    "photos": gettext_lazy("photos"),
    "revealed": gettext_lazy("whose values were looked at"),
    "volunteers": gettext_lazy("names of volunteers"),
    "times_away": gettext_lazy("why volunteers were away"),
    "called_off": gettext_lazy("why volunteers could not come"),
    "turns": gettext_lazy("remarks on shifts"),
    "households": gettext_lazy("addresses of households"),
    "household_calls": gettext_lazy("what was heard at households"),
    "requests": gettext_lazy("words of whoever asked for something"),
    "forms": gettext_lazy("forms as phones sent them"),
    "calls": gettext_lazy("notes and answers of phone rounds"),
    "own_numbers": gettext_lazy("own numbers of officers on cards"),
    "meetings": gettext_lazy("who came to meetings, and what was said"),
    "letters": gettext_lazy("who received letters"),
}


def counted(closing: Closing) -> list[tuple[str, int]]:
    """What was erased, by kind in words."""
    return [(str(KINDS.get(kind, kind)), number) for kind, number in closing.counts.items()]


def certificate(closing: Closing) -> bytes:
    """The sheet as PDF."""
    return documents.pdf(TEMPLATE, contents(closing))


def contents(closing: Closing) -> dict[str, Any]:
    """Everything that the sheet says, in the active language."""
    campaign = closing.campaign
    facts = [
        (_("Campaign"), f"{campaign.name} ({campaign.pk})"),
        (_("Area"), campaign.area.name),
        (_("Closed"), _by_and_at(closing.closed_by, closing.closed_at)),
        (_("Figures kept"), str(len(closing.figures))),
        (_("Digest of the figures (SHA-256)"), closing.digest),
        (_("Erasure ordered"), _by_and_at(closing.erased_by, closing.erased_at)),
        (_("Key destroyed"), f"{closing.key_id} · {_moment(closing.finished_at)}"),
    ]
    return {
        "title": _("Certificate of erasure"),
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "facts": facts,
        "heading": _("Erased"),
        "counts": [(name, f"{number:,}") for name, number in counted(closing)],
        "stays": stays(),
        "stays_heading": _("What this does not say"),
        "signed": _("Signature and date"),
    }


def stays() -> list[str]:
    """What remains, said plainly: a certificate that claims too much is worth nothing."""
    return [
        _(
            "The key of this installation is destroyed: what it sealed no longer opens, also not from a backup made "
            "before. Copies of the keyring that were exported before still hold the key: destroy them too."
        ),
        _(
            "Files inside backups made before the erasure (imported workbooks, photos, exports) are not sealed; "
            "delete those backups."
        ),
        _(
            "The audit record stays: who did what and when, with the names of the staff and of the enterprises. "
            "Notes that people typed stay as they are."
        ),
        _(
            "Copies that somebody took out or printed before are not reached; each is on record with its purpose."
        ),
    ]


def _by_and_at(person: Any, moment: datetime | None) -> str:
    return f"{person or '—'} · {_moment(moment)}"


def _moment(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else "—"
