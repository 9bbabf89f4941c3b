"""What outreach adds to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("setup", _("Group robots"), "outreach:robots", "message-circle", P.RUN_CAMPAIGN, 60),
]
