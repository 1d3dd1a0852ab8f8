"""The form on Telegram: every bot, at several numbers of chats at once, round after round, every reply compared."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.bots import FIRST_PERSON, Bot
from bench.form import OPENING, STEPS, Step
from bench.processes import Meter
from tests.platforms.telegram import BotApi, ChatMessage, TelegramUser, bot_api

#: people who take part when one chat is open at a time: 20 steps alone are too short to measure
ONE_AFTER_THE_OTHER = 10
PATIENCE = 180.0  #: seconds for one reply


@dataclass(frozen=True, slots=True)
class ConversationRun:
    """One bot in one round. Times in seconds. Beside the processor time of the bot, `harness_seconds` is that of the
    platform and the people, and `database_seconds` that of a database which is not counted with the bot.
    """

    bot: str
    chats: int
    steps: int
    seconds: float
    cpu_seconds: float
    latencies: tuple[float, ...]
    harness_seconds: float
    database_seconds: float = 0.0


async def measure(bot: Bot, counts: Sequence[int]) -> list[ConversationRun]:
    """Starts the bot once. For each number of chats, brings other people to the first question, and then measures the
    20 answers of each. The first number also warms the bot up for the next one.
    """
    persons = [chats if chats > 1 else ONE_AFTER_THE_OTHER for chats in counts]
    first_id, runs = FIRST_PERSON, []
    async with _started(bot, sum(persons)) as (server, meter):
        for chats, number in zip(counts, persons, strict=True):
            people = [server.user(first_id + place) for place in range(number)]
            runs.append(await run(bot.name, chats, server, meter, people))
            first_id += number
    return runs


@asynccontextmanager
async def _started(bot: Bot, persons: int) -> AsyncIterator[tuple[BotApi, Meter]]:
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as folder:
        async with bot_api(remember=100) as server:
            lift_limits(server)
            starting = bot.start(Path(folder), server, persons)
            meter = await asyncio.to_thread(starting.__enter__)
            try:
                yield server, meter
            except AssertionError as error:
                log = "\n".join(path.read_text()[-2000:] for path in Path(folder).rglob("log"))
                raise AssertionError(f"{bot.name}: {error}\n{log}") from None
            finally:
                await asyncio.to_thread(starting.__exit__, None, None, None)


def lift_limits(server: BotApi) -> None:
    """Telegram's limits of messages a second, which no bot of the comparison keeps."""
    server.rates.per_chat = server.rates.burst = server.rates.overall = 1e9


async def run(
    name: str,
    chats: int,
    server: BotApi,
    meter: Meter,
    people: Sequence[TelegramUser],
    database: Meter | None = None,
) -> ConversationRun:
    """Everybody gives all answers. `name`: of the bot. `database`: if it is not in `meter`. Raises `AssertionError` for
    a wrong reply.
    """
    await _in_turn(chats, people, OPENING, [])
    await asyncio.sleep(0.3)  # what the bots still do after their last reply
    latencies: list[float] = []
    meters = [meter, database or Meter()]
    with no_garbage_collection():
        before, harness = [one.cpu_seconds() for one in meters], time.process_time()
        began = time.perf_counter()
        await _in_turn(chats, people, STEPS, latencies)
        seconds, harness = time.perf_counter() - began, time.process_time() - harness
    await asyncio.sleep(0.3)
    cpu, of_database = (one.cpu_seconds() - then for one, then in zip(meters, before, strict=True))
    assert not server.flagged, server.flagged[:3]
    return ConversationRun(name, chats, len(latencies), seconds, cpu, tuple(latencies), harness, of_database)


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """In this process, whose pauses of up to 0.2 s would count as the bot's."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _in_turn(chats: int, people: Sequence[TelegramUser], steps: Sequence[Step], latencies: list[float]) -> None:
    if chats > 1:
        await asyncio.gather(*(talk(person, steps, latencies) for person in people))
        return
    for person in people:
        await talk(person, steps, latencies)


async def talk(person: TelegramUser, steps: Sequence[Step], latencies: list[float], pause: float = 0.0) -> None:
    """Says the next thing when the reply to the last one is on the screen, and `pause` seconds have passed."""
    for step in steps:
        await asyncio.sleep(pause)
        began = time.perf_counter()
        said = await person.says(step.typed)
        await person.waits_for(partial(_fits, after=said.id, step=step), PATIENCE)
        latencies.append(time.perf_counter() - began)


def _fits(message: ChatMessage, after: int, step: Step) -> bool:
    """A new message that says something else is a mistake, and is told at once."""
    if not message.from_bot or message.id <= after:
        return False
    missing = [words for words in step.replies if words not in message.text]
    assert not missing, f"the reply to {step.typed!r} lacks {missing}: {message.text!r}"
    return True
