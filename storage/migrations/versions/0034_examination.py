"""Remarks have a number that stays, and may be fatal; which sections an officer has opened.

Revision ID: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_COUNT = (
    "UPDATE remarks SET number = (SELECT count(*) FROM remarks AS earlier "
    "WHERE earlier.application_id = remarks.application_id AND earlier.id <= remarks.id)"
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    op.add_column("remarks", sa.Column("severity", sa.String(10), nullable=False, server_default="mendable"))
    op.add_column("remarks", sa.Column("rule", sa.String(20), nullable=False, server_default=""))
    op.execute(f"ALTER TABLE remarks ADD COLUMN number {number} NOT NULL DEFAULT 0")
    op.execute(_COUNT)
    op.execute(
        f"CREATE TABLE section_reviews (application_id {number} NOT NULL REFERENCES applications (id), "
        f"officer_id {number} NOT NULL REFERENCES people (id), section VARCHAR(60) NOT NULL, "
        f"round {number} NOT NULL, is_clear BOOLEAN NOT NULL, at {moment} NOT NULL, "
        "PRIMARY KEY (application_id, officer_id, section))"
    )
