"""The service behind the API: who may call it, its officials, and the mistakes of the client."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import encode_basic_auth, web
from aiohttp.test_utils import TestServer

from tests.platforms.esign.officials import Authority, Official

Body = dict[str, Any]
#: seconds that a slow answer takes
SLOW = 1.0
SUBSCRIBER = "segel-7304"
_SEAL_KEYS = ({"idSubscriber", "totp", "signatureProperties", "file"},)
_SIGN_KEYS = tuple({"nik", secret, "signatureProperties", "file"} for secret in ("passphrase", "totp"))
_PROPERTIES = {"tampilan", "imageBase64", "page", "originX", "originY", "width", "height", "location", "reason"}


class _Refused(Exception):
    def __init__(self, status: int, code: int, error: str) -> None:
        super().__init__(error)
        self.answer = web.json_response({"status_code": code, "error": error}, status=status)


class EsignServer:
    """Created by `esign_server`. `flagged`: mistakes that a correct client never makes, one readable line each."""

    def __init__(self, user: str = "pst", password: str = "kata-sandi-layanan") -> None:
        self.user = user
        self.password = password
        self.base = ""
        self.authority = Authority()
        self.fault = ""  #: of the next signing
        self.signed_hook: Callable[[], None] = lambda: None
        self.calls: list[str] = []
        self.flagged: list[str] = []
        self.codes: dict[str, str] = {}  #: NIK → the code that was mailed last and signs once
        self.activation = ""  #: of the seal: what was mailed, or given for the one before
        self._officials: dict[str, Official] = {}
        self._seal = self.authority.certify("", "", "SEGEL BPS")
        self._seal_code = ""

    @property
    def environment(self) -> dict[str, str]:
        return {"PST_BSRE_URL": self.base, "PST_BSRE_USER": self.user, "PST_BSRE_PASSWORD": self.password}

    def add(self, nik: str, passphrase: str, name: str, *, status: str = "ISSUE", ended: bool = False) -> Official:
        """`status`: as the service tells it. `ended`: the certificate has, whatever the service tells."""
        official = self.authority.certify(nik, passphrase, name, ended=ended)
        official.status = status
        self._officials[nik] = official
        return official

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v2/user/check/status", self._handler("status", ({"nik"},), self._status)),
            web.post("/api/v2/sign/get/totp", self._handler("code", ({"nik", "data"},), self._mail_code)),
            web.post("/api/v2/sign/pdf", self._handler("sign", _SIGN_KEYS, self._sign)),
            web.post(
                "/api/v2/seal/get/activation",
                self._handler("activation", ({"idSubscriber"}, {"idSubscriber", "totp"}), self._activate),
            ),
            web.post(
                "/api/v2/seal/get/totp",
                self._handler("seal code", ({"idSubscriber", "totp", "data"},), self._seal_totp),
            ),
            web.post("/api/v2/seal/pdf", self._handler("seal", _SEAL_KEYS, self._seal_pdf)),
            web.post("/api/v2/verify/pdf", self._handler("verify", ({"file"},), self._verify)),
        ]

    def _handler(
        self, call: str, keys: tuple[set[str], ...], answer: Callable[[Body], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.calls.append(call)
            try:
                return await answer(await self._body(request, call, keys))
            except _Refused as refused:
                return refused.answer
            except ConnectionResetError:
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=500)

        return handle

    async def _body(self, request: web.Request, call: str, keys: tuple[set[str], ...]) -> Body:
        expected = encode_basic_auth(self.user, self.password, "utf-8")
        if request.headers.get("Authorization") != expected:
            raise _Refused(401, 401, "Unauthorized")
        if request.content_type != "application/json":
            self._flag(f"{call}: {request.content_type} instead of JSON")
        if request.query_string:
            self._flag(f"{call}: something in the address, which servers log")
        body = json.loads(await request.read())
        if not isinstance(body, dict) or set(body) not in keys:
            self._flag(f"{call}: {sorted(body)} instead of {sorted(keys[0])}")
            raise _Refused(400, 400, "Bad Request")
        return body

    async def _status(self, body: Body) -> web.StreamResponse:
        official = self._officials.get(str(body["nik"]))
        status = official.status if official else "NOT_REGISTERED"
        return web.json_response({"status_code": "1111", "message": "…", "status": status})

    async def _mail_code(self, body: Body) -> web.StreamResponse:
        nik = self._nik(body)
        if body["data"] != 1:
            self._flag("code: for another number of documents than one")
        if nik not in self._officials:
            raise _Refused(400, 2011, "User tidak terdaftar")
        self.codes[nik] = _new_code()
        return web.json_response({"status_code": "1111", "message": "…"})

    async def _sign(self, body: Body) -> web.StreamResponse:
        official = self._officials.get(self._nik(body))
        if official is None:
            raise _Refused(400, 2011, "User tidak terdaftar")
        if "totp" in body:
            if not body["totp"] or body["totp"] != self.codes.pop(official.nik, None):
                raise _Refused(400, 400, "TOTP salah")
        elif body["passphrase"] != official.passphrase:
            raise _Refused(400, 2031, "Passphrase anda salah")
        if official.status != "ISSUE":
            self._flag("sign: for somebody whose certificate cannot sign")
        pdf, properties = self._documents(body)
        fault, self.fault = self.fault, ""
        if fault in _FAULTS:
            return await _FAULTS[fault]()
        if fault == "other":
            pdf = _ANOTHER_DOCUMENT
        place, reason = str(properties.get("location", "")), str(properties.get("reason", ""))
        signed = pdf if fault == "unsigned" else await asyncio.to_thread(official.sign, pdf, place, reason)
        self.signed_hook()
        if fault == "cut":
            raise ConnectionResetError
        return web.json_response({"time": 812, "file": [base64.b64encode(signed).decode()]})

    async def _activate(self, body: Body) -> web.StreamResponse:
        """Without a code it mails one; with a valid one it gives the next."""
        self._check_subscriber(body)
        is_first = "totp" not in body
        if not is_first and (not self.activation or body["totp"] != self.activation):
            raise _Refused(400, 400, "TOTP salah")
        self.activation = _new_code()
        given = {} if is_first else {"totp": self.activation, "expires": "2026-12-01 10:00:00", "result": True}
        return web.json_response({"success": True, "message": None, "data": {"message": "…", **given}})

    async def _seal_totp(self, body: Body) -> web.StreamResponse:
        self._check_subscriber(body)
        if not self.activation or body["totp"] != self.activation:
            return web.json_response({"message": "Aktivasi tidak berlaku", "result": False})
        self._seal_code = _new_code()
        return web.json_response({"message": "…", "totp": self._seal_code, "expires": "…", "result": True})

    async def _seal_pdf(self, body: Body) -> web.StreamResponse:
        self._check_subscriber(body)
        code, self._seal_code = self._seal_code, ""
        if not code or body["totp"] != code:
            raise _Refused(400, 400, "TOTP salah")
        pdf, properties = self._documents(body)
        place, reason = str(properties.get("location", "")), str(properties.get("reason", ""))
        sealed = await asyncio.to_thread(self._seal.sign, pdf, place, reason, "Seal1")
        return web.json_response({"time": 640, "file": [base64.b64encode(sealed).decode()]})

    def _check_subscriber(self, body: Body) -> None:
        if body["idSubscriber"] != SUBSCRIBER:
            raise _Refused(400, 400, "Subscriber tidak terdaftar")

    async def _verify(self, body: Body) -> web.StreamResponse:
        pdf = self._pdf(body["file"])
        conclusion = await asyncio.to_thread(self.authority.conclusion, pdf)
        return web.json_response({"conclusion": conclusion, "description": "…", "signatureInformations": []})

    def _nik(self, body: Body) -> str:
        nik = body["nik"]
        if not isinstance(nik, str) or len(nik) != 16 or not nik.isdigit():
            self._flag("sign: a NIK that is none")
            raise _Refused(400, 400, "Bad Request")
        return nik

    def _documents(self, body: Body) -> tuple[bytes, Body]:
        files, properties = body["file"], body["signatureProperties"]
        one_each = isinstance(files, list) and isinstance(properties, list) and len(files) == len(properties) == 1
        if not one_each or not set(properties[0]) <= _PROPERTIES or properties[0]["tampilan"] != "INVISIBLE":
            self._flag("sign: not one file with its properties")
            raise _Refused(400, 400, "Bad Request")
        return self._pdf(files[0]), properties[0]

    def _pdf(self, encoded: object) -> bytes:
        try:
            content = base64.b64decode(str(encoded), validate=True)
        except ValueError:
            content = b""
        if not content.startswith(b"%PDF-"):
            self._flag("a file that is no PDF in base64")
            raise _Refused(400, 400, "Bad Request")
        return content

    def _flag(self, mistake: str) -> None:
        self.flagged.append(mistake)


def _new_code() -> str:
    """So long that a test finds it only where it was kept."""
    return f"{secrets.randbelow(10**10):010}"


async def _slow() -> web.StreamResponse:
    await asyncio.sleep(SLOW)
    return web.Response(status=504)


async def _busy() -> web.StreamResponse:
    return web.Response(status=503, text="<html>Service Unavailable</html>", content_type="text/html")


async def _broken() -> web.StreamResponse:
    return web.Response(text='{"file": [', content_type="application/json")


async def _moved() -> web.StreamResponse:
    return web.Response(status=307, headers={"Location": "/elsewhere"})


_FAULTS = {"slow": _slow, "busy": _busy, "broken": _broken, "moved": _moved}
_ANOTHER_DOCUMENT = b"""%PDF-1.4
1 0 obj
<</Type/Catalog/Pages 2 0 R>>
endobj
2 0 obj
<</Type/Pages/Kids[3 0 R]/Count 1>>
endobj
3 0 obj
<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>
endobj
xref
0 4
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000054 00000 n\x20
0000000105 00000 n\x20
trailer
<</Size 4/Root 1 0 R>>
startxref
170
%%EOF
"""


@asynccontextmanager
async def esign_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[EsignServer]:
    server, app = EsignServer(), web.Application(client_max_size=20 * 1024 * 1024)
    app.add_routes(server.routes())
    running = TestServer(app)
    await running.start_server(ssl=tls)
    try:
        server.base = str(running.make_url("")).rstrip("/")
        yield server
    finally:
        await running.close()
