"""Letters that came back with their signatures.

Revision ID: 0032
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    op.execute(
        f"CREATE TABLE signed_copies (file_id {number} NOT NULL PRIMARY KEY REFERENCES files (id), "
        f"application_id {number} NOT NULL REFERENCES applications (id), "
        f"letter_id {number} REFERENCES letters (id), kind VARCHAR(10) NOT NULL, signer VARCHAR(200) NOT NULL, "
        f"fingerprint VARCHAR(64) NOT NULL, taken_at {moment} NOT NULL)"
    )
    op.create_index("ix_signed_copies_application_id", "signed_copies", ["application_id"])
    op.create_index("ix_signed_copies_letter_id", "signed_copies", ["letter_id"])
