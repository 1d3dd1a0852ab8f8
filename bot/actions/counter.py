"""What the buttons of the counter do, where officers record forms for visitors."""

from __future__ import annotations

from typing import Literal

from bot.actions.applicant import Stars
from domain.frozen import frozen

#: from where the data of a visitor are taken over: a visit of the guest book, or a number of the queue
VisitorSource = Literal["new", "visit", "number"]
RecordAct = Literal["fill", "code", "print", "rate"]


@frozen
class OpenCounter:
    """`below`: the last record of the page before; 0: the newest."""

    below: int = 0


@frozen
class ListVisitors:
    """Who signed the guest book today."""


@frozen
class BeginRecord:
    """Shows what is read out to the visitor before anything is written down."""

    source: VisitorSource = "new"
    row_id: int = 0


@frozen
class VisitorAgrees:
    source: VisitorSource = "new"
    row_id: int = 0


@frozen
class ResendVisitorCode:
    draft_id: int


@frozen
class ChangeVisitor:
    """Opens the data of the visitor again, while the code is out."""

    draft_id: int


@frozen
class OpenRecord:
    record_id: int


@frozen
class RecordStep:
    act: RecordAct
    record_id: int


@frozen
class RateForVisitor:
    record_id: int
    stars: Stars
