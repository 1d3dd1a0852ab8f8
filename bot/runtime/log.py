"""Logging: one line per event on standard error, with all secrets replaced."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO, cast

import structlog


class RedactingStream(io.TextIOBase):
    """Replaces secrets in everything that is written: a traceback of a library may contain a URL with a token."""

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


def set_up_log(level: str, secrets: Sequence[str]) -> None:
    """`level` holds for our own events. Libraries log from WARNING on: at INFO one of them logs a token."""
    stream = RedactingStream(sys.stderr, secrets)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=stream)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", stream)),
    )
