"""What holds for every test: nothing leaves this host, and a test that cannot run here is said out loud."""

from __future__ import annotations

import gc
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from storage import sealed_stream
from tests import chromium, pdfjs, postgres
from tests.object_server import s3
from tests.postgres import own_cluster, postgres_database, postgres_url
from tests.shared_statements import share_statements
from tests.waiting_first import waiting_first
from tests.worlds import new_world, stopped_worlds, world

#: fixtures for every test
__all__ = ["new_world", "own_cluster", "postgres_database", "postgres_url", "s3", "stopped_worlds", "world"]

#: marker → (the program it needs, whether that is here)
NEEDS: dict[str, tuple[str, Callable[[], object]]] = {
    "browser": ("Chromium", chromium.find),
    "pdfjs": ("pdf.js", pdfjs.find),
    "poppler": ("poppler-utils", lambda: shutil.which("pdfsig")),
    "postgres": ("PostgreSQL", postgres.find),
    "proxies": ("nginx or Caddy", lambda: shutil.which("nginx") and shutil.which("caddy")),
}

# As in the Makefile: also for the workers, and for the programs that the tests start by the dozen.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

#: a folder in memory, in which a commit waits for no disk: nothing that a test writes has to outlive a power cut
MEMORY = Path("/dev/shm")
#: bytes; far more than the tests have there at once
ENOUGH_MEMORY = 3 << 30

if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# Acts are done at once, unless a test is about undoing them.
os.environ["PST_UNDO_SECONDS"] = "0"

#: as the service's own: new objects before a search for garbage, and searches before a search among older objects
GARBAGE_THRESHOLDS = (50_000, 20, 100)

NOT_RUN = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write what the transcripts really say")


def pytest_configure() -> None:
    """What is imported for the tests stays: a search for garbage in it finds nothing."""
    gc.disable()
    share_statements()


def pytest_collection_finish() -> None:
    """From now on garbage is searched for as seldom as in the service: the search took a fifth of the tests' time."""
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what needs a missing program, and sets the order; `-k` and `-m` have chosen before."""
    missing = {marker for marker, (_, find) in NEEDS.items() if not find()}
    left_out = {item: marker for item in items for marker in sorted(missing) if item.get_closest_marker(marker)}
    config.stash[NOT_RUN] = dict(Counter(left_out.values()))
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    if processes := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
        items[:] = waiting_first(items, int(processes))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI=true a test that was not run is a failure. A worker of pytest-xdist hands its count to the controller."""
    not_run = session.config.stash.get(NOT_RUN, {})
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["not_run"] = not_run
    elif not_run and _in_ci():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker collects the same tests, so any of their counts will do."""
    node.config.stash[NOT_RUN] = getattr(node, "workeroutput", {}).get("not_run", {})


def pytest_unconfigure(config: pytest.Config) -> None:
    """The very last line, below pytest's own summary."""
    not_run = config.stash.get(NOT_RUN, {})
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not_run and reporter and not hasattr(config, "workeroutput"):
        parts = [f"{number} {marker} tests ({NEEDS[marker][0]} not found)" for marker, number in not_run.items()]
        failed = _in_ci()
        line = f"not run here: {', '.join(parts)}" + (" - a failure, because CI=true" if failed else "")
        reporter.write_line(line, red=failed, yellow=not failed)


def _in_ci() -> bool:
    return os.environ.get("CI") == "true"


class LeftTheHost(AssertionError):
    """A test reached for an address outside this machine."""


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command that a test runs in this process sets the log up; the next test finds it as it was."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second for each backup that is sealed or opened would be most of the time of its tests."""
    monkeypatch.setattr(sealed_stream, "_COST", 1 << 10)


@pytest.fixture(autouse=True)
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuses addresses outside this machine; a test whose code swallows the refusal fails at its end."""
    refused: list[str] = []

    def check(host: object) -> None:
        if not _is_here(host):
            refused.append(str(host))
            raise LeftTheHost(f"tests must not leave this host, but {host} was asked for")

    def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, *args: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                check(args[-1][0])
            return original(self, *args)

        return call

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        check(host)
        return original_getaddrinfo(host, *args, **kwargs)

    original_getaddrinfo = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    yield refused
    assert not refused, f"tests must not leave this host, but this one asked for {', '.join(refused)}"


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not isinstance(name, str) or name in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
