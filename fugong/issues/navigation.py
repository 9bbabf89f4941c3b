"""What issues add to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("issues", _("Waiting for me"), "issues:mine", "inbox", P.SEE_ISSUES, 10),
    Entry("issues", _("All issues"), "issues:list", "flag", P.SEE_ISSUES, 20),
    Entry("issues", _("Who is late"), "issues:late", "clock-exclamation", P.SEE_ISSUES, 30),
    Entry("issues", _("Filed twice?"), "issues:duplicates", "git-merge", P.ASSIGN_ISSUES, 40),
    Entry("issues", _("Links for asking"), "issues:intake", "qrcode", P.ASSIGN_ISSUES, 50),
    Entry("setup", _("Programs (Open311)"), "issues:clients", "server", P.ADMINISTER, 80),
]
