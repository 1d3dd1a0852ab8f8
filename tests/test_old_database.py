"""A database of the first release is brought up to date, and who was in the middle of a form goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from storage import migrate
from storage.secrets import Keys
from storage.unit import Units
from tests.talk import Talk, World, draft_answers

#: the last migration of release 0.1.0
RELEASED = "0003"
ANSWERS = {"judul_kegiatan": "Survei Kepuasan Layanan Puskesmas", "tahun_kegiatan": "2026"}
#: rows as release 0.1.0 wrote them: somebody registered, began the form, and left it by saying "menu"
ROWS = (
    "INSERT INTO people (id, created_at, name, institution, position, phone, email, email_proven_at, registered_at,"
    " identity_kind, identity_last4, eligibility) VALUES (1, '2026-03-02', 'Budi', 'Dinas Kesehatan', 'Statistisi',"
    " '+628111111111', 'budi@example.go.id', '2026-03-02', '2026-03-02', '', '', '')",
    "INSERT INTO addresses (id, person_id, channel, external_id, locale, created_at)"
    " VALUES (1, 1, 'console', 'budi', 'id', '2026-03-02')",
    "INSERT INTO dialogues (address_id, conversation, data, asked, choices, takes_file, revision, updated_at)"
    " VALUES (1, 'menu', '{}', NULL, '[]', :no, 3, '2026-03-02')",
    "INSERT INTO drafts (id, person_id, form, version, state, answers, changed, partial, refill, remarks, replies,"
    " revision, created_at, updated_at) VALUES (1, 1, 'recommendation_request', 1, 'open', :answers, '{}', '{}', '[]',"
    " '{}', '{}', 2, '2026-03-02', '2026-03-02')",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'pst.db'}"
    else:
        yield request.getfixturevalue("postgres_database")


def released(database: str, folder: Path) -> None:
    """A data folder and a database as the first release left them."""
    folder.mkdir()
    Keys.load(folder, None, False)
    units = Units(database)
    with units.engine.connect() as connection, connection.begin():
        config = migrate.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, RELEASED)
        values = {"no": False, "answers": json.dumps(ANSWERS)}
        for statement in ROWS:
            connection.execute(text(statement), {name: values[name] for name in values if f":{name}" in statement})
    units.dispose()


def test_who_was_in_the_middle_of_a_form_when_the_first_release_was_updated_goes_on(
    database: str, tmp_path: Path
) -> None:
    released(database, tmp_path / "data")
    world = World(tmp_path / "data", database)
    talk = Talk(world, "budi")
    talk.say("halo")
    talk.tap("Lanjutkan permohonan")
    assert "Selamat datang kembali" in talk.last and "0.3 Jenis Kegiatan Statistik" in talk.last
    talk.tap("Statistik Sektoral")
    assert draft_answers(world) == ANSWERS | {"jenis_statistik": "sektoral"}
    world.restart()
    assert draft_answers(world) == ANSWERS | {"jenis_statistik": "sektoral"}
    world.stop()
