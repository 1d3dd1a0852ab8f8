"""What a channel gives and gets. Channels know no table and no rule; what they need from inside stands in `Backend`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.conversations.types import Incoming, Prompt

FailureKind = Literal["throttled", "unreachable", "blocked", "gone", "refused"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show; rendering chooses by these numbers, never by the channel's name."""

    max_buttons: int  #: buttons under one message
    max_list: int  #: entries of a list; above that, numbered text
    max_text: int  #: characters


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One outbox row on its way out."""

    id: int
    address: str
    locale: str
    prompt: Prompt
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    remote_ids: tuple[str, ...] = ()


class SendFailed(Exception):
    """Why a channel could not send. `throttled` and `unreachable` are tried again, the others are final for the
    address.
    """

    def __init__(self, kind: FailureKind, reason: str = "", retry_after: float = 0, new_address: str = "") -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason
        self.retry_after = retry_after  #: seconds
        self.new_address = new_address


@dataclass(frozen=True, slots=True)
class StoredFile:
    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One line of a conversation as it was kept: the service's with its choices, the person's with what they said."""

    id: int
    direction: Literal["in", "out"]
    at: datetime
    locale: str
    prompt: Prompt
    external_id: str = ""  #: of a message that came in: the platform's (the page's) own id


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that arrived but was not looked at yet: the bytes lie in the spool."""

    name: str
    spooled: str


class Channel(Protocol):
    """The sending side of one channel."""

    name: str
    capabilities: Capabilities

    async def send(self, outgoing: Outgoing) -> Delivered:
        """Raises `SendFailed`, and nothing else that is not a bug."""
        ...


class Backend(Protocol):
    """What a receiving side may ask of the inside. Every method answers after its transaction is committed."""

    async def receive(self, incoming: Incoming) -> None:
        """One message, one effect. A redelivery of the same `(channel, id)` has none. Raises only when nothing could
        be kept: the platform must then deliver again."""
        ...

    async def receive_files(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> None:
        """A message with media: kept as pending and acknowledged; inspected and handled right after, in the
        address's order.
        """
        ...

    async def spool(self, chunks: AsyncIterator[bytes]) -> str:
        """Keeps arriving bytes, encrypted; gives the name for `Upload.spooled`. Raises `TooLarge` beyond the limit."""
        ...

    async def conversation(self, channel: str, address: str, after: int, limit: int) -> list[StoredMessage]:
        """The newest `limit` messages with an id above `after`, and every one not yet acknowledged, oldest first."""
        ...

    async def acknowledge(self, channel: str, address: str, up_to: int) -> None:
        """The page has shown everything up to this message id."""
        ...

    async def locale(self, channel: str, address: str) -> str:
        """The language this address reads: its choice, else its hint, else Indonesian."""
        ...

    async def attachment(self, channel: str, address: str, file: int) -> StoredFile | None:
        """A file that was sent to, or uploaded by, this very person; anybody else gets None."""
        ...


class TooLarge(Exception):
    """More bytes than an upload may have."""
