"""Speaks to the group robots of three chat services over their documented webhooks.

Why not a library: docs/decisions/0008-own-robot-adapters.md. All three answer a refusal (wrong signature, missing key
word, too many messages) with HTTP 200 and say so in the body alone; an outbox has to read that.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from urllib.parse import quote_plus

from fugong.outreach.rules import Kind

TIMEOUT = 8.0  # seconds for one post


class Outcome(Enum):
    """What came of a post. UNKNOWN: the service may have taken it, and it must not be sent again by itself."""

    SENT = "sent"
    LIMITED = "limited"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Answer:
    """The outcome, and the service's own words."""

    outcome: Outcome
    words: str = ""


@dataclass(frozen=True)
class Post:
    """One HTTP request: address and JSON body."""

    address: str
    body: Mapping[str, Any]


def dingtalk(address: str, secret: str, text: str, at: datetime) -> Post:
    """A text message; the signature (HMAC-SHA256 of "milliseconds\\nsecret", keyed by the secret) goes into the address."""
    if secret:
        moment = str(round(at.timestamp() * 1000))
        sign = quote_plus(_signature(secret, f"{moment}\n{secret}"))
        address += f"&timestamp={moment}&sign={sign}"
    return Post(address, {"msgtype": "text", "text": {"content": text}})


def wecom(address: str, secret: str, text: str, at: datetime) -> Post:
    """A text message; the key in the address is all that a WeCom robot asks for."""
    return Post(address, {"msgtype": "text", "text": {"content": text}})


def feishu(address: str, secret: str, text: str, at: datetime) -> Post:
    """A text message; the signature (HMAC-SHA256 of nothing, keyed by "seconds\\nsecret") stands in the body."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        moment = str(int(at.timestamp()))
        body |= {"timestamp": moment, "sign": _signature(f"{moment}\n{secret}", "")}
    return Post(address, body)


def _signature(key: str, content: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), content.encode(), hashlib.sha256).digest()).decode()


COMPOSERS: dict[str, Callable[[str, str, str, datetime], Post]] = {
    Kind.DINGTALK: dingtalk,
    Kind.WECOM: wecom,
    Kind.FEISHU: feishu,
}
# Codes by which the services say "too many messages": DingTalk 130101 and 660026, WeCom 45009, Feishu 9499 (with the
# word "frequency"), 11232 and 99991400.
LIMITED = {130101, 660026, 45009, 11232, 99991400}


def send(kind: str, address: str, secret: str, text: str, at: datetime) -> Answer:
    """Post one text to a robot and read what the service says. Never raises."""
    post = COMPOSERS[kind](address, secret, text, at)
    request = urllib.request.Request(
        post.address,
        data=json.dumps(post.body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as response:
            return read(response.status, response.read(65_536))
    except urllib.error.HTTPError as error:
        return read(error.code, error.read(65_536))
    except urllib.error.URLError as error:
        return Answer(_unsent(error.reason), str(error.reason))
    except (OSError, http.client.HTTPException) as error:
        return Answer(Outcome.UNKNOWN, str(error) or type(error).__name__)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A robot's address is a secret: it is not carried on to another host."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def _unsent(reason: object) -> Outcome:
    """No connection: nothing was sent. A connection that fell silent or broke may have carried the message."""
    if isinstance(reason, (ConnectionRefusedError, socket.gaierror)):
        return Outcome.UNREACHABLE
    return Outcome.UNKNOWN


def read(status: int, body: bytes) -> Answer:
    """What the service said: `errcode` 0 (DingTalk, WeCom) or `code` 0 (Feishu) means that the message is in the group."""
    try:
        said = json.loads(body)
        code = int(said.get("errcode", said.get("code", said.get("StatusCode", -1))))
        words = str(said.get("errmsg") or said.get("msg") or "")[:200]
    except (ValueError, AttributeError, TypeError):
        code, words = -1, ""
    if status == 429 or code in LIMITED or "frequency" in words.lower():
        return Answer(Outcome.LIMITED, words)
    if status == 200 and code == 0:
        return Answer(Outcome.SENT, words)
    if status >= 500:
        return Answer(Outcome.UNKNOWN, words or f"HTTP {status}")
    return Answer(Outcome.REFUSED, words or f"HTTP {status}")
