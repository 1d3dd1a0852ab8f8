"""Of several workers one asks the platform and one does a daily job; when it is killed, another one takes both over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.forked_processes import forked
from tests.platforms.telegram import bot_api
from tests.service import Service, services

WITHIN = 60.0
JOB = "forget"  #: the deletion of old data, whose last act is to say when it was done


def worker() -> None:
    """`pst-bot worker` whose leases are short."""
    from bot.cli import main
    from bot.handlers.telegram import receive
    from storage import jobs

    receive.LEASE, receive.RENEWAL = 2.0, 0.5
    jobs.LEASE = timedelta(seconds=2)
    main(["worker"])


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[list[Service]]:
    """Not started yet."""
    with services(tmp_path, dict.fromkeys(("first", "second"), forked(worker))) as found:
        yield found


async def until_there(connection: psycopg.Connection[tuple[object, ...]], query: bytes) -> object:
    """The value that the query finds at last."""
    async with asyncio.timeout(WITHIN):
        while (row := connection.execute(query).fetchone()) is None:
            await asyncio.sleep(0.02)
    return row[0]


@pytest.mark.postgres
async def test_another_worker_takes_over_what_a_killed_one_alone_was_doing(
    workers: list[Service], postgres_database: str, tmp_path: Path
) -> None:
    first, second = workers
    url = postgres_database.replace("+psycopg", "")
    async with bot_api() as server:
        person = server.user(1001)
        settings = {"PST_DATABASE_URL": postgres_database, "PST_DATA_DIR": str(tmp_path / "data"), "PST_LOG": "debug"}
        settings |= {"PST_TELEGRAM_TOKEN": server.token, "PST_TELEGRAM_API_BASE": server.url}
        first.begin(**settings)
        await person.says("halo")
        await person.waits_for("Apa yang dapat kami bantu?", WITHIN)
        with psycopg.connect(url, autocommit=True) as connection, psycopg.connect(url) as holding:
            done = b"SELECT value FROM installation WHERE name = 'last_retention'"
            before = await until_there(connection, done)
            holding.execute(done + b" FOR UPDATE")  # the job comes as far as its last act, and waits
            connection.execute("UPDATE jobs SET due_at = now() WHERE kind = %s", [JOB])
            leased = b"SELECT id FROM jobs WHERE kind = 'forget' AND lease_until IS NOT NULL"
            await until_there(connection, leased)
            second.begin(**settings)
            await until_there(
                connection,
                b"SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN pst_bot' AND datname = current_database()"
                b" OFFSET 1",
            )
            # else the next answer waits for what this process has in hand
            await until_there(connection, b"SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE sent_at IS NULL)")
            first.kill()
            asked = await person.says("menu")
            await person.waits_for(lambda message: message.id > asked.id, WITHIN)
            holding.rollback()
            await until_there(connection, done + b" AND value <> '" + str(before).encode() + b"'")
            await until_there(connection, b"SELECT 1 FROM jobs WHERE kind = 'forget' AND lease_until IS NULL")
        assert server.conflicts == []
    assert second.log.count("a message was handled") >= 1
    assert "Traceback" not in second.log
