"""The error answers of the server."""

from __future__ import annotations

from typing import Any, TypeAlias

#: a JSON object of a request or an answer; requests are checked against the schema
Json: TypeAlias = dict[str, Any]

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


class BotApiRefusal(Exception):
    """An error answer. `is_bot_error`: a correct bot never causes it."""

    def __init__(self, status: int, reason: str = "", *, is_bot_error: bool = True, **parameters: int) -> None:
        title = _TITLES[status]
        self.status = status
        self.description = f"{title}: {reason}" if reason else title
        self.parameters = parameters
        self.is_bot_error = is_bot_error
        super().__init__(self.description)

    def body(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.status, "description": self.description}
        return answer | {"parameters": self.parameters} if self.parameters else answer


def bad_request(reason: str) -> BotApiRefusal:
    return BotApiRefusal(400, reason)
