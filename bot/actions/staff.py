"""What the buttons do that share the work out among the staff, and that manage the staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

InvitedRole = Literal["officer", "head", "director", "admin"]


@dataclass(frozen=True, slots=True)
class PickColleague:
    """Asks to whom an application is handed over."""

    application_id: int


@dataclass(frozen=True, slots=True)
class HandOver:
    """Asks for a message to the colleague."""

    application_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class HandOverSilently:
    """Hands over without a message."""

    application_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class ListStaff:
    pass


@dataclass(frozen=True, slots=True)
class OpenColleague:
    """The applications that a colleague holds."""

    person_id: int


@dataclass(frozen=True, slots=True)
class PickForAll:
    """Asks to whom the applications of a colleague are handed over."""

    person_id: int


@dataclass(frozen=True, slots=True)
class HandOverAll:
    """`count`: how many applications there were when the button was shown."""

    person_id: int
    to_id: int
    count: int


@dataclass(frozen=True, slots=True)
class ShareOut:
    """The same to all colleagues, evenly."""

    person_id: int
    count: int


@dataclass(frozen=True, slots=True)
class PickRole:
    """Asks for the role of somebody who is invited."""


@dataclass(frozen=True, slots=True)
class InviteAs:
    role: InvitedRole


@dataclass(frozen=True, slots=True)
class AskRevoke:
    person_id: int


@dataclass(frozen=True, slots=True)
class ConfirmRevoke:
    person_id: int


@dataclass(frozen=True, slots=True)
class AskReset:
    """Asks whether the authenticator of a colleague is removed."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ConfirmReset:
    person_id: int


@dataclass(frozen=True, slots=True)
class SetUpAuthenticator:
    """Gives a link to the page that sets one up."""


@dataclass(frozen=True, slots=True)
class LeaveStepUp:
    """The act that waits for a code is not done."""


@dataclass(frozen=True, slots=True)
class ShowFailures:
    """Failed jobs, and notices that did not arrive."""


@dataclass(frozen=True, slots=True)
class CheckSystem:
    """Asks whether the installation is in order."""


@dataclass(frozen=True, slots=True)
class RetryJobs:
    pass
