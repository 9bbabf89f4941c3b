"""The place of a row in the territory, as a word of conditions that every module with an area offers."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Field, Moment
from fugong.core.paths import below_any
from fugong.territory.models import Area


def in_area(path: str = "area__path") -> Field:
    """`in_area = "Willow village"`: the row lies at or below an area of this name or official code.

    `path` is the column with the path of the row's area. The areas are looked up once, at compilation.
    Figures name an area whose name is not unique by its path.
    """

    def lies_below(value: str, moment: Moment) -> Q:
        areas = Area.objects.filter(Q(name=value) | Q(code=value) | Q(path=value))
        return below_any(list(areas.values_list("path", flat=True)), path)

    return Field(
        "in_area",
        zh="所在区域",
        kind="member",
        member=lies_below,
        label=_("within area"),
        doc=_("Lies at or below the area with this name or official code."),
    )
