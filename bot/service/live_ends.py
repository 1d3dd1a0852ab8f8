"""The job that ends conversations with officers whose time is over."""

from __future__ import annotations

from datetime import datetime

from bot.service import live_chats, live_times
from bot.service.context import AppContext, context_of_address
from storage import live_chats as rows
from storage.unit import Session


def look(session: Session, app: AppContext, now: datetime, chat_id: int) -> None:
    """Ends it if its time is over, else looks again then; officers are reminded of one that waits. In the caller's
    transaction.
    """
    chat = rows.get(session, chat_id)
    if chat is None or chat.state == "ended":
        return
    ctx = context_of_address(session, app, now, chat.address_id)
    if now >= live_times.ends_at(ctx, chat):
        live_chats.end_by_time(ctx, chat)
        return
    live_times.watch(ctx, chat)
    if chat.state == "waiting":
        live_chats.remind(ctx, chat)
