"""One-time links to the page on which a letter is signed.

Revision ID: 0028
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    op.execute(
        "CREATE TABLE signing_keys (digest VARCHAR(64) NOT NULL PRIMARY KEY, "
        f"letter_id {number} NOT NULL REFERENCES letters (id), address_id {number} NOT NULL REFERENCES addresses (id), "
        f"expires_at {moment} NOT NULL)"
    )
    op.create_index("ix_signing_keys_address_id", "signing_keys", ["address_id"])
