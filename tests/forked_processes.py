"""The program in processes that are forked from one in which everything is imported already: a start takes a fifth of
the time.

In every other respect each is a process of its own: its memory, connections, folder, environment, streams and end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

_server = get_context("forkserver")
_server.set_forkserver_preload(["pytest", "tests.crash.killed_process"])


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

#: the file that a process reads, the one that it writes, and the one that its mistakes go to
Streams = tuple[Path, Path, Path]


class ForkedProcess:
    """As much of `subprocess.Popen` as is asked for."""

    def __init__(self, run: Callable[..., None], *arguments: object) -> None:
        self._process = _server.Process(target=run, args=arguments, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float) -> int | None:
        self._process.join(timeout)
        return self._process.exitcode

    def send_signal(self, sign: int) -> None:
        os.kill(self.pid, sign)


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
    return ForkedProcess(_settle, run, arguments, folder, umask, {**os.environ, **environment}, streams)


def pst_bot(*arguments: str) -> None:
    """What `pst-bot` with these arguments does."""
    from bot.cli import main

    main(arguments, prog_name="pst-bot")


def _settle(
    run: Callable[..., None],
    arguments: tuple[str, ...],
    folder: Path,
    umask: int,
    environment: dict[str, str],
    streams: Streams,
) -> None:
    os.chdir(folder)
    os.umask(umask)
    for number, file in enumerate(streams):
        how = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        os.dup2(os.open(file, how, 0o600), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  multiprocessing has closed the one before
    os.environ.clear()
    os.environ.update(environment)
    run(*arguments)
