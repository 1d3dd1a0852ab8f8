"""What the buttons of reports do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ReportSubject = Literal["service", "satisfaction"]


@dataclass(frozen=True, slots=True)
class AskPeriod:
    subject: ReportSubject = "service"


@dataclass(frozen=True, slots=True)
class MakeReport:
    """The days are written as 20261231."""

    first: int
    last: int
    subject: ReportSubject = "service"
