"""The memory of each kind of process after its first messages, on a database that is there already."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from functools import partial
from pathlib import Path

from bench.bots import FIRST_PERSON, prepare, wait_for_port
from bench.figures import Figure
from bench.processes import postgres_server, running
from bench.rest import PROGRAM, RUN, settings, telegram_settings
from tests.crash.page import Page, until
from tests.platforms.telegram import bot_api
from tests.service import free_port

PART = "memory"
WEB, TELEGRAM, WORKER = "run, web chat only", "run, with Telegram", "worker"
#: seconds; the first round of the jobs, which also deletes what is past its time, is over by then
SETTLED_AFTER = 6.0
WITHIN = 30.0
WORDS = ("halo", "berapa lama?", "cari stunting", "status", "menu")


def measure(rounds: int) -> list[Figure]:
    figures = {
        WEB: ("ours (SQLite)", tuple(asyncio.run(_web_chat()) for _ in range(rounds))),
        TELEGRAM: ("ours (SQLite)", tuple(asyncio.run(_with_telegram()) for _ in range(rounds))),
        WORKER: ("ours (PostgreSQL)", tuple(_beside_a_front() for _ in range(rounds))),
    }
    return [Figure(PART, subject, name, "PSS", "MB", values) for name, (subject, values) in figures.items()]


def megabytes(pid: int) -> float:
    """The proportional set size of the process: pages that others use too count by their share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


async def _web_chat() -> float:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as name:
        folder = Path(name)
        prepare(folder, 1, "")
        with running(RUN, folder, settings(folder, port)) as process:
            await _talk_on_a_page(folder, port)
            return megabytes(process.pid)


async def _talk_on_a_page(folder: Path, port: int) -> None:
    url = f"http://127.0.0.1:{port}/"
    await asyncio.to_thread(wait_for_port, f"{url}health", folder)
    async with Page(url, secrets.token_urlsafe(32)) as page:
        await until(lambda: page.synced)
        for words in WORDS:
            known = len(page.shown)
            await page.do(words)
            await until(partial(_is_answered, page, known))
        await asyncio.sleep(SETTLED_AFTER)


async def _with_telegram() -> float:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as name:
        folder = Path(name)
        async with bot_api() as server:
            prepare(folder, 1, "")
            with running(RUN, folder, settings(folder, port) | telegram_settings(server, port)) as process:
                await _talk_on_a_page(folder, port)
                person = server.user(FIRST_PERSON)
                for words in WORDS:
                    await person.says(words)
                    await person.waits_for(lambda message: message.from_bot, WITHIN)
                await asyncio.sleep(SETTLED_AFTER)
                return megabytes(process.pid)


def _beside_a_front() -> float:
    """Of a worker, while people write to a front on the same database."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as name, postgres_server() as (url, _):
        folder = Path(name)
        (folder / "worker").mkdir()
        prepare(folder, 1, url)
        environment = settings(folder, port) | {"PST_DATABASE_URL": url}
        with (
            running((*PROGRAM, "worker"), folder / "worker", environment) as worker,
            running((*PROGRAM, "front"), folder, environment),
        ):
            asyncio.run(_talk_on_a_page(folder, port))
            return megabytes(worker.pid)


def _is_answered(page: Page, known: int) -> bool:
    """`known`: messages that it showed before somebody wrote."""
    return page.idle and len(page.shown) > known + 1
