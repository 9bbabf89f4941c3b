"""What teams add to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("teams", _("Command structure"), "teams:structure", "sitemap", P.SEE_TEAMS, 10),
    Entry("teams", _("Grid teams"), "teams:grid_teams", "users-group", P.SEE_TEAMS, 20),
    Entry("teams", _("Charges"), "teams:charges", "user-check", P.SEE_TEAMS, 30),
    Entry("teams", _("Proposals"), "teams:proposals", "wand", P.SEE_TEAMS, 40),
]
