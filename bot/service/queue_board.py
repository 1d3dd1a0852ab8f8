"""What everybody may see of today's queue: numbers, and nobody's name."""

from __future__ import annotations

from datetime import datetime

from bot.service.context import AppContext
from bot.service.queue_news import code_of
from domain.queue import BoardView
from storage import queue as rows
from storage.unit import Session

#: numbers that come next
SHOWN = 5


def view(session: Session, app: AppContext, now: datetime) -> BoardView:
    here = now.astimezone(app.office.zone)
    today = rows.get_day(session, here.date())
    is_over = here.time() >= app.office.desk_hours.closes or (today is not None and today.closed_at is not None)
    is_paused = today is not None and today.paused_at is not None
    return BoardView(
        called=tuple(code_of(ticket) for ticket in rows.called(session, here.date())),
        calls=today.calls if today is not None else 0,
        next=tuple(code_of(ticket) for ticket in rows.waiting(session, here.date(), SHOWN)),
        waiting=rows.count_waiting(session, here.date()),
        state="closed" if is_over else "paused" if is_paused else "open",
    )
