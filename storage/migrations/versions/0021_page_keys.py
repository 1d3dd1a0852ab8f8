"""Keys to the page of one draft: one-time links, and the cookies that they are exchanged for.

Revision ID: 0021
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    op.execute(
        "CREATE TABLE page_keys ("
        "digest VARCHAR(64) NOT NULL PRIMARY KEY, kind VARCHAR(10) NOT NULL, "
        f"draft_id {number} NOT NULL REFERENCES drafts (id), address_id {number} NOT NULL REFERENCES addresses (id), "
        f"expires_at {moment} NOT NULL)"
    )
    op.create_index("ix_page_keys_address_id", "page_keys", ["address_id"])
