"""Files that a person attaches to a text before sending it. Every one was inspected when it came in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.chat import IncomingFile
from bot.service.context import Context
from storage import file_records, personal_data
from storage.tables import File

#: files with one text
MOST = 5


def keep(ctx: Context, file: IncomingFile) -> File:
    """The actor's, until they send the text. What is never sent is deleted after the days of messages."""
    return file_records.add_unsent(
        ctx.session, ctx.person_id, file.object, file.owner, file.name, file.kind, file.size, ctx.now
    )


def unsent(ctx: Context, file_ids: Collection[int]) -> Sequence[File]:
    """Those among these files that the actor has attached and not sent."""
    return file_records.unsent_of(ctx.session, ctx.person_id, file_ids) if file_ids else ()


def send(ctx: Context, file_ids: Collection[int]) -> Sequence[File]:
    """The same, which are sent from now on."""
    files = unsent(ctx, file_ids)
    for file in files:
        file.unsent_since = None
    ctx.session.flush()
    return files


def drop(ctx: Context, file_ids: Collection[int]) -> None:
    """The text goes without them."""
    personal_data.delete_files(ctx.session, files=[file.id for file in unsent(ctx, file_ids)])


def copy_for(
    ctx: Context, file: File, person_id: int, consultation_id: int | None = None, complaint_id: int | None = None
) -> File:
    """The row of this person for the same stored object. Of a copy for a member of the staff, what it belongs to."""
    own = file_records.of_person(ctx.session, person_id, file.object)
    if own is None:
        own = file_records.add(
            ctx.session, person_id, file.object, file.owner, file.name, file.kind, file.size, ctx.now
        )
        own.consultation_id, own.complaint_id = consultation_id, complaint_id
        ctx.session.flush()
    return own
