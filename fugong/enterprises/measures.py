"""What an enterprise's premises and its area say about it, as words of conditions."""

from django.db.models import (
    Case,
    CharField,
    F,
    FloatField,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from fugong.campaigns.queries import risks_on
from fugong.core.conditions import Moment, measure
from fugong.core.paths import below
from fugong.enterprises.models import Premises
from fugong.enterprises.rules import PremisesKind

ENTERPRISE = "enterprises.enterprise"


def _dormitories(**known: object) -> QuerySet[Premises]:
    rows: QuerySet[Premises] = Premises.objects.system().filter(
        enterprise=OuterRef("pk"), kind=PremisesKind.DORMITORY, **known
    )
    return rows.order_by()


def _float(name: str) -> Combinable:
    return Cast(F(name), FloatField())


@measure(
    ENTERPRISE,
    "dormitory_people_per_room",
    kind="number",
    zh="宿舍每间人数",
    label=_("people a dormitory room"),
)
def dormitory_people_per_room(moment: Moment) -> Combinable:
    """People a room in the fullest of its dormitories; unknown where people or rooms are not on file."""
    rows = _dormitories(people__isnull=False, rooms__gt=0).annotate(each=_float("people") / _float("rooms"))
    return Subquery(
        rows.values("enterprise").annotate(most=Max("each")).values("most"), output_field=FloatField()
    )


@measure(
    ENTERPRISE,
    "dormitory_area_per_person",
    kind="number",
    zh="宿舍人均面积",
    label=_("dormitory m² a person"),
)
def dormitory_area_per_person(moment: Moment) -> Combinable:
    """Square metres a person in the tightest of its dormitories; unknown where people or area are not on file."""
    rows = _dormitories(people__gt=0, floor_area__isnull=False).annotate(
        each=F("floor_area") / _float("people")
    )
    return Subquery(
        rows.values("enterprise").annotate(least=Min("each")).values("least"), output_field=FloatField()
    )


@measure(ENTERPRISE, "area_risk", kind="text", zh="区域风险等级", label=_("risk level of its area"))
def area_risk(moment: Moment) -> Combinable:
    """Key of the risk level on the day, of its area or of the nearest one above that has a rating; unknown without one.

    The few ratings are looked up once; for the database they are ranges of the area's path.
    """
    asked = [
        When(below(row.area.path, "area__path"), then=Value(row.level))
        for row in risks_on(moment.campaign_id, moment.on)
    ]
    return Case(*asked, default=Value(None), output_field=CharField())
