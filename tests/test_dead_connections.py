"""Connections to PostgreSQL that the server has ended are found, before their use or by one unit that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import literal, select, text
from sqlalchemy.exc import OperationalError

from storage import connection_check
from storage.statements import Statement
from storage.unit import Session, Units, is_outage

POOL = 3

pytestmark = pytest.mark.postgres


@pytest.fixture
def units(postgres_database: str) -> Iterator[Units]:
    units = Units(postgres_database, POOL)
    asyncio.run(fill_pool(units))
    yield units
    units.dispose()


async def fill_pool(units: Units) -> None:
    """Opens all connections, each with a unit of its own."""
    together = Barrier(POOL)
    await asyncio.gather(*(units.write(lambda session: (answer(session), together.wait(10))) for _ in range(POOL)))


def answer(session: Session) -> int:
    return session.scalar(text("SELECT 42")) or 0


_ANSWER = Statement(select(literal(42)), int)


def prepared_answer(session: Session) -> int:
    return _ANSWER.first(session) or 0


def end_connections(units: Units) -> None:
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid != pg_backend_pid()"
    url = units.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        ended = connection.execute(others, [units.url.database]).fetchall()
    assert len(ended) == POOL


def test_a_connection_that_nobody_used_for_a_while_is_asked_first(
    units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_check, "UNUSED", 0.0)
    end_connections(units)
    assert [units.write_now(answer) for _ in range(POOL)] == [42] * POOL


@pytest.mark.parametrize("work", [answer, prepared_answer])
def test_one_unit_at_most_fails_on_connections_that_were_used_just_now(
    work: Callable[[Session], int], units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_check, "UNUSED", 60.0)
    end_connections(units)
    with pytest.raises(OperationalError) as failed:
        units.write_now(work)
    assert is_outage(failed.value)
    assert [units.write_now(work) for _ in range(2 * POOL)] == [42] * 2 * POOL
