"""Indexes for the lists of officers, and one of three-letter parts for their search.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_IN_WORK = "status IN ('submitted', 'under_review', 'revision_requested', 'letter_drafted', 'awaiting_issue')"
_NOT_ENDED = "status NOT IN ('issued', 'closed', 'withdrawn', 'expired')"
_ENDED = "status IN ('issued', 'closed', 'withdrawn', 'expired')"
_COMMENTED = "comment <> ''"
#: name, table, columns, condition
_INDEXES = (
    ("ix_applications_due", "applications", ["due_on", "id"], _NOT_ENDED),
    ("ix_applications_officer", "applications", ["officer_id", "due_on", "id"], _IN_WORK),
    ("ix_applications_ended", "applications", ["id"], _ENDED),
    ("ix_ratings_comment", "ratings", ["created_at", "application_id"], _COMMENTED),
)
_SEARCHED = "{0}number || ' ' || {0}title || ' ' || {0}organiser"
_ADD = f"""
INSERT INTO application_search (rowid, words)
SELECT new.id, {_SEARCHED.format("new.")} WHERE new.{_IN_WORK};
"""
#: the index stores no words, so what it must forget is said again
_REMOVE = f"""
INSERT INTO application_search (application_search, rowid, words)
SELECT 'delete', old.id, {_SEARCHED.format("old.")} WHERE old.{_IN_WORK};
"""
#: A migration that rebuilds the table `applications` must create these triggers again.
_SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE application_search USING fts5 (words, content='', columnsize=0, tokenize='trigram')",
    "INSERT INTO application_search (rowid, words) "
    f"SELECT id, {_SEARCHED.format('')} FROM applications WHERE {_IN_WORK}",
    f"CREATE TRIGGER application_search_insert AFTER INSERT ON applications BEGIN {_ADD} END",
    f"CREATE TRIGGER application_search_delete AFTER DELETE ON applications BEGIN {_REMOVE} END",
    "CREATE TRIGGER application_search_update AFTER UPDATE OF id, number, title, organiser, status ON applications "
    f"BEGIN {_REMOVE} {_ADD} END",
)


def upgrade() -> None:
    for name, table, columns, condition in _INDEXES:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE_SEARCH:
            op.get_bind().exec_driver_sql(statement)
