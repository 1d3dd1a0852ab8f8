"""Complaints without a name, with several answers, and with people who must not read them.

Revision ID: 0046
"""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    _create_entries()
    _change_complaints()
    op.create_table(
        "complaint_exclusions",
        sa.Column("id", Number, primary_key=True),
        sa.Column("complaint_id", Number, sa.ForeignKey("complaints.id"), nullable=False),
        sa.Column("person_id", Number, sa.ForeignKey("people.id"), nullable=False),
    )
    op.create_index("ix_complaint_exclusions_complaint_id", "complaint_exclusions", ["complaint_id"])


def _create_entries() -> None:
    """With the answers that were given before."""
    op.create_table(
        "complaint_entries",
        sa.Column("id", Number, primary_key=True),
        sa.Column("complaint_id", Number, sa.ForeignKey("complaints.id"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", Number, sa.ForeignKey("people.id"), nullable=True),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_index("ix_complaint_entries_complaint_id", "complaint_entries", ["complaint_id"])
    op.execute(
        "INSERT INTO complaint_entries (complaint_id, kind, text, author_id, at) "
        "SELECT id, 'answer', answer, answered_by_id, answered_at FROM complaints "
        "WHERE state = 'answered' AND answered_at IS NOT NULL ORDER BY id"
    )


def _change_complaints() -> None:
    """Complaints that were filed before are settled with their first answer."""
    op.drop_index("ix_complaints_open", "complaints")
    op.alter_column("complaints", "answered_by_id", new_column_name="officer_id")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE complaints RENAME CONSTRAINT fk_complaints_answered_by_id TO fk_complaints_officer_id")
    with op.batch_alter_table("complaints") as complaints:
        complaints.alter_column("person_id", existing_type=Number, nullable=True)
        complaints.add_column(sa.Column("secret", sa.String(64), nullable=False, server_default=""))
        complaints.add_column(sa.Column("about", sa.String(), nullable=False, server_default=""))
        complaints.add_column(sa.Column("about_application_id", Number, nullable=True))
        complaints.add_column(sa.Column("for_heads", sa.Boolean(), nullable=False, server_default=sa.false()))
        complaints.add_column(sa.Column("settle_by", sa.Date(), nullable=True))
        complaints.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        complaints.add_column(sa.Column("round", Number, nullable=False, server_default="1"))
        complaints.add_column(sa.Column("in_time", sa.Boolean(), nullable=True))
        complaints.add_column(sa.Column("changed_at", Moment(), nullable=True))
        complaints.create_foreign_key(
            "fk_complaints_about_application_id", "applications", ["about_application_id"], ["id"]
        )
    op.execute(
        "UPDATE complaints SET settle_by = first_answer_by, due_on = first_answer_by, "
        "in_time = CASE WHEN answered_at IS NULL THEN NULL ELSE DATE(answered_at) <= first_answer_by END, "
        "changed_at = COALESCE(answered_at, created_at)"
    )
    with op.batch_alter_table("complaints") as complaints:
        complaints.drop_column("answer")
        complaints.alter_column("settle_by", existing_type=sa.Date(), nullable=False)
        complaints.alter_column("due_on", existing_type=sa.Date(), nullable=False)
        complaints.alter_column("changed_at", existing_type=Moment(), nullable=False)
    op.create_index("ix_complaints_open", "complaints", ["id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_complaints_due", "complaints", ["due_on", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_complaints_created_at", "complaints", ["created_at"])
    answered = sa.text("state = 'answered'")
    op.create_index(
        "ix_complaints_answered", "complaints", ["changed_at"], sqlite_where=answered, postgresql_where=answered
    )
