"""Runs a unit of work and tells the delivery loops after its commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from storage import dialogues, outbox
from storage.unit import Session, Units

ATTEMPTS = 3  #: runs of one unit whose rows other units keep changing


class DeliveryNotifier(Protocol):
    """Wakes the delivery loops and the open pages of the addresses that got messages.

    `queued`: address id → (channel, address).
    """

    def __call__(self, queued: Mapping[int, tuple[str, str]]) -> None: ...


async def write_and_notify(units: Units, notify: DeliveryNotifier, work: Callable[[Session], None]) -> None:
    """Runs `work` in one transaction and notifies after the commit.

    A unit that finds its rows changed by another one is run again. Raises `Overtaken` after the last attempt.
    """

    def unit(session: Session) -> dict[int, tuple[str, str]]:
        work(session)
        return outbox.queued_addresses(session)

    for attempt in range(1, ATTEMPTS + 1):
        try:
            return notify(await units.write(unit))
        except dialogues.Overtaken:
            if attempt == ATTEMPTS:
                raise
    return None
