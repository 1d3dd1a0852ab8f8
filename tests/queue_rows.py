"""The queue for tests: visitors who are not registered, and officers who call them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.service import queue, queue_desk
from bot.service.context import Context, context_at
from bot.service.queue_news import code_of
from storage import people
from storage.tables import QueueTicket
from tests.casework import OFFICER, do
from tests.talk import World

TODAY = date(2026, 3, 2)


def visitor(world: World, session: Session, name: str) -> Context:
    """Somebody who is not registered."""
    address = people.get_or_create_address(session, "console", name, "id", world.now)
    return context_at(session, world.process.app, world.now, address)


def take(world: World, name: str, service: str = "rekomendasi", day: date = TODAY) -> str:
    def unit(session: Session) -> str:
        return code_of(queue.take(visitor(world, session, name), service, day))

    return world.process.units.write_now(unit)


def tickets(world: World) -> list[QueueTicket]:
    query = select(QueueTicket).order_by(QueueTicket.place, QueueTicket.id)
    return world.process.units.write_now(lambda session: list(session.scalars(query)))


def call(world: World, who: str = OFFICER) -> str | None:
    def act(ctx: Context) -> str | None:
        called = queue_desk.call_next(ctx, queue_desk.calls_today(ctx))
        return code_of(called) if called else None

    return do(world, who, act)


def mine(ctx: Context) -> int:
    ticket = queue_desk.view(ctx).mine
    assert ticket is not None
    return ticket.id


def end(world: World, act: str = "serve", who: str = OFFICER) -> str:
    return do(world, who, lambda ctx: code_of(getattr(queue_desk, act)(ctx, mine(ctx))))


def code_and_state(ticket: QueueTicket) -> tuple[str, str]:
    return code_of(ticket), ticket.state
