"""One installation of a round: its database, its processes, and the lines between them and the platforms."""

from __future__ import annotations

import asyncio
import errno
import os
import random
import shutil
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL
from typing import Any

import psycopg

from bot.errors import TemporaryFailure
from tests.crash.phone import Network
from tests.crash.process_entry import KILL_POINT, set_kill_point
from tests.crash.snapshot import RECURRING, UNSETTLED
from tests.crash.telegram_phone import TelegramPlatform
from tests.crash.whatsapp_phone import WhatsApp
from tests.crash_run.lines import Line
from tests.crash_run.program import CLOCK, END, END_SIZE, SetClock, live
from tests.forked_processes import forked
from tests.postgres import OwnCluster
from tests.service import Service, free_port

OWED = """SELECT count(*) FROM outbox JOIN addresses ON addresses.id = outbox.address_id
    WHERE addresses.external_id = '{address}' AND outbox.sent_at IS NULL AND outbox.gave_up_at IS NULL"""
#: seconds in which a process ends that is asked to
GOODBYE = 15.0
#: what is worth seeing when somebody waits in vain, or something is missing
STANDING = (
    f"SELECT id, kind, key, attempts, due_at, done_at, lease_until, failure FROM jobs WHERE kind NOT IN {RECURRING}",
    "SELECT * FROM held_acts",
    "SELECT id, channel, reason, address_id, attempts, not_before, lease_until, hold, failure FROM outbox"
    " WHERE sent_at IS NULL",
    "SELECT id, channel, state FROM inbox WHERE state <> 'done'",
    "SELECT id, number, status, round, person_id FROM applications ORDER BY id",
)
#: database → the commands of its processes
COMMANDS: Mapping[str, Sequence[str]] = {"sqlite": ("run",), "postgresql": ("front", "front", "worker")}


@dataclass
class Life:
    """One process, which is started again whenever it has died."""

    name: str
    service: Service
    environment: Mapping[str, str]
    port: int  #: which is open when it is at work
    kills: int = 0
    ready_at: float = 0.0  #: 0: it is starting

    def starts(self) -> None:
        self.ready_at = 0.0
        (self.service.folder / END).write_bytes(bytes(END_SIZE))
        self.service.begin(**self.environment)

    @property
    def is_dead(self) -> bool:
        assert self.service.process is not None
        return self.service.process.poll() is not None

    @property
    def complaint(self) -> str:
        """Why it ended, if neither was it killed nor was its disk full, nor the database away when it started."""
        assert self.service.process is not None
        code = self.service.process.returncode
        reason = (self.service.folder / END).read_bytes().rstrip(b"\0").decode(errors="replace")
        is_expected = code in {-SIGKILL, TemporaryFailure.exit_code} or os.strerror(errno.EFBIG) in reason
        return "" if is_expected else f"{self.name} ended with {code}: {reason}"

    def look(self) -> None:
        """Finds out whether it is at work."""
        if not self.ready_at:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.1):
                self.ready_at = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since it is at work; 0: it is not yet."""
        return time.monotonic() - self.ready_at if self.ready_at else 0.0

    @property
    def pid(self) -> int:
        assert self.service.process is not None
        return self.service.process.pid

    def kill(self) -> None:
        assert self.service.process is not None
        if not self.is_dead:
            self.service.process.send_signal(SIGKILL)

    def dies_at(self, point: str) -> None:
        set_kill_point(self.service.folder, point)

    def forget_point(self) -> bool:
        """Whether it had not come to the point."""
        file = self.service.folder / KILL_POINT
        is_there = file.exists()
        file.unlink(missing_ok=True)
        return is_there


@dataclass
class Installation:
    folder: Path
    database: str  #: "sqlite" or "postgresql"
    direct_url: str  #: of PostgreSQL, past the line that can be cut
    cluster: OwnCluster | None
    telegram: TelegramPlatform
    whatsapp: WhatsApp
    lines: dict[str, Line]
    chance: random.Random
    lives: list[Life] = field(default_factory=list)
    clock: SetClock = field(init=False)
    points: Counter[str] = field(default_factory=Counter)  #: named points at which a process died
    complaints: list[str] = field(default_factory=list)  #: about processes that should not have ended
    failed_starts: int = 0  #: because the database was away, or the disk full
    _keeping: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.clock = SetClock(self.folder / "clock")

    # processes

    def start(self) -> None:
        for life in self.lives:
            life.starts()
        self._keeping = asyncio.create_task(self._keep_alive())

    async def _keep_alive(self) -> None:
        while True:
            for life in self.lives:
                if life.is_dead:
                    self._count(life)
                    await asyncio.sleep(self.chance.random() * 0.2)
                    life.starts()
                life.look()
            await asyncio.sleep(0.03)

    def _count(self, life: Life) -> None:
        assert life.service.process is not None
        if complaint := life.complaint:
            self.complaints.append(complaint)
        elif life.service.process.returncode == -SIGKILL:
            life.kills += 1
        else:
            self.failed_starts += 1

    @property
    def kills(self) -> int:
        return sum(life.kills for life in self.lives)

    def check_keeping(self) -> None:
        """Raises what has ended the watch over the processes."""
        assert self._keeping is not None
        if self._keeping.done():
            self._keeping.result()

    async def stop(self) -> None:
        """As an operator stops it: every process ends by itself."""
        assert self._keeping is not None
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)
        for life in self.lives:
            life.forget_point()
            began = time.monotonic()
            await asyncio.to_thread(life.service.stop)
            assert life.service.process is not None and life.service.process.returncode == 0, life.service.log[-3000:]
            assert time.monotonic() - began < GOODBYE, f"{life.name} took its time to end"

    def end(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
        for life in self.lives:
            life.service.kill()

    # the database, past everything that goes wrong

    def rows(self, query: str) -> list[Any]:
        if self.database == "sqlite":
            with closing(sqlite3.connect(self.folder / "var" / "pst.db", timeout=10)) as connection:
                return connection.execute(query).fetchall()
        with psycopg.connect(self.direct_url.replace("+psycopg", ""), autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    async def _counted(self, query: str) -> int:
        """While the database is away: not yet none."""
        try:
            return int((await asyncio.to_thread(self.rows, query))[0][0])
        except (psycopg.OperationalError, sqlite3.OperationalError):
            return 1

    async def owed(self, address: str) -> int:
        """Messages on their way to this person."""
        self.check_keeping()
        return await self._counted(OWED.format(address=address))

    async def unsettled(self) -> int:
        self.check_keeping()
        return await self._counted(UNSETTLED)

    @property
    def log(self) -> str:
        return "\n".join(_log(life) for life in self.lives)

    @property
    def standing(self) -> str:
        """How it stands, for whoever looks for a fault."""
        lines = [f"{self.kills} kills, {self.failed_starts} failed starts"]
        lines += [f"--- {life.name}, killed {life.kills} times:\n{_log(life)[-2000:]}" for life in self.lives]
        for query in STANDING:
            with suppress(psycopg.OperationalError, sqlite3.OperationalError):  # the database is away
                lines += [f"--- {query}", *(" | ".join(map(str, row))[:200] for row in self.rows(query)[-50:])]
        return "\n".join(lines)

    @property
    def networks(self) -> Sequence[Network]:
        return self.telegram, self.whatsapp


@asynccontextmanager
async def installed(
    prepared: Path,
    folder: Path,
    database: str,
    url: str,
    cluster: OwnCluster | None,
    telegram: TelegramPlatform,
    whatsapp: WhatsApp,
    chance: random.Random,
) -> AsyncIterator[Installation]:
    """`prepared`: a data folder; `url`: of a PostgreSQL database with the same beginning. Not started."""
    shutil.copytree(prepared, folder / "var")
    services = [
        Service(_made(folder / f"{number}-{command}"), command) for number, command in enumerate(COMMANDS[database])
    ]
    fronts = [
        service for service, command in zip(services, COMMANDS[database], strict=True) if command in {"run", "front"}
    ]
    lines = {
        "telegram": Line([_port(telegram.server.url)]),
        "whatsapp": Line([_port(whatsapp.server.base)]),
        "webhooks": Line([front.port for front in fronts]),
    }
    if cluster is not None:
        lines["database"] = Line([cluster.port])
    for line in lines.values():
        await line.open()
    installation = Installation(folder, database, url, cluster, telegram, whatsapp, lines, chance)
    settings = _settings(installation)
    for number, (service, command) in enumerate(zip(services, COMMANDS[database], strict=True)):
        service.launch = forked(live, command)
        monitoring = free_port()
        own = settings | {"PST_HEALTH_LISTEN": f"127.0.0.1:{monitoring}"}
        port = monitoring if command == "worker" else service.port
        installation.lives.append(Life(f"{number}-{command}", service, own, port))
    try:
        yield installation
    finally:
        installation.end()
        for line in lines.values():
            await line.close()


def _settings(installation: Installation) -> dict[str, str]:
    lines, whatsapp = installation.lines, installation.whatsapp
    whatsapp.server.base = whatsapp.server.media.base = f"http://127.0.0.1:{lines['whatsapp'].port}"
    public = f"http://127.0.0.1:{lines['webhooks'].port}/"
    settings = {
        **installation.telegram.environment(public),
        **whatsapp.environment(public),
        "PST_TELEGRAM_API_BASE": f"http://127.0.0.1:{lines['telegram'].port}",
        "PST_DATA_DIR": str(installation.folder / "var"),
        "PST_UNDO_SECONDS": "1",
        "PST_DATABASE_POOL": "4",
        CLOCK: str(installation.clock.file),
    }
    if installation.cluster is not None:
        past = f":{installation.cluster.port}/"
        settings["PST_DATABASE_URL"] = installation.direct_url.replace(past, f":{lines['database'].port}/")
    return settings


def _port(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _log(life: Life) -> str:
    """Empty before it has said anything."""
    with suppress(FileNotFoundError):
        return life.service.log
    return ""
