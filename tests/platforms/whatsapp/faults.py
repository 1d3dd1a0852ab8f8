"""What goes wrong on the way, for the next so many calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

#: the kinds of calls
Call = Literal["messages", "read", "upload", "media", "download", "number"]

#: `before`: the call has no effect; `after`: it had its effect, but the answer does not say so; `later`: it is answered
#: as ever, and fails afterwards
When = Literal["before", "after", "later"]

How = Literal["error", "http", "html", "hang", "cut", "half", "malformed", "expired", "failed"]


@dataclass(frozen=True)
class Fault:
    how: How
    when: When = "before"
    code: int = 0  #: of an error, or an HTTP status


def error(code: int) -> Fault:
    """Answered with this error code."""
    return Fault("error", code=code)


def failed(code: int) -> Fault:
    """Accepted, and then a `failed` status with this error code."""
    return Fault("failed", "later", code)


def http(status: int) -> Fault:
    """Only a status, without a body of the Graph API."""
    return Fault("http", code=status)


HTML = Fault("html", code=502)  #: a page of something in between
HANG = Fault("hang")  #: never answered, no effect
CUT = Fault("cut")  #: the connection breaks before anything happened
LOST = Fault("cut", "after")  #: done, but the connection breaks before the answer
HALF = Fault("half", "after")  #: done, but the connection breaks in the middle of the answer
LATE = Fault("hang", "after")  #: done, but never answered
MALFORMED = Fault("malformed", "after")  #: done, but the answer is no JSON
EXPIRED = Fault("expired")  #: the URL of a medium, or its id, is past its life


@dataclass
class Planned:
    fault: Fault
    left: int
    on: Call
    person: str


@dataclass
class Faults:
    _planned: list[Planned] = field(default_factory=list)

    def next(self, fault: Fault, times: int = 1, *, on: Call = "messages", person: str = "") -> None:
        """The next `times` calls of this kind go wrong, or only those to this person (user id or number)."""
        self._planned.append(Planned(fault, times, on, person))

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
