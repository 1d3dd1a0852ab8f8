"""What the buttons do that share the work out among the staff, and that manage the staff."""

from __future__ import annotations

from typing import Literal

from domain.frozen import frozen

InvitedRole = Literal["officer", "head", "director", "admin"]


@frozen
class PickColleague:
    """Asks to whom an application is handed over."""

    application_id: int


@frozen
class HandOver:
    """Asks for a message to the colleague."""

    application_id: int
    person_id: int


@frozen
class HandOverSilently:
    """Hands over without a message."""

    application_id: int
    person_id: int


@frozen
class ListStaff:
    pass


@frozen
class OpenColleague:
    """The applications that a colleague holds."""

    person_id: int


@frozen
class PickForAll:
    """Asks to whom the applications of a colleague are handed over."""

    person_id: int


@frozen
class HandOverAll:
    """`count`: how many applications there were when the button was shown."""

    person_id: int
    to_id: int
    count: int


@frozen
class ShareOut:
    """The same to all colleagues, evenly."""

    person_id: int
    count: int


@frozen
class PickRole:
    """Asks for the role of somebody who is invited."""


@frozen
class InviteAs:
    role: InvitedRole


@frozen
class AskRevoke:
    person_id: int


@frozen
class ConfirmRevoke:
    person_id: int


@frozen
class AskReset:
    """Asks whether the authenticator of a colleague is removed."""

    person_id: int


@frozen
class ConfirmReset:
    person_id: int


@frozen
class SetUpAuthenticator:
    """Gives a link to the page that sets one up."""


@frozen
class LeaveStepUp:
    """The act that waits for a code is not done."""


@frozen
class ShowFailures:
    """Failed jobs, and notices that did not arrive."""


@frozen
class CheckSystem:
    """Asks whether the installation is in order."""


@frozen
class RetryJobs:
    pass
