"""A real PostgreSQL for tests: one throw-away cluster for each test process, one new database for each test."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

#: seconds; a cold start takes about one
START_LIMIT = 30

#: what makes it fast; nothing in it has to outlive a power cut
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=60")

_numbers = count(1)


def find() -> Path | None:
    """The folder with initdb and postgres; Debian keeps it off PATH, one folder for each version."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in installed), key=_version, default=None)


def _version(folder: Path) -> int:
    number = re.search(r"\d+", folder.parent.name)
    return int(number[0]) if number else 0


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of this process's cluster (its empty maintenance database)."""
    with cluster() as (url, _):
        yield url


@contextmanager
def cluster(settings: Sequence[str] = SPEED) -> Iterator[tuple[str, int]]:
    """The address of a new cluster (its empty maintenance database), and the id of its process."""
    programs = find()
    assert programs, "PostgreSQL not found: mark the test with @pytest.mark.postgres"
    with _folder() as (folder, owner):
        data = _init(programs, folder, owner)
        with _server(programs, data, owner, settings) as (port, pid):
            yield f"postgresql+psycopg://pst@127.0.0.1:{port}/postgres", pid


@dataclass
class OwnCluster:
    """A cluster for one test, which stops it and starts it again on the same port."""

    data: Path
    owner: str | None
    port: int
    server: subprocess.Popen[bytes]
    settings: Sequence[str] = SPEED

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://pst@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        self.server.send_signal(signal.SIGINT)
        self.server.wait(START_LIMIT)

    def start(self) -> None:
        programs = find()
        assert programs
        self.server = _launch(programs, self.data, self.owner, self.port, self.settings)
        assert _answers(self.server, self.port), (self.data.parent / "log").read_text()

    def crash(self) -> None:
        """Ends at once; the next start recovers what was committed, unless `settings` allow that to be lost."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(START_LIMIT)


@pytest.fixture
def own_cluster() -> Iterator[OwnCluster]:
    with made_cluster() as cluster:
        yield cluster


@contextmanager
def made_cluster(settings: Sequence[str] = SPEED) -> Iterator[OwnCluster]:
    programs = find()
    assert programs, "PostgreSQL not found: mark the test with @pytest.mark.postgres"
    with _folder() as (folder, owner):
        data = _init(programs, folder, owner)
        port = _free_port()
        cluster = OwnCluster(data, owner, port, _launch(programs, data, owner, port, settings), settings)
        try:
            assert _answers(cluster.server, port), (folder / "log").read_text()
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The address of a new, empty database; it is dropped after the test, whoever is still connected."""
    name = f"test_{next(_numbers)}"
    _tell(postgres_url, f"CREATE DATABASE {name}")
    yield postgres_url.removesuffix("/postgres") + f"/{name}"
    _tell(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def _tell(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def _folder() -> Iterator[tuple[Path, str | None]]:
    """A folder, and the account that owns it: PostgreSQL refuses to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="pst-postgres-"))
    owner = _ordinary_account() if os.geteuid() == 0 else None
    try:
        if owner:
            shutil.chown(folder, owner)
        yield folder, owner
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ordinary_account() -> str:
    known = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _init(programs: Path, folder: Path, owner: str | None) -> Path:
    data = folder / "data"
    options = ("--username=pst", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    _run([programs / "initdb", "--pgdata", data, *options], folder, owner)
    return data


def _launch(
    programs: Path, data: Path, owner: str | None, port: int, settings: Sequence[str] = SPEED
) -> subprocess.Popen[bytes]:
    everything = (*settings, "listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={port}")
    command = [str(programs / "postgres"), "-D", str(data), *(f"--{setting}" for setting in everything)]
    with (data.parent / "log").open("a") as out:
        return subprocess.Popen(command, cwd=data, user=owner, stdout=out, stderr=out)


def _run(command: Sequence[str | Path], folder: Path, owner: str | None) -> None:
    done = subprocess.run(command, cwd=folder, user=owner, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr}"


@contextmanager
def _server(programs: Path, data: Path, owner: str | None, settings: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs the server; when another process takes the chosen port first, it chooses again."""
    for _ in range(5):
        port = _free_port()
        server = _launch(programs, data, owner, port, settings)
        try:
            if _answers(server, port):
                yield port, server.pid
                return
        finally:
            server.send_signal(signal.SIGINT)  # the "fast" shutdown: it waits for no one
            server.wait(START_LIMIT)
    raise AssertionError(f"PostgreSQL did not start: {(data.parent / 'log').read_text()}")


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    """Whether our server took the port: False if it ended, as it does when the port is taken."""
    give_up = time.monotonic() + START_LIMIT
    while server.poll() is None and time.monotonic() < give_up:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="pst", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return server.poll() is None
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
