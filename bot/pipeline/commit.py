"""Runs a unit of work and tells the delivery loops after its commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from storage import outbox
from storage.unit import Session, Units


class DeliveryNotifier(Protocol):
    """Wakes the delivery loops and the open pages of the addresses that got messages.

    `queued`: address id → (channel, address).
    """

    def __call__(self, queued: Mapping[int, tuple[str, str]]) -> None: ...


async def write_and_notify(units: Units, notify: DeliveryNotifier, work: Callable[[Session], None]) -> None:
    """Runs `work` in one transaction and notifies after the commit."""

    def unit(session: Session) -> dict[int, tuple[str, str]]:
        work(session)
        return outbox.queued_addresses(session)

    notify(await units.write(unit))
