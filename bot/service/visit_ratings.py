"""Ratings of visits to the desk: who was served, and took the number in a chat, is asked once. They may change them for
7 days. Source: SK 66/BPS/Tahun 2023, last step.
"""

from __future__ import annotations

from bot.chat import Prompt
from bot.service import notices
from bot.service.context import Context
from bot.service.queue_news import code_of
from bot.service.ratings import CHANGEABLE_FOR, star_buttons
from domain.text import Text
from storage import people, queue
from storage.tables import QueueTicket


def ask(ctx: Context, ticket: QueueTicket) -> None:
    """In the visitor's chats; nobody where the visitor has none."""
    if ticket.person_id is None:
        return
    text = Text(
        "Nomor %(number)s sudah selesai dilayani. Bagaimana layanan kami? Silakan beri 1 sampai 5 bintang.",
        number=code_of(ticket),
    )
    stars = star_buttons("visit", ticket.id)
    chats = people.reachable_chats(ctx.session, ticket.person_id)
    notices.queue(ctx, chats, Prompt(text, stars, reason="rate_visit"))


def get_mine(ctx: Context, ticket_id: int) -> QueueTicket | None:
    """A number of the actor that was served, locked."""
    ticket = queue.lock(ctx.session, ticket_id)
    is_mine = ticket is not None and ticket.person_id == ctx.person_id and ticket.state == "served"
    return ticket if is_mine else None


def rate(ctx: Context, ticket_id: int, stars: int) -> bool:
    """False when the actor cannot rate it, or can no longer change it."""
    ticket = get_mine(ctx, ticket_id)
    if ticket is None or _is_final(ctx, ticket) or not 1 <= stars <= 5:
        return False
    ticket.stars = stars
    ctx.session.flush()
    return True


def comment(ctx: Context, ticket_id: int, words: str) -> bool:
    """Adds a comment to the stars. False when there are none, or when they can no longer be changed."""
    ticket = get_mine(ctx, ticket_id)
    if ticket is None or ticket.stars is None or _is_final(ctx, ticket):
        return False
    ticket.comment = words
    ctx.session.flush()
    return True


def _is_final(ctx: Context, ticket: QueueTicket) -> bool:
    return ticket.ended_at is None or ctx.now > ticket.ended_at + CHANGEABLE_FOR
