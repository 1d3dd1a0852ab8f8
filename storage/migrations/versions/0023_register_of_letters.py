"""The register of letters: one entry a number. Several drawings may have the number of one letter.

Revision ID: 0023
"""

import base64
import json
import secrets
from datetime import date

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("letters") as letters:
        letters.drop_constraint("uq_letters_number", type_="unique")
        letters.drop_constraint("uq_letters_identity", type_="unique")
    op.create_index("ix_letters_sha256", "letters", ["sha256"])
    register = op.create_table(
        "register",
        sa.Column("id", Number, primary_key=True),
        sa.Column("application_id", Number, sa.ForeignKey("applications.id"), nullable=False),
        sa.Column("letter_id", Number, sa.ForeignKey("letters.id"), nullable=False, unique=True),
        sa.Column("number", sa.String(60), nullable=False, unique=True),
        sa.Column("identity", sa.String(30), nullable=True, unique=True),
        sa.Column("code", sa.String(26), nullable=False, unique=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organiser", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=True),
        sa.Column("changed_by_id", Number, sa.ForeignKey("people.id"), nullable=True),
        sa.Column("replaced_by_id", Number, sa.ForeignKey("register.id"), nullable=True),
    )
    op.create_index("ix_register_application_id", "register", ["application_id"])
    _enter_letters(register)


def _enter_letters(register: sa.Table) -> None:
    """Letters that were issued before."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT letters.id, application_id, letters.number, identity, facts, title, organiser, verdict,"
            " DATE(letters.created_at) AS created FROM letters JOIN applications ON applications.id = application_id"
            " WHERE letters.number IS NOT NULL ORDER BY letters.id"
        )
    )
    rows = [
        {
            "application_id": letter.application_id,
            "letter_id": letter.id,
            "number": letter.number,
            "identity": letter.identity,
            "code": base64.b32encode(secrets.token_bytes(16)).decode().rstrip("="),
            "day": _day(letter.facts, letter.created),
            "title": letter.title,
            "organiser": letter.organiser,
            "verdict": letter.verdict,
            "state": "valid",
            "reason": "",
        }
        for letter in found
    ]
    if rows:
        connection.execute(sa.insert(register), rows)


def _day(facts: object, created: object) -> date:
    document = json.loads(facts) if isinstance(facts, str) else facts
    named = document.get("day") if isinstance(document, dict) else None
    return date.fromisoformat(str(named or created))
