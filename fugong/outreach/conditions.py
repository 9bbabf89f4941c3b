"""What a condition over notices may speak of."""

from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Field, vocabulary
from fugong.outreach.models import Notice
from fugong.territory.conditions import in_area

NOTICES = vocabulary(
    Notice,
    [
        Field("robot", zh="群", label=_("group"), column="robot__name"),
        Field("service", zh="平台", label=_("service"), column="robot__kind"),
        in_area("robot__area__path"),
        Field("text", zh="内容"),
        Field("status", zh="状态"),
        Field("attempts", zh="尝试次数"),
        Field("made_at", zh="生成时间"),
        Field("ended_at", zh="发出时间", label=_("sent or ended at")),
    ],
)
