"""Stars, a comment and the satisfaction survey after a visit to the desk; lists of comments by service.

Revision ID: 0055
"""

from alembic import op
from sqlalchemy import text

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_RATED = "stars IS NOT NULL"
_COMMENTED = "comment <> ''"
_INDEXES = (
    ("ix_queue_tickets_rated", "queue_tickets", ["ended_at", "stars"], _RATED),
    ("ix_queue_tickets_comment", "queue_tickets", ["id"], _COMMENTED),
    ("ix_consultations_rated", "consultations", ["changed_at", "stars"], _RATED),
    ("ix_consultations_comment", "consultations", ["id"], _COMMENTED),
)


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE queue_tickets ADD COLUMN stars {number}")
    op.execute("ALTER TABLE queue_tickets ADD COLUMN comment VARCHAR DEFAULT '' NOT NULL")
    op.execute(f"ALTER TABLE satisfaction_surveys ADD COLUMN queue_ticket_id {number} REFERENCES queue_tickets (id)")
    op.create_index("ix_satisfaction_surveys_queue_ticket_id", "satisfaction_surveys", ["queue_ticket_id"], unique=True)
    for name, table, columns, condition in _INDEXES:
        op.create_index(name, table, columns, sqlite_where=text(condition), postgresql_where=text(condition))
