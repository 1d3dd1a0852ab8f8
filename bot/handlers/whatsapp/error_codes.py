"""What each error code of the Cloud API means for a message: one table, after the developers' documentation."""

from __future__ import annotations

from collections.abc import Mapping

from bot.channel import FailureKind, SendFailed
from bot.handlers.whatsapp.client import GraphApiError
from domain.frozen import frozen


@frozen
class ErrorMeaning:
    kind: FailureKind
    reason: str  #: for the staff
    wait: float = 0  #: shortest pause in seconds before the next try
    advice: str = ""  #: for the operator: what to check. Nothing can be sent until then.


_LATER = "the platform could not do it now"
_OUR_MISTAKE = "the platform does not take a message made like this"
_TEMPLATE = "the template is not approved, or not as this version writes it"
_CHECK_TEMPLATES = "submit the templates of `pst-bot whatsapp templates` and wait until they are approved"
_CHECK_TOKEN = "WhatsApp does not take the access token: check PST_WHATSAPP_TOKEN"
_CHECK_ACCOUNT = "WhatsApp does not let this account send: look into the WhatsApp Manager"

ERROR_MEANINGS: Mapping[int, ErrorMeaning] = {
    # We send too fast.
    4: ErrorMeaning("throttled", "too many calls of this app", 60),
    80007: ErrorMeaning("throttled", "too many calls of this account", 60),
    130429: ErrorMeaning("throttled", "too many messages of this number", 1),
    131048: ErrorMeaning("throttled", "too many messages of this number were marked as spam", 900),
    131056: ErrorMeaning("throttled", "too many messages to this person", 6),
    # The platform has trouble.
    1: ErrorMeaning("unreachable", _LATER),
    2: ErrorMeaning("unreachable", _LATER),
    131000: ErrorMeaning("unreachable", _LATER),
    131016: ErrorMeaning("unreachable", _LATER),
    131053: ErrorMeaning("unreachable", "the platform could not take the file"),
    131057: ErrorMeaning("unreachable", "the account is in maintenance"),
    # The operator must correct something. Waiting messages are sent afterwards.
    0: ErrorMeaning("unreachable", "the access token is not valid", 60, _CHECK_TOKEN),
    190: ErrorMeaning("unreachable", "the access token is not valid", 60, _CHECK_TOKEN),
    3: ErrorMeaning("unreachable", "the access token may not do this", 60, _CHECK_TOKEN),
    10: ErrorMeaning("unreachable", "the access token may not do this", 60, _CHECK_TOKEN),
    200: ErrorMeaning("unreachable", "the access token may not do this", 60, _CHECK_TOKEN),
    131005: ErrorMeaning("unreachable", "the access token may not do this", 60, _CHECK_TOKEN),
    368: ErrorMeaning("unreachable", "the account is restricted", 600, _CHECK_ACCOUNT),
    131031: ErrorMeaning("unreachable", "the account is locked", 600, _CHECK_ACCOUNT),
    131042: ErrorMeaning("unreachable", "the account cannot pay", 600, _CHECK_ACCOUNT),
    133010: ErrorMeaning("unreachable", "the number is not registered", 600, _CHECK_ACCOUNT),
    # This address can never be reached.
    131021: ErrorMeaning("refused", "the number is our own"),
    131026: ErrorMeaning("blocked", "not reachable on WhatsApp"),
    131030: ErrorMeaning("refused", "not among the numbers that a test account may write to"),
    131050: ErrorMeaning("blocked", "the person wants no messages from us"),
    131062: ErrorMeaning("refused", "cannot be reached under a user id"),
    # The window is closed and the template was refused.
    131047: ErrorMeaning("refused", "more than 24 hours since the last message of the person"),
    # We sent something wrong.
    100: ErrorMeaning("refused", _OUR_MISTAKE),
    131008: ErrorMeaning("refused", _OUR_MISTAKE),
    131009: ErrorMeaning("refused", _OUR_MISTAKE),
    131051: ErrorMeaning("refused", _OUR_MISTAKE),
    132000: ErrorMeaning("refused", _TEMPLATE, advice=_CHECK_TEMPLATES),
    132001: ErrorMeaning("refused", _TEMPLATE, advice=_CHECK_TEMPLATES),
    132005: ErrorMeaning("refused", _TEMPLATE, advice=_CHECK_TEMPLATES),
    132007: ErrorMeaning("refused", _TEMPLATE, advice=_CHECK_TEMPLATES),
    132012: ErrorMeaning("refused", _TEMPLATE, advice=_CHECK_TEMPLATES),
    132015: ErrorMeaning("refused", "the template is paused", advice=_CHECK_TEMPLATES),
    132016: ErrorMeaning("refused", "the template is disabled", advice=_CHECK_TEMPLATES),
}

#: The 24-hour window is closed: a template may be sent, free text may not.
WINDOW_CLOSED = 131047
#: The address is not known there; the person's other identifier may be.
ADDRESS_UNKNOWN = frozenset({131021, 131026, 131030, 131062})
#: The platform does not have the file of the message, or no longer has it.
FILE_UNKNOWN = frozenset({100, 131008, 131009, 131053})


def meaning_of(error: GraphApiError) -> ErrorMeaning:
    """The entry of the table; a code that is not in it means what its HTTP status says."""
    if error.code is not None and (known := ERROR_MEANINGS.get(error.code)):
        return known
    if error.status == 429:
        return ErrorMeaning("throttled", "too many requests")
    if error.status in {401, 403}:
        return ErrorMeaning("unreachable", f"HTTP {error.status}", 60, _CHECK_TOKEN)
    if error.code is None or error.status >= 500:
        return ErrorMeaning("unreachable", f"HTTP {error.status}")
    return ErrorMeaning("refused", _OUR_MISTAKE)


def to_send_failed(error: GraphApiError) -> SendFailed:
    meaning = meaning_of(error)
    return SendFailed(meaning.kind, f"{meaning.reason} ({error})", max(meaning.wait, error.retry_after))
