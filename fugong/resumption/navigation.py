"""What resumption adds to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("enterprises", _("Daily reports"), "resumption:list", "calendar-check", P.SEE_BOARD, 45),
]
