"""One code signs out all addresses that joined an account together.

Revision ID: 0016
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("uq_addresses_undo_code", "addresses")
    op.create_index("ix_addresses_undo_code", "addresses", ["undo_code"])
