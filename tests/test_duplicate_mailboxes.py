"""Two people of an older version had one mailbox in two writings: migrating loses neither of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage import migrate
from storage.tables import Application, Draft, Person
from storage.unit import Units
from tests.talk import Talk, World

FIRST, SECOND = "Budi@Example.go.id", "budi@example.go.id"
#: rows as revision 0008 has them: each person has a chat, a draft that is open, and an application
ROWS_OF_0008 = (
    "INSERT INTO people (id, created_at, name, institution, position, phone, email, identity_kind, identity_last4,"
    " eligibility, email_proven_at, registered_at, consent_at) VALUES (:id, '2026-03-02', 'Budi', 'Dinas', 'Kepala',"
    " '+6281234567890', :email, 'sim', 'A123', 'kabupaten', '2026-03-02', '2026-03-02', '2026-03-02')",
    "INSERT INTO addresses (id, person_id, channel, external_id, locale, created_at)"
    " VALUES (:id, :id, 'console', :chat, 'id', '2026-03-02')",
    "INSERT INTO drafts (id, person_id, form, version, state, answers, changed, partial, refill, remarks, replies,"
    " source_messages, revision, created_at, updated_at) VALUES (:id, :id, 'recommendation_request', 1, 'submitted',"
    " '{}', '{}', '{}', '[]', '{}', '{}', '{}', 1, '2026-03-02', '2026-03-02'), (:id + 10, :id,"
    " 'recommendation_request', 1, 'open', '{}', '{}', '{}', '[]', '{}', '{}', '{}', 1, '2026-03-02', '2026-03-02')",
    "INSERT INTO applications (id, number, person_id, draft_id, form, version, status, title, organiser, submitted_at,"
    " due_on, due_certain, round, verdict, grounds, advice, director_note) VALUES (:id, :number, :id, :id,"
    " 'recommendation_request', 1, 'submitted', 'Survei', 'Dinas', '2026-03-02', '2026-04-20', :yes, 1, '', '[]',"
    " '[]', '')",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    is_postgresql = request.param == "postgresql"
    url = request.getfixturevalue("postgres_database") if is_postgresql else f"sqlite+aiosqlite:///{tmp_path}/old.db"
    units = Units(url)
    with units.engine.begin() as connection:
        config = migrate.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        for id, email in ((1, FIRST), (2, SECOND)):
            values = {"id": id, "email": email, "chat": f"chat {id}", "number": f"REK-2026-000{id}", "yes": True}
            for row in ROWS_OF_0008:
                connection.execute(text(row), {name: value for name, value in values.items() if f":{name}" in row})
        if is_postgresql:
            for table in ("people", "addresses", "drafts", "applications"):
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)"))
    units.dispose()
    world = World(tmp_path / "data", database_url=url, settings={"secret_key": "k" * 40})
    yield world
    world.stop()


def test_the_second_person_keeps_everything_and_becomes_one_with_the_first_by_a_code(world: World) -> None:
    def stands(session: Session) -> list[tuple[int, bool, int | None]]:
        people = session.scalars(select(Person).where(Person.id < 3).order_by(Person.id))
        return [(person.id, person.email_proven_at is not None, person.merged_into_id) for person in people]

    def owners(session: Session) -> tuple[set[int], set[int]]:
        return set(session.scalars(select(Application.person_id))), set(session.scalars(select(Draft.person_id)))

    assert world.process.units.write_now(stands) == [(1, True, None), (2, False, None)]
    assert world.process.units.write_now(owners) == ({1, 2}, {1, 2})
    second = Talk(world, "chat 2")
    second.say("status")
    assert "REK-2026-0002" in second.last and "REK-2026-0001" not in second.last
    second.press("account:move")
    second.say(SECOND)
    second.say(world.code())
    assert "Selamat datang kembali, Budi" in second.last
    assert world.process.units.write_now(stands) == [(1, True, None), (2, False, 1)]
    assert world.process.units.write_now(owners) == ({1}, {1})
    second.say("status")
    assert "REK-2026-0001" in second.last and "REK-2026-0002" in second.last


def test_the_second_person_proves_the_mailbox_again_before_anything_is_sent_in_their_name(world: World) -> None:
    second = Talk(world, "chat 2")
    second.press("account:register")
    for words in ("SIM", "A123", "31/12/2028"):
        second.say(words)
    second.tap("Kirim")
    assert f"mengirim kode delapan angka ke {SECOND}" in second.last
    second.say(world.code())
    person = world.process.units.write_now(lambda session: session.get_one(Person, 2))
    assert person.merged_into_id == 1
