"""The states of an application as a table: status × event → next status. The verdict is another field.

Source: SK 66/BPS/Tahun 2023, steps 4 to 9 of the online route and 7 to 13 of the walk-in route.
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
    "take_back",
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

#: The result of an examination; a field of its own.
Verdict = Literal["layak", "ditolak"]

#: `bot.service.revisions.resubmit` releases an application after `resubmit` if its officer has left the office.
TRANSITIONS: Mapping[tuple[Status, Event], Status] = {
    ("submitted", "claim"): "under_review",
    ("under_review", "release"): "submitted",
    ("under_review", "hand_over"): "under_review",
    ("under_review", "request_revision"): "revision_requested",
    ("revision_requested", "hand_over"): "revision_requested",
    ("revision_requested", "resubmit"): "under_review",
    ("revision_requested", "take_back"): "under_review",
    ("under_review", "decide"): "letter_drafted",
    ("letter_drafted", "edit_letter"): "letter_drafted",
    ("letter_drafted", "send_to_director"): "awaiting_issue",
    ("letter_drafted", "reopen"): "under_review",
    ("letter_drafted", "hand_over"): "letter_drafted",  # its officer may have left the office
    ("awaiting_issue", "send_back"): "letter_drafted",
    ("awaiting_issue", "issue"): "issued",
    ("issued", "close"): "closed",
    ("submitted", "withdraw"): "withdrawn",
    ("under_review", "withdraw"): "withdrawn",
    ("revision_requested", "withdraw"): "withdrawn",
    ("revision_requested", "expire"): "expired",
}

#: The status of an application when it is submitted.
FIRST: Status = "submitted"

#: The applicant still waits for a result.
WITHOUT_RESULT: tuple[Status, ...] = ("submitted", "under_review", "revision_requested")

#: No officer has to do anything.
ENDED: tuple[Status, ...] = ("issued", "closed", "withdrawn", "expired")

#: Nothing happens any more.
FINAL: tuple[Status, ...] = ("closed", "withdrawn", "expired")

#: The applicant may still withdraw.
WITHDRAWABLE: frozenset[str] = frozenset(status for status, event in TRANSITIONS if event == "withdraw")


def next_status(status: str, event: Event) -> Status | None:
    """The status after the event; `None` where the event is not allowed."""
    return TRANSITIONS.get((cast("Status", status), event))
