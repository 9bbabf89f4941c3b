"""The levels of the tree, how official codes show them, and which level may hold which."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Kind(models.TextChoices):
    """The levels of the tree; a pack names the ones that its place uses."""

    PROVINCE = "province", gettext_lazy("province")
    CITY = "city", gettext_lazy("city")
    COUNTY = "county", gettext_lazy("county")
    TOWN = "town", gettext_lazy("town")
    VILLAGE = "village", gettext_lazy("village")
    PARK = "park", gettext_lazy("development park")
    GRID = "grid", gettext_lazy("grid")
    BUILDING = "building", gettext_lazy("building")


# Which kinds may stand directly under which. Places without a county level (some cities) hold towns directly.
MAY_HOLD: dict[str, frozenset[str]] = {
    Kind.PROVINCE: frozenset({Kind.CITY, Kind.COUNTY}),
    Kind.CITY: frozenset({Kind.COUNTY, Kind.TOWN}),
    Kind.COUNTY: frozenset({Kind.TOWN, Kind.PARK}),
    Kind.TOWN: frozenset({Kind.VILLAGE, Kind.PARK, Kind.GRID}),
    Kind.VILLAGE: frozenset({Kind.PARK, Kind.GRID, Kind.BUILDING}),
    Kind.PARK: frozenset({Kind.GRID, Kind.BUILDING}),
    Kind.GRID: frozenset({Kind.BUILDING}),
    Kind.BUILDING: frozenset(),
}

# The words of the published division lists for their levels, and the length of a code on each
# (statistical division codes: 2 province, 4 prefecture, 6 county, 9 township; 12 village).
LEVELS = {
    "province": Kind.PROVINCE,
    "prefecture": Kind.CITY,
    "city": Kind.CITY,
    "county": Kind.COUNTY,
    "township": Kind.TOWN,
    "town": Kind.TOWN,
    "village": Kind.VILLAGE,
}


def why_not_hold(parent_kind: str, kind: str) -> str:
    """Why an area of this kind may not stand under one of that kind; empty when it may."""
    if kind in MAY_HOLD[parent_kind]:
        return ""
    return _("A %(kind)s cannot stand directly under a %(parent)s.") % {
        "kind": Kind(kind).label,
        "parent": Kind(parent_kind).label,
    }
