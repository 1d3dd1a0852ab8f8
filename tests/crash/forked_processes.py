"""Processes that are forked from one in which everything is imported already: a start takes a fifth of the time.

In every other respect each is a process of its own: its memory, connections, folder, environment and end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path

from tests.service import Launch, Running

_server = get_context("forkserver")
_server.set_forkserver_preload(["pytest", "tests.crash.killed_process"])


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
        return ForkedProcess(_settle, run, arguments, folder, dict(environment))

    return launch


def _settle(run: Callable[..., None], arguments: tuple[str, ...], folder: Path, environment: dict[str, str]) -> None:
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.environ.update(environment)
    os.chdir(folder)
    run(*arguments)
