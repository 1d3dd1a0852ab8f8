"""What the buttons of reports do."""

from __future__ import annotations

from typing import Literal

from domain.frozen import frozen

ReportSubject = Literal["service", "satisfaction"]


@frozen
class AskPeriod:
    subject: ReportSubject = "service"


@frozen
class MakeReport:
    """The days are written as 20261231."""

    first: int
    last: int
    subject: ReportSubject = "service"
