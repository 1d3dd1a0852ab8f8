"""Which role may do what, as a table. `bot.service` checks it where the act happens.

An applicant acts only on their own application. An officer never acts on an application of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Role = Literal["applicant", "officer", "head", "director", "admin"]
#: The higher roles last: when two persons with a role are merged, the higher role stays.
RANKS: tuple[Role, ...] = get_args(Role)
Act = Literal[
    "list",
    "read",
    "read_identity",
    "read_report",
    "export_case",
    "claim",
    "release",
    "hand_over",
    "remark",
    "inquire",
    "answer_inquiry",
    "note",
    "request_revision",
    "take_back",
    "decide",
    "edit_letter",
    "send_to_director",
    "reopen",
    "send_back",
    "issue",
    "issue_by_upload",
    "send_signed",
    "amend_letter",
    "replace_letter",
    "revoke_letter",
    "expire",
    "resubmit",
    "withdraw",
    "close",
    "rate",
    "allow_copy",
    "read_ratings",
    "list_complaints",
    "read_complaint",
    "take_complaint",
    "answer_complaint",
    "close_complaint",
    "talk",
    "advise",
    "serve_queue",
    "keep_guest_book",
    "record_for_visitor",
    "print_register",
    "list_staff",
    "share_out",
    "manage_staff",
    "set_up_authenticator",
]

_DESK: frozenset[Role] = frozenset({"officer", "head"})
_STAFF: frozenset[Role] = frozenset({"officer", "head", "director"})

ROLES: Mapping[Act, frozenset[Role]] = {
    "list": _STAFF,
    "read": _STAFF,
    "read_identity": _DESK,
    "read_report": _STAFF | {"admin"},
    "export_case": _DESK,
    "claim": _DESK,
    "release": _DESK,
    "hand_over": _DESK,
    "remark": _DESK,
    "inquire": _DESK,
    "answer_inquiry": frozenset({"applicant"}),
    "note": _DESK,
    "request_revision": _DESK,
    "take_back": _DESK,
    "decide": _DESK,
    "edit_letter": _DESK,
    "send_to_director": _DESK,
    "reopen": _DESK,
    "send_back": frozenset({"director"}),
    "issue": frozenset({"director"}),
    "issue_by_upload": _DESK,
    "send_signed": _STAFF,
    "amend_letter": frozenset({"director"}),
    "replace_letter": frozenset({"director"}),
    "revoke_letter": frozenset({"director"}),
    "expire": _DESK,
    "resubmit": frozenset({"applicant"}),
    "withdraw": frozenset({"applicant"}),
    "close": frozenset({"applicant"}),  # by rating
    "rate": frozenset({"applicant"}),
    "allow_copy": frozenset({"applicant"}),
    "read_ratings": _STAFF,
    "list_complaints": _DESK,
    "read_complaint": _DESK,
    "take_complaint": _DESK,
    "answer_complaint": _DESK,
    "close_complaint": _DESK,
    "talk": _DESK,
    "advise": _DESK,
    "serve_queue": _DESK,
    "keep_guest_book": _DESK,
    "record_for_visitor": _DESK,
    "print_register": _STAFF,
    "list_staff": frozenset({"head", "admin"}),
    "share_out": frozenset({"head"}),
    "manage_staff": frozenset({"admin"}),
    "set_up_authenticator": _STAFF | {"admin"},
}

#: Acts that only the officer who holds the case may do.
HOLDER_ONLY: frozenset[Act] = frozenset(
    {
        "release",
        "remark",
        "inquire",
        "request_revision",
        "take_back",
        "decide",
        "edit_letter",
        "send_to_director",
        "reopen",
        "issue_by_upload",
    }
)

#: Acts before which a code of the actor's authenticator is asked for, as the office's profile says.
STEP_UP: frozenset[Act] = frozenset(
    {
        "issue",
        "issue_by_upload",
        "amend_letter",
        "replace_letter",
        "revoke_letter",
        "read_identity",
        "print_register",
        "manage_staff",
        "set_up_authenticator",
    }
)

#: Acts that the system may do too: it closes a case that nobody rated for 30 days, and releases one whose officer left.
SYSTEM_ACTS: frozenset[Act] = frozenset({"close", "release"})


def may(role: Role, act: Act, *, owns: bool, holds: bool) -> bool:
    """`owns`: the actor is the applicant. `holds`: the actor is the officer who has the case."""
    if "applicant" in ROLES[act]:
        return owns
    return role in ROLES[act] and not owns and (holds or act not in HOLDER_ONLY)
