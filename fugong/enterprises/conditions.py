"""What conditions may ask of an enterprise: its columns in the ledger, where it lies, its risk lists."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, When
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Field, Moment, vocabulary
from fugong.enterprises.models import Enterprise, Listing
from fugong.enterprises.rules import PositionSource, Size
from fugong.territory.conditions import in_area
from fugong.territory.rules import Kind


def on_risk_list(value: str, moment: Moment) -> Q:
    """On the risk list with this key at the moment."""
    listed = Listing.objects.system().at(moment.at).filter(enterprise=OuterRef("pk"), risk_list=value)
    return Q(Exists(listed))


def on_any_risk_list(moment: Moment) -> Q:
    """On some risk list at the moment."""
    return Q(Exists(Listing.objects.system().at(moment.at).filter(enterprise=OuterRef("pk"))))


def entered_list(value: str, moment: Moment) -> Q:
    """Entered the risk list with this key on the day."""
    return _moved("entered_at", value, moment)


def left_list(value: str, moment: Moment) -> Q:
    """Left the risk list with this key on the day."""
    return _moved("left_at", value, moment)


def _moved(field: str, value: str, moment: Moment) -> Q:
    day = [timezone.make_aware(datetime.combine(moment.on, hour)) for hour in (time.min, time.max)]
    moves = Listing.objects.system().filter(
        enterprise=OuterRef("pk"), risk_list=value, **{f"{field}__range": day}
    )
    return Q(Exists(moves))


def village(moment: Moment) -> Combinable:
    """The name of the village that the enterprise's area is, or lies in; unknown above the villages."""
    return Case(
        When(area__kind=Kind.VILLAGE, then=F("area__name")),
        When(area__parent__kind=Kind.VILLAGE, then=F("area__parent__name")),
        When(area__parent__parent__kind=Kind.VILLAGE, then=F("area__parent__parent__name")),
        output_field=CharField(),
    )


SIZES = {
    Size.ABOVE_SCALE: ("规上", "规上工业", "规上企业"),
    Size.ABOVE_QUOTA: ("限上", "限上商贸", "限上服务业", "限上企业"),
    Size.SMALL: ("规下", "规下限下", "小微", "小微企业"),
}
POSITIONS = {
    PositionSource.NONE: ("未落位",),
    PositionSource.IMPORTED: ("台账坐标",),
    PositionSource.STREET: ("按街道",),
    PositionSource.PLACED: ("人工落位",),
    PositionSource.PHONE: ("手机定位",),
}

ENTERPRISES = vocabulary(
    Enterprise,
    [
        Field("name", zh="名称", aliases=("企业名称",)),
        Field("credit_code", zh="信用代码", aliases=("统一社会信用代码",)),
        Field("size", zh="规模", words=SIZES),
        Field("industry", zh="行业"),
        Field("industry_code", zh="行业代码"),
        Field("industry_edition", zh="行业标准版本"),
        Field("is_key", zh="重点企业", aliases=("是否重点",)),
        Field("headcount", zh="人数", aliases=("员工人数", "职工人数")),
        Field("staff_from_affected_areas", zh="疫区员工数", aliases=("来自疫区人数",)),
        Field("staff_with_symptoms", zh="有症状人数", aliases=("发热咳嗽人数",)),
        Field("dormitory_people", zh="住宿人数"),
        Field("dormitory_places", zh="宿舍床位", aliases=("床位数",)),
        Field("origins", zh="来源省份数"),
        Field("mask_days", zh="口罩可用天数"),
        Field("is_enclosed", zh="封闭场所", aliases=("是否封闭",)),
        Field("has_constant_temperature", zh="恒温车间"),
        Field("has_emergency_plan", zh="应急预案", aliases=("有应急预案",)),
        Field("has_named_lead", zh="防疫负责人", aliases=("有防疫负责人",)),
        Field("measures_in_force", zh="已落实措施"),
        Field("resumption_planned_on", zh="计划复工日", aliases=("计划复工日期",)),
        Field("address", zh="地址"),
        Field("longitude", zh="经度"),
        Field("latitude", zh="纬度"),
        Field("position_source", zh="落位方式", aliases=("落位",), words=POSITIONS),
        Field("created_at", zh="录入时间"),
        Field("area", zh="区域", column="area__name", label=_("area")),
        Field("area_code", zh="区域代码", column="area__code", label=_("area code")),
        Field("area_kind", zh="区域级别", column="area__kind", label=_("kind of area")),
        Field(
            "village",
            zh="村居",
            kind="text",
            expression=village,
            label=_("village"),
            doc=_("The village that the enterprise lies in."),
        ),
        in_area("area__path"),
        Field(
            "risk_list",
            zh="负面清单",
            kind="member",
            aliases=("风险清单",),
            member=on_risk_list,
            any_member=on_any_risk_list,
            label=_("risk lists"),
            doc=_("The key of a risk list that the enterprise is on at the moment."),
        ),
        Field(
            "entered_list",
            zh="当日列入",
            kind="member",
            member=entered_list,
            label=_("entered the list today"),
            doc=_("The key of a risk list that the enterprise entered on the day."),
        ),
        Field(
            "left_list",
            zh="当日移出",
            kind="member",
            member=left_list,
            label=_("left the list today"),
            doc=_("The key of a risk list that the enterprise left on the day."),
        ),
    ],
)
