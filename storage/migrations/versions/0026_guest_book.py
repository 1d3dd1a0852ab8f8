"""The guest book of the desk.

Revision ID: 0026
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "BIGSERIAL NOT NULL PRIMARY KEY"
    op.execute(
        f"CREATE TABLE guest_visits (id {row_id}, day DATE NOT NULL, at {moment} NOT NULL, "
        f"person_id {number} REFERENCES people (id), recorded_by_id {number} REFERENCES people (id), "
        f"service VARCHAR(20) NOT NULL, answers {'BLOB' if is_sqlite else 'BYTEA'} NOT NULL)"
    )
    op.create_index("ix_guest_visits_day", "guest_visits", ["day"])
    op.create_index("ix_guest_visits_person_id_id", "guest_visits", ["person_id", "id"])
