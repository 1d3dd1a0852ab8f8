"""Runs a unit of work and tells the delivery loops after its commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Generic, Protocol

from bot.pipeline import tracing
from domain.frozen import frozen
from storage import outbox, sending
from storage.sending import ClaimedMessage
from storage.tracing import set_id
from storage.unit import Result, Session, Units


class DeliveryNotifier(Protocol):
    """Wakes the delivery loops and the open pages of the addresses that got messages.

    `queued`: address id → (channel, address). `claimed`: those of the messages that this process has to send now.
    """

    def __call__(self, queued: Mapping[int, tuple[str, str]], claimed: Sequence[ClaimedMessage] = ()) -> None: ...


@frozen
class Committed(Generic[Result]):
    """What a transaction returned, and what it queued and claimed."""

    result: Result
    queued: dict[int, tuple[str, str]]
    claimed: list[ClaimedMessage]


async def write_and_notify(
    units: Units,
    notify: DeliveryNotifier,
    work: Callable[[Session], Result],
    *,
    begins_within: float = inf,
    is_one_statement: bool = False,
) -> Result:
    """Runs `work` in one transaction and notifies after the commit. The other arguments are as in `Units.write`."""

    trace_id = tracing.current()

    def unit(session: Session) -> Committed[Result]:
        set_id(session, trace_id)
        return Committed(work(session), outbox.queued_addresses(session), sending.claimed_messages(session))

    committed = await units.write(unit, begins_within=begins_within, is_one_statement=is_one_statement)
    if committed.queued:
        notify(committed.queued, committed.claimed)
    return committed.result
