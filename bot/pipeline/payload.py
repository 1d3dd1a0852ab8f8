"""The sealed payloads of inbox rows: messages that are still to be handled, and raw input that nobody could read."""

from __future__ import annotations

from bot.channel import Upload
from bot.chat import Incoming
from domain import json_bytes
from domain.frozen import frozen
from storage.secrets import Keys
from storage.tables import InboxRow

_PURPOSE = "inbox"


@frozen
class PendingMessage:
    """A message with its uploads, as the inbox keeps it until it is handled."""

    incoming: Incoming
    uploads: tuple[Upload, ...]


def seal_message(keys: Keys, message: PendingMessage) -> bytes:
    uploads = [[upload.name, upload.spooled, upload.remote, upload.size] for upload in message.uploads]
    document = message.incoming.to_json() | {"uploads": uploads}
    return seal_raw(keys, message.incoming.channel, message.incoming.id, json_bytes.dump(document))


def open_message(keys: Keys, row: InboxRow) -> PendingMessage:
    document = json_bytes.load(open_raw(keys, row))
    uploads = tuple(Upload(*upload) for upload in document.pop("uploads"))
    return PendingMessage(Incoming.of_json(document), uploads)


def seal_raw(keys: Keys, channel: str, external_id: str, raw: bytes) -> bytes:
    return keys.seal(_PURPOSE, raw, f"{channel}/{external_id}")


def open_raw(keys: Keys, row: InboxRow) -> bytes:
    return keys.open(_PURPOSE, row.payload or b"", f"{row.channel}/{row.external_id}")
