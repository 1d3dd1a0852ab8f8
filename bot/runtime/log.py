"""Logging: one event a line on standard error, for people or as JSON. Secrets and personal data are masked, and errors
are named without their messages, because these may repeat what people wrote.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import MutableMapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TextIO, cast

import structlog

from bot.errors import types_and_places
from bot.runtime.masking import mask_event, mask_text
from bot.settings import LogFormat


class RedactingStream(io.TextIOBase):
    """Replaces secrets in everything that is written: a library may log a URL with a token."""

    def __init__(self, stream: TextIO, secrets: Sequence[str]) -> None:
        self._stream = stream
        as_json = (json.dumps(secret, ensure_ascii=False)[1:-1] for secret in secrets)
        self._secrets = tuple(dict.fromkeys((*secrets, *as_json)))  # most are the same in both

    def write(self, text: str) -> int:
        """A line that cannot be written, on a full disk, is left out: it must not stop what it tells of."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


class TypesAndPlaces(logging.Formatter):
    """Formats the records of libraries. Of a record about an error only the first line of the message is kept: asyncio
    repeats the error in the second one.
    """

    def format(self, record: logging.LogRecord) -> str:
        text, error = _of_record(record)
        line = f"{record.levelname} {record.name}: {text}"
        return f"{line}\n{error}" if error else line


class JsonTypesAndPlaces(logging.Formatter):
    """The same as one object of JSON a line, as our own events are."""

    def format(self, record: logging.LogRecord) -> str:
        text, error = _of_record(record)
        return _json_line(record.levelname.lower(), text, error, logger=record.name)


def set_up_log(level: str, secrets: Sequence[str], form: LogFormat = "text") -> None:
    """`level` holds for our own events. Libraries log from WARNING on: at INFO one of them logs a token."""
    stream = RedactingStream(sys.stderr, secrets)
    handler = logging.StreamHandler(stream)
    is_json = form == "json"
    handler.setFormatter(JsonTypesAndPlaces() if is_json else TypesAndPlaces())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    moment = structlog.processors.TimeStamper(fmt="iso" if is_json else "%Y-%m-%d %H:%M:%S", utc=is_json)
    for_people = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    for_programs = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            moment,
            _name_error,
            mask_event,
            for_programs if is_json else for_people,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", stream)),
    )
    sys.excepthook = lambda _type, error, _traceback: _print_error(stream, error, form)
    threading.excepthook = lambda failure: _print_error(stream, failure.exc_value, form)


def _of_record(record: logging.LogRecord) -> tuple[str, str]:
    """The words of a record, and the types and places of its error."""
    text = mask_text(record.getMessage())
    if not record.exc_info:
        return text, ""
    error = record.exc_info[1]
    return text.partition("\n")[0], types_and_places(error) if error else ""


def _json_line(level: str, text: str, error: str, **more: str) -> str:
    event = {"event": text, "level": level, "timestamp": datetime.now(UTC).isoformat(), **more}
    return json.dumps(event | ({"exception": error} if error else {}), ensure_ascii=False)


def _name_error(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = types_and_places(error)
    return event


def _print_error(stream: RedactingStream, error: BaseException | None, form: LogFormat) -> None:
    """For an error that ends the program or a thread."""
    if error is not None:
        said = types_and_places(error)
        stream.write(f"{_json_line('critical', 'the program or a thread ended', said) if form == 'json' else said}\n")
