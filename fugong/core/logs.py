"""Logs as one JSON object a line, for people and for machines alike."""

import json
import logging
import re
from datetime import UTC, datetime

# An address may hold the key by which a device is let in, or what opens a page for somebody without an account.
KEY_IN_ADDRESS = re.compile(r"/(key|ask|status|tokens|open|my-shifts|calendar)/[^/\s\"]{16,}")


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message and, where there is one, the traceback; keys in addresses are left out."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return KEY_IN_ADDRESS.sub(r"/\1/…", json.dumps(entry, ensure_ascii=False))
