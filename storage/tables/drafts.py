"""Forms while people fill them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.text import Json
from storage.tables.base import Base

#: queries repeat this condition literally, so that the database uses the partial index
UNSENT_DRAFT = text("state IN ('open', 'locked', 'set_aside')")


class Draft(Base):
    """The answers of one form while a person fills it, independent of the channel."""

    __tablename__ = "drafts"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    form: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))  #: open, locked, revising, submitted, set_aside, discarded
    answers: Mapped[dict[str, Json]]
    changed: Mapped[dict[str, Json]]  #: question → draft revision at its last change
    partial: Mapped[dict[str, Json]]  #: question → the part of the answer that was given so far
    copied_from_id: Mapped[int | None]  #: the application whose answers it began with
    unconfirmed: Mapped[list[Json]] = mapped_column(
        default=list, server_default="[]"
    )  #: copied answers that its person has to confirm
    #: whether its person was told of similar activities, or that there was nothing to tell
    similar_shown: Mapped[bool] = mapped_column(default=False, server_default=false())
    refill: Mapped[list[Json]]  #: questions to answer again: the form changed, or the examiner wrote a remark
    remarks: Mapped[dict[str, Json]]  #: in a revision: question → the examiner's remark; only these questions are open
    #: in a revision: question → the answer that the examiner proposes
    proposals: Mapped[dict[str, Json]] = mapped_column(default=dict, server_default="{}")
    replies: Mapped[dict[str, Json]]  #: in a revision: question → the applicant's reply
    #: question → key of the message that answered it; the person may edit that message later
    source_messages: Mapped[dict[str, Json]] = mapped_column(default=dict)
    #: rule of the examiner → the answers that its finding rested on when the person left it as it is; `checks.basis`
    left_findings: Mapped[dict[str, Json]] = mapped_column(default=dict, server_default="{}")
    #: the question that was answered last; empty: none, or before this was recorded
    last_question: Mapped[str] = mapped_column(String(60), default="", server_default="")
    revision: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_drafts_person_id_form_state", "person_id", "form", "state"),
        Index("ix_drafts_form_version", "form", "version"),
        Index("ix_drafts_unsent", "updated_at", "id", sqlite_where=UNSENT_DRAFT, postgresql_where=UNSENT_DRAFT),
    )


class FormImport(Base):
    """A filled file of a draft that came back, until its person decides about its answers."""

    __tablename__ = "form_imports"
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), primary_key=True)
    content: Mapped[dict[str, Json]]  #: as `ReturnedForm.to_json`
    created_at: Mapped[datetime]
