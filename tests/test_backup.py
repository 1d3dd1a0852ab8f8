"""A backup is made while the service runs, and everything goes on from it; a damaged one is refused in one line."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.runtime.backup import DATABASE
from storage import unit
from storage.installation import save_setting
from storage.sealed_stream import FRAME, MARK, SALT
from tests.casework import APPLICANT, audit_faults
from tests.filling import filling
from tests.talk import Talk, World, draft_answers

pytestmark = pytest.mark.usefixtures("cheap_passphrases")

PASSPHRASE = "kalimat sandi cadangan"
CONTENT = b"%PDF-1.7 lampiran"


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    return Command(monkeypatch)


class Command:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._environment = monkeypatch

    def __call__(
        self, name: str, file: Path | None, folder: Path, passphrase: str = PASSPHRASE, *options: str
    ) -> Result:
        self._environment.setenv("PST_DATA_DIR", str(folder))
        self._environment.setenv("PST_BACKUP_PASSPHRASE", passphrase)
        return CliRunner().invoke(main, [name, *options, *([str(file)] if file is not None else [])])


def half_filled(world: World) -> str:
    """A form in the middle, and a stored file. Returns the question that is open."""
    talk = filling(world, "cara_pengumpulan_data")
    world.process.store.put(CONTENT, "person/1")
    return talk.last


async def keep_writing(world: World, until: asyncio.Event) -> int:
    """People write all the time."""
    count = 0
    while not until.is_set():
        await world.process.units.write(lambda session: save_setting(session, "probe", "now"))
        count += 1
    return count


def test_a_half_filled_form_goes_on_after_the_backup_was_put_back(
    world: World, command: Command, tmp_path: Path
) -> None:
    asked = half_filled(world)
    file, folder = tmp_path / "cadangan.pst", tmp_path / "new"

    async def meanwhile() -> tuple[Result, int]:
        done = asyncio.Event()
        writing = asyncio.create_task(keep_writing(world, done))
        made = await asyncio.to_thread(command, "backup", file, world.folder)
        done.set()
        return made, await writing

    made, written = asyncio.run(meanwhile())
    assert made.exit_code == 0 and "read back" in made.output and written > 2
    assert file.stat().st_mode & 0o077 == 0
    assert CONTENT not in file.read_bytes() and b"Kepuasan" not in file.read_bytes()
    checked = command("check", None, world.folder)
    assert "Backup of the data: last" in checked.output
    restored = command("restore", file, folder)
    assert restored.exit_code == 0, restored.output
    again = World(folder, now=world.now)
    talk = Talk(again, APPLICANT)
    talk.say("lanjutkan")
    assert "Bagaimana data dikumpulkan?" in asked and "Bagaimana data dikumpulkan?" in talk.last
    assert draft_answers(again)["tahun_kegiatan"] == 2026
    [name] = again.process.store.names()
    assert again.process.store.read(name, "person/1") == CONTENT
    assert audit_faults(again) == []
    again.stop()


def one_line(result: Result, *words: str) -> bool:
    """Refused as an operator's mistake."""
    return result.exit_code == 2 and result.output.count("\n") == 1 and all(word in result.output for word in words)


def test_what_cannot_be_used_is_refused_in_one_line_and_leaves_nothing(
    world: World, command: Command, tmp_path: Path
) -> None:
    half_filled(world)
    file, folder = tmp_path / "cadangan.pst", tmp_path / "new"
    assert command("backup", file, world.folder).exit_code == 0
    whole = file.read_bytes()
    damaged = {
        "end is missing": whole[:-1],
        "was changed": whole[: len(MARK) + SALT + 60] + bytes([whole[len(MARK) + SALT + 60] ^ 1]) + whole[-FRAME:],
        "behind its end": whole + b"x",
        "not a backup": b"PK" + whole,
        "not the one": whole[: len(MARK)] + bytes([whole[len(MARK)] ^ 1]) + whole[len(MARK) + 1 :],
    }
    for words, content in damaged.items():
        broken = tmp_path / "broken.pst"
        broken.write_bytes(content)
        assert one_line(command("restore", broken, folder), words), words
    assert one_line(command("restore", file, folder, "ganti kalimat sandi"), "passphrase")
    assert not folder.exists() and not list(tmp_path.glob(".restore*"))


def test_a_database_is_not_put_where_the_service_does_not_look_for_it(
    world: World, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, folder = tmp_path / "cadangan.pst", tmp_path / "new"
    assert command("backup", file, world.folder).exit_code == 0
    for url in (f"sqlite+aiosqlite:///{tmp_path}/elsewhere.db", "postgresql+psycopg://pst@localhost/pst"):
        monkeypatch.setenv("PST_DATABASE_URL", url)
        assert one_line(command("restore", file, folder), "leave PST_DATABASE_URL empty")
    assert not folder.exists()


def test_the_newest_backups_are_kept_and_what_was_killed_goes(world: World, command: Command, tmp_path: Path) -> None:
    folder, begun = tmp_path / "backups", ".pst-20260101T000000Z.backup." + "0" * 32
    folder.mkdir()
    older = [f"pst-2026010{day}T000000Z.backup" for day in range(1, 5)]
    for name in (*older, "pst-penting.backup", "move.backup", begun, begun[:-1] + "1"):
        (folder / name).write_bytes(b"x")
    (world.folder / ".backup-killed").mkdir()
    for path in (folder / begun, world.folder / ".backup-killed"):
        os.utime(path, (0, 0))
    refused = command("backup", folder, world.folder, "pendek", "--keep", "3")
    assert refused.exit_code == 2 and set(older) <= names(folder), "older ones go only when a new one is there"
    made = command("backup", folder, world.folder, PASSPHRASE, "--keep", "3")
    assert made.exit_code == 0 and made.output.count("deleted") == 2 and "read back" in made.output
    [new] = names(folder) - {*older, "pst-penting.backup", "move.backup", begun[:-1] + "1"}
    assert names(folder) == {*older[2:], new, "pst-penting.backup", "move.backup", begun[:-1] + "1"}
    assert not (world.folder / ".backup-killed").exists()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.postgres
def test_on_postgresql_the_database_is_in_it_too(
    postgres_database: str, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path / "data", postgres_database)
    asked = half_filled(world)
    world.stop()
    file, folder = tmp_path / "cadangan.pst", tmp_path / "new"
    monkeypatch.setenv("PST_DATABASE_URL", postgres_database)
    made = command("backup", file, world.folder)
    assert made.exit_code == 0, made.output
    assert one_line(command("restore", file, folder), "must lead to an empty database") and not folder.exists()
    monkeypatch.delenv("PST_DATABASE_URL")
    assert one_line(command("restore", file, folder), "set PST_DATABASE_URL") and not folder.exists()
    with psycopg.connect(postgres_database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    monkeypatch.setenv("PST_DATABASE_URL", postgres_database)
    folder.mkdir()
    (folder / ".restore-killed").mkdir()
    restored = command("restore", file, folder)
    assert restored.exit_code == 0, restored.output
    assert names(folder) == {"files", "secret.key"} | ({"audit.anchor"} & names(world.folder))
    again = World(folder, postgres_database, now=world.now)
    talk = Talk(again, APPLICANT)
    talk.say("lanjutkan")
    assert "Bagaimana data dikumpulkan?" in asked and "Bagaimana data dikumpulkan?" in talk.last
    assert audit_faults(again) == []
    again.stop()


def test_nothing_is_overwritten(world: World, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "cadangan.pst"
    assert command("backup", file, world.folder).exit_code == 0
    assert one_line(command("backup", file, world.folder), "exists already")
    assert one_line(command("restore", file, world.folder), "is not empty")
    assert one_line(command("backup", tmp_path / "b.pst", world.folder, "pendek"), "too short")
    assert one_line(command("backup", tmp_path / "b.pst", tmp_path / "nowhere"), "there is no key")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cadangan.pst", "data"]


def test_a_database_that_stays_locked_costs_the_note_of_a_backup_and_not_the_backup(
    world: World, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit, "_BUSY_TIMEOUT", 20)
    file = tmp_path / "cadangan.pst"
    with closing(sqlite3.connect(world.folder / DATABASE)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = command("backup", file, world.folder)
    assert locked.exit_code == 2 and locked.output.count("\n") == 1
    assert "is complete, but the database was locked" in locked.output
    assert command("restore", file, tmp_path / "new").exit_code == 0
