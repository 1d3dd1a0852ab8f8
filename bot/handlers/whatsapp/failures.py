"""What each error of the Cloud API means for a message: one table, after the developers' list of error codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channel import FailureKind, SendFailed
from bot.handlers.whatsapp.graph import ApiRefused


@dataclass(frozen=True, slots=True)
class Meaning:
    kind: FailureKind
    reason: str  #: for the desk
    wait: float = 0  #: seconds before it is tried again, at least
    tell: str = ""  #: for the operator: what to look at; nothing goes out until then


_LATER = "the platform could not do it now"
_OURS = "the platform does not take a message made like this"
_TEMPLATE = "the template is not approved, or not as this version writes it"
_CHECK_TEMPLATES = "submit the templates of `pst-bot whatsapp templates` and wait until they are approved"
_CHECK_TOKEN = "WhatsApp does not take the access token: check PST_WHATSAPP_TOKEN"
_CHECK_ACCOUNT = "WhatsApp does not let this account send: look into the WhatsApp Manager"

MEANINGS: Mapping[int, Meaning] = {
    # too fast
    4: Meaning("throttled", "too many calls of this app", 60),
    80007: Meaning("throttled", "too many calls of this account", 60),
    130429: Meaning("throttled", "too many messages of this number", 1),
    131048: Meaning("throttled", "too many messages of this number were marked as spam", 900),
    131056: Meaning("throttled", "too many messages to this person", 6),
    # trouble over there
    1: Meaning("unreachable", _LATER),
    2: Meaning("unreachable", _LATER),
    131000: Meaning("unreachable", _LATER),
    131016: Meaning("unreachable", _LATER),
    131053: Meaning("unreachable", "the platform could not take the file"),
    131057: Meaning("unreachable", "the account is in maintenance"),
    # something that the operator must put right; what waits is not lost
    0: Meaning("unreachable", "the access token is not valid", 60, _CHECK_TOKEN),
    190: Meaning("unreachable", "the access token is not valid", 60, _CHECK_TOKEN),
    3: Meaning("unreachable", "the access token may not do this", 60, _CHECK_TOKEN),
    10: Meaning("unreachable", "the access token may not do this", 60, _CHECK_TOKEN),
    200: Meaning("unreachable", "the access token may not do this", 60, _CHECK_TOKEN),
    131005: Meaning("unreachable", "the access token may not do this", 60, _CHECK_TOKEN),
    368: Meaning("unreachable", "the account is restricted", 600, _CHECK_ACCOUNT),
    131031: Meaning("unreachable", "the account is locked", 600, _CHECK_ACCOUNT),
    131042: Meaning("unreachable", "the account cannot pay", 600, _CHECK_ACCOUNT),
    133010: Meaning("unreachable", "the number is not registered", 600, _CHECK_ACCOUNT),
    # this address never
    131021: Meaning("refused", "the number is our own"),
    131026: Meaning("blocked", "not reachable on WhatsApp"),
    131030: Meaning("refused", "not among the numbers that a test account may write to"),
    131050: Meaning("blocked", "the person wants no messages from us"),
    131062: Meaning("refused", "cannot be reached under a user id"),
    # a day has passed; `send` has knocked by then, and this is what is left when even that was refused
    131047: Meaning("refused", "more than 24 hours since the last message of the person"),
    # our mistake
    100: Meaning("refused", _OURS),
    131008: Meaning("refused", _OURS),
    131009: Meaning("refused", _OURS),
    131051: Meaning("refused", _OURS),
    132000: Meaning("refused", _TEMPLATE, tell=_CHECK_TEMPLATES),
    132001: Meaning("refused", _TEMPLATE, tell=_CHECK_TEMPLATES),
    132005: Meaning("refused", _TEMPLATE, tell=_CHECK_TEMPLATES),
    132007: Meaning("refused", _TEMPLATE, tell=_CHECK_TEMPLATES),
    132012: Meaning("refused", _TEMPLATE, tell=_CHECK_TEMPLATES),
    132015: Meaning("refused", "the template is paused", tell=_CHECK_TEMPLATES),
    132016: Meaning("refused", "the template is disabled", tell=_CHECK_TEMPLATES),
}

#: free text is too late, a template is not
WINDOW_CLOSED = 131047
#: the person may be reached under their other identifier
UNKNOWN_THERE = frozenset({131021, 131026, 131030, 131062})
#: what the platform says of a message whose file it does not keep (any more)
FILE_UNKNOWN = frozenset({100, 131008, 131009, 131053})


def meaning(refused: ApiRefused) -> Meaning:
    """A code that the table does not have counts for what its HTTP status says."""
    if refused.code is not None and (known := MEANINGS.get(refused.code)):
        return known
    if refused.status == 429:
        return Meaning("throttled", "too many requests")
    if refused.status in {401, 403}:
        return Meaning("unreachable", f"HTTP {refused.status}", 60, _CHECK_TOKEN)
    if refused.code is None or refused.status >= 500:
        return Meaning("unreachable", f"HTTP {refused.status}")
    return Meaning("refused", _OURS)


def failure(refused: ApiRefused) -> SendFailed:
    means = meaning(refused)
    return SendFailed(means.kind, f"{means.reason} ({refused})", max(means.wait, refused.retry_after))
