"""The words of the catalogue by their parts of three letters; a draft keeps that similar activities were shown.

Revision ID: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BATCH = 1_000  #: words
SHORTEST = 5  #: letters of a word that may be misspelt


def upgrade() -> None:
    vocabulary = op.create_table(
        "catalogue_vocabulary",
        sa.Column("word", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_catalogue_vocabulary")),
        sqlite_with_rowid=False,
    )
    trigrams = op.create_table(
        "catalogue_trigrams",
        sa.Column("trigram", sa.String(3), nullable=False),
        sa.Column("word", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("trigram", "word", name=op.f("pk_catalogue_trigrams")),
        sqlite_with_rowid=False,
    )
    op.add_column("drafts", sa.Column("similar_shown", sa.Boolean(), nullable=False, server_default=sa.false()))
    connection = op.get_bind()
    found = connection.execute(sa.text("SELECT DISTINCT word FROM catalogue_words")).scalars()
    words = sorted(word for word in found if len(word) >= SHORTEST and not any(sign.isdigit() for sign in word))
    for start in range(0, len(words), BATCH):
        batch = words[start : start + BATCH]
        connection.execute(sa.insert(vocabulary), [{"word": word} for word in batch])
        parts = [{"trigram": part, "word": word} for word in batch for part in _trigrams(word)]
        connection.execute(sa.insert(trigrams), parts)


def _trigrams(word: str) -> set[str]:
    edged = f" {word} "
    return {edged[start : start + 3] for start in range(len(edged) - 2)}
