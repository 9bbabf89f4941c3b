"""What a condition over visits may speak of."""

from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Field, vocabulary
from fugong.territory.conditions import in_area
from fugong.visits.models import Call, Visit
from fugong.visits.rules import VisitKind, VisitStatus

KINDS = {
    VisitKind.FIRST: ("首次走访",),
    VisitKind.REGULAR: ("日常走访",),
    VisitKind.LOOK_BACK: ("回头看",),
    VisitKind.PHONE: ("电话走访",),
}
STATUSES = {VisitStatus.DONE: ("已完成",), VisitStatus.GIVEN_UP: ("未走成",)}

VISITS = vocabulary(
    Visit,
    [
        Field("on", zh="走访日", label=_("day")),
        Field("enterprise", zh="企业", label=_("enterprise"), column="enterprise__name"),
        Field("size", zh="规模", label=_("size class"), column="enterprise__size"),
        Field("area", zh="区域", label=_("area"), column="area__name"),
        Field("area_kind", zh="区域级别", label=_("kind of area"), column="area__kind"),
        in_area("area__path"),
        Field("officer", zh="走访人", label=_("officer"), column="officer__name"),
        Field("kind", zh="走访类别", label=_("kind"), words=KINDS),
        Field("status", zh="结果", label=_("result"), words=STATUSES),
        Field("started_at", zh="开始时间", label=_("started at")),
        Field("ended_at", zh="结束时间", label=_("ended at")),
        Field("note", zh="备注", label=_("note")),
    ],
)

CALLS = vocabulary(
    Call,
    [
        Field("round", zh="电话排查", label=_("phone round"), column="phone_round__name"),
        Field("enterprise", zh="企业", label=_("enterprise"), column="enterprise__name"),
        Field("area", zh="区域", label=_("area"), column="area__name"),
        in_area("area__path"),
        Field("caller", zh="电话员", label=_("caller"), column="caller__name"),
        Field("status", zh="结果", label=_("result")),
        Field("attempts", zh="未接次数", label=_("attempts")),
        Field("calls_made", zh="拨打次数", label=_("calls made")),
        Field("called_at", zh="最近拨打", label=_("last called")),
        Field("call_at", zh="再拨时间", label=_("call back at")),
        Field("note", zh="备注", label=_("note")),
    ],
)
