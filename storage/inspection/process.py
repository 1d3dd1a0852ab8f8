"""Inspects files in child processes with limits of processor time, memory and time: a file that is made to harm its
reader ends its child, and stops nobody else.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from domain.files import SentKind
from domain.form.form_cells import ReturnedForm
from domain.frozen import frozen
from domain.letter_check import LetterReading
from domain.text import Json
from storage.inspection.pipe import ONLY_LETTERS, receive, send
from storage.inspection.result import FileRefused, Inspected, Reason

log = logging.getLogger(__name__)

#: exit codes of a child that used too much processor time, or that the system killed for its memory
_OVER_A_LIMIT = {-signal.SIGXCPU, -signal.SIGKILL}
_ROOT = Path(__file__).resolve().parent.parent.parent


@frozen
class InspectionLimits:
    """What one file may use."""

    cpu_seconds: int = 15
    seconds: float = 30.0  #: until the answer, also on a busy machine
    memory: int = 1024 * 1024 * 1024  #: bytes of address space, libraries counted


#: of a file that is only looked at, to tell whether it is a letter. Measured: hostile files, files of 5,000 pages and
#: signed ones of 10 MB take at most 107 MB of address space, 83 MB of them resident.
LETTER_LIMITS = InspectionLimits(cpu_seconds=2, seconds=20.0, memory=200 * 1024 * 1024)


class FileInspector:
    """Threads may share one. Each call uses a child of its own; children are kept for the next files."""

    def __init__(self, limits: InspectionLimits | None = None, *, only_letters: bool = False) -> None:
        """`only_letters`: children load what reads signatures before the limits of a file hold."""
        self._limits = limits or InspectionLimits()
        self._only_letters = only_letters
        self._idle: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()

    def inspect(self, name: str, content: bytes, accept: Collection[str]) -> Inspected:
        """As `storage.inspection.inspect.inspect`. A file that exceeds a limit is refused as a "bomb",
        one that a busy machine did not finish in time as "busy".
        """
        header, kept = self._answer({"name": name, "accept": list[Json](sorted(accept))}, content)
        pages = cast("int | None", header["pages"])
        form = ReturnedForm.of_json(header["form"]) if header["form"] else None
        kind = cast("SentKind", header["kind"])
        return Inspected(kind, str(header["name"]), kept, pages, form, _letter(header))

    def read_letter(self, content: bytes) -> LetterReading:
        """As `storage.inspection.letters.read_letter`, for a file that is not kept: it may hold scripts."""
        return LetterReading.of_json(self._answer({"only_letter": True}, content)[0]["letter"])

    def _answer(self, request: Mapping[str, Json], content: bytes) -> tuple[Mapping[str, Json], bytes]:
        """Raises `FileRefused`."""
        child = self._take()
        header, kept = self._ask(child, request, content)
        refused = header.get("refused")
        if refused == "bomb":  # the child may hold much memory
            _end(child)
        else:
            with self._lock:
                self._idle.append(child)
        if refused:
            raise FileRefused(cast("Reason", refused))
        return header, kept

    def close(self) -> None:
        """Ends the idle children. One that is at work ends by its limits, or with this process."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            _end(child)

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.poll() is None:
                    return child
                _end(child)
        return self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        """Without the environment of the service, which holds its secrets."""
        paths = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
        arguments = [str(self._limits.cpu_seconds), str(self._limits.memory)]
        if self._only_letters:
            arguments.append(ONLY_LETTERS)
        return subprocess.Popen(
            [sys.executable, "-m", "storage.inspection.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PYTHONPATH": paths},
        )

    def _ask(
        self, child: subprocess.Popen[bytes], header: Mapping[str, Json], content: bytes
    ) -> tuple[Mapping[str, Json], bytes]:
        """Raises `FileRefused` when the child ends before it answers."""
        is_late = threading.Event()

        def end_late_child() -> None:
            is_late.set()
            child.kill()

        give_up = threading.Timer(self._limits.seconds, end_late_child)
        give_up.start()
        streams: Any = child
        try:
            send(streams.stdin, header, content)
            return receive(streams.stdout)
        except (OSError, EOFError):
            code = _exit_code(child)
            log.warning("the inspection of a file was ended: exit code %s", code)
            if is_late.is_set():
                raise FileRefused("busy") from None
            raise FileRefused("bomb" if code in _OVER_A_LIMIT else "damaged") from None
        finally:
            give_up.cancel()


def _letter(header: Mapping[str, Json]) -> LetterReading | None:
    return LetterReading.of_json(header["letter"]) if header["letter"] else None


def _exit_code(child: subprocess.Popen[bytes]) -> int | None:
    """Of a child that has closed its output, so that it is about to end."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(1)
    _end(child)
    return child.returncode


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    with suppress(OSError), child:  # closes the pipes and waits
        pass
