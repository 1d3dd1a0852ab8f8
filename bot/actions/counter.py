"""What the buttons of the counter do, where officers record forms for visitors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.actions.applicant import Stars

#: from where the data of a visitor are taken over: a visit of the guest book, or a number of the queue
VisitorSource = Literal["new", "visit", "number"]
RecordAct = Literal["fill", "code", "print", "rate"]


@dataclass(frozen=True, slots=True)
class OpenCounter:
    """`below`: the last record of the page before; 0: the newest."""

    below: int = 0


@dataclass(frozen=True, slots=True)
class ListVisitors:
    """Who signed the guest book today."""


@dataclass(frozen=True, slots=True)
class BeginRecord:
    """Shows what is read out to the visitor before anything is written down."""

    source: VisitorSource = "new"
    row_id: int = 0


@dataclass(frozen=True, slots=True)
class VisitorAgrees:
    source: VisitorSource = "new"
    row_id: int = 0


@dataclass(frozen=True, slots=True)
class ResendVisitorCode:
    draft_id: int


@dataclass(frozen=True, slots=True)
class ChangeVisitor:
    """Opens the data of the visitor again, while the code is out."""

    draft_id: int


@dataclass(frozen=True, slots=True)
class OpenRecord:
    record_id: int


@dataclass(frozen=True, slots=True)
class RecordStep:
    act: RecordAct
    record_id: int


@dataclass(frozen=True, slots=True)
class RateForVisitor:
    record_id: int
    stars: Stars
