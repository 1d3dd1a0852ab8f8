"""The queue at the desk.

Revision ID: 0024
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OPEN = "WHERE state IN ('waiting', 'called')"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "BIGSERIAL NOT NULL PRIMARY KEY"
    op.execute(
        f"CREATE TABLE queue_days (day DATE NOT NULL PRIMARY KEY, last_place {number} NOT NULL, "
        f"calls {number} NOT NULL, paused_at {moment}, closed_at {moment})"
    )
    op.execute(
        f"CREATE TABLE queue_tickets (id {row_id}, day DATE NOT NULL REFERENCES queue_days (day), "
        f"service VARCHAR(20) NOT NULL, number {number} NOT NULL, place {number} NOT NULL, state VARCHAR(10) NOT NULL, "
        f"person_id {number} REFERENCES people (id), given_by_id {number} REFERENCES people (id), "
        f"officer_id {number} REFERENCES people (id), taken_at {moment} NOT NULL, called_at {moment}, "
        f"ended_at {moment}, unanswered {number} NOT NULL, told {number} NOT NULL, "
        "CONSTRAINT uq_queue_tickets_day_service_number UNIQUE (day, service, number))"
    )
    op.execute(f"CREATE INDEX ix_queue_tickets_day_place ON queue_tickets (day, place) {OPEN}")
    op.create_index("ix_queue_tickets_person_id", "queue_tickets", ["person_id"])
