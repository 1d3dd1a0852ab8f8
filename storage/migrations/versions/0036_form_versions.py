"""The start asks which versions of the forms are in use: an index answers, whatever the number of drafts.

Revision ID: 0036
"""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_drafts_form_version", "drafts", ["form", "version"])
    op.create_index("ix_applications_form_version", "applications", ["form", "version"])
