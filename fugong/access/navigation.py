"""What access adds to the navigation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("setup", _("Postings"), "access:postings", "id-badge", P.ADMINISTER, 10),
    Entry(
        "setup", _("View as"), "access:view_as", "eye", P.ADMINISTER, 20, pgettext_lazy("short", "View as")
    ),
    Entry("setup", _("Who looked at what"), "access:reveals", "shield-lock", P.SEE_AUDIT, 30),
]
