"""What waits for the actor: an application to revise, a question of an officer, and a letter that has reached none of
their conversations.
"""

from __future__ import annotations

from bot.service import applications, inquiries
from bot.service.context import Context
from domain.frozen import frozen
from storage import deliveries
from storage.tables import Application, Inquiry


@frozen
class Waiting:
    """The newest application of each kind."""

    to_revise: Application | None
    unread_letter: Application | None
    inquiry: Inquiry | None  #: the oldest question of an officer


def of_actor(ctx: Context) -> Waiting:
    mine = applications.list_mine(ctx)
    to_revise = next((one for one in mine if one.status == "revision_requested"), None)
    unread = next((one for one in mine if one.status == "issued" and _is_unread(ctx, one)), None)
    return Waiting(to_revise, unread, next(iter(inquiries.open_about(ctx, mine)), None))


def _is_unread(ctx: Context, application: Application) -> bool:
    if applications.letter_file(ctx, application) is None:
        return False
    since = application.issued_at or application.submitted_at
    return not deliveries.has_reached_chat(ctx.session, ctx.actor.id, application.id, "letter", since)
