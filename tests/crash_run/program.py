"""The program of a crash run: it dies at named points, its clock can be set, and leases are short.

As in `tests/crash/killed_process.py` nothing is replaced: our own functions are called as ever.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import bot.handlers.telegram.receive
import bot.runtime.process
from bot.cli import main
from bot.pipeline import albums
from bot.runtime import worker
from storage import jobs, sending
from tests.crash import killed_process

#: names the file with the seconds by which the clock is ahead, one double
CLOCK = "CRASH_CLOCK"
SECONDS = struct.Struct("d")
#: where a process notes why it ended, and bytes of that
END, END_SIZE = "end", 4096
#: how long a dead process keeps what it had in hand; longer than a call of a platform may take
LEASE = timedelta(seconds=4)


@dataclass(frozen=True)
class SetClock:
    """The clock of the processes, from outside. `file`: its name goes into their environment, under `CLOCK`."""

    file: Path

    def __post_init__(self) -> None:
        self.file.write_bytes(SECONDS.pack(0.0))

    def set(self, ahead: float) -> None:
        """`ahead`: seconds before the real time."""
        with self.file.open("r+b") as file:
            file.write(SECONDS.pack(ahead))


class _ShiftedTime(datetime):
    """Its `now` is the real one and what was added."""

    ahead: mmap.mmap

    @classmethod
    def now(cls, tz=None):  # type: ignore[no-untyped-def]
        return datetime.now(tz) + timedelta(seconds=SECONDS.unpack(cls.ahead[: SECONDS.size])[0])


def live(command: str) -> None:
    """`pst-bot` with this command, in the folder of a process."""
    with Path(os.environ[CLOCK]).open("rb") as clock:
        _ShiftedTime.ahead = mmap.mmap(clock.fileno(), SECONDS.size, access=mmap.ACCESS_READ)
    for module in (bot.runtime.process, bot.handlers.telegram.receive):
        module.datetime = _ShiftedTime  # type: ignore[attr-defined]
    killed_process.dies_at_points(Path.cwd())
    album_waits = albums.ALBUM_WAIT, albums.ALBUM_WAIT_AFTER_CRASH
    killed_process.hurry()
    albums.ALBUM_WAIT, albums.ALBUM_WAIT_AFTER_CRASH = album_waits  # the way may be cut between two parts
    sending.LEASE = jobs.LEASE = LEASE
    worker.FORWARD_SOON = worker.FORWARD_EVERY = 5.0  # seconds; else what the clock ahead wrote waits for minutes
    sys.argv = ["pst-bot"]
    try:
        main([command])
    except BaseException:
        _note_end(traceback.format_exc())
        raise


def _note_end(reason: str) -> None:
    """In a file that has its size already: a process whose disk is full cannot write into its log."""
    with Path(END).open("r+b") as file, mmap.mmap(file.fileno(), END_SIZE) as end:
        end[:] = reason.encode()[-END_SIZE:].ljust(END_SIZE, b"\0")
