"""What the ledger adds to the navigation."""

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.navigation import Entry

ENTRIES = [
    Entry("enterprises", _("Ledger"), "enterprises:list", "building-factory-2", P.SEE_ENTERPRISES, 10),
    Entry("enterprises", _("Import"), "enterprises:import", "file-import", P.IMPORT_ENTERPRISES, 20),
    Entry(
        "enterprises", _("Place on the map"), "enterprises:place", "map-pin-question", P.PLACE_ENTERPRISES, 30
    ),
    Entry("enterprises", _("Entered twice?"), "enterprises:duplicates", "git-merge", P.MERGE_ENTERPRISES, 40),
    Entry("enterprises", _("Risk lists"), "enterprises:risk_lists", "alert-triangle", P.SEE_ENTERPRISES, 50),
]
