"""What platforms need: order, pace, blocks, statuses, files kept there, codes for going on elsewhere.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KNOCKED = sa.text("knocked_at IS NOT NULL AND sent_at IS NULL AND gave_up_at IS NULL")


def upgrade() -> None:
    op.add_column("addresses", sa.Column("also", sa.String(length=200), nullable=True))
    for moment in ("heard_at", "blocked_at", "paced_until"):
        op.add_column("addresses", sa.Column(moment, Moment(), nullable=True))
    op.create_index("uq_addresses_channel_also", "addresses", ["channel", "also"], unique=True)
    op.add_column("dialogues", sa.Column("takes_file", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("drafts", sa.Column("said", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("outbox", sa.Column("replaces", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("remote_id", sa.String(length=200), nullable=True))
    op.add_column("outbox", sa.Column("progress", sa.String(length=10), nullable=False, server_default=""))
    op.add_column("outbox", sa.Column("knocked_at", Moment(), nullable=True))
    op.create_index("ix_outbox_channel_remote_id", "outbox", ["channel", "remote_id"], unique=False)
    op.create_index("ix_outbox_knocked", "outbox", ["address_id"], sqlite_where=KNOCKED, postgresql_where=KNOCKED)
    op.create_table(
        "remote_files",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("file_id", Number, nullable=False),
        sa.Column("remote", sa.String(length=200), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_remote_files_file_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel", "file_id", name=op.f("pk_remote_files")),
    )
    op.create_table(
        "continuations",
        sa.Column("person_id", Number, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_continuations_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_continuations")),
        sa.UniqueConstraint("code", name=op.f("uq_continuations_code")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
