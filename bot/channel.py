"""What a channel is: its sending side, its receiving side, and the interfaces that handlers call.

Handlers know no table and no rule: they call `Inbound`, `History`, `PlatformEvents`, and what `bot.pages` describes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from bot.chat import Incoming, Prompt
from domain.frozen import frozen

if TYPE_CHECKING:
    from aiohttp.web import RouteDef

FailureKind = Literal["throttled", "unreachable", "blocked", "gone", "refused"]

#: how far a sent message got, as a platform reports later; it only moves forward
Progress = Literal["sent", "delivered", "read", "failed"]


@frozen
class RateLimit:
    """At most `burst` messages at once, then one in `every` seconds."""

    burst: int
    every: float


@frozen
class Capabilities:
    """What the delivery must know of a channel. Limits of texts and buttons are the matter of its handler alone."""

    each: RateLimit | None = None  #: for the messages to one address
    total: RateLimit | None = None  #: for the messages to all addresses
    upload_life: timedelta | None = None  #: how long the platform keeps a sent file; None: for ever


@frozen
class Outgoing:
    """One message that a channel must send."""

    id: int
    address: str
    locale: str
    prompt: Prompt
    created_at: datetime
    attempt: int = 1  #: 1 for the first try
    alternate_address: str = ""  #: another identifier of the same address, such as a phone number
    last_incoming_at: datetime | None = None  #: when the last message came from this address
    edits_message_id: str = ""  #: the platform's id of the message to edit instead of sending, if possible
    remote_file: str = ""  #: the platform's id of the attachment, when it was sent before
    template_sent_at: datetime | None = None  #: when a template last announced a message to this address
    needs_template: bool = False  #: the platform has told that it takes only a template now


@frozen
class Delivered:
    """What a channel reports of a sent message."""

    remote_ids: tuple[str, ...] = ()  #: the platform's ids of the parts
    remote_file: str = ""  #: the platform's id of the attachment
    template_sent: bool = False  #: only a template was allowed now; the message waits until the person writes


class SendFailed(Exception):
    """Why a channel could not send. `throttled`, `unreachable` and `gone` are retried, the others are final."""

    def __init__(
        self, kind: FailureKind, reason: str = "", retry_after: float = 0, new_address: str = "", *, hint: str = ""
    ) -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind
        self.reason = reason
        self.hint = hint  #: what the log says instead of the reason, which may repeat words of a server
        self.retry_after = retry_after  #: seconds
        self.new_address = new_address  #: with `gone`: the identifier that replaces the address


class FetchFailed(Exception):
    """Why a file could not be fetched. `unreachable` is retried, `gone` is final."""

    def __init__(self, kind: Literal["unreachable", "gone"], reason: str = "") -> None:
        super().__init__(f"{kind}: {reason}")
        self.kind = kind


@frozen
class StoredFile:
    """A decrypted file of the file store."""

    name: str
    kind: str  #: a key of `domain.files.FILE_TYPES`
    content: bytes


@frozen
class StoredMessage:
    """One message of the history, in or out."""

    id: int
    direction: Literal["in", "out"]
    at: datetime
    locale: str
    prompt: Prompt
    external_id: str = ""  #: of an incoming message: the id of the platform or the page


@frozen
class AddressView:
    """How the conversation of one address is shown."""

    locale: str
    hidden_up_to: int = 0  #: messages up to this id belong to somebody who was signed out, or whose role has ended


@frozen
class Upload:
    """A file that is not inspected yet. The spool or the platform has its bytes."""

    name: str
    spooled: str = ""  #: name in the spool
    remote: str = ""  #: the argument for `Platform.fetch`
    size: int = 0  #: bytes, as the platform says; 0: unknown


class Channel(Protocol):
    """The sending side of one channel."""

    name: str
    capabilities: Capabilities

    async def send(self, outgoing: Outgoing) -> Delivered:
        """Sends one message. Raises `SendFailed`."""
        ...


class Receiver(Protocol):
    """The receiving side of a platform."""

    def routes(self) -> Sequence[RouteDef]:
        """The webhooks of this platform."""
        ...

    async def start(self) -> None:
        """Called once, when the routes can be reached. Raises `OperatorError`."""
        ...

    async def retry(self, part: bytes) -> bool:
        """Reads a dead letter again, perhaps with a newer program. Returns whether it could be read."""
        ...

    async def run(self) -> None:
        """Runs until it is cancelled. Polls the platform when there is no webhook."""
        ...


@runtime_checkable
class Platform(Channel, Protocol):
    """A channel whose servers belong to somebody else. It also receives, and keeps files."""

    def receiver(self, inbound: Inbound, events: PlatformEvents) -> Receiver: ...

    def fetch(self, remote: str) -> AsyncIterator[bytes]:
        """The bytes of the file `Upload.remote`. Raises `FetchFailed`."""
        ...

    async def close(self) -> None: ...


class Inbound(Protocol):
    """Receives messages from every channel. Each method returns after its transaction is committed.

    False: the address sends too much; the message was not taken, and the sender is told in the chat.
    """

    async def receive(self, incoming: Incoming) -> bool:
        """Handles one message. A redelivery of the same `(channel, id)` has no effect.

        Raises only when the message could not even be stored: then the platform must deliver it again.
        """
        ...

    async def receive_files(self, incoming: Incoming, uploads: tuple[Upload, ...]) -> bool:
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

    async def earlier(self, channel: str, address: str, before: int, limit: int) -> list[StoredMessage]:
        """The newest `limit` messages with an id below `before`, oldest first."""
        ...

    async def acknowledge(self, channel: str, address: str, up_to: int) -> None:
        """Marks all messages up to this id as shown."""
        ...

    async def address_view(self, channel: str, address: str) -> AddressView | None:
        """How the conversation of this address is shown; None for an unknown address."""
        ...

    async def takes_file(self, channel: str, address: str, name: str) -> bool:
        """Whether the last message to this address asked for a file, or a file of this name may be a filled form."""
        ...

    async def was_received(self, channel: str, address: str, external_id: str) -> bool:
        """Whether a message of this address has this id and is stored, handled or not."""
        ...

    async def attachment(self, channel: str, address: str, file_id: int) -> StoredFile | None:
        """A file of the person with this address; None for the file of anybody else. Raises `FetchFailed`."""
        ...


class WaitingFiles(Protocol):
    """Keeps what a page uploads until its message comes, which names it by the id that the page has given to it."""

    async def has_room(self, channel: str, address: str) -> bool:
        """Whether one more file may wait for a message of this address."""
        ...

    async def put(self, channel: str, address: str, message_id: str, place: int, upload: Upload) -> None:
        """Keeps one file. A file that is uploaded again replaces the first copy. `place`: in the message, from 0."""
        ...

    async def complete(self, channel: str, address: str, message_id: str, count: int) -> tuple[Upload, ...] | None:
        """The message's files in the order in which the person picked them; `None` when one is missing."""
        ...

    async def forget(self, channel: str, address: str, message_id: str) -> None:
        """The message is stored: its files wait no longer."""
        ...


class PlatformEvents(Protocol):
    """Takes what platforms report besides messages, and gives their receivers what several processes share."""

    async def blocked(self, channel: str, address: str, is_blocked: bool) -> None:
        """The person has blocked us, or has unblocked us."""
        ...

    async def identifier_changed(self, channel: str, message_id: str, previous: str, current: str) -> None:
        """The person with the identifier `previous` has the identifier `current` now. `message_id`: of the platform's
        report; reporting it again has no effect.
        """
        ...

    async def progress(
        self, channel: str, remote_id: str, state: Progress, reason: str = "", *, needs_template: bool = False
    ) -> None:
        """How far a sent message got. Unknown ids and steps backwards have no effect; `failed` counts as not
        delivered. `needs_template`: it failed because only a template may be sent now.
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
    """An upload has too many bytes."""
