"""The processes of the comparison: bots, their databases, and the processor time that they take."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import postgres
from tests.program import ROOT
from tests.service import free_port

START_WITHIN = 60.0  #: seconds
_NANOSECOND = 1e-9
_TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """Measures the processor time of processes and of all that they have started."""

    def __init__(self, *pids: int) -> None:
        self._pids = pids

    def cpu_seconds(self) -> float:
        """Of the threads that run now, and of children that have ended."""
        family = [pid for root in self._pids for pid in _family(root)]
        return sum(_running(pid) + _ended_children(pid) for pid in family)

    def wake_ups(self) -> int:
        """How often a thread began to wait."""
        return sum(_voluntary_switches(pid) for root in self._pids for pid in _family(root))


def _family(root: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        if (fields := _stat(path)) is not None:
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _stat(path: Path) -> list[str] | None:
    """The fields after the name of the process; `None` when it has ended."""
    try:
        return path.read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _running(pid: int) -> float:
    total = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(path.read_text().split()[0])
        except OSError:
            continue
    return total * _NANOSECOND


def _ended_children(pid: int) -> float:
    fields = _stat(Path(f"/proc/{pid}/stat"))
    return (int(fields[13]) + int(fields[14])) / _TICKS if fields else 0.0


def _voluntary_switches(pid: int) -> int:
    total = 0
    for path in Path(f"/proc/{pid}/task").glob("*/status"):
        try:
            lines = path.read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
    return total


@contextmanager
def running(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended afterwards. What it says goes into the file `log` of the folder."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    own = {**os.environ, "PYTHONPATH": path, **environment}
    own.pop("PYTHONDONTWRITEBYTECODE", None)  # else each start compiles what has changed; an installation is compiled
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=own, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, int]]:
    """The address and the process id of a server that writes each change to its disk (AOF, always)."""
    port, data = free_port(), folder / "redis"
    data.mkdir()
    durable = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(data), *durable]
    with running(command, data, {}) as process:
        until = time.monotonic() + START_WITHIN
        while "Ready to accept" not in (data / "log").read_text():
            assert process.poll() is None and time.monotonic() < until, (data / "log").read_text()[-1000:]
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0", process.pid


@contextmanager
def postgres_server() -> Iterator[tuple[str, int]]:
    """The address and the process id of a cluster with durable settings."""
    with postgres.cluster(("shared_buffers=256MB", "max_connections=60")) as found:
        yield found


def tell(url: str, statement: str) -> None:
    """Runs one statement on the maintenance database."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())
