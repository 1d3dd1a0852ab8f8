"""A role is used only from the addresses that joined with an invitation; devices can be signed out.

Revision ID: 0008
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, number = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    op.execute(f"ALTER TABLE addresses ADD COLUMN staff_since {moment}")
    op.execute("ALTER TABLE addresses ADD COLUMN undo_code VARCHAR(64)")
    op.execute(f"ALTER TABLE addresses ADD COLUMN hidden_message_id {number}")
    op.create_index("uq_addresses_undo_code", "addresses", ["undo_code"], unique=True)
    op.execute(
        "UPDATE addresses SET staff_since = (SELECT joined_at FROM officers"
        " WHERE officers.person_id = addresses.person_id AND officers.revoked_at IS NULL) WHERE channel <> 'email'"
    )
