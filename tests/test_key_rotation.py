"""The key of the installation is changed: everything is sealed anew, also when it is stopped, and goes on as before."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import LargeBinary, insert, select

from bot.cli import main
from bot.runtime.audit_anchor import LEASE, AuditAnchor
from bot.service import complaints
from domain.letter_check import judge_text, office_keys
from domain.letter_seal import public_text, seal
from storage import audit, seal_activation
from storage.audit_check import verify
from storage.key_rotation import SEALED
from storage.secrets import KEY_FILE, Keys
from storage.service_lock import held
from storage.tables import Authenticator, Base, File, InboxRow, LiveChat, LiveMessage, UnknownPhrase, WaitingFile
from storage.unit import Session
from tests.casework import APPLICANT, do
from tests.crash.killed_rotation import POINTS, rotate_until
from tests.forked_processes import fork
from tests.guest_rows import sign
from tests.sample_letters import CHECKED_AT, SEALED_FACTS
from tests.talk import Talk, World

CONTENT = b"%PDF-1.7 lampiran"


def rotate(world: World, **settings: str) -> Result:
    return CliRunner().invoke(main, ["key", "rotate"], env={"PST_DATA_DIR": str(world.folder), **settings})


def key_file(world: World) -> Path:
    return world.folder / KEY_FILE


def anchored(world: World) -> None:
    process = world.process
    world.now = max(world.now, datetime.now(UTC)) + 2 * LEASE  # the command takes the clock of this machine
    asyncio.run(AuditAnchor(process.units, process.app.keys, world.folder, world.clock).extend())


@pytest.fixture
def secret(world: World) -> tuple[str, str]:
    """Something sealed in every column, a file, and a complaint without a name: its number and code."""
    Talk(world, APPLICANT).say("halo")
    do(world, APPLICANT, sign)
    filed = do(world, APPLICANT, lambda ctx: complaints.file(ctx, "Antre lama.", named=False))
    assert filed is not None
    name = world.process.store.put(CONTENT, "person/1")
    world.process.units.write_now(lambda session: seal_rows(session, world, name))
    anchored(world)
    return filed.complaint.number, filed.secret


def seal_rows(session: Session, world: World, name: str) -> None:
    keys, now = world.process.app.keys, world.now
    seal_activation.store(session, keys, "kode aktivasi")
    session.add(
        File(person_id=1, object=name, owner="person/1", name="a.pdf", kind="pdf", size=len(CONTENT), created_at=now)
    )
    chat = {"id": 1, "person_id": 1, "address_id": 1, "state": "open", "created_at": now, "last_at": now}
    session.execute(insert(LiveChat).values(chat))
    rows: dict[type[Base], dict[str, object]] = {
        InboxRow: {"channel": "console", "external_id": "x/1", "address": "a", "received_at": now, "state": "failed"},
        LiveMessage: {"chat_id": 1, "consultation_id": None, "at": now},
        UnknownPhrase: {"digest": "d", "count": 1, "last_at": now},
        Authenticator: {"person_id": 1, "last_step": 0, "wrong_codes": 0},
        WaitingFile: {"channel": "webchat", "address": "a", "message_id": "m", "place": 0, "expires_at": now},
    }
    for table, values in rows.items():
        sealed = SEALED[table.__tablename__]
        body = keys.seal(sealed.purpose, b"{}", sealed.bound_to({**values, "id": 1}))  # type: ignore[arg-type]
        session.execute(insert(table).values({**values, **dict.fromkeys(sealed.columns, body)}))


def opened(world: World, keys: Keys) -> int:
    """How many sealed values these keys alone open: all, or an error is raised."""

    def read(session: Session) -> int:
        count = 0
        for name, sealed in SEALED.items():
            rows = session.execute(select(Base.metadata.tables[name])).mappings().all()
            values = [(row, row[column]) for row in rows for column in sealed.columns if row[column]]
            assert values, name
            for row, value in values:
                keys.open(sealed.purpose, value, sealed.bound_to(row))
            count += len(values)
        assert seal_activation.read(session, keys) == "kode aktivasi"
        return count

    return world.process.units.read_now(read)


def check(world: World, secret: tuple[str, str], sealed: int) -> None:
    """Everything is sealed with the newest key alone, and the service goes on."""
    newest = Keys(key_file(world).read_bytes().splitlines()[0])
    assert opened(world, newest) >= sealed
    store = world.process.store
    [row] = world.process.units.read_now(lambda session: session.scalars(select(File)).all())
    assert store.read(row.object, row.owner) == CONTENT
    assert newest.name("file", b"8:person/1:" + CONTENT) == row.object
    anchored(world)
    report = world.process.units.read_now(lambda s: verify(s, world.process.app.keys, world.folder))
    assert report.is_whole and report.anchor == "the anchor fits", report
    number, code = secret
    assert do(world, APPLICANT, lambda ctx: complaints.find_with_secret(ctx, number, code)) is not None
    assert Talk(world, APPLICANT).say("status")


def test_everything_is_sealed_anew_and_what_people_hold_still_works(world: World, secret: tuple[str, str]) -> None:
    sealed = opened(world, world.process.app.keys)
    letter = seal(SEALED_FACTS, world.process.app.keys.letter_key(), CHECKED_AT)
    with held(world.folder, alone=False):
        refused = rotate(world)
    assert refused.exit_code == 2 and refused.output == "pst-bot: the service runs; stop it first\n"
    refused = rotate(world, PST_SECRET_KEY=key_file(world).read_text().strip())
    assert refused.exit_code == 2 and "remove the setting" in refused.output
    world.stop()
    said = ""
    for count in (2, 3):
        done = rotate(world)
        said = done.output
        assert done.exit_code == 0 and "make a backup now" in done.output, done.output
        assert len(set(key_file(world).read_bytes().split())) == count
        assert key_file(world).stat().st_mode & 0o077 == 0
    world.start()
    check(world, secret, sealed)
    keys = world.process.app.keys
    ring = office_keys(keys.letter_keys())
    assert [judge_text(text, ring).outcome for text in (letter, seal(SEALED_FACTS, keys.letter_key(), CHECKED_AT))] == [
        "genuine"
    ] * 2
    assert judge_text(letter, ring[:1]).outcome == "foreign", "new letters are sealed with the new key"
    assert f'former_keys = [{{ public_key = "{public_text(ring[1].public)}", until = ' in said
    assert list(world.process.store.names()) == [row.object for row in files(world)], "no old object is left"


def files(world: World) -> list[File]:
    return list(world.process.units.read_now(lambda session: session.scalars(select(File)).all()))


def test_killed_at_every_point_it_goes_on_and_no_service_starts_in_between(
    world: World, secret: tuple[str, str], tmp_path: Path
) -> None:
    sealed = opened(world, world.process.app.keys)
    world.stop()
    environment, log = {"PST_DATA_DIR": str(world.folder)}, tmp_path / "log"
    for point in POINTS:
        process = fork(
            rotate_until, point, folder=tmp_path, environment=environment, streams=(Path(os.devnull), log, log)
        )
        assert process.wait(60) == -signal.SIGKILL, (point, log.read_text())
        assert len(key_file(world).read_bytes().split()) == 2, "one change makes one key"
        refused = CliRunner().invoke(main, ["migrate"], env=environment)
        assert refused.exit_code == 2 and "run pst-bot key rotate again" in refused.output
    assert rotate(world).exit_code == 0
    world.start()
    check(world, secret, sealed)


def test_a_damaged_row_stays_as_it_is_and_an_anchor_that_does_not_fit_is_mended_first(
    world: World, secret: tuple[str, str]
) -> None:
    def damage(session: Session) -> None:
        session.execute(Base.metadata.tables["unknown_phrases"].update().values(words=b"\x01" + bytes(40)))

    world.process.units.write_now(damage)
    world.stop()
    anchor = world.folder / "audit.anchor"
    right = anchor.read_text()
    anchor.write_text(right.replace('"value": "', '"value": "0'))
    refused = rotate(world)
    assert refused.exit_code == 2 and "pst-bot audit verify" in refused.output
    anchor.write_text(right)
    done = rotate(world)
    assert done.exit_code == 0 and "unknown_phrases\t0 sealed anew, 1 were damaged before" in done.output
    world.start()


def test_who_has_a_former_key_adds_no_line_to_the_audit(world: World, secret: tuple[str, str]) -> None:
    world.stop()
    assert rotate(world).exit_code == 0
    world.start()
    former = Keys(key_file(world).read_bytes().split()[1])
    world.process.units.write_now(lambda s: audit.append(s, former, "application/9", "person/1", "issue", world.now))
    report = world.process.units.read_now(lambda s: verify(s, world.process.app.keys, world.folder))
    assert report.broken == {"application/9": 1}


def test_no_sealed_column_is_forgotten() -> None:
    binary = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert binary == {(name, column) for name, sealed in SEALED.items() for column in sealed.columns}
