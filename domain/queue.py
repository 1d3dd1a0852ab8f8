"""The rules of the queue at the desk: places, who is told when, and the estimated time.

Everybody waits in one line, in the order in which the numbers were taken; a number's letter names the service.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from domain.frozen import frozen

TicketState = Literal["waiting", "called", "served", "missed", "cancelled", "closed"]
#: in these states a number still counts for its person
OPEN: frozenset[TicketState] = frozenset({"waiting", "called"})
#: between the places of two numbers that were taken one after the other; absent visitors come back in between
PLACE_STEP = 1000
#: how many others go before an absent visitor who gets another call
BACK_AFTER = 3
#: after so many calls without an answer a number ends
MOST_CALLS_UNANSWERED = 2
#: the newest services of a day whose length is the pace
PACE_OF = 10

#: How far a visitor was told: not at all, when three are before, when next, when called.
Told = Literal[0, 1, 2, 3]
NOT_TOLD: Told = 0
TOLD_NEAR: Told = 1
TOLD_NEXT: Told = 2
TOLD_NOW: Told = 3
#: so many before a visitor: time to come
NEAR = 3


@frozen
class BoardView:
    """What everybody may see of the queue of a day: numbers, no people."""

    called: tuple[str, ...]  #: the numbers that are being served, the newest call first
    calls: int  #: grows with every call, so that a repeated call is noticed
    next: tuple[str, ...]  #: the numbers that come next
    waiting: int  #: how many wait
    state: Literal["open", "paused", "closed"]


def place_after_absence(waiting: Sequence[int], last: int) -> int:
    """The place of a visitor who did not come: behind the next three. `waiting`: the places of those who wait, in
    order; `last`: the last place that was given.
    """
    before = waiting[:BACK_AFTER]
    return (before[-1] if before else last) + 1


def told_by(ahead: int) -> Told:
    """What a visitor with so many before them has to know."""
    if ahead == 0:
        return TOLD_NEXT
    return TOLD_NEAR if ahead <= NEAR else NOT_TOLD


def pace(lengths: Sequence[timedelta], default: timedelta) -> timedelta:
    """How long one visitor takes: the mean of today's newest services, or the profile's figure before there are any."""
    newest = lengths[-PACE_OF:]
    return sum(newest, timedelta()) / len(newest) if newest else default


def estimated_call(begins: datetime, ahead: int, each: timedelta, desks: int) -> datetime:
    """When a visitor will be called, about. `ahead`: those who are called before; `desks`: how many officers call."""
    return begins + each * ahead / max(desks, 1)
