"""When a message may be sent, again or not at all, and what a digest says. Pure: no rows, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class Kind(TextChoices):
    """The chat services whose group robots are spoken to."""

    DINGTALK = "dingtalk", gettext_lazy("DingTalk")
    WECOM = "wecom", gettext_lazy("WeCom")
    FEISHU = "feishu", gettext_lazy("Feishu")


class Status(TextChoices):
    """Where a message of the outbox stands."""

    WAITING = "waiting", gettext_lazy("to be sent")
    SENDING = "sending", gettext_lazy("being sent")
    SENT = "sent", gettext_lazy("sent")
    UNKNOWN = "unknown", gettext_lazy("sent or not: unknown")
    FAILED = "failed", gettext_lazy("abandoned")
    EXPIRED = "expired", gettext_lazy("too late")


MOVES: dict[str, frozenset[str]] = {
    Status.WAITING: frozenset({Status.SENDING, Status.EXPIRED}),
    Status.SENDING: frozenset({Status.SENT, Status.WAITING, Status.UNKNOWN, Status.FAILED}),
    Status.SENT: frozenset(),
    # The robot gives no delivery report, so a person looks into the group and says what they see.
    Status.UNKNOWN: frozenset({Status.SENT, Status.WAITING}),
    Status.FAILED: frozenset({Status.WAITING}),
    Status.EXPIRED: frozenset(),
}

# Whose turn it is, by status.
OWNERS: dict[str, Any] = {
    Status.WAITING: gettext_lazy("sender"),
    Status.SENDING: gettext_lazy("sender"),
    Status.SENT: gettext_lazy("nobody"),
    Status.UNKNOWN: gettext_lazy("whoever runs the campaign"),
    Status.FAILED: gettext_lazy("whoever runs the campaign"),
    Status.EXPIRED: gettext_lazy("nobody"),
}

# DingTalk and WeCom take 20 messages a minute from a robot, and DingTalk then nothing for ten minutes; Feishu takes
# 100. Source: the services' pages on custom group robots. One is kept back for a person's test message.
PER_MINUTE = {Kind.DINGTALK: 19, Kind.WECOM: 19, Kind.FEISHU: 99}
MINUTE = timedelta(minutes=1)
AFTER_LIMIT = timedelta(minutes=10)

# WeCom takes 2,048 bytes of text, the smallest of the three; every kind gets the same text.
LONGEST = 2_000

HOSTS = {
    Kind.DINGTALK: ("oapi.dingtalk.com", "/robot/send"),
    Kind.WECOM: ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send"),
    Kind.FEISHU: ("open.feishu.cn", "/open-apis/bot/v2/hook/"),
}

ATTEMPTS = 6
# A delivery that was being sent for so long belongs to a worker that died.
LOST_AFTER = timedelta(minutes=2)
# So many refusals in a row and the robot rests: its address, key word or signature is wrong.
REFUSALS = 3


def why_not_address(kind: str, address: str) -> str:
    """Why this is not the address of such a robot; empty when it is. Only the services' own hosts are spoken to."""
    host, path = HOSTS[Kind(kind)]
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname == host and parts.path.startswith(path):
        return ""
    return _("The address of such a robot begins with https://%(begin)s") % {"begin": host + path}


def why_not_test(*, is_active: bool) -> str:
    return "" if is_active else _("The robot is switched off.")


def wait_before(attempt: int) -> timedelta:
    """The pause before the next try: half a minute, doubled each time, an hour at most."""
    return min(timedelta(seconds=30 * 2 ** max(0, attempt - 1)), timedelta(hours=1))


def room(kind: str, sent_in_last_minute: int) -> int:
    """How many messages the service still takes from this robot now."""
    return max(0, PER_MINUTE[Kind(kind)] - sent_in_last_minute)


def bundles(waiting: Sequence[int], free: int) -> list[list[int]]:
    """How the waiting messages (numbers, oldest first) go out: one by one while there is room, else as one digest.

    Nothing is dropped: what finds no room of its own stands in the digest that takes the last free place.
    """
    if not waiting or free <= 0:
        return []
    if len(waiting) <= min(free, 3):
        return [[number] for number in waiting]
    return [list(waiting)]


def digest(texts: Sequence[str]) -> str:
    """One message out of several: how many there are, and of each its first line as far as the space goes."""
    if len(texts) == 1:
        return shortened(texts[0], LONGEST)
    head = ngettext("%(n)s notice", "%(n)s notices", len(texts)) % {"n": len(texts)}
    lines, used = [head], len(head.encode()) + 80
    for text in texts:
        line = "· " + text.splitlines()[0]
        used += len(line.encode()) + 1
        if used > LONGEST:
            lines.append(
                _("… and %(n)s more; all of them stand in the log of notices.")
                % {"n": len(texts) - len(lines) + 1}
            )
            break
        lines.append(line)
    return "\n".join(lines)


def shortened(text: str, longest: int) -> str:
    """The text in at most so many bytes of UTF-8, cut between characters."""
    if len(text.encode()) <= longest:
        return text
    return text.encode()[: longest - 3].decode(errors="ignore") + "…"


def after_failure(attempts: int, at: datetime, expires_at: datetime) -> tuple[Status, datetime]:
    """What becomes of a message that was not taken, and when it is tried again."""
    again = at + wait_before(attempts)
    if attempts >= ATTEMPTS or again >= expires_at:
        return Status.FAILED, at
    return Status.WAITING, again
