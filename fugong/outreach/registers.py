"""The log of notices (通知记录): what was told to which group, when, and what came of it."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from fugong.access.roles import Permission as P
from fugong.core.registers import Register
from fugong.outreach import conditions  # noqa: F401  (the words of this register)
from fugong.outreach.models import Notice


class Notices(Register):
    key, model, label = "outreach", Notice, _("Notices")
    campaign_path = "robot__campaign"
    columns = ("made_at", "robot", "text", "status", "attempts", "ended_at")
    details = (*columns, "next_at", "expires_at", "by")
    names: ClassVar = {"by": _("Looked into by")}
    search = ("text", "robot__name")
    order = "-made_at"
    see, take_out = P.SEE_BOARD, P.EXPORT
    select_related = ("robot",)
    example = 'status = "unknown"'
    empty = (
        _("No notice yet"),
        _("Enter the robot of a group; from then on it hears what the pack says it should."),
        "outreach:robots",
    )
