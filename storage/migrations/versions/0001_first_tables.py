"""The first tables.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("case", sa.String(length=60), nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case", "number", name=op.f("pk_audit")),
    )
    op.create_table(
        "catalogue",
        sa.Column("id", Number, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organiser", sa.String(), nullable=False),
        sa.Column("year", Number, nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(length=8), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("recommendation_identity", sa.String(length=30), nullable=False),
        sa.Column("letter_number", sa.String(length=60), nullable=False),
        sa.Column("letter_date", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue")),
        sa.UniqueConstraint("key", name=op.f("uq_catalogue_key")),
    )
    op.create_index("ix_catalogue_year_id", "catalogue", ["year", "id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", Number, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_inbox_channel_external_id")),
    )
    op.create_index(
        "ix_inbox_open",
        "inbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'failed')"),
        postgresql_where=sa.text("state IN ('pending', 'failed')"),
    )
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"], unique=False)
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.create_table(
        "invites",
        sa.Column("id", Number, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
        sa.UniqueConstraint("code", name=op.f("uq_invites_code")),
    )
    op.create_table(
        "jobs",
        sa.Column("id", Number, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("attempts", Number, nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    op.create_index(
        "ix_jobs_due",
        "jobs",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "number_series",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("last", Number, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_number_series")),
    )
    op.create_table(
        "people",
        sa.Column("id", Number, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("registered_at", Moment(), nullable=True),
        sa.Column("consent_at", Moment(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_proven_at", Moment(), nullable=True),
        sa.Column("identity_kind", sa.String(), nullable=False),
        sa.Column("identity_last4", sa.String(), nullable=False),
        sa.Column("identity_valid_until", sa.Date(), nullable=True),
        sa.Column("eligibility", sa.String(), nullable=False),
        sa.Column("merged_into", Number, nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["people.id"], name=op.f("fk_people_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_index(
        "uq_people_email",
        "people",
        ["email"],
        unique=True,
        sqlite_where=sa.text("email_proven_at IS NOT NULL AND merged_into IS NULL"),
        postgresql_where=sa.text("email_proven_at IS NOT NULL AND merged_into IS NULL"),
    )
    op.create_table(
        "told",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_told")),
    )
    op.create_index(op.f("ix_told_at"), "told", ["at"], unique=False)
    op.create_table(
        "addresses",
        sa.Column("id", Number, nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_addresses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_addresses_channel_external_id")),
    )
    op.create_index(op.f("ix_addresses_person_id"), "addresses", ["person_id"], unique=False)
    op.create_table(
        "catalogue_words",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("entry_id", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["catalogue.id"], name=op.f("fk_catalogue_words_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "entry_id", name=op.f("pk_catalogue_words")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_catalogue_words_entry_id"), "catalogue_words", ["entry_id"], unique=False)
    op.create_table(
        "complaints",
        sa.Column("id", Number, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("first_answer_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", Number, nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_complaints_answered_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_complaints_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("number", name=op.f("uq_complaints_number")),
    )
    op.create_index(
        "ix_complaints_open",
        "complaints",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_complaints_person_id"), "complaints", ["person_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", Number, nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("partial", sa.JSON(), nullable=False),
        sa.Column("refill", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("replies", sa.JSON(), nullable=False),
        sa.Column("revision", Number, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_person_id_form_state", "drafts", ["person_id", "form", "state"], unique=False)
    op.create_table(
        "files",
        sa.Column("id", Number, nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("size", Number, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_files_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_index(op.f("ix_files_object"), "files", ["object"], unique=False)
    op.create_index(op.f("ix_files_person_id"), "files", ["person_id"], unique=False)
    op.create_table(
        "officers",
        sa.Column("person_id", Number, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_officers_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_officers")),
    )
    op.create_table(
        "applications",
        sa.Column("id", Number, nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("person_id", Number, nullable=False),
        sa.Column("draft_id", Number, nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organiser", sa.String(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_certain", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("round", Number, nullable=False),
        sa.Column("officer_id", Number, nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("heed", sa.JSON(), nullable=False),
        sa.Column("first_result_at", Moment(), nullable=True),
        sa.Column("returned_at", Moment(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("issued_at", Moment(), nullable=True),
        sa.Column("director_note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_applications_draft_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["people.id"], name=op.f("fk_applications_officer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_applications_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_applications_draft_id")),
        sa.UniqueConstraint("number", name=op.f("uq_applications_number")),
    )
    op.create_index(op.f("ix_applications_person_id"), "applications", ["person_id"], unique=False)
    op.create_index(
        "ix_applications_issued",
        "applications",
        ["issued_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'issued'"),
        postgresql_where=sa.text("status = 'issued'"),
    )
    op.create_index(
        "ix_applications_work",
        "applications",
        ["status", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text(
            "status IN ('submitted', 'under_review', 'revision_requested', 'letter_drafted', 'awaiting_issue')"
        ),
        postgresql_where=sa.text(
            "status IN ('submitted', 'under_review', 'revision_requested', 'letter_drafted', 'awaiting_issue')"
        ),
    )
    op.create_table(
        "dialogues",
        sa.Column("address_id", Number, nullable=False),
        sa.Column("conversation", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("asked", sa.String(), nullable=True),
        sa.Column("asked_message", Number, nullable=True),
        sa.Column("first_asked", Number, nullable=True),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("revision", Number, nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_dialogues_address_id")),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_dialogues")),
    )
    op.create_table(
        "email_codes",
        sa.Column("address_id", Number, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("tries", Number, nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_email_codes_address_id")),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_email_codes")),
    )
    op.create_index(op.f("ix_email_codes_email"), "email_codes", ["email"], unique=False)
    op.create_table(
        "join_tries",
        sa.Column("address_id", Number, nullable=False),
        sa.Column("tries", Number, nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_join_tries_address_id")),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_join_tries")),
    )
    op.create_table(
        "messages",
        sa.Column("id", Number, nullable=False),
        sa.Column("address_id", Number, nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_messages_address_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index("ix_messages_address_id_id", "messages", ["address_id", "id"], unique=False)
    op.create_index(op.f("ix_messages_at"), "messages", ["at"], unique=False)
    op.create_table(
        "letters",
        sa.Column("id", Number, nullable=False),
        sa.Column("application_id", Number, nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("identity", sa.String(length=30), nullable=True),
        sa.Column("file_id", Number, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_letters_application_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_letters_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("identity", name=op.f("uq_letters_identity")),
        sa.UniqueConstraint("number", name=op.f("uq_letters_number")),
    )
    op.create_index(op.f("ix_letters_application_id"), "letters", ["application_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", Number, nullable=False),
        sa.Column("application_id", Number, nullable=False),
        sa.Column("author_id", Number, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_notes_application_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_notes_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_application_id"), "notes", ["application_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Number, nullable=False),
        sa.Column("message_id", Number, nullable=False),
        sa.Column("address_id", Number, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("not_before", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("attempts", Number, nullable=False),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("gave_up_at", Moment(), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("remote_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["addresses.id"], name=op.f("fk_outbox_address_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_outbox_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["channel", "not_before"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_lane",
        "outbox",
        ["address_id", "bulk", "id"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
    )
    op.create_table(
        "ratings",
        sa.Column("application_id", Number, nullable=False),
        sa.Column("stars", Number, nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_ratings_application_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_ratings")),
    )
    op.create_table(
        "remarks",
        sa.Column("id", Number, nullable=False),
        sa.Column("application_id", Number, nullable=False),
        sa.Column("round", Number, nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", Number, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reply", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_remarks_application_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_remarks_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    op.create_index("ix_remarks_application_id_state", "remarks", ["application_id", "state"], unique=False)
    op.create_table(
        "submissions",
        sa.Column("application_id", Number, nullable=False),
        sa.Column("revision", Number, nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_submissions_application_id")),
        sa.PrimaryKeyConstraint("application_id", "revision", name=op.f("pk_submissions")),
    )
