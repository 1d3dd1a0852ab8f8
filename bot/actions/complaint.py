"""What the buttons of complaints do, beside those that older versions sent."""

from __future__ import annotations

from typing import Literal

from domain.frozen import frozen

ComplainerAct = Literal["status", "settled", "unsettled", "receipt"]
DeskAct = Literal["take", "release", "interim", "close"]


@frozen
class ShowName:
    """Whether the complaint that is written carries its writer's name."""

    is_shown: Literal["yes", "no"]


@frozen
class AskSubject:
    """Asks whom the complaint that is written is about."""


@frozen
class NameCase:
    """It is about whoever examines this application of the writer's."""

    application_id: int


@frozen
class NameNobody:
    """It is about nobody in particular."""


@frozen
class UseWords:
    """What was written before the screen of complaints came is the beginning of the complaint."""


@frozen
class ListOwnComplaints:
    page: int = 0
    place: str = ""


@frozen
class ComplainerStep:
    """`secret`: the code of a complaint without a name."""

    act: ComplainerAct
    complaint_id: int
    secret: str = ""


@frozen
class OpenComplaintFile:
    """A file that came with a complaint, for its writer and for the staff."""

    complaint_id: int
    file_id: int


@frozen
class ComplaintDeskStep:
    act: DeskAct
    complaint_id: int
