"""Keys to pages name the page and its row, so that surveys have them as well as forms. Keys that people hold go on.

Revision ID: 0058
"""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    op.execute("ALTER TABLE page_keys RENAME TO former_page_keys")  # SQLite drops no column that refers to a table
    op.execute(
        "CREATE TABLE page_keys ("
        "digest VARCHAR(64) NOT NULL PRIMARY KEY, kind VARCHAR(10) NOT NULL, page VARCHAR(20) NOT NULL, "
        f"row_id {number} NOT NULL, address_id {number} NOT NULL REFERENCES addresses (id), "
        f"expires_at {moment} NOT NULL)"
    )
    op.execute(
        "INSERT INTO page_keys (digest, kind, page, row_id, address_id, expires_at) "
        "SELECT digest, kind, 'draft', draft_id, address_id, expires_at FROM former_page_keys"
    )
    op.execute("DROP TABLE former_page_keys")
    op.create_index("ix_page_keys_address_id", "page_keys", ["address_id"])
