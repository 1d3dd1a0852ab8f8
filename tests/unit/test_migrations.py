"""The migrations create exactly the tables that the code expects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from domain.text import Json
from storage import migrate
from storage.case_search import SQLITE_INDEX
from storage.tables import Application, Base, CodeAttempts, Dialogue
from storage.unit import Session, Units
from storage.vocabulary import near_words


@pytest.fixture
def units(tmp_path: Path) -> Iterator[Units]:
    units = Units(f"sqlite+aiosqlite:///{tmp_path / 'pst.db'}")
    yield units
    units.dispose()


def differences(units: Units) -> list[object]:
    migrate.upgrade(units.engine)
    with units.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_described})
        return list(compare_metadata(context, Base.metadata))


def is_described(name: str | None, *_: object) -> bool:
    """The index for the search of applications is made by statements that the tables cannot describe."""
    return name is None or not name.startswith(SQLITE_INDEX)


def test_a_migrated_sqlite_database_has_the_tables_of_the_code(units: Units) -> None:
    assert differences(units) == []


@pytest.mark.postgres
def test_a_migrated_postgresql_database_has_the_tables_of_the_code(postgres_database: str) -> None:
    units = Units(postgres_database)
    assert differences(units) == []
    units.dispose()


def migrate_with_rows(units: Units, revision: str, rows: Sequence[str]) -> None:
    """Migrates a database that was used with this revision and has these rows."""
    with units.engine.connect() as connection, connection.begin():
        config = migrate.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for statement in rows:
            connection.execute(text(statement))
    migrate.upgrade(units.engine)


def test_rows_of_the_first_names_keep_their_values(units: Units) -> None:
    migrate_with_rows(units, "0003", ROWS_OF_0003)
    with units.engine.connect() as connection:
        assert {query: connection.execute(text(query)).scalar_one() for query in NEW_COLUMNS} == NEW_COLUMNS


#: rows as revision 0003 has them
ROWS_OF_0003 = (
    "INSERT INTO people (id, created_at, name, institution, position, phone, email, identity_kind, identity_last4,"
    " eligibility, merged_into) VALUES (1, '2026-03-02', 'a', '', '', '', '', '', '', '', NULL),"
    " (2, '2026-03-02', 'b', '', '', '', '', '', '', '', 1)",
    "INSERT INTO addresses (id, person_id, channel, external_id, also, locale, created_at, heard_at, paced_until)"
    " VALUES (1, 1, 'c', 'x', '62811', 'id', '2026-03-02', '2026-03-03', '2026-03-04')",
    "INSERT INTO dialogues (address_id, conversation, data, asked, asked_message, first_asked, choices, takes_file,"
    " revision, updated_at) VALUES (1, 'menu', '{}', NULL, 7, 6, '[]', 0, 3, '2026-03-02')",
    "INSERT INTO email_codes (address_id, email, code, sent_at, expires_at, tries)"
    " VALUES (1, 'a@b.id', 'c', '2026-03-02', '2026-03-03', 4)",
    "INSERT INTO join_tries (address_id, tries, last_at) VALUES (1, 2, '2026-03-02')",
    "INSERT INTO told (key, at) VALUES ('promise/1', '2026-03-02')",
)
#: query of a column by its name of today → the value that the old row had
NEW_COLUMNS: dict[str, object] = {
    "SELECT merged_into_id FROM people WHERE id = 2": 1,
    "SELECT alternate_address FROM addresses": "62811",
    "SELECT last_incoming_at FROM addresses": "2026-03-03",
    "SELECT rate_used_until FROM addresses": "2026-03-04",
    "SELECT asked_message_id FROM dialogues": 7,
    "SELECT first_asked_message_id FROM dialogues": 6,
    "SELECT attempts FROM email_codes": 4,
    "SELECT count FROM code_attempts": 2,
    "SELECT key FROM sent_reminders": "promise/1",
}


def test_migrating_twice_changes_nothing(units: Units) -> None:
    migrate.upgrade(units.engine)
    migrate.upgrade(units.engine)


def test_the_words_of_an_older_catalogue_can_be_misspelt(units: Units) -> None:
    migrate_with_rows(units, "0021", ROWS_OF_0021)
    assert units.write_now(lambda session: near_words(session, "kesehtan")) == ("kesehatan",)
    assert units.write_now(lambda session: near_words(session, "b90731")) == ()


#: rows as revision 0021 has them
ROWS_OF_0021 = (
    "INSERT INTO catalogue (id, key, title, organiser, year, region, region_code, method, recommendation_identity,"
    " letter_number, status, source, note)"
    " VALUES (1, 'k', 'Kesehatan', '', 2026, '', '', '', '', '', 'sektoral', '', '')",
    "INSERT INTO catalogue_words (word, entry_id) VALUES ('kesehatan', 1), ('2026', 1), ('b907301', 1)",
)


def test_letters_that_were_issued_before_enter_the_register(units: Units) -> None:
    migrate_with_rows(units, "0022", ROWS_OF_0022)
    with units.engine.connect() as connection:
        query = "SELECT letter_id, number, identity, day, title, verdict, state, LENGTH(code) FROM register ORDER BY id"
        assert [tuple(row) for row in connection.execute(text(query))] == [
            (2, "B-1", "V-26.7304.001", "2026-03-02", "Survei", "layak", "valid", 26),
            (3, "B-9", None, "2026-03-04", "Survei", "layak", "valid", 26),
        ]


#: rows as revision 0022 has them
ROWS_OF_0022 = (
    "INSERT INTO people (id, created_at, name, institution, position, phone, email, identity_kind, identity_last4,"
    " eligibility) VALUES (1, '2026-03-02', 'Budi', '', '', '', '', '', '', '')",
    "INSERT INTO drafts (id, person_id, form, version, state, answers, changed, partial, refill, remarks, replies,"
    " revision, created_at, updated_at) VALUES (1, 1, 'recommendation_request', 1, 'submitted', '{}', '{}',"
    " '{}', '[]', '{}', '{}', 1, '2026-03-02', '2026-03-02')",
    "INSERT INTO applications (id, number, person_id, draft_id, form, version, status, title, organiser, submitted_at,"
    " due_on, due_certain, round, verdict, grounds, advice, director_note) VALUES (1, 'REK-2026-0001', 1, 1,"
    " 'recommendation_request', 1, 'issued', 'Survei', 'Dinas', '2026-03-02', '2026-04-20', 1, 1, 'layak', '[]', '[]',"
    " '')",
    "INSERT INTO letters (id, application_id, stage, state, facts, number, identity, sha256, created_at) VALUES"
    " (1, 1, 'draft', 'ready', '{}', NULL, NULL, '', '2026-03-01'),"
    """ (2, 1, 'issued', 'ready', '{"day"\\: "2026-03-02"}', 'B-1', 'V-26.7304.001', '', '2026-03-03'),"""
    " (3, 1, 'uploaded', 'ready', '{}', 'B-9', NULL, '', '2026-03-04')",
)


def test_one_time_links_that_people_hold_go_on(units: Units) -> None:
    migrate_with_rows(units, "0057", ROWS_OF_0057)
    with units.engine.connect() as connection:
        query = "SELECT digest, kind, page, row_id, address_id, expires_at FROM page_keys"
        assert [tuple(row) for row in connection.execute(text(query))] == [
            ("d", "cookie", "draft", 1, 1, "2026-03-02 08:00")
        ]


#: rows as revision 0057 has them
ROWS_OF_0057 = (
    *ROWS_OF_0022[:2],
    "INSERT INTO addresses (id, person_id, channel, external_id, locale, created_at)"
    " VALUES (1, 1, 'console', 'budi', 'id', '2026-03-02')",
    "INSERT INTO page_keys (digest, kind, draft_id, address_id, expires_at)"
    " VALUES ('d', 'cookie', 1, 1, '2026-03-02 08:00')",
)

BOOLEANS = {"yes": True, "no": False}
#: rows as revision 0004 has them
ROWS_OF_0004 = (
    "INSERT INTO people (id, created_at, name, institution, position, phone, email, identity_kind, identity_last4,"
    " eligibility) VALUES (1, '2026-03-02', 'Budi', '', '', '', '', '', '', '')",
    "INSERT INTO addresses (id, person_id, channel, external_id, locale, created_at)"
    " VALUES (1, 1, 'console', 'budi', 'id', '2026-03-02')",
    "INSERT INTO join_tries (address_id, tries, last_at) VALUES (1, 3, '2026-03-02')",
    "INSERT INTO dialogues (address_id, conversation, data, choices, takes_file, revision, updated_at)"
    " VALUES (1, 'menu', '{}', '[]', :no, 7, '2026-03-02')",
    "INSERT INTO drafts (id, person_id, form, version, state, answers, changed, partial, refill, remarks, replies,"
    " said, revision, created_at, updated_at) VALUES (1, 1, 'recommendation_request', 1, 'submitted', '{}', '{}', '{}',"
    " '[]', '{}', '{}', '{}', 1, '2026-03-02', '2026-03-02')",
    "INSERT INTO applications (id, number, person_id, draft_id, form, version, status, title, organiser, submitted_at,"
    " due_on, due_certain, round, verdict, grounds, heed, director_note) VALUES (1, 'REK-2026-0001', 1, 1,"
    " 'recommendation_request', 1, 'issued', '', '', '2026-03-02', '2026-04-20', :yes, 1, 'layak', '[]',"
    " '[\"Laporkan.\"]', '')",
)


def rows_after_migrating(units: Units) -> tuple[int, str, list[Json]]:
    """Rows that an older version wrote, read as this version reads them."""
    with units.engine.begin() as connection:
        config = migrate.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for row in ROWS_OF_0004:
            named = {name: value for name, value in BOOLEANS.items() if f":{name}" in row}
            connection.execute(text(row), named)
    migrate.upgrade(units.engine)

    def read(session: Session) -> tuple[int, str, list[Json]]:
        return (
            session.get_one(CodeAttempts, 1).count,
            session.get_one(Dialogue, 1).conversation,
            session.get_one(Application, 1).advice,
        )

    return units.write_now(read)


def test_rows_of_an_older_version_are_kept_on_sqlite(units: Units) -> None:
    assert rows_after_migrating(units) == (3, "menu", ["Laporkan."])


@pytest.mark.postgres
def test_rows_of_an_older_version_are_kept_on_postgresql(postgres_database: str) -> None:
    units = Units(postgres_database)
    assert rows_after_migrating(units) == (3, "menu", ["Laporkan."])
    units.dispose()


def test_a_database_of_a_newer_program_is_refused_in_one_line(units: Units) -> None:
    migrate.upgrade(units.engine)
    with units.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.DatabaseTooNew, match="newer"):
        migrate.upgrade(units.engine)


def test_the_newest_migration_is_known_without_alembic() -> None:
    assert migrate.newest_revision() == ScriptDirectory.from_config(migrate.configuration()).get_current_head()
