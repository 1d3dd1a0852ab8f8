"""What a person and officers write to each other, as their screens show it."""

from __future__ import annotations

from bot.service.context import Context
from domain.text import Text, lines
from storage import officers, threads
from storage.threads import Thread


def transcript(ctx: Context, thread: Thread, asker: str | Text, limit: int) -> Text:
    """The newest messages, with who wrote them. `asker`: the name of whoever asks. The caller has opened the thread."""
    said = threads.said_in(ctx.session, ctx.app.keys, thread, limit)
    names = officers.names(ctx.session, {line.officer_id for line in said if line.officer_id is not None})
    return lines(
        *(
            Text(
                "%(name)s: %(words)s",
                name=asker if line.officer_id is None else names.get(line.officer_id, ""),
                words=line.words,
            )
            for line in said
        )
    )
