"""Runs a unit of work and tells the delivery loops after its commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from storage import outbox
from storage.outbox import ClaimedMessage
from storage.unit import Result, Session, Units


class DeliveryNotifier(Protocol):
    """Wakes the delivery loops and the open pages of the addresses that got messages.

    `queued`: address id → (channel, address). `claimed`: those of the messages that this process has to send now.
    """

    def __call__(self, queued: Mapping[int, tuple[str, str]], claimed: Sequence[ClaimedMessage] = ()) -> None: ...


async def write_and_notify(units: Units, notify: DeliveryNotifier, work: Callable[[Session], Result]) -> Result:
    """Runs `work` in one transaction and notifies after the commit."""

    def unit(session: Session) -> tuple[Result, dict[int, tuple[str, str]], list[ClaimedMessage]]:
        result = work(session)
        return result, outbox.queued_addresses(session), outbox.claimed_messages(session)

    result, queued, claimed = await units.write(unit)
    if queued:
        notify(queued, claimed)
    return result
