"""Files that the service draws itself: kept for a person, and sent."""

from __future__ import annotations

import hashlib

from bot.chat import Attachment, Choice, Prompt
from bot.service import notices
from bot.service.context import Context
from domain.files import StoredKind
from domain.frozen import frozen
from domain.text import Text
from storage import file_records
from storage.tables import File


@frozen
class StoredDocument:
    """A document in the file store."""

    object: str  #: its name in the store
    owner: str  #: for whom it is encrypted; the file row may belong to another person by now
    size: int  #: bytes
    sha256: str

    @classmethod
    def of(cls, content: bytes, object: str, owner: str) -> StoredDocument:
        return cls(object, owner, len(content), hashlib.sha256(content).hexdigest())


def add_file(
    ctx: Context,
    person_id: int,
    document: StoredDocument,
    name: str,
    application_id: int | None = None,
    kind: StoredKind = "pdf",
) -> File:
    """Makes the document a file of this person. `application_id`: as in `file_records.add`."""
    return file_records.add(
        ctx.session, person_id, document.object, document.owner, name, kind, document.size, ctx.now, application_id
    )


def send(
    ctx: Context,
    document: StoredDocument,
    name: str,
    text: Text,
    *choices: Choice,
    kind: StoredKind = "pdf",
    application_id: int | None = None,
    reason: str = "document",
) -> None:
    """To the address that asked for it, as a file of its person. `application_id`: as in `file_records.add`."""
    file = add_file(ctx, ctx.person_id, document, name, application_id, kind)
    attached = Attachment(file.id, file.name, is_picture=kind == "png")
    shown = Prompt(text, choices, attachment=attached, reason=reason)
    notices.queue(ctx, [ctx.address], shown)
