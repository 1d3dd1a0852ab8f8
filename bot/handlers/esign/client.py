"""The HTTP API of BSrE's Esign Client Service, version 2: is a person known, mail them a code, sign, verify, seal.

Written from the published guide ("Petunjuk Teknis Penggunaan API Esign Client Service", version 2, January 2024) and
tested with our own strict server only. Neither exceptions nor log lines hold what was sent, nor the texts of answers.
"""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Mapping
from pathlib import Path

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, encode_basic_auth

from domain.letter_signing import EsignFailed, EsignFailure, SigningSecret
from domain.text import Json

log = structlog.get_logger()

#: seconds until the service must be connected
_CONNECT = 10.0
#: bytes of an answer: a letter as base64
MAX_ANSWER = 20 * 1024 * 1024
#: codes of errors; they come as numbers and as words
_FAILURES: Mapping[str, EsignFailure] = {"2011": "unknown_person", "2031": "passphrase"}
#: states of a person's certificate in which it cannot sign; a state that is not here is left to the signing
_UNUSABLE: Mapping[str, EsignFailure] = {
    "EXPIRED": "certificate",
    "REVOKE": "certificate",
    "REVOKED": "certificate",
    "SUSPEND": "certificate",
    "SUSPENDED": "certificate",
    "NOT_REGISTERED": "unknown_person",
}


class EsignClient:
    """Implements `bot.pages.EsignService`."""

    def __init__(self, base: str, user: str, password: str, timeout: float, *, authority: Path | None = None) -> None:
        """`timeout`: seconds for one request. `authority`: PEM file; no other authority is trusted then."""
        self._base = base.rstrip("/")
        self._headers = {"Authorization": encode_basic_auth(user, password, "utf-8")}
        self._timeout = ClientTimeout(total=timeout, sock_connect=min(timeout, _CONNECT))
        self._authority = authority
        self._session: ClientSession | None = None

    async def send_code(self, nik: str) -> None:
        """The service mails the person a code, which signs one document."""
        await self._check_person(nik)
        answer = await self._call("/api/v2/sign/get/totp", {"nik": nik, "data": 1})
        if answer.get("result") is False:
            raise EsignFailed("refused")

    async def sign(self, pdf: bytes, nik: str, secret: SigningSecret, place: str) -> bytes:
        """The signature gets no stamp: the guide asks for a picture of one."""
        await self._check_person(nik)
        proof: dict[str, Json] = {"totp": secret.code} if secret.code else {"passphrase": secret.passphrase}
        body = {"nik": nik, **proof, **_document_of(pdf, place)}
        try:
            signed = _file(await self._call("/api/v2/sign/pdf", body))
        except EsignFailed as failure:
            # The guide names no error for a wrong code; who may ask was checked by the call before.
            raise EsignFailed("code") if secret.code and failure.kind == "refused" else failure from None
        await self._verify(signed)
        return signed

    async def request_activation(self, subscriber: str) -> None:
        """The service mails a code to whoever keeps the seal of this subscriber; it activates the seal."""
        await self._seal_call("get/activation", {"idSubscriber": subscriber})

    async def renew_activation(self, subscriber: str, activation: str) -> str:
        """Another activation for this one, which is void then."""
        answer = await self._seal_call("get/activation", {"idSubscriber": subscriber, "totp": activation})
        return _code(answer.get("data"))

    async def seal(self, pdf: bytes, subscriber: str, activation: str, place: str) -> bytes:
        asked: dict[str, Json] = {"idSubscriber": subscriber, "totp": activation, "data": 1}
        code = _code(await self._seal_call("get/totp", asked))
        body = {"idSubscriber": subscriber, "totp": code, **_document_of(pdf, place)}
        return _file(await self._seal_call("pdf", body))

    async def _seal_call(self, call: str, body: Mapping[str, Json]) -> Mapping[str, Json]:
        try:
            return await self._call(f"/api/v2/seal/{call}", body)
        except EsignFailed as failure:
            raise EsignFailed("seal") if failure.kind == "refused" else failure from None

    async def close(self, _app: object = None) -> None:
        if self._session is not None:
            await self._session.close()

    async def _check_person(self, nik: str) -> None:
        answer = await self._call("/api/v2/user/check/status", {"nik": nik})
        failure = _UNUSABLE.get(str(answer.get("status", "")).upper())
        if failure is not None:
            raise EsignFailed(failure)

    async def _verify(self, signed: bytes) -> None:
        """The service knows the chain of the certificate, and whether it was revoked; we do not."""
        answer = await self._call("/api/v2/verify/pdf", {"file": base64.b64encode(signed).decode()})
        if answer.get("conclusion") != "VALID":
            log.warning("BSrE does not call its own signature valid")
            raise EsignFailed("not_valid")

    async def _call(self, path: str, body: Mapping[str, Json]) -> Mapping[str, Json]:
        """A successful answer. Follows no redirection: it would take the password elsewhere."""
        if self._session is None:
            self._session = self._new_session()
        try:
            async with self._session.post(self._base + path, json=body, allow_redirects=False) as response:
                content = bytearray()
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > MAX_ANSWER:
                        break
                status = response.status
        except TimeoutError:
            raise EsignFailed("timeout") from None
        except (ClientError, OSError, ValueError):
            raise EsignFailed("unreachable") from None
        answer = _document(content)
        if status == 200 and answer is not None:
            return answer
        raise EsignFailed(_failure(path, status, answer))

    def _new_session(self) -> ClientSession:
        trust = ssl.create_default_context(cafile=self._authority) if self._authority is not None else True
        return ClientSession(headers=self._headers, timeout=self._timeout, connector=TCPConnector(ssl=trust))


def _document_of(pdf: bytes, place: str) -> dict[str, Json]:
    """What is signed or sealed, and how it shows: not at all."""
    properties: Json = {
        "tampilan": "INVISIBLE",
        "location": place,
        "reason": "Surat Rekomendasi Kegiatan Statistik",
    }
    return {"signatureProperties": [properties], "file": [base64.b64encode(pdf).decode()]}


def _code(answer: Json | Mapping[str, Json]) -> str:
    """The code in an answer. Raises `EsignFailed` where the service gave none."""
    code = answer.get("totp") if isinstance(answer, Mapping) and answer.get("result") is not False else None
    if isinstance(code, str) and code:
        return code
    raise EsignFailed("seal")


def _document(content: bytes | bytearray) -> Mapping[str, Json] | None:
    try:
        read: Json = json.loads(content) if len(content) <= MAX_ANSWER else None
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _failure(path: str, status: int, answer: Mapping[str, Json] | None) -> EsignFailure:
    code = str((answer or {}).get("status_code", ""))
    if known := _FAILURES.get(code):
        return known
    log.warning("BSrE refused a request", path=path, status=status, error=code[:5] if code.isascii() else "")
    return "unreachable" if status >= 500 else "refused"


def _file(answer: Mapping[str, Json]) -> bytes:
    match answer.get("file"):
        case [str(encoded)]:
            try:
                return base64.b64decode(encoded, validate=True)
            except ValueError:
                pass
    raise EsignFailed("not_valid")
