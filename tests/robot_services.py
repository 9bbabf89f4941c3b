"""A fake of the three services behind group robots, on a port of this machine, after their published documents.

What each service asks for and answers is written here once more, from the documents and not from our adapters:
* DingTalk "custom robot access": POST /robot/send?access_token=..&timestamp=<ms>&sign=<urlencoded base64 of HMAC-SHA256
  with the secret as key over "<ms>\\n<secret>">, body {"msgtype": "text", "text": {"content": ..}}; HTTP 200 always;
  {"errcode": 0, "errmsg": "ok"}, 310000 for a wrong signature or key word, 130101 beyond 20 messages a minute.
* WeCom "group robot": POST /cgi-bin/webhook/send?key=.., the same body, text of at most 2,048 bytes; {"errcode": 0,
  "errmsg": "ok"}, 93000 for an unknown key, 45009 beyond 20 messages a minute.
* Feishu "custom bot guide": POST /open-apis/bot/v2/hook/<token>, body {"timestamp": "<s>", "sign": base64 of HMAC-SHA256
  over nothing with "<s>\\n<secret>" as key, "msg_type": "text", "content": {"text": ..}}; {"code": 0, "msg": "success"},
  19021 for a wrong signature, 11232 for too many messages.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "SEC-of-the-test"
TOKEN = "token-of-the-test"


class Services:
    """Keeps what arrived in each group. `limit` messages are taken, then the service says that it is too much."""

    def __init__(self) -> None:
        self.groups: dict[str, list[str]] = defaultdict(list)
        self.limit = 20
        self.mood = "well"
        self.pause = 0.0
        self.port = 0

    def address(self, kind: str) -> str:
        path = {
            "dingtalk": f"/robot/send?access_token={TOKEN}",
            "wecom": f"/cgi-bin/webhook/send?key={TOKEN}",
            "feishu": f"/open-apis/bot/v2/hook/{TOKEN}",
        }[kind]
        return f"http://127.0.0.1:{self.port}{path}"

    def answer(self, path: str, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        if path == "/robot/send":
            return self._dingtalk(query, body)
        if path == "/cgi-bin/webhook/send":
            return self._wecom(query, body)
        return self._feishu(path, body)

    def _dingtalk(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        moment = query.get("timestamp", "")
        if query.get("sign") != _signed(SECRET, f"{moment}\n{SECRET}") or query.get("access_token") != TOKEN:
            return {"errcode": 310000, "errmsg": "sign not match"}
        if len(self.groups["dingtalk"]) >= self.limit:
            return {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        self.groups["dingtalk"].append(body["text"]["content"])
        return {"errcode": 0, "errmsg": "ok"}

    def _wecom(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        if query.get("key") != TOKEN:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        if len(body["text"]["content"].encode()) > 2_048:
            return {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
        if len(self.groups["wecom"]) >= self.limit:
            return {"errcode": 45009, "errmsg": "api freq out of limit"}
        self.groups["wecom"].append(body["text"]["content"])
        return {"errcode": 0, "errmsg": "ok"}

    def _feishu(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("sign") != _signed(f"{body.get('timestamp')}\n{SECRET}", "") or not path.endswith(TOKEN):
            return {
                "code": 19021,
                "msg": "sign match fail or timestamp is not within one hour from current time",
            }
        if len(self.groups["feishu"]) >= self.limit:
            return {"code": 11232, "msg": "frequency limited psm"}
        self.groups["feishu"].append(body["content"]["text"])
        return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}


def _signed(key: str, content: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), content.encode(), hashlib.sha256).digest()).decode()


@contextmanager
def running() -> Iterator[Services]:
    """The services on a free port until the block ends."""
    services = Services()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(services.pause)
            if services.mood == "silent":  # takes the message, and the line breaks before the answer
                services.answer(parts.path, query, body)
                self.close_connection = True
                self.connection.close()
                return
            said = json.dumps(services.answer(parts.path, query, body)).encode()
            self.send_response(500 if services.mood == "ill" else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    services.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
