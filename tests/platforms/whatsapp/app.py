"""The HTTP side: routes a call, checks the token, and applies the planned faults."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from tests.platforms.whatsapp.control import PATH, Control
from tests.platforms.whatsapp.errors import Json, Refused, error_body, status
from tests.platforms.whatsapp.faults import Fault
from tests.platforms.whatsapp.media import MB
from tests.platforms.whatsapp.messages import check_request
from tests.platforms.whatsapp.payloads import Account
from tests.platforms.whatsapp.server import VERSION, ApiCall, GraphServer

Handler = Callable[[web.Request, ApiCall], Awaitable[web.StreamResponse]]

NOBODY: frozenset[str] = frozenset()


class Api:
    def __init__(self, server: GraphServer) -> None:
        self.server = server
        self.closing = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call, handler = self._route(request)
        record = ApiCall(self.server.clock.now(), call, request.path)
        self.server.calls.append(record)
        try:
            if request.headers.get("Authorization") != f"Bearer {self.server.token}":
                raise Refused(190, "Invalid OAuth access token - Cannot parse access token")
            response = await handler(request, record)
        except Refused as refused:
            record.code = refused.code
            if refused.is_client_fault:
                self.server.flagged.append(f"{refused} ({record.call} {request.path})")
            body = error_body(refused.code, refused.details, refused.subcode)
            response = web.json_response(body, status=status(refused.code))
        record.status = response.status
        return response

    def _route(self, request: web.Request) -> tuple[str, Handler]:
        if (request.method, request.path) == ("GET", "/whatsapp_business/attachments/"):
            return "download", self._download
        version, _, rest = request.path.strip("/").partition("/")
        node, _, edge = rest.partition("/")
        of_number = node == self.server.account.phone_number_id
        calls: dict[tuple[str, str, bool], tuple[str, Handler]] = {
            ("POST", "messages", True): ("messages", self._messages),
            ("POST", "media", True): ("upload", self._upload),
            ("GET", "", True): ("number", self._number),
            ("GET", "message_templates", False): ("templates", self._templates),
            ("GET", "", False): ("media", self._medium),
            ("DELETE", "", False): ("delete", self._delete),
        }
        unknown = ("unknown", self._unknown)
        return calls.get((request.method, edge, of_number), unknown) if version == VERSION and node else unknown

    async def _unknown(self, request: web.Request, record: ApiCall) -> web.StreamResponse:
        details = f"Unsupported {request.method.lower()} request: {request.path} does not exist"
        raise Refused(100, details, subcode=33)

    async def _messages(self, request: web.Request, record: ApiCall) -> web.StreamResponse:
        payload = check_request(await _json(request, record))
        if "status" in payload:
            record.call = "read"
            reader = self.server.author(payload["message_id"])
            fault = self.server.faults.take("read", frozenset(reader.names) if reader else NOBODY)
            return await self._answer(request, fault, self.server.mark_read, payload)
        user, name = self.server.recipient(payload)
        record.person = user.key if user else name
        fault = self.server.faults.take("messages", frozenset(user.names) if user else frozenset({name}))
        failure = fault.code if fault and fault.when == "later" else None
        return await self._answer(request, fault, lambda body: self.server.accept(body, failure), payload)

    async def _upload(self, request: web.Request, record: ApiCall) -> web.StreamResponse:
        if request.content_type != "multipart/form-data":
            raise Refused(100, f"Content-Type must be multipart/form-data, is {request.content_type}")
        form = await request.post()
        record.payload = {key: value for key, value in form.items() if isinstance(value, str)}
        unknown = set(form) - {"messaging_product", "type", "file"}
        if unknown:
            raise Refused(100, f"Unexpected key {sorted(unknown)}")
        if form.get("messaging_product") != "whatsapp":
            raise Refused(100, "The parameter messaging_product is required.")
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise Refused(131008, "The parameter file is required, with a file name.")
        if "type" not in form:
            raise Refused(131008, "The parameter type is required.")
        content, mime, filename = file.file.read(), str(form["type"]), file.filename
        if file.content_type != mime:
            raise Refused(100, f"type is {mime}, but the file is {file.content_type}")
        record.payload["file"] = filename

        def upload(_: Json) -> Json:
            return {"id": self.server.media.upload(content, mime, filename).id}

        return await self._answer(request, self.server.faults.take("upload", NOBODY), upload, record.payload)

    async def _medium(self, request: web.Request, record: ApiCall) -> web.StreamResponse:
        identity = request.path.rsplit("/", 1)[1]
        own = self.server.account.phone_number_id
        if request.query.get("phone_number_id", own) != own:
            raise Refused(100, f"{identity} belongs to another number", subcode=33)

        def describe(_: Json) -> Json:
            return self.server.media.described(self.server.media.find(identity))

        return await self._answer(request, self.server.faults.take("media", NOBODY), describe, {})

    async def _delete(self, request: web.Request, record: ApiCall) -> web.StreamResponse:
        self.server.media.delete(request.path.rsplit("/", 1)[1])
        return web.json_response({"success": True})

    async def _download(self, request: web.Request, record: ApiCall) -> web.StreamResponse:
        fault = self.server.faults.take("download", NOBODY)
        if fault and fault.when == "before":
            return await self._broken(request, fault, b"")
        medium = self.server.media.by_url(request.query.get("hash", ""), request.query.get("mid", ""))
        if medium is None:
            return web.Response(status=404)
        if fault:
            return await self._broken(request, fault, medium.content)
        return web.Response(body=medium.content, headers={"Content-Type": medium.mime})

    async def _number(self, request: web.Request, record: ApiCall) -> web.StreamResponse:
        known = self.server.account.described(self.server.webhook.url)
        usual = "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type"
        asked = request.query.get("fields", usual).split(",")
        for name in asked:
            if name not in known:
                raise Refused(100, f"Tried accessing nonexisting field ({name})")
        answer = {name: known[name] for name in [*asked, "id"]}
        return await self._answer(request, self.server.faults.take("number", NOBODY), lambda _: answer, {})

    async def _templates(self, request: web.Request, record: ApiCall) -> web.StreamResponse:
        """Of the business account; those that were not approved are not there."""
        if request.path.split("/")[2] != self.server.account.business_id:
            raise Refused(100, "Object does not exist or is not a business account", subcode=33)
        found = [
            {**one, "status": "APPROVED", "id": str(number)} for number, one in enumerate(self.server.templates.named)
        ]
        return await self._answer(request, None, lambda _: {"data": found}, {})

    async def _answer(
        self, request: web.Request, fault: Fault | None, act: Callable[[Json], Json], payload: Json
    ) -> web.StreamResponse:
        """Does what the call asks for, with the planned fault if there is one."""
        if fault and fault.when == "before":
            return await self._broken(request, fault, b"")
        body = json.dumps(act(payload)).encode()
        if fault and fault.when == "after":
            return await self._broken(request, fault, body)
        return web.Response(body=body, content_type="application/json")

    async def _broken(self, request: web.Request, fault: Fault, body: bytes) -> web.StreamResponse:
        match fault.how:
            case "error":
                return web.json_response(error_body(fault.code, ""), status=status(fault.code))
            case "expired":
                answer = error_body(100, "Unsupported get request. Object does not exist or has expired", 33)
                return web.json_response(answer, status=404 if "attachments" in request.path else 400)
            case "http":
                return web.Response(status=fault.code)
            case "html":
                page = "<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>"
                return web.Response(status=fault.code, text=page, content_type="text/html")
            case "malformed":
                return web.Response(body=body[: len(body) // 2] + b"}", content_type="application/json")
            case "half":
                await _half(request, body)
            case "hang":
                await self.closing.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)


async def _json(request: web.Request, record: ApiCall) -> object:
    if request.content_type != "application/json":
        raise Refused(100, f"Content-Type must be application/json, is {request.content_type}")
    try:
        body: object = json.loads(await request.read())
    except ValueError as wrong:
        raise Refused(100, f"The body is no JSON: {wrong}") from None
    record.payload = body if isinstance(body, dict) else None
    return body


async def _half(request: web.Request, body: bytes) -> None:
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    response.content_type = "application/json"
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    await asyncio.sleep(0.01)  # so that the first half is sent before the connection is closed


@asynccontextmanager
async def graph_server(
    webhook: str = "",
    *,
    port: int = 0,
    controlled: bool = False,
    account: Account | None = None,
    token: str = "EAAtoken-of-the-tests",
    secret: str = "app-secret-of-the-tests",
) -> AsyncIterator[GraphServer]:
    """Runs in the test's own event loop. `webhook`: where events are POSTed; can be set later (`server.webhook.url`).
    `controlled`: the server can also be controlled over HTTP (`remote.RemoteServer`).
    """
    server = GraphServer(account or Account(), token, secret)
    server.webhook.url = webhook
    api = Api(server)
    app = web.Application(client_max_size=101 * MB)
    if controlled:
        app.router.add_post(PATH, Control(server).handle)
    app.router.add_route("*", "/{rest:.*}", api.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    server.base = server.media.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        api.closing.set()
        await server.webhook.close()
        await runner.cleanup()
