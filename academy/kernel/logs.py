"""Logs as JSON lines. What is logged never names a person: ids of rows at most."""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

# Django puts the address of the request at the end of these messages: it may hold a code or a one-time link.
WITH_ADDRESS = ("django.request", "django.security.csrf")
# Wagtail fills these with the address and the subject of a mail that could not be sent.
WITH_PEOPLE = ("wagtail.admin",)
# Below these addresses stands what opens something for whoever has it: private calendars, links in mails, check-in, the
# player of an activity.
# No view says it, but a development server or a library that logs addresses would.
SECRETS = re.compile(r"(/(?:ics|b|check-in|h5p/c|h5p/frame)/)[^/\s\"'?]+")


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record; `extra={"event": {...}}` adds fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        event = getattr(record, "event", None)
        if isinstance(event, dict):
            line |= event
        if record.exc_info:
            line["exception"] = _exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    if record.name in WITH_PEOPLE:
        return str(record.msg)
    message = SECRETS.sub(r"\1***", record.getMessage())
    return message.rpartition(": ")[0] or message if record.name in WITH_ADDRESS else message


def _exception(error: BaseException | None) -> list[str]:
    """Kinds of errors and places in the code; no messages, which repeat what people typed (`Key (email)=(...)`)."""
    lines: list[str] = []
    while error is not None:
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        lines += [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines
