"""The same conversations on PostgreSQL, many at once; and no statement of a conversation that reads a whole table."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.chat import Incoming
from storage import inbox, jobs, number_series, outbox, people, sending
from storage.tables import Message
from storage.unit import Units
from tests.script import FOLDER
from tests.talk import World
from tests.transcript_player import played

#: tables that grow with the number of people and applications
GROWING = {
    "people", "addresses", "inbox", "dialogues", "messages", "outbox", "drafts", "files", "applications", "submissions",
    "catalogue", "catalogue_words", "jobs", "audit",
}  # fmt: skip


#: the next row of the table gets the number of its newest one
_BACK = "SELECT setval('{0}_id_seq', (SELECT max(id) FROM {0}), false)"


@pytest.fixture
def on_postgres(postgres_database: str, tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data", database_url=postgres_database)
    yield world
    world.stop()


@pytest.mark.postgres
@pytest.mark.parametrize("name", ["compilation", "another_device", "withdrawn", "approval", "expiry"])
def test_a_conversation_goes_the_same_way_on_postgresql(name: str, on_postgres: World) -> None:
    written = (FOLDER / f"{name}.chat").read_text(encoding="utf-8").splitlines()
    assert played(written, on_postgres) == written


@pytest.mark.postgres
def test_many_people_at_once_lose_nothing_on_postgresql(on_postgres: World) -> None:
    people, messages = 30, 6

    async def talk(number: int) -> None:
        for n in range(messages):
            words = "halo" if n == 0 else "menu"
            incoming = Incoming(f"{number}-{n}", "console", f"p{number}", on_postgres.now, "text", words)
            await asyncio.gather(*(on_postgres.process.inbound.receive(incoming) for _ in range(2)))  # delivered twice

    async def everybody() -> None:
        await asyncio.gather(*(talk(number) for number in range(people)))
        await on_postgres.process.inbound.idle()  # what was stored before it was handled
        await on_postgres.process.watch.look()

    asyncio.run(everybody())
    count = on_postgres.process.units.write_now(lambda session: session.query(Message).count())
    assert count == people * messages * 2
    due = on_postgres.process.units.write_now(
        lambda session: sending.due_addresses(session, {"console": True}, on_postgres.now)
    )
    assert len(due) == people


@pytest.mark.postgres
def test_a_row_whose_number_was_given_before_is_not_taken_for_one_that_is_there(on_postgres: World) -> None:
    """As where a database was copied from a template and its server was killed: its sequences go back."""
    now, write = on_postgres.now, on_postgres.process.units.write_now

    def job(key: str) -> bool:
        return write(lambda session: jobs.add(session, "receipt", key, now, {}))

    def message(id: str) -> bool:
        return write(lambda session: inbox.keep(session, "console", id, "p1", now, "failed", b""))

    def run(sql: str, session: Session) -> None:
        session.execute(text(sql))

    for name, add in (("jobs", job), ("inbox", message)):
        assert add("first")
        assert not add("first")
        write(partial(run, _BACK.format(name)))
        with pytest.raises(IntegrityError):
            add("second")
        assert add("second")


@pytest.mark.postgres
def test_two_processes_send_one_message_of_an_address_at_a_time_on_postgresql(on_postgres: World) -> None:
    units, keys, now = on_postgres.process.units, on_postgres.process.app.keys, on_postgres.now

    def queue(session: Session) -> int:
        address = people.get_or_create_address(session, "console", "budi", "id", now)
        for n in range(8):
            outbox.add(session, keys, address, {"text": {"m": f"{n}"}}, now, reason="letter", bulk=True)
        return address.id

    async def race() -> list[object]:
        address = await units.write(queue)
        claims = [units.write(lambda s: sending.claim(s, keys, address, now, ("console",))) for _ in range(8)]
        return await asyncio.gather(*claims)

    assert sum(claimed is not None for claimed in asyncio.run(race())) == 1


def numbers(units: Units, how_many: int) -> list[int]:
    async def draw() -> list[int]:
        return await asyncio.gather(
            *(
                units.write(lambda session: number_series.next_number(session, "application/2026"))
                for _ in range(how_many)
            )
        )

    return asyncio.run(draw())


def test_sixty_four_numbers_at_once_have_no_gap_and_no_double(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    assert sorted(numbers(world.process.units, 64)) == list(range(1, 65))
    world.stop()


@pytest.mark.postgres
def test_sixty_four_numbers_at_once_on_postgresql(on_postgres: World) -> None:
    assert sorted(numbers(on_postgres.process.units, 64)) == list(range(1, 65))


@pytest.mark.parametrize("name", ["withdrawn", "approval", "take_over"])
def test_no_statement_of_a_conversation_reads_a_whole_table(name: str, tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    seen: dict[str, Sequence[Any]] = {}

    def remember(
        connection: Connection, cursor: object, statement: str, parameters: Sequence[Any], context: object, many: bool
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and not many:
            seen.setdefault(statement, parameters)

    event.listen(world.process.units.engine, "before_cursor_execute", remember)
    played((FOLDER / f"{name}.chat").read_text(encoding="utf-8").splitlines(), world)
    with world.process.units.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        scans = {
            statement: row[3]
            for statement, parameters in seen.items()
            for row in raw.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            if any(row[3].startswith(f"SCAN {table}") and "INDEX" not in row[3] for table in GROWING)
        }
    world.stop()
    assert len(seen) > 20
    assert scans == {}
