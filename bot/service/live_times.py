"""When a conversation with an officer ends by itself: nobody takes it, or nobody writes any more."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.service import queue
from bot.service.context import Context
from storage import jobs
from storage.tables import LiveChat

#: kind of the job that looks at a conversation when its time may be over
JOB = "live_chat"


def watch(ctx: Context, chat: LiveChat) -> None:
    """Looks at it again when its time would be over."""
    due_at = ends_at(ctx, chat)
    jobs.add(ctx.session, JOB, f"{JOB}/{chat.id}/{due_at.isoformat()}", due_at, {"chat": chat.id})


def watch_opening(ctx: Context, chat: LiveChat) -> None:
    """Looks at it when the desk opens, if that is closed now."""
    opens_at = served_from(ctx, ctx.now)
    if opens_at > ctx.now:
        jobs.add(ctx.session, JOB, f"{JOB}/{chat.id}/opens", opens_at, {"chat": chat.id})


def ends_at(ctx: Context, chat: LiveChat) -> datetime:
    """When it ends if nothing happens before. What began while the desk was closed waits until the end of the next
    day on which it is open.
    """
    limits = ctx.office.live_chat
    if chat.state == "waiting":
        begins = served_from(ctx, chat.created_at)
        if begins == chat.created_at:
            return begins + timedelta(minutes=limits.wait_minutes)
        return queue.closes_at(ctx, begins.astimezone(ctx.office.zone).date())
    return chat.last_at + timedelta(minutes=limits.silence_minutes)


def served_from(ctx: Context, moment: datetime) -> datetime:
    """The moment itself while the desk is open, else when it opens next."""
    day = moment.astimezone(ctx.office.zone).date()
    if queue.is_desk_day(ctx, day) and moment < queue.closes_at(ctx, day):
        return max(moment, queue.opens_at(ctx, day))
    return queue.opens_at(ctx, next_desk_day(ctx, day))


def next_desk_day(ctx: Context, day: date) -> date:
    """The first day after this one on which the desk is open."""
    following = day + timedelta(days=1)
    while not queue.is_desk_day(ctx, following):
        following += timedelta(days=1)
    return following
