"""What a condition over daily reports may speak of."""

from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Field, vocabulary
from fugong.resumption.models import DailyReport
from fugong.territory.conditions import in_area

REPORTS = vocabulary(
    DailyReport,
    [
        Field("enterprise", zh="企业", label=_("enterprise"), column="enterprise__name"),
        Field("size", zh="规模", label=_("size class"), column="enterprise__size"),
        Field("area", zh="区域", label=_("area"), column="enterprise__area__name"),
        in_area("enterprise__area__path"),
        Field("on", zh="日期", label=_("day")),
        Field("staff", zh="员工数"),
        Field("on_duty", zh="在岗人数"),
        Field("capacity_percent", zh="产能恢复率"),
        Field("with_symptoms", zh="发热咳嗽人数"),
        Field("mask_days", zh="口罩可用天数"),
        Field("note", zh="备注"),
        Field("at", zh="报送时间", label=_("received at")),
    ],
)
