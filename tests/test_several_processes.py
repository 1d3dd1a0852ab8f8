"""Fronts and a worker on one PostgreSQL database: each does its part, and they wake each other."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

import psycopg
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.pipeline.watch import LOOK_EVERY
from tests.crash.page import Page
from tests.forked_processes import forked, pst_bot
from tests.round_robin import round_robin
from tests.service import Service, services

WITHIN = 60.0
NAMES = {"first": "front", "second": "front", "third": "worker"}
FILE = "surat.pdf"
#: messages whose way from one process to the page of another is measured
ROUNDS = 5


@pytest.fixture
def started(postgres_database: str, tmp_path: Path) -> Iterator[list[Service]]:
    """Two fronts and a worker, with one data folder, started at once."""
    environment = {"PST_DATABASE_URL": postgres_database, "PST_DATA_DIR": str(tmp_path / "data")}
    with services(tmp_path, {name: forked(pst_bot, command) for name, command in NAMES.items()}) as found:
        for service in found:
            service.begin(**environment)
        yield found


async def until(is_so: Callable[[], object], what: str) -> float:
    """How many seconds it took."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() < begun + WITHIN, what
        await asyncio.sleep(0.002)
    return time.monotonic() - begun


def has_more(page: Page, known: int) -> bool:
    return page.idle and len(page.shown) > known


def jobs_done(database: str) -> set[str]:
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT name FROM installation WHERE name LIKE 'last_%'").fetchall()
    return {name for (name,) in rows}


@pytest.mark.postgres
async def test_news_reach_the_page_of_another_process_at_once_and_a_worker_alone_does_the_jobs(
    started: list[Service], postgres_database: str
) -> None:
    first, second, worker = started
    token = secrets.token_urlsafe(32)
    async with Page(first.url, token) as here, Page(second.url, token) as there:
        await until(lambda: here.synced and there.synced, "both pages are open")
        waits = []
        for number in range(ROUNDS):
            await there.do("halo" if number % 2 else "bantuan")
            known = len(here.shown)
            await until(partial(has_more, there, known), "the page itself is answered")
            waits.append(await until(lambda: here.lines == there.lines, f"{here.lines}, but {there.lines}"))
            await asyncio.sleep(0.05)
        await until(lambda: "last_retention" in jobs_done(postgres_database), f"the worker works: {worker.log}")
        begun = time.monotonic()
        await asyncio.gather(*(asyncio.to_thread(service.stop) for service in started))
        assert time.monotonic() - begun < 20, "systemd kills them then, with open pages too"
    assert median(waits) < LOOK_EVERY / 2, waits
    assert [service.process.returncode for service in started if service.process] == [0, 0, 0], worker.log
    assert "Traceback" not in first.log + second.log + worker.log


@pytest.mark.postgres
async def test_a_visitor_may_be_led_to_another_front_with_each_request(postgres_database: str, tmp_path: Path) -> None:
    async with round_robin() as proxy:
        fronts = [Service(tmp_path / name, "front") for name in ("first", "second")]
        settings = {"PST_DATABASE_URL": postgres_database, "PST_DATA_DIR": str(tmp_path / "data")}
        try:
            for front in fronts:
                front.folder.mkdir()
            settings["PST_PUBLIC_URL"] = proxy.url.rstrip("/")
            await asyncio.gather(*(asyncio.to_thread(front.start, **settings) for front in fronts))
            proxy.lead_to([front.url for front in fronts])
            async with Page(proxy.url, secrets.token_urlsafe(32)) as page:
                await page.do("/cek")
                await until(lambda: page.idle and len(page.shown) > 1, "the service asks for the letter")
                await page.do(f"({FILE})")
                await until(lambda: page.idle and len(page.shown) == 4, f"the answer to the file: {page.lines}")
            socket = next(server for path, server in proxy.led if path == "/ws")
            assert "/upload" in dict(proxy.led) and ("/upload", socket) not in proxy.led, proxy.led
            assert "BUKAN DARI KAMI" in str(page.lines[-1]), page.lines
        finally:
            for front in fronts:
                await asyncio.to_thread(front.stop)
    assert "Traceback" not in fronts[0].log + fronts[1].log


@pytest.mark.parametrize("command", ["front", "worker"])
def test_on_sqlite_one_process_does_everything(command: str, tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, [command], env={"PST_DATA_DIR": str(tmp_path)})
    assert refused.exit_code == 2 and "use pst-bot run" in refused.output
