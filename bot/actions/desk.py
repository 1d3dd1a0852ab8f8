"""What the buttons of the officers' queue do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DeskAct = Literal["again", "served", "absent"]


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """Today's queue."""


@dataclass(frozen=True, slots=True)
class CallNext:
    """`calls`: how many there were today when the button was shown."""

    calls: int


@dataclass(frozen=True, slots=True)
class DeskStep:
    """An act on the number that the officer has called."""

    act: DeskAct
    ticket_id: int


@dataclass(frozen=True, slots=True)
class PauseQueue:
    pass


@dataclass(frozen=True, slots=True)
class ResumeQueue:
    pass


@dataclass(frozen=True, slots=True)
class PickService:
    """Asks for which service a visitor without a phone gets a number."""


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Of a number that was given, of a visit that was recorded, or of a form that is recorded at the counter."""

    kind: Literal["number", "visit", "record"]
    row_id: int


@dataclass(frozen=True, slots=True)
class GiveNumber:
    service: str
