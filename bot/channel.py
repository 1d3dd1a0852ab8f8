"""What a channel is: its sending side, its receiving side, and the interfaces that handlers call.

Handlers know no table and no rule: they call `Inbound`, `History` and `PlatformEvents`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from bot.chat import Incoming, Prompt

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef

FailureKind = Literal["throttled", "unreachable", "blocked", "gone", "refused"]

#: how far a message got, as a platform tells later; it only moves forward
Progress = Literal["sent", "delivered", "read", "failed"]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """So many at once, and then one in `every` seconds."""

    burst: int
    every: float


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show; rendering chooses by these numbers, never by the channel's name."""

    max_buttons: int  #: buttons under one message
    max_list: int  #: entries of a list; above that, numbered text
    max_text: int  #: characters
    each: RateLimit | None = None  #: messages to one address
    total: RateLimit | None = None  #: messages to all of them
    upload_life: timedelta | None = None  #: how long the platform keeps a file that was sent once; None: for good


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One outbox row on its way out."""

    id: int
    address: str
    locale: str
    prompt: Prompt
    created_at: datetime
    attempt: int = 1  #: 1 for the first try
    alternate_address: str = ""  #: another identifier of the same address, such as a phone number
    last_incoming_at: datetime | None = None  #: when this address last wrote to us
    edits_message_id: str = ""  #: the platform's id of the message to be changed instead, where that can still be done
    remote_file: str = ""  #: the platform's id of the attachment, when it was sent before
    template_sent_at: datetime | None = None  #: when a template last told this address that something waits


@dataclass(frozen=True, slots=True)
class Delivered:
    remote_ids: tuple[str, ...] = ()
    remote_file: str = ""  #: under which the platform keeps the attachment
    template_sent: bool = False  #: only a template was allowed now; the message itself goes out when the person writes


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


class FetchFailed(Exception):
    """Why a file could not be fetched: `unreachable` is tried again, `gone` is final."""

    def __init__(self, kind: Literal["unreachable", "gone"], reason: str = "") -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind


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
    """A file that arrived but was not looked at yet: the bytes lie in the spool, or still at the platform."""

    name: str
    spooled: str = ""
    remote: str = ""  #: what `Platform.fetch` takes
    size: int = 0  #: bytes, as the platform says; 0: it does not


class Channel(Protocol):
    """The sending side of one channel."""

    name: str
    capabilities: Capabilities

    async def send(self, outgoing: Outgoing) -> Delivered:
        """Raises `SendFailed`, and nothing else that is not a bug."""
        ...


class Receiver(Protocol):
    """The receiving side of a platform."""

    def routes(self) -> Sequence[AbstractRouteDef]:
        """Where the platform reaches us."""
        ...

    async def start(self) -> None:
        """Once, when the routes answer. Raises `OperatorError`."""
        ...

    async def retry(self, part: bytes) -> bool:
        """Takes what was set aside once more, perhaps with a newer program; whether it could be read now."""
        ...

    async def run(self) -> None:
        """Until cancelled: asks the platform for what is new, where it does not come by itself."""
        ...


@runtime_checkable
class Platform(Channel, Protocol):
    """A channel on somebody else's servers: it is received from, and keeps files."""

    def receiver(self, inbound: Inbound, events: PlatformEvents) -> Receiver: ...

    def fetch(self, remote: str) -> AsyncIterator[bytes]:
        """The bytes of an `Upload.remote`. Raises `FetchFailed`."""
        ...

    async def close(self) -> None: ...


class Inbound(Protocol):
    """Receives messages from every channel. Each method returns after its transaction is committed."""

    async def receive(self, incoming: Incoming) -> None:
        """Handles one message. A redelivery of the same `(channel, id)` has no effect.

        Raises only when the message could not even be stored: then the platform must deliver it again.
        """
        ...

    async def receive_files(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> None:
        """Stores a message with files and returns. The files are inspected and the message is handled afterwards,
        in the order of the address.
        """
        ...

    async def spool(self, chunks: AsyncIterator[bytes]) -> str:
        """Stores arriving bytes, encrypted; returns the name for `Upload.spooled`. Raises `TooLarge`."""
        ...


class History(Protocol):
    """Gives a page or a console what it shows of a conversation."""

    async def conversation(self, channel: str, address: str, after: int, limit: int) -> list[StoredMessage]:
        """The newest `limit` messages with an id above `after`, and all that are not acknowledged, oldest first."""
        ...

    async def acknowledge(self, channel: str, address: str, up_to: int) -> None:
        """Marks all messages up to this id as shown."""
        ...

    async def locale(self, channel: str, address: str) -> str:
        """The language of this address; Indonesian for an unknown one."""
        ...

    async def attachment(self, channel: str, address: str, file_id: int) -> StoredFile | None:
        """A file of the person with this address; None for the file of anybody else."""
        ...


class PlatformEvents(Protocol):
    """Takes what platforms report besides messages, and gives their receivers what several processes share."""

    async def blocked(self, channel: str, address: str, is_blocked: bool) -> None:
        """The person has blocked us, or has unblocked us."""
        ...

    async def progress(self, channel: str, remote_id: str, state: Progress, reason: str = "") -> None:
        """How far a sent message got. Unknown ids and steps backwards have no effect; `failed` counts as not
        delivered.
        """
        ...

    async def dead_letter(self, channel: str, part: bytes, why: str) -> None:
        """Keeps input that could not be read, for the staff to see. The same input is kept once."""
        ...

    async def announce(self, channel: str, link: str) -> None:
        """Stores the link that opens this channel. It contains `{word}` and `{code}`: a command and its argument."""
        ...

    async def staff(self, channel: str) -> list[tuple[str, str]]:
        """(address, role) of all officers on this channel."""
        ...

    async def lease(self, name: str, seconds: float) -> bool:
        """Whether only this process may do the task `name` for so many seconds. Calling again renews the lease;
        0 seconds give it back.
        """
        ...


class TooLarge(Exception):
    """More bytes than an upload may have."""
