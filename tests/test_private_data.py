"""What people write is in no log, no error and no list of failures; and no other account of the machine reads the data.

The process is a real one, at the log level `debug`; the database itself raises the errors.
"""

from __future__ import annotations

import logging
import os
import re
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.chat import DialogueState, Incoming, Turn
from bot.conversations import router
from bot.errors import type_and_place, types_and_places
from bot.runtime.log import TypesAndPlaces, set_up_log
from bot.service.context import Context
from storage import statements
from storage.unit import Session, Units
from tests.program import ROOT, run
from tests.samples import sample
from tests.talk import Talk, World

SAID = "kalimat rahasia tujuh belas"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """The log as the program sets it up, at the level `debug`, with the errors of libraries too."""
    written = StringIO()
    monkeypatch.setattr("sys.stderr", written)
    monkeypatch.setattr("sys.excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", threading.excepthook)
    root = logging.getLogger()
    handlers = root.handlers[:]
    root.handlers = []
    set_up_log("debug", [])
    yield written
    root.handlers = handlers
    structlog.reset_defaults()


@pytest.fixture
def world(tmp_path: Path, log: StringIO) -> Iterator[World]:
    world = World(tmp_path / "data")
    yield world
    world.stop()


def failures(world: World) -> str:
    """Everything that the database holds in clear about what failed."""
    statements = ("SELECT error FROM inbox", "SELECT failure FROM outbox", "SELECT failure FROM jobs")
    return "\n".join(execute(world.process.units, statement) for statement in statements)


def execute(units: Units, statement: str) -> str:
    """What a statement returns, if it returns anything."""

    def run_statement(session: Session) -> str:
        result = session.execute(text(statement))
        return repr(result.all()) if result.returns_rows else ""  # type: ignore[attr-defined]

    return units.write_now(run_statement)


@pytest.mark.parametrize("act", ["INSERT ON messages", "INSERT ON outbox", "UPDATE ON dialogues"])
def test_an_error_of_the_database_never_repeats_what_was_said(world: World, log: StringIO, act: str) -> None:
    talk = Talk(world)
    for words in ("halo", "ajukan"):
        talk.say(words)
    execute(world.process.units, f"CREATE TRIGGER fail BEFORE {act} BEGIN SELECT RAISE(ABORT, 'forced'); END")
    with suppress(DBAPIError):  # the message cannot be kept either, so the channel delivers it again
        talk.say(SAID)
    assert SAID not in log.getvalue()
    assert SAID not in failures(world)
    assert "IntegrityError" in log.getvalue(), "the log names the kind of the error"


@pytest.mark.postgres
def test_the_detail_of_a_postgres_error_is_in_no_log(tmp_path: Path, postgres_database: str, log: StringIO) -> None:
    world = World(tmp_path / "data", database_url=postgres_database)
    talk = Talk(world)
    talk.say("halo")
    talk.say("/email")
    statement = "ALTER TABLE dialogues ADD CONSTRAINT forced CHECK (data::text NOT LIKE '%rahasia%')"
    execute(world.process.units, statement)

    def write(session: Session) -> None:
        session.execute(text("UPDATE dialogues SET data = CAST(:data AS json)"), {"data": f'{{"words": "{SAID}"}}'})

    with pytest.raises(DBAPIError) as caught:
        world.process.units.write_now(write)
    assert SAID in str(caught.value), "PostgreSQL shows the row, whatever SQLAlchemy hides"
    structlog.get_logger().error("failed", exc_info=caught.value)
    world.stop()
    assert SAID not in log.getvalue() + type_and_place(caught.value)
    assert "CheckViolation" in log.getvalue()


def test_a_handler_that_fails_with_the_words_in_its_error_names_type_and_place(
    world: World, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
        try:
            return Turn(DialogueState(incoming.text), ()) if int(incoming.text) else Turn(state, ())
        except ValueError as error:
            raise RuntimeError(f"cannot read {incoming.text}") from error

    monkeypatch.setattr(router, "on_message", broken)
    Talk(world).say(SAID)
    assert SAID not in log.getvalue() + failures(world)
    assert "RuntimeError < ValueError at tests/test_private_data.py:" in failures(world)
    assert "tests/test_private_data.py:" in log.getvalue(), "the log names the place of the error"


def test_every_engine_hides_the_parameters_of_its_statements(tmp_path: Path) -> None:
    units = Units(f"sqlite+aiosqlite:///{tmp_path / 'pst.db'}")
    with pytest.raises(DBAPIError) as caught:
        units.write_now(lambda session: session.execute(text("SELECT nothing FROM nowhere WHERE a = :a"), {"a": SAID}))
    assert SAID not in str(caught.value)
    with pytest.raises(DBAPIError) as caught:
        units.write_now(
            lambda session: statements.execute(session.connection(), "SELECT nothing FROM nowhere WHERE a = ?", [SAID])
        )
    assert SAID not in str(caught.value)
    units.dispose()
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "storage").rglob("*.py")]
    engines = sum(len(re.findall(r"create_(?:async_)?engine\(", source)) for source in sources)
    hides = sum(source.count("hide_parameters=True") for source in sources)
    assert (engines, hides) == (5, 5 + 1), "every engine, and the errors of SQLite's driver"


def test_the_record_of_a_library_keeps_no_message_of_an_error() -> None:
    try:
        raise ValueError(SAID)
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
        assert SAID not in types_and_places(error)
    message = f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{SAID}')>"
    record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, message, (), info)
    line = TypesAndPlaces().format(record)
    assert SAID not in line and "ValueError" in line and "never retrieved" in line


def test_an_error_that_ends_a_thread_keeps_no_message(log: StringIO) -> None:
    thread = threading.Thread(target=int, args=(SAID,))
    thread.start()
    thread.join()
    assert SAID not in log.getvalue() and "ValueError" in log.getvalue()


def test_the_list_of_failed_messages_shows_no_words(tmp_path: Path) -> None:
    assert run(tmp_path, "chat", "--as", "tester", words="halo\n").returncode == 0
    units = Units(f"sqlite+aiosqlite:///{tmp_path / 'var' / 'pst.db'}")
    trigger = "CREATE TRIGGER f BEFORE UPDATE ON dialogues BEGIN SELECT RAISE(ABORT, 'forced'); END"
    execute(units, trigger)
    units.dispose()
    said = run(tmp_path, "chat", "--as", "tester", words=f"{SAID}\n")
    listed = run(tmp_path, "inbox", "list")
    retried = run(tmp_path, "inbox", "retry")
    assert "1 failed" in listed.stdout and "IntegrityError" in listed.stdout
    assert "0 done, 1 still failing" in retried.stdout
    for answer in (listed, retried):
        assert SAID not in answer.stdout + answer.stderr
    assert SAID not in said.stderr


def modes(folder: Path) -> dict[str, int]:
    """The rights of everything in a folder that others have any right to."""
    paths = [folder, *folder.rglob("*")]
    wanted = {path: 0o700 if path.is_dir() else 0o600 for path in paths}
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
    return {str(path.relative_to(folder)): found[path] for path in paths if found[path] != wanted[path]}


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_data_is_private_whatever_the_umask_and_the_folder_were(tmp_path: Path, umask: int) -> None:
    folder = tmp_path / "var"
    for existing in (folder, folder / "files", folder / "files" / "spool"):
        existing.mkdir()
        existing.chmod(0o777)
    (folder / "pst.db").touch()
    (folder / "pst.db").chmod(0o666)
    (tmp_path / "surat.pdf").write_bytes(sample("surat.pdf"))
    before = os.umask(umask)
    try:
        words = "halo\najukan\n/file surat.pdf\n"
        assert run(tmp_path, "chat", "--as", "tester", words=words).returncode == 0
        world = World(tmp_path / "world")
        Talk(world).send(("surat.pdf", sample("surat.pdf")))
        world.process.store.put(b"isi", "person/1")
        assert {"pst.db-wal", "pst.db-shm"} <= {path.name for path in world.folder.iterdir()}
        assert modes(world.folder) == {}
        world.stop()
    finally:
        os.umask(before)
    assert modes(folder) == {}
