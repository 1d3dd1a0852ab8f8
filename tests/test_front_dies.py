"""What a killed front had in hand is done by the other processes, without any start."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.crash.page import Page
from tests.forked_processes import forked
from tests.service import Service, services

WITHIN = 60.0
LEASE = 1.0
FILE = "surat.pdf"


def front() -> None:
    """`pst-bot front` whose leases are short."""
    from bot.cli import main
    from storage import inbox

    inbox.LEASE = timedelta(seconds=LEASE)
    main(["front"])


@pytest.fixture
def fronts(tmp_path: Path) -> Iterator[list[Service]]:
    """Not started yet."""
    with services(tmp_path, dict.fromkeys(("first", "second"), forked(front))) as found:
        yield found


async def until(is_so: Callable[[], object], what: Callable[[], str]) -> None:
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() < begun + WITHIN, what()
        await asyncio.sleep(0.01)


@pytest.mark.postgres
async def test_a_file_that_a_killed_front_had_taken_is_answered_by_another_one(
    fronts: list[Service], postgres_database: str, tmp_path: Path
) -> None:
    first, second = fronts
    settings = {"PST_DATABASE_URL": postgres_database, "PST_DATA_DIR": str(tmp_path / "data"), "PST_LOG": "debug"}
    for front in fronts:
        front.start(**settings)
    token, url = secrets.token_urlsafe(32), postgres_database.replace("+psycopg", "")
    async with Page(first.url, token) as here, Page(second.url, token) as there:
        await here.do("/cek")
        await until(lambda: here.idle and len(there.shown) > 1, lambda: f"{there.lines}")
        with psycopg.connect(url, autocommit=True) as connection, psycopg.connect(url) as holding:
            holding.execute("SELECT 1 FROM dialogues FOR UPDATE")  # so that the file is taken, and not handled
            pending = b"SELECT 1 FROM inbox WHERE state = 'pending'"
            await here.do(f"({FILE})")
            await until(lambda: here.idle, lambda: f"the page hears that the file has come: {first.log}")
            waits = b"SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            await until(lambda: connection.execute(waits).fetchone(), lambda: f"it is handled: {first.log}")
            ended = pending + b" AND lease_until < now()"
            await until(lambda: connection.execute(ended).fetchone(), lambda: "time goes on")
            assert connection.execute(pending).fetchone(), "the other one leaves it alone while it is handled"
            first.kill()
            holding.rollback()
            begun = time.monotonic()
            await until(lambda: len(there.shown) == 4, lambda: f"{there.lines} {second.log}")
            assert time.monotonic() - begun < 10 * LEASE
            assert connection.execute(pending).fetchone() is None
    assert "BUKAN DARI KAMI" in str(there.lines[-1]), there.lines
    assert second.log.count("process that has ended") == 1 and "Traceback" not in second.log
