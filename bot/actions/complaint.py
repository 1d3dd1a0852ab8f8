"""What the buttons of complaints do, beside those that older versions sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ComplainerAct = Literal["status", "settled", "unsettled", "receipt"]
DeskAct = Literal["take", "release", "interim", "close"]


@dataclass(frozen=True, slots=True)
class ShowName:
    """Whether the complaint that is written carries its writer's name."""

    is_shown: Literal["yes", "no"]


@dataclass(frozen=True, slots=True)
class AskSubject:
    """Asks whom the complaint that is written is about."""


@dataclass(frozen=True, slots=True)
class NameCase:
    """It is about whoever examines this application of the writer's."""

    application_id: int


@dataclass(frozen=True, slots=True)
class NameNobody:
    """It is about nobody in particular."""


@dataclass(frozen=True, slots=True)
class ListOwnComplaints:
    page: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class ComplainerStep:
    """`secret`: the code of a complaint without a name."""

    act: ComplainerAct
    complaint_id: int
    secret: str = ""


@dataclass(frozen=True, slots=True)
class OpenComplaintFile:
    """A file that came with a complaint, for its writer and for the staff."""

    complaint_id: int
    file_id: int


@dataclass(frozen=True, slots=True)
class ComplaintDeskStep:
    act: DeskAct
    complaint_id: int
