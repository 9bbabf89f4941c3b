"""What teams say about enterprises, as words of conditions."""

from django.db.models import Exists, OuterRef
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Moment, measure
from fugong.teams.models import Charge, ChargeKind


def _charged(kind: str, moment: Moment) -> Combinable:
    return Exists(Charge.objects.system().in_force(moment.on).filter(enterprise=OuterRef("pk"), kind=kind))


@measure(
    "enterprises.enterprise", "has_liaison", kind="flag", zh="有联络员", label=_("has a liaison officer")
)
def has_liaison(moment: Moment) -> Combinable:
    """A liaison officer answers for the enterprise on the day."""
    return _charged(ChargeKind.LIAISON, moment)


@measure(
    "enterprises.enterprise", "has_instructor", kind="flag", zh="有指导员", label=_("has a health instructor")
)
def has_instructor(moment: Moment) -> Combinable:
    """A health instructor answers for the enterprise on the day."""
    return _charged(ChargeKind.INSTRUCTOR, moment)
