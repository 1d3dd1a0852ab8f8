"""Two processes on PostgreSQL together send no more than a platform takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text

from bot.channel import RateLimit
from bot.chat import Prompt, prompt_to_json
from bot.pipeline.rate_limiter import MOST_TURNS, RateLimiter, SharedBudget
from bot.runtime.channels import no_channel
from bot.runtime.process import Process, open_process
from bot.settings import Settings
from domain.text import verbatim
from storage import migrate, outbox, people
from storage.unit import Session, Units
from tests.forked_processes import forked
from tests.platforms.telegram import BotApi, bot_api
from tests.service import Service, services

pytestmark = pytest.mark.postgres

WITHIN = 60.0
#: what the processes of this test keep, and what its platform takes: a busy machine sends more too
RATE, TAKEN_EACH_SECOND = RateLimit(burst=4, every=1 / 4), 4.3
#: more than two processes that count for themselves may send at once
PEOPLE = 12
#: after one process was killed
MORE = 3


def slow_worker() -> None:
    """`pst-bot worker` for a platform that takes less. It claims a few messages at a time, so that each has some."""
    from bot.cli import main
    from bot.handlers.telegram.send import TelegramChannel
    from bot.pipeline import rate_limiter

    rate_limiter.TURN_TIMEOUT = rate_limiter.MARGIN + 6 * RATE.every
    TelegramChannel.capabilities = replace(TelegramChannel.capabilities, total=RATE)
    main(["worker"])


@pytest.fixture
async def two(postgres_database: str) -> AsyncIterator[list[SharedBudget]]:
    """The budget of one channel in two processes."""
    every = [Units(postgres_database, 2) for _ in range(2)]
    migrate.upgrade(every[0].engine)
    yield [SharedBudget(units, "telegram", RATE) for units in every]
    for units in every:
        await units.close()


async def test_turns_that_a_killed_process_holds_are_lost_and_nobody_waits_for_more(two: list[SharedBudget]) -> None:
    killed, other = two
    held = await killed.take(MOST_TURNS)
    assert await RateLimiter(other).wait(bulk=False)
    assert held[-1].begins < monotonic() < held[-1].begins + MOST_TURNS * RATE.every


async def test_a_turn_that_comes_too_late_is_not_used(two: list[SharedBudget], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pipeline.rate_limiter.TURN_LASTS", 0.0)
    turns = await two[0].take(1)
    assert turns[0].ends <= monotonic()
    monkeypatch.undo()
    assert await RateLimiter(two[0]).wait(bulk=False)


async def test_nobody_waits_for_a_clock_that_was_ahead(two: list[SharedBudget], postgres_database: str) -> None:
    units = Units(postgres_database, 1)
    await two[0].take(1)
    units.write_now(lambda session: session.execute(text("UPDATE send_budgets SET used_until = now() + '1 hour'")))
    assert (await two[1].take(1))[0].begins <= monotonic()
    await units.close()


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[list[Service]]:
    """Not started yet."""
    with services(tmp_path, dict.fromkeys(("first", "second"), forked(slow_worker))) as found:
        yield found


def queue(process: Process, persons: Sequence[int]) -> None:
    """One reply to each of these people on Telegram, as a process leaves them that was killed."""
    keys, now = process.app.keys, datetime.now(UTC)

    def add(session: Session) -> None:
        for number in persons:
            address = people.get_or_create_address(session, "telegram", str(number), "id", now)
            body = prompt_to_json(Prompt(verbatim(f"kabar {number}")))
            outbox.add(session, keys, address, body, now, reason="reply", bulk=False)

    process.units.write_now(add)
    process.units.write_now(lambda session: session.execute(text("NOTIFY pst_bot")))  # both look at once


async def until_both_listen(units: Units) -> None:
    listening = text(
        "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN pst_bot' AND datname = current_database()"
    )
    async with asyncio.timeout(WITHIN):
        while units.write_now(lambda session: session.scalar(listening)) != 2:
            await asyncio.sleep(0.02)


def heard(server: BotApi, persons: Sequence[int]) -> int:
    """How many of these people have got a message."""
    return sum(bool(server.calls_of("sendMessage", number)) for number in persons)


async def until_heard(server: BotApi, persons: Sequence[int], count: int) -> None:
    async with asyncio.timeout(WITHIN):
        while heard(server, persons) < count:
            await asyncio.sleep(0.02)


def sent_by(service: Service) -> int:
    return service.log.count("a message left")


async def test_two_processes_together_stay_within_telegrams_limit_also_when_one_is_killed(
    workers: list[Service], postgres_database: str, tmp_path: Path
) -> None:
    first, second = workers
    folder, persons = tmp_path / "data", range(1000, 1000 + PEOPLE)
    process = open_process(Settings(data_dir=folder, database_url=postgres_database), no_channel)
    async with bot_api() as server:
        server.rates.overall = TAKEN_EACH_SECOND
        for number in range(1000, 1000 + PEOPLE + MORE):
            server.user(number).chat.started = True
        settings = {"PST_DATABASE_URL": postgres_database, "PST_DATA_DIR": str(folder), "PST_LOG": "debug"}
        settings |= {"PST_TELEGRAM_TOKEN": server.token, "PST_TELEGRAM_API_BASE": server.url}
        try:
            for service in workers:
                service.begin(**settings)
            await until_both_listen(process.units)
            queue(process, persons)
            await until_heard(server, persons, PEOPLE)
            assert min(sent_by(first), sent_by(second)) > 0, "one process has sent everything"
            first.kill()
            queue(process, late := range(1000 + PEOPLE, 1000 + PEOPLE + MORE))
            await until_heard(server, late, MORE)
        finally:
            await process.close()
    assert server.rates.breaches == []
    assert "Traceback" not in first.log + second.log
