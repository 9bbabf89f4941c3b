"""What a condition over issues may speak of."""

from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Field, vocabulary
from fugong.issues.models import Issue
from fugong.territory.conditions import in_area

ISSUES = vocabulary(
    Issue,
    [
        Field("title", zh="问题", label=_("issue")),
        Field("enterprise", zh="企业", label=_("enterprise"), column="enterprise__name"),
        Field("enterprise_number", zh="企业编号", label=_("enterprise's number"), column="enterprise__id"),
        Field("area", zh="区域", label=_("area"), column="area__name"),
        in_area("area__path"),
        Field("status", zh="状态", label=_("status")),
        Field("severity", zh="严重程度", label=_("severity")),
        Field("level", zh="层级", label=_("level")),
        Field("kind", zh="类别", label=_("kind")),
        Field("article", zh="条款", label=_("article")),
        Field("key_area", zh="重点区域", label=_("key area")),
        Field("department", zh="部门", label=_("department")),
        Field("handler", zh="经办人", label=_("handler"), column="handler__name"),
        Field("handler_number", zh="经办人编号", label=_("handler's number"), column="handler__id"),
        Field("found_at", zh="发现时间", label=_("found at")),
        Field("due_at", zh="期限", label=_("due")),
        Field("solved_at", zh="整改时间", label=_("solved at")),
        Field("verified_at", zh="销号时间", label=_("verified at")),
        Field("reopened", zh="反弹次数", label=_("times re-opened")),
    ],
)
