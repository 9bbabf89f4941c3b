"""What figures add to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("figures", _("Indicators"), "insight:indicators", "percentage", P.SEE_BOARD, 10),
    Entry("figures", _("Daily briefs"), "insight:briefs", "file-text", P.SEE_BOARD, 20),
    Entry("figures", _("Consult meetings"), "insight:digests", "users-group", P.SEE_BOARD, 30),
]
