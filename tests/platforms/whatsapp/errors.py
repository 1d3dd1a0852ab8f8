"""The errors of the Cloud API: code → HTTP status and title, after the developers' table of error codes."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

ERRORS: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    4: (429, "API Too Many Calls"),
    100: (400, "Invalid parameter"),
    190: (401, "Access token has expired"),
    2500: (400, "Unknown path components"),
    80007: (429, "Rate limit issues"),
    130429: (429, "Rate limit hit"),
    131000: (500, "Something went wrong"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131047: (400, "Re-engagement message"),
    131048: (429, "Spam rate limit hit"),
    131050: (400, "User's preference to stop receiving marketing messages"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (429, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    132000: (400, "Template Param Count Mismatch"),
    132001: (404, "Template does not exist"),
    132005: (400, "Template Hydrated Text Too Long"),
    132012: (400, "Template Parameter Format Mismatch"),
}

HELP = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


class Refused(Exception):
    """The call gets this error."""

    def __init__(self, code: int, details: str, subcode: int = 0, is_client_fault: bool = True) -> None:
        super().__init__(f"{code}: {details}")
        self.code = code
        self.details = details
        self.subcode = subcode
        self.is_client_fault = is_client_fault  #: a correct client would not have made this call


def status(code: int) -> int:
    return ERRORS[code][0]


def error_body(code: int, details: str, subcode: int = 0) -> Json:
    """The body of an answer. Errors of the Graph API itself (below 10000) have no `error_data`; `message` says all."""
    error: Json = {"message": f"(#{code}) {ERRORS[code][1]}", "type": "OAuthException", "code": code}
    if code < 10_000:
        error["message"] = f"(#{code}) {details or ERRORS[code][1]}"
    else:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details or ERRORS[code][1]}
    if subcode:
        error["error_subcode"] = subcode
    return {"error": {**error, "fbtrace_id": "AXt3stTraceOfThisServer"}}


def status_error(code: int, details: str = "") -> Json:
    """The error in the webhook of a failed message."""
    title = ERRORS[code][1]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details or title},
        "href": HELP,
    }
