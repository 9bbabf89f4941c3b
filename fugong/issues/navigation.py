"""What issues add to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("issues", _("Waiting for me"), "issues:mine", "inbox", P.SEE_ISSUES, 10),
    Entry("issues", _("All issues"), "issues:list", "flag", P.SEE_ISSUES, 20),
]
