"""What visits add to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("visits", _("My day"), "visits:my_day", "route", P.MAKE_VISITS, 10),
    Entry("visits", _("My households"), "visits:my_households", "home-2", P.FIND_ISSUES, 15),
    Entry("visits", _("First contacts"), "visits:first_contacts", "user-check", P.SEE_VISITS, 20),
    Entry("visits", _("Look-backs"), "visits:look_backs", "repeat", P.SEE_VISITS, 25),
    Entry("visits", _("Phone rounds"), "calls:rounds", "phone-call", P.SEE_VISITS, 30),
    Entry("visits", _("All visits"), "visits:list", "list-check", P.SEE_VISITS, 40),
    Entry("visits", _("Log of the day"), "visits:log", "report", P.SEE_VISITS, 50),
    Entry("planning", _("Plan of visits"), "visits:plan", "calendar-check", P.PLAN_VISITS, 10),
    Entry("planning", _("Absences"), "visits:absences", "user-x", P.PLAN_VISITS, 20),
    Entry("planning", _("What if …"), "visits:what_if", "chart-line", P.PLAN_VISITS, 30),
    Entry("planning", _("Coverage"), "visits:map", "map-2", P.SEE_BOARD, 40),
    Entry("papers", _("Letters of advice"), "visits:letters", "mail", P.SEE_VISITS, 10),
    Entry("papers", _("Technical manual"), "visits:manual", "book", P.SEE_VISITS, 20),
    Entry("papers", _("Contact cards"), "visits:card_files", "id-badge", P.EXPORT, 30),
    Entry("papers", _("My number on cards"), "visits:my_number", "phone", P.FIND_ISSUES, 40),
    Entry("papers", _("ODK Collect"), "visits:collect", "qrcode", P.MAKE_VISITS, 50),
    Entry("papers", _("Forms not taken in"), "visits:not_taken", "inbox", P.TAKE_SUBMISSIONS, 60),
    Entry("helpers", _("Nobody missed"), "visits:households", "checkbox", P.SEE_TEAMS, 40),
]
