"""What visits add to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("visits", _("My day"), "visits:my_day", "route", P.MAKE_VISITS, 10),
    Entry("visits", _("Plan of visits"), "visits:plan", "calendar-check", P.PLAN_VISITS, 20),
    Entry("visits", _("Absences"), "visits:absences", "user-x", P.PLAN_VISITS, 22),
    Entry("visits", _("What if …"), "visits:what_if", "chart-line", P.PLAN_VISITS, 24),
    Entry("visits", _("Coverage"), "visits:map", "map-2", P.SEE_BOARD, 30),
    Entry("visits", _("Log of the day"), "visits:log", "report", P.SEE_VISITS, 40),
    Entry("visits", _("ODK Collect"), "visits:collect", "qrcode", P.MAKE_VISITS, 45),
    Entry("visits", _("Forms not taken in"), "visits:not_taken", "inbox", P.TAKE_SUBMISSIONS, 46),
    Entry("visits", _("All visits"), "visits:list", "list-check", P.SEE_VISITS, 50),
]
