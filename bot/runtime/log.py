"""Logging: one line per event on standard error. Secrets and personal data are masked, and errors are named without
their messages, because these may repeat what people wrote.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import MutableMapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TextIO, cast

import structlog

from bot.errors import types_and_places
from bot.runtime.masking import mask_event, mask_text

_ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class RedactingStream(io.TextIOBase):
    """Replaces secrets in everything that is written: a library may log a URL with a token."""

    def __init__(self, stream: TextIO, secrets: Sequence[str]) -> None:
        self._stream = stream
        self._secrets = secrets

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
        text = f"{record.levelname} {record.name}: {mask_text(record.getMessage())}"
        if not record.exc_info:
            return text
        return f"{text.partition(chr(10))[0]}\n{self.formatException(record.exc_info)}"

    def formatException(self, ei: _ErrorInfo) -> str:
        return types_and_places(ei[1]) if ei[1] else ""


def set_up_log(level: str, secrets: Sequence[str]) -> None:
    """`level` holds for our own events. Libraries log from WARNING on: at INFO one of them logs a token."""
    stream = RedactingStream(sys.stderr, secrets)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TypesAndPlaces())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            _name_error,
            mask_event,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", stream)),
    )
    sys.excepthook = lambda _type, error, _traceback: _print_error(stream, error)
    threading.excepthook = lambda failure: _print_error(stream, failure.exc_value)


def _name_error(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["exception"] = types_and_places(error)
    return event


def _print_error(stream: RedactingStream, error: BaseException | None) -> None:
    """For an error that ends the program or a thread."""
    if error is not None:
        stream.write(f"{types_and_places(error)}\n")
