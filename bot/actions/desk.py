"""What the buttons of the officers' queue do."""

from __future__ import annotations

from typing import Literal

from domain.frozen import frozen

DeskAct = Literal["again", "served", "absent"]


@frozen
class OpenDesk:
    """Today's queue."""


@frozen
class CallNext:
    """`calls`: how many there were today when the button was shown."""

    calls: int


@frozen
class DeskStep:
    """An act on the number that the officer has called."""

    act: DeskAct
    ticket_id: int


@frozen
class PauseQueue:
    pass


@frozen
class ResumeQueue:
    pass


@frozen
class PickService:
    """Asks for which service a visitor without a phone gets a number."""


@frozen
class PrintSlip:
    """Of a number that was given, of a visit that was recorded, or of a form that is recorded at the counter."""

    kind: Literal["number", "visit", "record"]
    row_id: int


@frozen
class GiveNumber:
    service: str
