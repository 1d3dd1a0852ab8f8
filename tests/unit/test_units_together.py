"""Units of work that wait together on SQLite share a transaction, and each is rolled back alone."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage import installation, migrate
from storage.tables import Setting
from storage.unit import ATTEMPTS, Overtaken, Session, Units
from storage.unit_queue import SLICE


@pytest.fixture
async def units(tmp_path: Path) -> AsyncIterator[Units]:
    units = Units(f"sqlite+aiosqlite:///{tmp_path / 'pst.db'}")
    migrate.upgrade(units.engine)
    yield units
    await units.close()


async def together(units: Units, *works: Callable[[Session], object], first: int | None = None) -> list[object]:
    """Runs units that all wait while another one runs. `first`: the place of one that must not wait."""
    may_end = threading.Event()
    running = asyncio.create_task(units.write(lambda _session: may_end.wait(10)))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(units.write(work, first=place == first)) for place, work in enumerate(works)]
    await asyncio.sleep(0)
    may_end.set()
    await running
    return await asyncio.gather(*waiting, return_exceptions=True)


def keep(name: str) -> Callable[[Session], object]:
    return lambda session: installation.save_setting(session, name, "1")


def kept(session: Session) -> set[str]:
    return {setting.name for setting in session.query(Setting)} - {"key"}


def commits(units: Units) -> list[str]:
    told: list[str] = []
    connection = units.engine.raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(lambda sql: told.append(sql) if sql == "COMMIT" else None)
    connection.close()
    return told


async def test_units_that_wait_are_committed_at_once(units: Units) -> None:
    told = commits(units)
    assert await together(units, *(keep(f"s{n}") for n in range(10))) == [None] * 10
    assert units.write_now(kept) == {f"s{n}" for n in range(10)}
    assert len(told) == 1 + 1, "of the ten, and of the look at them"


async def test_a_unit_that_fails_is_rolled_back_alone(units: Units) -> None:
    def breaks(session: Session) -> None:
        keep("broken")(session)
        raise RuntimeError("a deliberate fault")

    def twice(session: Session) -> None:
        keep("twice")(session)
        session.flush()
        session.execute(text("INSERT INTO installation (name, value) VALUES ('twice', '2')"))

    outcomes = await together(units, keep("a"), breaks, keep("b"), twice, keep("c"))
    assert [type(outcome) for outcome in outcomes] == [type(None), RuntimeError, type(None), IntegrityError, type(None)]
    assert units.write_now(kept) == {"a", "b", "c"}


async def test_a_unit_whose_rows_are_refused_when_it_ends_is_rolled_back_alone(units: Units) -> None:
    """SQLAlchemy then rolls back the whole transaction; the other units run again."""
    refused = lambda session: session.add_all([Setting(name="b", value="1"), Setting(name="a", value="2")])  # noqa: E731
    outcomes = await together(units, keep("a"), refused, keep("c"), refused)
    assert [type(outcome) for outcome in outcomes] == [type(None), IntegrityError, type(None), IntegrityError]
    assert units.write_now(kept) == {"a", "c"}


async def test_a_unit_that_was_overtaken_runs_again_alone(units: Units) -> None:
    runs = 0

    def overtaken(session: Session) -> int:
        nonlocal runs
        runs += 1
        keep(f"run {runs}")(session)
        if runs < ATTEMPTS:
            raise Overtaken("a deliberate one")
        return runs

    assert await together(units, keep("a"), overtaken) == [None, ATTEMPTS]
    assert units.write_now(kept) == {"a", f"run {ATTEMPTS}"}


async def test_units_run_alone_when_sqlite_rolls_all_of_them_back(units: Units) -> None:
    """As it does when the disk is full."""

    def loses_all(session: Session) -> None:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        if not lost:
            lost.append(True)
            driver.execute("ROLLBACK")
            raise RuntimeError("everything is rolled back")

    lost: list[bool] = []
    assert await together(units, keep("a"), loses_all, keep("b")) == [None, None, None]
    assert units.write_now(kept) == {"a", "b"}


async def test_what_must_not_wait_goes_first(units: Units) -> None:
    order: list[int] = []
    works = [lambda _session, n=n: order.append(n) for n in range(40)]
    await together(units, *works, first=39)
    assert order == [39, *range(39)]


async def test_what_must_not_wait_goes_between_units_that_were_taken_already(units: Units) -> None:
    order: list[object] = []
    second_runs = threading.Event()

    def slow(number: int) -> Callable[[Session], int]:
        def work(session: Session) -> int:
            keep(f"slow {number}")(session)
            order.append(number)
            if number == 1:
                second_runs.set()
            time.sleep(SLICE / 2)
            return number

        return work

    running = asyncio.create_task(together(units, *map(slow, range(12))))
    await asyncio.to_thread(second_runs.wait, 10)
    await units.write(lambda _session: order.append("first"), first=True)
    assert "first" in order[2:8], "the batch ended for it"
    assert await running == list(range(12))
    assert [number for number in order if number != "first"] == list(range(12)), "the others keep their order"
    assert units.write_now(kept) == {f"slow {number}" for number in range(12)}
