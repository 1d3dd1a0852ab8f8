"""One person a mailbox however it is written; counts of a day; copies of files for the staff name their case.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

from domain.mailboxes import mailbox_of

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PROVEN = sa.text("email_proven_at IS NOT NULL AND merged_into_id IS NULL")
#: an officer's copy is the row of another person for the same stored object
_CASE_OF_COPY = """
UPDATE files SET application_id = (
    SELECT MIN(applications.id) FROM files original JOIN applications ON applications.person_id = original.person_id
    WHERE original.object = files.object AND original.person_id <> files.person_id
) WHERE person_id IN (SELECT person_id FROM officers)
"""


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE files ADD COLUMN application_id {number} REFERENCES applications (id)")
    op.execute(_CASE_OF_COPY)
    op.create_table(
        "daily_counts",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    )
    op.create_index("ix_daily_counts_day", "daily_counts", ["day"])
    op.execute("ALTER TABLE people ADD COLUMN mailbox VARCHAR NOT NULL DEFAULT ''")
    _fill_mailboxes(op.get_bind())
    op.drop_index("uq_people_email", "people")
    op.create_index(
        "uq_people_mailbox", "people", ["mailbox"], unique=True, sqlite_where=_PROVEN, postgresql_where=_PROVEN
    )


def _fill_mailboxes(connection: sa.Connection) -> None:
    """Of two people who proved the same mailbox, the first one keeps the proof; the other can prove it again, and is
    merged then.
    """
    rows = connection.execute(
        sa.text("SELECT id, email, email_proven_at, merged_into_id FROM people WHERE email <> '' ORDER BY id")
    ).all()
    proven: set[str] = set()
    for row in rows:
        mailbox = mailbox_of(row.email)
        connection.execute(sa.text("UPDATE people SET mailbox = :m WHERE id = :i"), {"m": mailbox, "i": row.id})
        if row.email_proven_at is None or row.merged_into_id is not None:
            continue
        if mailbox in proven:
            connection.execute(sa.text("UPDATE people SET email_proven_at = NULL WHERE id = :i"), {"i": row.id})
        proven.add(mailbox)
