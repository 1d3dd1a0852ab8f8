"""The satisfaction survey.

Revision ID: 0051
"""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    row_id = "INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "BIGSERIAL NOT NULL PRIMARY KEY"
    op.execute(
        f"CREATE TABLE satisfaction_surveys (id {row_id}, "
        f"application_id {number} REFERENCES applications (id), scores JSON NOT NULL, "
        f"started_at {moment} NOT NULL, finished_at {moment}, "
        "CONSTRAINT uq_satisfaction_surveys_application_id UNIQUE (application_id))"
    )
    op.create_index("ix_satisfaction_surveys_finished_at", "satisfaction_surveys", ["finished_at"])
