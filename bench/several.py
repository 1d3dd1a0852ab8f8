"""Several fronts on one PostgreSQL database: steps a second, and how soon the news of one are with another."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import psycopg

from bench.bots import FIRST_PERSON, new_database, prepare, program
from bench.conversation import ConversationRun, lift_limits, run
from bench.cpu_share import limited
from bench.figures import Figure, percentile
from bench.processes import Meter
from bot.chat import Prompt, prompt_to_json
from bot.runtime.channels import no_channel
from bot.runtime.process import Process, open_process
from bot.settings import Settings
from domain.text import verbatim
from storage import outbox, people
from storage.unit import Session
from tests.crash.page import Page
from tests.platforms.telegram import BotApi, bot_api

PART = "processes"
#: chats at once: enough for all threads of two fronts
CHATS = 64
#: of a core, for all fronts together: what the database and the platform need beside them is there too
ALL_FRONTS, ONE_FRONT = 0.6, 0.3
#: news that are sent, one after the other
NEWS = 100
PATIENCE = 30.0  #: seconds

#: the ways of news that are measured
TO_PAGE, TO_CHAT = NEWS_WAYS = ("to a page of another front", "to a chat by another process")
FREE = "all on the same cores"
WARM_UP = 8  #: people whose answers are not measured


@dataclass(frozen=True, slots=True)
class Fronts:
    """That run on one database. `folder`: their data."""

    server: BotApi
    folder: Path
    database_url: str
    database: Meter
    pids: Sequence[int]
    urls: Sequence[str]


def share_of(counts: Sequence[int]) -> float:
    """Of a core, for each front."""
    return min(ONE_FRONT, ALL_FRONTS / max(counts))


def limited_condition(counts: Sequence[int]) -> str:
    return f"{share_of(counts):.2g} of a core for each front"


def measure(rounds: int, counts: Sequence[int]) -> list[Figure]:
    steps: dict[tuple[int, str], list[ConversationRun]] = {}
    news: dict[str, list[float]] = {}
    for number in range(rounds):
        for count in counts:
            for condition, cores in ((FREE, 0.0), (limited_condition(counts), share_of(counts))):
                if (done := asyncio.run(_one_round(count, cores))) is not None:
                    steps.setdefault((count, condition), []).append(done)
                    pace = done.steps / done.seconds
                    click.echo(f"round {number + 1}: fronts: {count}, {condition}, {pace:.0f} steps a second", err=True)
        for what, seconds in asyncio.run(_news()).items():
            news.setdefault(what, []).extend(seconds)
    found = [figure for (count, condition), done in steps.items() for figure in _figures(count, condition, done)]
    return [*found, *(figure for what, seconds in news.items() for figure in _news_figures(what, seconds))]


def subject_of(count: int) -> str:
    return f"{count} fronts" if count > 1 else "1 front"


def _figures(count: int, condition: str, runs: Sequence[ConversationRun]) -> list[Figure]:
    columns: dict[tuple[str, str], list[float]] = {
        ("steps", "/s"): [run.steps / run.seconds for run in runs],
        ("p50", "ms"): [percentile(run.latencies, 0.5) * 1000 for run in runs],
        ("p99", "ms"): [percentile(run.latencies, 0.99) * 1000 for run in runs],
        ("CPU of fronts", "ms"): [run.cpu_seconds / run.steps * 1000 for run in runs],
        ("CPU of PostgreSQL", "ms"): [run.database_seconds / run.steps * 1000 for run in runs],
        ("CPU of the harness", "ms"): [run.harness_seconds / run.steps * 1000 for run in runs],
        ("cores in use", ""): [
            (run.cpu_seconds + run.database_seconds + run.harness_seconds) / run.seconds for run in runs
        ],
    }
    return [Figure(PART, subject_of(count), condition, name, unit, tuple(v)) for (name, unit), v in columns.items()]


def _news_figures(what: str, seconds: Sequence[float]) -> list[Figure]:
    return [
        Figure(PART, "news", what, "median", "ms", (percentile(seconds, 0.5) * 1000,)),
        Figure(PART, "news", what, "p99", "ms", (percentile(seconds, 0.99) * 1000,)),
    ]


@asynccontextmanager
async def _fronts(count: int, persons: int) -> AsyncIterator[Fronts]:
    """The people are divided among them. With each answer at another front, the next one, which comes here within a
    millisecond, would wait until the other front has recorded the reply; nobody types as fast.
    """
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        async with bot_api(remember=1000) as server:
            lift_limits(server)
            address, database_pid = await asyncio.to_thread(stack.enter_context, new_database())
            await asyncio.to_thread(prepare, folder, persons, address)
            started = [
                await asyncio.to_thread(stack.enter_context, program("front", folder, server, address))
                for _ in range(count)
            ]
            pids, urls = [pid for pid, _ in started], [url for _, url in started]
            await _until(lambda: sum(call.ok for call in server.calls_of("setWebhook")) == count)
            webhook = server.updates.webhook
            assert webhook is not None
            path = webhook.url.split("/", 3)[3]
            webhook.servers = [url + path for url in urls]
            try:
                yield Fronts(server, folder, address, Meter(database_pid), pids, urls)
            except AssertionError as error:
                raise AssertionError(f"{error}\n{(folder / 'log').read_text()[-2000:]}") from None
            finally:
                await asyncio.to_thread(stack.close)


async def _one_round(count: int, cores: float) -> ConversationRun | None:
    """`cores`: for each front; 0: all that there is. `None` where that cannot be limited."""
    async with _fronts(count, CHATS + WARM_UP) as fronts:
        persons = [fronts.server.user(FIRST_PERSON + place) for place in range(CHATS + WARM_UP)]
        every = Meter(*fronts.pids)
        await run(subject_of(count), WARM_UP, fronts.server, every, persons[CHATS:])
        with limited(fronts.pids, cores or 1000) as is_limited:
            if cores and not is_limited:
                return None
            return await run(subject_of(count), CHATS, fronts.server, every, persons[:CHATS], fronts.database)


async def _news() -> dict[str, list[float]]:
    """From the moment in which a person writes at one front until the answer is on a page at another one; and from a
    commit of this process until the message is in the chat on Telegram, which a front sends. Nothing else is going on.
    """
    async with _fronts(2, 1) as fronts:
        token = secrets.token_urlsafe(32)
        async with Page(fronts.urls[0], token) as here, Page(fronts.urls[1], token) as there:
            while not (here.synced and there.synced):
                await asyncio.sleep(0.01)
            to_page = [await _to_other_page(here, there, number) for number in range(NEWS)]
        settings = Settings(data_dir=fronts.folder / "var", database_url=fronts.database_url)
        process = await asyncio.to_thread(open_process, settings, no_channel)
        try:
            to_chat = [await _to_chat(process, fronts.server, number) for number in range(NEWS)]
        finally:
            await process.close()
    return {TO_PAGE: to_page, TO_CHAT: to_chat}


async def _to_other_page(here: Page, there: Page, number: int) -> float:
    known, began = len(here.shown), time.perf_counter()
    await there.do("halo" if number % 2 else "bantuan")
    await _until(lambda: len(here.shown) >= known + 2)  # what was said, and the answer
    seconds = time.perf_counter() - began
    await _until(lambda: there.idle and here.lines == there.lines)
    return seconds


async def _to_chat(process: Process, server: BotApi, number: int) -> float:
    now, keys = datetime.now(UTC), process.app.keys

    def add(session: Session) -> int:
        address = people.get_or_create_address(session, "telegram", str(FIRST_PERSON), "id", now)
        body = prompt_to_json(Prompt(verbatim(f"kabar {number}")))
        outbox.add(session, keys, address, body, now, reason="reply", bulk=False)
        return address.id

    person = server.user(FIRST_PERSON)
    person.chat.started = True
    address_id = await process.units.write(add)
    began = time.perf_counter()
    await asyncio.to_thread(_notify, process, address_id)
    await person.waits_for(lambda message: message.from_bot and message.text == f"kabar {number}", PATIENCE)
    return time.perf_counter() - began


def _notify(process: Process, address_id: int) -> None:
    """As a process says it to the others. A connection is made for each, which counts here."""
    url = process.units.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_notify('pst_bot', %s)", [str(address_id)])


async def _until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "news did not come"
        await asyncio.sleep(0.001)
