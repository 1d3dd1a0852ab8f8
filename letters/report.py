"""The facts of a report about a period, in Indonesian words: the chart and the Excel file are drawn from them alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.frozen import frozen
from domain.text import Text

#: (what was counted, how often)
Row = tuple[str, int]


@frozen
class Report:
    office: str
    first: date
    last: date
    made_on: date
    figures: Sequence[tuple[Text, str]]  #: what it is, and the figure; the first three are shown large
    days: Sequence[Row]  #: results by the working days that they took, as bars
    late_bars: int  #: how many bars at the end are beyond the promise
    promised_days: int
    remarks: Sequence[Row]  #: by question
    repeated: Sequence[Row]  #: words of remarks
    stops: Sequence[Row]  #: by question
    channels: Sequence[Row]

    @property
    def title(self) -> str:
        return f"{self.first:%d/%m/%Y}\u2013{self.last:%d/%m/%Y}"
