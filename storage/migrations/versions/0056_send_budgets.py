"""The budget of a channel, which all processes share.

Revision ID: 0056
"""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    # what a crash of the server empties has run out before it is back, and no commit waits for the disk
    kind = "TABLE" if is_sqlite else "UNLOGGED TABLE"
    op.execute(
        f"CREATE {kind} send_budgets ("
        "channel VARCHAR(20) NOT NULL, "
        f"used_until {moment} NOT NULL, "
        "CONSTRAINT pk_send_budgets PRIMARY KEY (channel))"
    )
