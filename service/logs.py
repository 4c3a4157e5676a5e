"""The log of the service: one event a line, as JSON where a program reads it, as a sentence where a person does.

No line holds a mail address, a token or a key: what libraries say is cleaned of them.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from alerts.outbox import without_addresses

_SECRET = re.compile(r"((?:token|key|password|secret)[\w-]*[=:]\s*)[^\s&\"']+", re.I)
_PLAIN = "{time} {level:<7} {event}{keys}"
_NAME = "vigilex"


def set_up(stream: TextIO) -> None:
    """Let everything that is logged in this process go to ``stream``, in the form for its reader."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ForPeople() if stream.isatty() else ForPrograms())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_NAME).setLevel(logging.INFO)


def info(event: str, **keys: object) -> None:
    logging.getLogger(_NAME).info(event, extra={"keys": keys})


def warning(event: str, **keys: object) -> None:
    logging.getLogger(_NAME).warning(event, extra={"keys": keys})


def error(event: str, **keys: object) -> None:
    logging.getLogger(_NAME).error(event, extra={"keys": keys})


class ForPrograms(logging.Formatter):
    """JSON Lines: time (RFC 3339, UTC), level, event, and the keys of the event."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fields(record), ensure_ascii=False, default=str)


class ForPeople(logging.Formatter):
    """A line like ``2026-11-23T06:00:01Z info    task_ended name=backup outcome=done``."""

    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        time, level, event = fields.pop("time"), fields.pop("level"), fields.pop("event")
        keys = "".join(f" {name}={_word(value)}" for name, value in fields.items())
        return _PLAIN.format(time=time, level=level, event=event, keys=keys)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    time = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields: dict[str, Any] = {"time": time, "level": record.levelname.lower()}
    keys = getattr(record, "keys", None)
    if keys is not None:
        fields |= {"event": record.getMessage()} | {name: _clean(value) for name, value in keys.items()}
    else:  # a library speaks
        fields |= {"event": "message", "logger": record.name, "message": _clean(record.getMessage())}
    if record.exc_info and record.exc_info[1]:
        fields |= _told(record.exc_info[1])
    return fields


def _told(error: BaseException) -> dict[str, Any]:
    """An exception without the lines of code around it: what, and where."""
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return {"error": f"{type(error).__name__}: {_clean(str(error))}", "places": places}


def _clean(value: object) -> object:
    return _SECRET.sub(r"\1…", without_addresses(value)) if isinstance(value, str) else value


def _word(value: object) -> str:
    text = str(value)
    return text if text and re.fullmatch(r"[^\s\"=]+", text) else json.dumps(text, ensure_ascii=False)


def to_standard_error() -> None:
    """The log of a process that a person or a supervisor has started."""
    set_up(sys.stderr)
