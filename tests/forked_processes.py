"""The program in processes that are forked from one in which everything is imported already (`fork_server.py`): a start
takes a fifth of the time.

In every other respect each is a process of its own: its memory, connections, folder, environment, streams and end.
"""

from __future__ import annotations

import os
import pickle
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Protocol

from tests.fork_server import EXIT_CODE, LEASE, PROCESS_ID, PROGRAM, ForkOrder, Streams

ROOT = Path(__file__).parent.parent
#: tests start services in several threads
_ONE_STARTS = Lock()


class Running(Protocol):
    """A process, as `subprocess.Popen` knows it."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float) -> int | None: ...
    def send_signal(self, sign: int) -> None: ...


#: starts a process in a folder, with these variables over those of this process; what it says goes into the file `log`
Launch = Callable[[Path, Mapping[str, str]], Running]


class ForkedProcess:
    """As much of `subprocess.Popen` as is asked for."""

    def __init__(self, order: ForkOrder) -> None:
        with _ONE_STARTS:
            _hold_lease()
        self.returncode: int | None = None
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(_path())
        self._connection.sendall(PROGRAM + pickle.dumps(order))
        self.pid: int = PROCESS_ID.unpack(self._connection.recv(PROCESS_ID.size))[0]

    def poll(self) -> int | None:
        return self.wait(0)

    def wait(self, timeout: float) -> int | None:
        if self.returncode is None and select.select([self._connection], [], [], timeout)[0]:
            self.returncode = EXIT_CODE.unpack(self._connection.recv(EXIT_CODE.size))[0]
            self._connection.close()
        return self.returncode

    def send_signal(self, sign: int) -> None:
        os.kill(self.pid, sign)


def _path() -> str:
    """Of the server's socket: the same in all processes of one test run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    return f"{tempfile.gettempdir()}/pst-forks-{run}"


@cache
def _hold_lease() -> socket.socket:
    """The first process of a test run that needs the server starts it."""
    return _lease() or _start()


def _lease() -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(_path())
        connection.sendall(LEASE)
        if connection.recv(1) == LEASE:
            return connection
    except OSError:
        pass  # there is no server, or its last lease has just ended
    connection.close()
    return None


def _start() -> socket.socket:
    code = f"from tests.fork_server import serve; serve({_path()!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, start_new_session=True, check=True)
    lease = _lease()
    assert lease, "the process that forks programs ended at once"
    return lease


def forked(run: Callable[..., None], *arguments: str) -> Launch:
    """Of a function that any process can import."""

    def launch(folder: Path, environment: Mapping[str, str]) -> Running:
        log = folder / "log"
        return fork(run, *arguments, folder=folder, environment=environment, streams=(Path(os.devnull), log, log))

    return launch


def fork(
    run: Callable[..., None],
    *arguments: str,
    folder: Path,
    environment: Mapping[str, str],
    streams: Streams,
) -> ForkedProcess:
    umask = os.umask(0o077)
    os.umask(umask)
    return ForkedProcess(ForkOrder(run, arguments, folder, umask, {**os.environ, **environment}, streams))


def pst_bot(*arguments: str) -> None:
    """What `pst-bot` with these arguments does."""
    from bot.cli import main

    main(arguments, prog_name="pst-bot")
