"""How many statements a message takes, from the channel to the settled reply."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from bot.actions import code
from bot.actions.applicant import ApplicationStep
from bot.actions.officer import OpenCase
from bot.channel import Capabilities, Delivered, Outgoing, RateLimit
from bot.chat import Incoming, prompt_from_json
from bot.handlers.telegram import render
from domain.text import Json
from storage import messages
from storage.tables import Base, Message, Moment, OutboxRow
from storage.unit import Units
from tests.casework import APPLICANT, OFFICER, issued, staffed
from tests.filling import filling
from tests.talk import Talk, World, draft_answers

#: what the database is told besides statements
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


class Recorder:
    """A channel with rate limits, as a platform has them, that sends nowhere."""

    name = "console"
    capabilities = Capabilities(RateLimit(10, 0.1), RateLimit(100, 0.001))

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def send(self, outgoing: Outgoing) -> Delivered:
        self.sent.append(outgoing)
        return Delivered((str(outgoing.id),))


@contextmanager
def statements_of(world: World) -> Iterator[list[str]]:
    """Everything that SQLite is told on the writer's connection."""
    told: list[str] = []
    connection = world.process.units.engine.raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(told.append)
    connection.close()  # back into the pool, which has no other
    try:
        yield told
    finally:
        driver.set_trace_callback(None)


def receiving(world: World) -> Callable[[str], None]:
    """Gives a message of the applicant to the process, and waits until its replies have left."""

    async def receive(words: str) -> None:
        process = world.process
        incoming = Incoming(f"message {words}", Recorder.name, APPLICANT, world.now, "text", text=words)
        await process.inbound.receive(incoming)
        await process.deliverer.idle()

    return lambda words: asyncio.run(receive(words))


def test_a_reply_leaves_as_it_is_stored(tmp_path: Path) -> None:
    """It is not read from the database between the commit and the sending."""
    channel = Recorder()
    world = World(tmp_path / "data", channels=lambda *_: {channel.name: channel})
    filling(world, "judul_kegiatan")
    say = receiving(world)
    for words in ("Survei", "Survei Kepuasan Pasien Puskesmas", "besok", "2027", "/bantuan", "9", "1", "/status", "2"):
        say(words)
    assert len(channel.sent) > 8
    for outgoing in (replace(sent, address="1") for sent in channel.sent):
        stored = replace(outgoing, prompt=prompt_from_json(body_of(world, outgoing.id)))
        assert render.build_requests(outgoing) == render.build_requests(stored)
    world.stop()


def body_of(world: World, outbox_id: int) -> Json:
    def read(session: Session) -> Json:
        message = session.get_one(Message, session.get_one(OutboxRow, outbox_id).message_id)
        return messages.read_body(world.process.app.keys, message)

    return world.process.units.read_now(read)


def test_all_times_are_written_alike(tmp_path: Path) -> None:
    """SQLite compares them as texts. A message and the reply to it are written by one statement."""
    channel = Recorder()
    world = World(tmp_path / "data", channels=lambda *_: {channel.name: channel})
    filling(world, "judul_kegiatan")
    receiving(world)("Survei Kepuasan Pasien Puskesmas")
    columns = [(table, column) for table in Base.metadata.sorted_tables for column in table.columns]
    moments = [
        f"SELECT {column.name} FROM {table.name}" for table, column in columns if isinstance(column.type, Moment)
    ]
    found = [value for query in moments for (value,) in world.process.units.read_now(partial(rows_of, query=query))]
    assert len([value for value in found if value]) > 20
    assert {len(value) for value in found if value} == {len("2026-03-02 03:00:00.000000")}
    world.stop()


def rows_of(session: Session, query: str) -> Sequence[Row[Any]]:
    return session.execute(text(query)).all()


def test_an_answer_takes_eight_statements_and_its_delivery_one(tmp_path: Path) -> None:
    channel = Recorder()
    world = World(tmp_path / "data", channels=lambda *_: {channel.name: channel})
    filling(world, "eselon1")
    answer = receiving(world)
    answer("Sekretariat Daerah")
    answer("(0411) 123456")  # the next question offers what the person's row knows, which is one more
    with statements_of(world) as told:
        answer("dinkes@example.go.id")
    statements = [statement for statement in told if not statement.startswith(TRANSACTION)]
    assert draft_answers(world)["email_instansi"] == "dinkes@example.go.id" and len(channel.sent) == 4
    assert len(statements) <= 8 + 1, "\n".join(statements)
    assert told.count("COMMIT") == 2, "one with the answer and its claimed reply, one with the delivery"
    world.stop()


@pytest.mark.postgres
def test_on_postgresql_a_delivery_is_recorded_without_a_transaction_around_it(
    tmp_path: Path, postgres_database: str
) -> None:
    """Its one statement is the last thing that the server hears. The next unit on the connection has a transaction."""
    channel = Recorder()
    one = {"database_pool": 1}
    world = World(tmp_path / "data", postgres_database, channels=lambda *_: {channel.name: channel}, settings=one)
    units = world.process.units
    filling(world, "eselon1")
    receiving(world)("Sekretariat Daerah")
    assert any(told.startswith("UPDATE outbox SET sent_at") for told in last_statements(units))

    def fail(session: Session) -> None:
        session.execute(text("UPDATE outbox SET sent_at = NULL"))
        raise ValueError

    with pytest.raises(ValueError):
        units.write_now(fail)
    assert units.write_now(lambda session: all(row.sent_at is not None for row in session.query(OutboxRow)))
    world.stop()


def last_statements(units: Units) -> list[str]:
    """What the server was told last on each connection: of those for writing there is one."""
    url = units.url.set(drivername="postgresql").render_as_string(hide_password=False)
    query = "SELECT query FROM pg_stat_activity WHERE datname = %s AND pid != pg_backend_pid()"
    with psycopg.connect(url) as connection:
        return [str(told) for (told,) in connection.execute(query, [units.url.database])]


def test_a_screen_of_a_case_with_a_letter_reads_the_role_and_the_entry_of_the_register_once(tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "data"))
    application_id = issued(world)
    asyncio.run(world.work())
    for who, button in (
        (OFFICER, code(OpenCase(application_id))),
        (APPLICANT, code(ApplicationStep("show", application_id))),
    ):
        talk = Talk(world, who)
        with statements_of(world) as told:
            talk.press(button)
        assert "Nomor" in talk.last or "Status" in talk.last, talk.last
        entries = [statement for statement in told if "FROM register" in statement]
        assert len(entries) == 1, "\n".join(entries)
        roles = [statement for statement in told if "FROM officers" in statement]
        assert len(roles) == (1 if who == OFFICER else 0), "\n".join(roles)
    world.stop()
