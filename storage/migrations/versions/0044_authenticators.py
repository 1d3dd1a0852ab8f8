"""Authenticator apps of the staff, and for how long a right code holds.

Revision ID: 0044
"""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number, sealed = (
        ("DATETIME", "INTEGER", "BLOB") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT", "BYTEA")
    )
    op.execute(
        f"CREATE TABLE authenticators (person_id {number} NOT NULL PRIMARY KEY REFERENCES people (id), "
        f"secret {sealed}, pending_secret {sealed}, link VARCHAR(64), link_expires_at {moment}, "
        f"last_step {number} NOT NULL, wrong_codes {number} NOT NULL, paused_until {moment}, "
        "CONSTRAINT uq_authenticators_link UNIQUE (link))"
    )
    op.execute(
        f"CREATE TABLE step_up_grants (address_id {number} NOT NULL PRIMARY KEY REFERENCES addresses (id), "
        f"person_id {number} NOT NULL REFERENCES people (id), expires_at {moment} NOT NULL)"
    )
    op.create_index("ix_step_up_grants_person_id", "step_up_grants", ["person_id"])
