"""Controls the server from another process: a test sends JSON to the same port."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.platforms.whatsapp import faults
from tests.platforms.whatsapp.errors import Json
from tests.platforms.whatsapp.person import User
from tests.platforms.whatsapp.server import GraphServer

PATH = "/control"

#: The methods of `User` that may be called.
VERBS = frozenset(
    {
        "says",
        "taps",
        "sends_document",
        "sends_image",
        "sends_voice",
        "sends_sticker",
        "sends_location",
        "sends_contacts",
        "reacts",
        "sends_order",
        "edits",
        "revokes",
        "sends_unsupported",
        "waits_for",
        "blocks",
        "unblocks",
        "hides_phone",
        "reveals",
        "outbound_in_step",
    }
)


def packed(value: object) -> object:
    """Replaces bytes by base64, because JSON has no bytes."""
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: packed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [packed(inner) for inner in value]
    return value


def unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"base64"}:
            return base64.b64decode(value["base64"])
        return {key: unpacked(inner) for key, inner in value.items()}
    return [unpacked(inner) for inner in value] if isinstance(value, list) else value


class Control:
    """Answers `{"value": …}`. When an assertion fails: status 409 and `{"failed": …}` with its message."""

    def __init__(self, server: GraphServer) -> None:
        self.server = server

    async def handle(self, request: web.Request) -> web.Response:
        asked: Json = unpacked(await request.json())
        try:
            value = await self._do(asked["do"], asked.get("user"), asked.get("with", {}))
        except AssertionError as failure:
            return web.json_response({"failed": str(failure)}, status=409)
        return web.json_response({"value": packed(value)})

    async def _do(self, verb: str, person: Json | None, arguments: Json) -> object:
        if person is not None:
            return await self._of_person(verb, self.server.user(**person), arguments)
        server = self.server
        match verb:
            case "flagged":
                return server.flagged
            case "calls":
                return [asdict(seen) for seen in server.calls]
            case "environment":
                return server.environment
            case "webhook":
                server.webhook.url = arguments["url"]
            case "statuses":
                server.statuses.order = tuple(arguments["order"])
            case "approve":
                server.approve(**arguments)
            case "advance":
                server.clock.advance(arguments["seconds"])
            case "fault":
                times, on = arguments.pop("times", 1), arguments.pop("on", "messages")
                server.faults.next(faults.Fault(**arguments), times, on=on)
            case "settled":
                await server.webhook.settled(**arguments)
            case _:
                raise web.HTTPBadRequest(text=f"no verb {verb}")
        return None

    async def _of_person(self, verb: str, user: User, arguments: Json) -> object:
        if verb == "screen":
            return [asdict(shown) for shown in user.screen]
        if verb not in VERBS:
            raise web.HTTPBadRequest(text=f"no verb {verb}")
        result = getattr(user, verb)(**arguments)
        value = await result if hasattr(result, "__await__") else result
        return asdict(value) if verb == "waits_for" else value
