"""What campaigns add to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("setup", _("Campaign and pack"), "campaigns:detail", "book", P.RUN_CAMPAIGN, 5, _("Campaign")),
    Entry("setup", _("Risk of areas"), "campaigns:risks", "alert-triangle", P.RUN_CAMPAIGN, 7),
]
