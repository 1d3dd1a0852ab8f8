"""Consultations, and files that are attached to a text before it is sent.

Revision ID: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_OPEN, _ANSWERED = sa.text("state = 'open'"), sa.text("state = 'answered'")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "BIGSERIAL NOT NULL PRIMARY KEY"
    op.execute(
        f"CREATE TABLE consultations (id {row_id}, number VARCHAR(30) NOT NULL, "
        f"person_id {number} NOT NULL REFERENCES people (id), officer_id {number} REFERENCES people (id), "
        f"state VARCHAR(10) NOT NULL, created_at {moment} NOT NULL, due_on DATE NOT NULL, answered_at {moment}, "
        f"in_time BOOLEAN, changed_at {moment} NOT NULL, stars {number}, comment VARCHAR NOT NULL DEFAULT '', "
        "CONSTRAINT uq_consultations_number UNIQUE (number))"
    )
    op.create_index("ix_consultations_person_id", "consultations", ["person_id"])
    op.create_index("ix_consultations_created_at", "consultations", ["created_at"])
    op.create_index("ix_consultations_open", "consultations", ["id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index(
        "ix_consultations_due", "consultations", ["due_on", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(
        "ix_consultations_answered",
        "consultations",
        ["changed_at"],
        sqlite_where=_ANSWERED,
        postgresql_where=_ANSWERED,
    )
    _share_messages()
    _extend_files()


def _share_messages() -> None:
    """A message belongs to a conversation with an officer, or to a consultation."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("live_messages") as messages:
        messages.alter_column("chat_id", existing_type=number, nullable=True)
        messages.add_column(sa.Column("consultation_id", number, nullable=True))
        messages.create_foreign_key("fk_live_messages_consultation_id", "consultations", ["consultation_id"], ["id"])
    op.create_index("ix_live_messages_consultation_id", "live_messages", ["consultation_id"])


def _extend_files() -> None:
    """Copies of a consultation for the staff, and what is attached to a text before it is sent."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    op.execute(f"ALTER TABLE files ADD COLUMN consultation_id {number} REFERENCES consultations (id)")
    op.execute(f"ALTER TABLE files ADD COLUMN unsent_since {moment}")
    unsent = sa.text("unsent_since IS NOT NULL")
    op.create_index("ix_files_unsent", "files", ["unsent_since"], sqlite_where=unsent, postgresql_where=unsent)
