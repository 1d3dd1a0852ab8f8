"""The bots of the comparison: how each is started on prepared data, and which processes its figures include."""

from __future__ import annotations

import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bench.processes import START_WITHIN, Meter, postgres_server, redis_server, running, tell
from bot.runtime.channels import no_channel
from bot.runtime.process import open_process
from bot.settings import Settings
from storage import people
from tests.platforms.telegram import TOKEN, BotApi
from tests.service import free_port

SECRET = "a-webhook-secret-of-the-bench"
POLL = 0.01  #: seconds between two looks at a start, whose figure grows by half of it
FIRST_PERSON = 1001  #: the id of the first person on Telegram
_DATABASES = iter(range(1_000_000))


@dataclass(frozen=True, slots=True)
class Bot:
    """`keeps`: what survives when the power is cut, for the report."""

    name: str
    keeps: str
    start: Callable[[Path, BotApi, int], AbstractContextManager[Meter]]  #: folder, server, number of people


def prepare(folder: Path, persons: int, database_url: str = "") -> None:
    """A data folder in which so many people on Telegram are registered, so that the form begins at once."""
    process = open_process(Settings(data_dir=folder / "var", database_url=database_url), no_channel)
    try:
        process.units.write_now(lambda session: register(session, persons))
    finally:
        process.units.dispose()


def register(session: Session, persons: int) -> None:
    """People with all that a registration asks for, by their ids on Telegram."""
    now = datetime.now(UTC)
    for number in range(persons):
        address = people.get_or_create_address(session, "telegram", str(FIRST_PERSON + number), "id", now)
        person = people.get(session, address.person_id)
        person.name, person.institution = "Budi Contoh", "Dinas Kesehatan Kabupaten Jeneponto"
        person.email = person.mailbox = f"budi{number}@example.go.id"
        person.position, person.phone, person.identity_kind, person.identity_last4 = "Staf", "+62811", "ktp", "0012"
        person.email_proven_at = person.registered_at = person.consent_at = now


@contextmanager
def ours(folder: Path, server: BotApi, persons: int) -> Iterator[Meter]:
    """SQLite."""
    prepare(folder, persons)
    with _service(folder, server, "") as pid:
        yield Meter(pid)


@contextmanager
def ours_on_postgres(folder: Path, server: BotApi, persons: int) -> Iterator[Meter]:
    with new_database() as (address, database_pid):
        prepare(folder, persons, address)
        with _service(folder, server, address) as pid:
            yield Meter(pid, database_pid)


@contextmanager
def new_database() -> Iterator[tuple[str, int]]:
    """Its address, and the process id of its server, which has no other one."""
    with postgres_server() as (url, pid):
        name = f"bench_{next(_DATABASES)}"
        tell(url, f"CREATE DATABASE {name}")
        yield url.removesuffix("/postgres") + f"/{name}", pid


@contextmanager
def _service(folder: Path, server: BotApi, database_url: str) -> Iterator[int]:
    with program("run", folder, server, database_url) as (pid, _):
        yield pid


@contextmanager
def program(command: str, folder: Path, server: BotApi, database_url: str) -> Iterator[tuple[int, str]]:
    """`pst-bot run` or `front` on the data of a folder: its process id and its address."""
    port = free_port()
    environment = {
        "PST_DATA_DIR": str(folder / "var"),
        "PST_DATABASE_URL": database_url,
        "PST_LISTEN": f"127.0.0.1:{port}",
        "PST_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PST_TELEGRAM_TOKEN": server.token,
        "PST_TELEGRAM_API_BASE": server.url,
        "PST_TELEGRAM_MODE": "webhook",
        "PST_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "PST_LOG": "warning",
    }
    with running([sys.executable, "-m", "bench.ours", command], folder, environment) as process:
        wait_for_port(f"http://127.0.0.1:{port}/health", folder)
        yield process.pid, f"http://127.0.0.1:{port}/"


def peer(module: str, *, redis: bool) -> Callable[[Path, BotApi, int], AbstractContextManager[Meter]]:
    """Starts `bench.peers.<module>`."""

    @contextmanager
    def start(folder: Path, server: BotApi, _persons: int) -> Iterator[Meter]:
        if not redis:
            with _peer(module, folder, server, {}) as pid:
                yield Meter(pid)
            return
        with redis_server(folder) as (url, redis_pid), _peer(module, folder, server, {"BENCH_REDIS": url}) as pid:
            yield Meter(pid, redis_pid)

    return start


@contextmanager
def _peer(module: str, folder: Path, server: BotApi, more: Mapping[str, str]) -> Iterator[int]:
    port = free_port()
    environment = {"BENCH_TOKEN": TOKEN, "BENCH_API": server.url, "BENCH_PORT": str(port), "BENCH_FOLDER": str(folder)}
    with running([sys.executable, "-m", f"bench.peers.{module}"], folder, {**environment, **more}) as process:
        wait_for_port(f"http://127.0.0.1:{port}/health", folder)
        yield process.pid


def wait_for_port(url: str, folder: Path) -> None:
    """Waits until something answers there, with any status."""
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(POLL)
    raise AssertionError(f"nothing answers at {url}: {(folder / 'log').read_text()[-2000:]}")


BOTS = (
    Bot("ours (SQLite)", "every answer", ours),
    Bot("ours (PostgreSQL)", "every answer", ours_on_postgres),
    Bot("aiogram + Redis (AOF always)", "every answer", peer("aiogram_fsm", redis=True)),
    Bot("aiogram in memory", "nothing", peer("aiogram_fsm", redis=False)),
    Bot("python-telegram-bot + pickle", "what is older than a minute", peer("ptb_conversation", redis=False)),
    Bot("aiogram-dialog + Redis (AOF always)", "every answer", peer("aiogram_dialogs", redis=True)),
)


def missing() -> list[str]:
    """One line for each program or library that the comparison needs and does not find."""
    needed = {"redis-server": "apt-get install redis-server", "initdb": "apt-get install postgresql"}
    from tests import postgres

    found = {"redis-server": shutil.which("redis-server"), "initdb": postgres.find()}
    return [f"{program} is missing: {remedy}" for program, remedy in needed.items() if not found[program]]
