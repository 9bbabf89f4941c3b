"""What teams add to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("teams", _("Command structure"), "teams:structure", "sitemap", P.SEE_TEAMS, 10),
    Entry("teams", _("Grid teams"), "teams:grid_teams", "users-group", P.SEE_TEAMS, 20),
    Entry("teams", _("Service teams"), "teams:service_teams", "heart-handshake", P.SEE_TEAMS, 25),
    Entry("teams", _("Stationed officers"), "teams:stations", "map-pin-check", P.SEE_TEAMS, 27),
    Entry("teams", _("Charges"), "teams:charges", "user-check", P.SEE_TEAMS, 30),
    Entry("teams", _("Proposals"), "teams:proposals", "wand", P.SEE_TEAMS, 40),
    Entry("helpers", _("Rota"), "volunteers:rota", "calendar-event", P.SEE_TEAMS, 10),
    Entry("helpers", _("Volunteers"), "volunteers:list", "user-heart", P.SEE_TEAMS, 20),
    Entry("helpers", _("Households"), "households:list", "home", P.SEE_TEAMS, 30),
]
