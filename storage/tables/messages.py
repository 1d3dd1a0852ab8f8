"""Messages: received, kept for the history, and on their way out; and the state of each dialogue."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.text import Json
from storage.tables.base import Base

_WAITING = text("sent_at IS NULL AND gave_up_at IS NULL")
_ON_HOLD = text("hold IS NOT NULL AND sent_at IS NULL AND gave_up_at IS NULL")
_NOTICE = text("bulk")
_NOTICE_SQLITE = text("bulk = 1")
#: queries repeat this condition literally, so that the database uses the partial index
UNDELIVERED = text("(gave_up_at IS NOT NULL OR progress = 'failed')")
_OPEN = text("state IN ('pending', 'failed')")


class Hold(StrEnum):
    """Why a message waits, or waited, for the person to write."""

    TEMPLATE = "template"  #: the platform takes only a template now; it leaves next
    HELD = "held"  #: until the person writes
    RELEASED = "released"  #: the person has written; it leaves before the reply


class InboxRow(Base):
    """One received message. It has a payload only while it is pending or failed."""

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10))  #: done, pending, failed
    payload: Mapped[bytes | None]  #: sealed
    error: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None]  #: of a pending message: until then the process that has it in hand lives
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class Dialogue(Base):
    """The state of the conversation with one address."""

    __tablename__ = "dialogues"
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), primary_key=True)
    conversation: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Json]]
    asked: Mapped[str | None]
    asked_message_id: Mapped[int | None]  #: the newest message, which asks the open question
    first_asked_message_id: Mapped[int | None]  #: the first message that asked it; it may be asked several times
    choices: Mapped[list[Json]]
    takes_file: Mapped[bool] = mapped_column(default=False)  #: whether our last message asked for a file
    unsent: Mapped[list[Json]]  #: texts that the person writes and has not sent yet
    updated_at: Mapped[datetime]


class Message(Base):
    """A message of the history, in or out, sealed; kept for the `retention.messages` days of the office."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    direction: Mapped[str] = mapped_column(String(3))  #: in, out
    at: Mapped[datetime] = mapped_column(index=True)
    locale: Mapped[str] = mapped_column(String(8))
    body: Mapped[bytes]  #: sealed JSON of a prompt
    external_id: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (Index("ix_messages_address_id_id", "address_id", "id"),)


class OutboxRow(Base):
    """A message on its way out. Of each address one row is in flight at a time."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    channel: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40))
    bulk: Mapped[bool]  #: a notice; replies go first
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    #: the platform's id of the message that is edited instead of sending a new one
    edits_message_id: Mapped[str] = mapped_column(String(200), default="")
    remote_ids: Mapped[list[Json]]  #: the platform's ids of the sent parts
    remote_id: Mapped[str | None] = mapped_column(String(200))  #: the last of them
    progress: Mapped[str] = mapped_column(
        String(10), default=""
    )  #: sent, delivered, read, failed: reported later by the platform
    template_sent_at: Mapped[
        datetime | None
    ]  #: when a template announced this message, which waits until the person writes
    hold: Mapped[str | None] = mapped_column(String(10))  #: `Hold`; NULL: it never waited for the person
    #: the application that the message is about
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id"))
    trace_id: Mapped[str] = mapped_column(String(16), server_default="")  #: of what caused it, see `storage.tracing`
    __table_args__ = (
        Index("ix_outbox_channel_remote_id", "channel", "remote_id"),
        Index("ix_outbox_on_hold", "address_id", sqlite_where=_ON_HOLD, postgresql_where=_ON_HOLD),
        Index("ix_outbox_lane", "address_id", "bulk", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_outbox_notices", "address_id", "message_id", sqlite_where=_NOTICE_SQLITE, postgresql_where=_NOTICE),
        Index("ix_outbox_notice_ids", "id", sqlite_where=_NOTICE_SQLITE, postgresql_where=_NOTICE),
        Index("ix_outbox_undelivered", "id", sqlite_where=UNDELIVERED, postgresql_where=UNDELIVERED),
        Index("ix_outbox_due", "channel", "not_before", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )
