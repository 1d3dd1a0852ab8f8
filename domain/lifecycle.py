"""The life of an application, as a table: status × event → status. Progress only; the verdict is another field.

Source: SK 66/BPS/Tahun 2023, steps 4 to 9 online and 7 to 13 at the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

Status = Literal[
    "submitted",
    "under_review",
    "revision_requested",
    "letter_drafted",
    "awaiting_issue",
    "issued",
    "closed",
    "withdrawn",
    "expired",
]
Event = Literal[
    "claim",
    "release",
    "hand_over",
    "request_revision",
    "resubmit",
    "decide",
    "edit_letter",
    "send_to_director",
    "reopen",
    "send_back",
    "issue",
    "close",
    "withdraw",
    "expire",
]

#: the result of an examination: another field than the status
Verdict = Literal["layak", "ditolak"]

#: after `resubmit` an application whose officer has left goes back to the inbox: see `bot.service.revisions.resubmit`
TRANSITIONS: Mapping[tuple[Status, Event], Status] = {
    ("submitted", "claim"): "under_review",
    ("under_review", "release"): "submitted",
    ("under_review", "hand_over"): "under_review",
    ("under_review", "request_revision"): "revision_requested",
    ("revision_requested", "resubmit"): "under_review",
    ("under_review", "decide"): "letter_drafted",
    ("letter_drafted", "edit_letter"): "letter_drafted",
    ("letter_drafted", "send_to_director"): "awaiting_issue",
    ("letter_drafted", "reopen"): "under_review",
    ("letter_drafted", "hand_over"): "letter_drafted",  # whoever drafted it may have left the office
    ("awaiting_issue", "send_back"): "letter_drafted",
    ("awaiting_issue", "issue"): "issued",
    ("issued", "close"): "closed",
    ("submitted", "withdraw"): "withdrawn",
    ("under_review", "withdraw"): "withdrawn",
    ("revision_requested", "withdraw"): "withdrawn",
    ("revision_requested", "expire"): "expired",
}

#: the status of a submitted application
FIRST: Status = "submitted"

#: in these the applicant still waits for a result
WITHOUT_RESULT: tuple[Status, ...] = ("submitted", "under_review", "revision_requested")

#: the desk is done with these
ENDED: tuple[Status, ...] = ("issued", "closed", "withdrawn", "expired")

#: from these the applicant may still withdraw
WITHDRAWABLE: frozenset[str] = frozenset(status for status, event in TRANSITIONS if event == "withdraw")


def after(status: str, event: Event) -> Status | None:
    """The status that follows, or `None` where the event has no place."""
    return TRANSITIONS.get((cast("Status", status), event))
