"""Files that a person attaches to a text before sending it. Every one was inspected when it came in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.chat import IncomingFile
from bot.service.context import Context
from storage import file_records
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


def copy_for(ctx: Context, file: File, person_id: int, consultation_id: int | None = None) -> File:
    """The row of this person for the same stored object. `consultation_id`: of a copy for a member of the staff."""
    own = file_records.of_person(ctx.session, person_id, file.object)
    if own is None:
        own = file_records.add(
            ctx.session, person_id, file.object, file.owner, file.name, file.kind, file.size, ctx.now
        )
        own.consultation_id = consultation_id
        ctx.session.flush()
    return own
