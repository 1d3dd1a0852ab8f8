"""Faults that a test plans for the next calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

#: kinds of calls
Call = Literal["messages", "read", "upload", "media", "download", "number"]

#: `before`: the call has no effect. `after`: it has its effect, but the answer is lost. `later`: it is answered as
#: usual and fails afterwards.
When = Literal["before", "after", "later"]

How = Literal["error", "http", "html", "hang", "cut", "half", "malformed", "expired", "failed"]


@dataclass(frozen=True)
class Fault:
    how: How
    when: When = "before"
    code: int = 0  #: an error code, or an HTTP status


def error(code: int) -> Fault:
    """The answer is this error code."""
    return Fault("error", code=code)


def failed(code: int) -> Fault:
    """The message is accepted; later its status is `failed` with this error code."""
    return Fault("failed", "later", code)


def http(status: int) -> Fault:
    """The answer is an HTTP status without a body."""
    return Fault("http", code=status)


HTML = Fault("html", code=502)  #: the HTML page of a proxy
HANG = Fault("hang")  #: no effect, no answer
CUT = Fault("cut")  #: no effect; the connection is closed
LOST = Fault("cut", "after")  #: done; the connection is closed before the answer
HALF = Fault("half", "after")  #: done; the connection is closed in the middle of the answer
LATE = Fault("hang", "after")  #: done; no answer
MALFORMED = Fault("malformed", "after")  #: done; the answer is not JSON
EXPIRED = Fault("expired")  #: the id or the URL of a file has expired


@dataclass
class PlannedFault:
    fault: Fault
    left: int
    on: Call
    person: str


@dataclass
class Faults:
    _planned: list[PlannedFault] = field(default_factory=list)

    def next(self, fault: Fault, times: int = 1, *, on: Call = "messages", person: str = "") -> None:
        """The next `times` calls of this kind fail; with `person` (user id or number) only those to this person."""
        self._planned.append(PlannedFault(fault, times, on, person))

    @property
    def all_struck(self) -> bool:
        return not self._planned

    def clear(self) -> None:
        self._planned.clear()

    def take(self, call: Call, persons: frozenset[str]) -> Fault | None:
        for planned in self._planned:
            if planned.on == call and (not planned.person or planned.person in persons):
                planned.left -= 1
                if not planned.left:
                    self._planned.remove(planned)
                return planned.fault
        return None
