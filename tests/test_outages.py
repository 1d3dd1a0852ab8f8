"""The database goes away, is locked, or the disk is full, under the real program: it goes on, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from functools import partial
from pathlib import Path

import pytest

from bot.errors import OperatorError
from tests.crash.page import Page, until
from tests.crash_run.program import CLOCK, SetClock, live
from tests.forked_processes import forked
from tests.page_cookies import token_of
from tests.platforms.telegram import TelegramUser, bot_api
from tests.postgres import OwnCluster
from tests.program import ROOT, run
from tests.service import Service, free_port

pytestmark = pytest.mark.timeout(240)

GREETING, MENU = "halo", "menu"
#: seconds; the longer one is longer than SQLite waits for a lock. LOCK=60 in the environment: for so long
OUTAGE, LOCK = 3.0, float(os.environ.get("LOCK", "12"))
#: seconds in which the service is at work again
RECOVERY = 60.0
DAY = 86_400.0
TOKEN = token_of("pemohon")

Outage = Callable[[Service], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def locked(service: Service) -> AsyncIterator[None]:
    """Another program holds SQLite's lock for writing."""
    with closing(sqlite3.connect(service.folder / "var" / "pst.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def full_disk(service: Service) -> AsyncIterator[None]:
    """No file of the process may grow: every write fails, also those of the log."""
    assert service.process is not None
    pid = service.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, before[1]))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def stopped(cluster: OwnCluster) -> Outage:
    @asynccontextmanager
    async def outage(service: Service) -> AsyncIterator[None]:
        await asyncio.to_thread(cluster.stop)
        yield
        await asyncio.to_thread(cluster.start)

    return outage


@pytest.mark.parametrize("outage", [locked, full_disk])
async def test_what_people_say_while_sqlite_takes_nothing_is_answered_afterwards_once(
    outage: Outage, tmp_path: Path
) -> None:
    await people_notice_nothing(outage, tmp_path)


@pytest.mark.postgres
async def test_what_people_say_while_postgresql_restarts_is_answered_afterwards_once(
    own_cluster: OwnCluster, tmp_path: Path
) -> None:
    await people_notice_nothing(stopped(own_cluster), tmp_path, PST_DATABASE_URL=own_cluster.url)


@pytest.mark.parametrize("command", ["front", "worker"])
def test_a_start_without_its_database_ends_so_that_it_is_started_again(command: str, tmp_path: Path) -> None:
    nowhere = f"postgresql+psycopg://pst@127.0.0.1:{free_port()}/pst"
    ended = run(tmp_path, command, PST_DATABASE_URL=nowhere, PST_LISTEN=f"127.0.0.1:{free_port()}")
    assert ended.stderr.count("\n") == 1 and "The database cannot be opened" in ended.stderr, ended.stderr
    unit = (ROOT / "deploy" / "systemd" / "pst-bot.service").read_text(encoding="utf-8").splitlines()
    assert "Restart=always" in unit and f"RestartPreventExitStatus={ended.returncode}" not in unit, ended.returncode
    assert f"RestartPreventExitStatus={OperatorError.exit_code}" in unit


@pytest.mark.parametrize("ahead", [DAY, -DAY], ids=["forward", "back"])
async def test_people_are_answered_while_the_clock_is_a_day_off_and_when_it_is_right_again(
    ahead: float, tmp_path: Path
) -> None:
    clock = SetClock(tmp_path / "clock")
    async with bot_api() as server:
        setting = {"PST_TELEGRAM_TOKEN": server.token, "PST_TELEGRAM_API_BASE": server.url, CLOCK: str(clock.file)}
        service, siti = Service(tmp_path, "run"), server.user(1001, "Siti")
        service.launch = forked(live, "run")
        try:
            await asyncio.to_thread(service.start, **setting)
            async with Page(service.url, TOKEN) as page:
                for number, seconds in enumerate((0.0, ahead, 0.0), 1):
                    clock.set(seconds)
                    await siti.says(MENU)
                    await page.do(MENU)
                    await until(partial(is_answered, page, siti, number), within=RECOVERY)
            assert len(siti.answers) == 3, siti.screen
            assert service.process is not None and service.process.poll() is None, service.log[-3000:]
            assert "fails" not in service.log and "Traceback" not in service.log, service.log
        finally:
            await asyncio.to_thread(service.stop)
        assert server.flagged == []


def is_answered(page: Page, siti: TelegramUser, times: int) -> bool:
    return page.idle and len(page.lines) == 2 * times and len(siti.answers) == times


async def people_notice_nothing(outage: Outage, folder: Path, **setting: str) -> None:
    """Somebody on Telegram and somebody on the page write during the outage."""
    async with bot_api() as server:
        setting |= {"PST_TELEGRAM_TOKEN": server.token, "PST_TELEGRAM_API_BASE": server.url}
        service, siti, monitoring = Service(folder, "run"), server.user(1001, "Siti"), free_port()
        setting["PST_HEALTH_LISTEN"] = f"127.0.0.1:{monitoring}"
        try:
            await asyncio.to_thread(service.start, **setting)
            async with Page(service.url, TOKEN) as page:
                await siti.says(GREETING)
                await siti.waits_for("Apa yang dapat kami bantu?", RECOVERY)
                await page.do(GREETING)
                await until(lambda: page.idle and len(page.lines) == 2)
                async with outage(service):
                    said = await siti.says(MENU)
                    await page.do(MENU)
                    await asyncio.sleep(LOCK if outage is locked else OUTAGE)
                    assert await statuses(service, monitoring) == [503, 503, 200]
                    takes_reads = "PST_DATABASE_URL" not in setting
                    assert await asyncio.to_thread(status, service.url, TOKEN) == (200 if takes_reads else 503)
                await until(lambda: page.idle and len(page.lines) == 4, within=RECOVERY)
                await siti.waits_for(lambda message: message.id > said.id, RECOVERY)
                await until(lambda: said.id < siti.answers[-1].id)
                await asyncio.sleep(3)  # what comes twice would come now
                assert [direction for _, direction, _ in page.lines] == ["in", "out"] * 2
            assert len(siti.answers) == 2, siti.screen
            assert "gangguan" not in siti.answers[-1].text
            assert await statuses(service, monitoring) == [200, 200, 200]
            assert service.process is not None and service.process.poll() is None, service.log[-3000:]
            # four kinds of work; each may work once more between a cut connection and the end of the server
            assert service.log.count("fails, is tried again") <= 8 and "works again" in service.log, service.log
            assert "\n  " not in service.log, "an outage needs no trace, however many pages and messages it stops"
        finally:
            await asyncio.to_thread(service.stop)
        assert server.flagged == []


async def statuses(service: Service, monitoring: int) -> list[int]:
    own = f"http://127.0.0.1:{monitoring}/health/"
    return [await asyncio.to_thread(status, url) for url in (f"{service.url}health", f"{own}ready", f"{own}live")]


def status(url: str, token: str = "") -> int:
    request = urllib.request.Request(url, headers={"Cookie": f"pst={token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
