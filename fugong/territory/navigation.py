"""What the territory adds to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.core.navigation import Entry

ENTRIES = [Entry("setup", _("Areas"), "territory:areas", "map", "edit_territory", 5)]
