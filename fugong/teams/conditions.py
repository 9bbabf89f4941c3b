"""What a condition over volunteers and households may speak of."""

from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Field, vocabulary
from fugong.teams.models import Household, Volunteer
from fugong.territory.conditions import in_area

VOLUNTEERS = vocabulary(
    Volunteer,
    [
        Field("name", zh="志愿者", label=_("volunteer")),
        Field("area", zh="区域", label=_("area"), column="area__name"),
        in_area("area__path"),
        Field("may_be_called", zh="同意来电", label=_("agreed to be called")),
        Field("left_on", zh="退出日", label=_("left on")),
        Field("created_at", zh="登记时间", label=_("entered at")),
    ],
)

HOUSEHOLDS = vocabulary(
    Household,
    [
        Field("code", zh="户号", label=_("household number")),
        Field("address", zh="地址", label=_("address")),
        Field("area", zh="区域", label=_("area"), column="area__name"),
        in_area("area__path"),
        Field("people", zh="人数", label=_("people")),
        Field("watched_until", zh="观察至", label=_("watched until")),
        Field("created_at", zh="登记时间", label=_("entered at")),
    ],
)
