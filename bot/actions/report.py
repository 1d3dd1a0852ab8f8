"""What the buttons of reports do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskPeriod:
    pass


@dataclass(frozen=True, slots=True)
class MakeReport:
    """The days are written as 20261231."""

    first: int
    last: int
