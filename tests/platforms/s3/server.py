"""The object store: one bucket in memory, who may use it, and the mistakes of the client."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from aiohttp import web

from tests.platforms.s3.signature import why_refused

ACCESS_KEY, SECRET_KEY, REGION = "PSTTESTKEY", "kunci-rahasia-penyimpanan-berkas", "id-test-1"
#: seconds
SLOW = 2.0
BUCKET, PREFIX = "berkas", "kantor/7304"


@dataclass
class StoredObject:
    content: bytes
    modified: datetime


class S3Server:
    """Created by `s3_server`. `flagged`: mistakes that a correct client never makes, one readable line each."""

    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}  #: key in the bucket → object
        self.fault = ""
        self.page = 1000  #: keys in one answer
        self.calls: list[str] = []
        self.flagged: list[str] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="s3", daemon=True)
        self._thread.start()

    @property
    def environment(self) -> dict[str, str]:
        """For a service of its own."""
        return {f"PST_{name.upper()}": value for name, value in self.settings.items()}

    @property
    def settings(self) -> dict[str, str]:
        return {
            "files_url": f"s3://{BUCKET}/{PREFIX}",
            "files_endpoint": f"http://127.0.0.1:{self.port}",
            "files_region": REGION,
            "files_access_key": ACCESS_KEY,
            "files_secret_key": SECRET_KEY,
        }

    @property
    def names(self) -> set[str]:
        """The names of the stored files."""
        return {key.rpartition("/")[2] for key in self.objects if not key.endswith("/installation")}

    def start(self) -> None:
        """On the same port as before."""
        self._run(self._start())

    def stop(self) -> None:
        if self._runner is not None:
            self._run(self._runner.cleanup())
            self._runner = None

    def newest(self) -> datetime:
        """When the newest object was stored, as `age` has it."""
        return max(stored.modified for stored in self.objects.values())

    def age(self, by: timedelta) -> None:
        """As if everything had been stored so much earlier."""
        for stored in self.objects.values():
            stored.modified -= by

    def close(self) -> None:
        self.stop()
        self._run(_cancel_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)  # type: ignore[arg-type]

    async def _start(self) -> None:
        app = web.Application(client_max_size=256 * 1024**2)
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        bucket, _, key = request.path.removeprefix("/").partition("/")
        self.calls.append(f"{request.method} {key}" if key else f"{request.method} ?{request.query_string}")
        body = await request.read()
        if self.fault in {"busy", "denied"}:
            return _error(503, "SlowDown") if self.fault == "busy" else _error(403, "AccessDenied")
        if self.fault == "hangs":
            await asyncio.sleep(SLOW)
        if self.fault == "cut":
            return _cut(request)
        if code := why_refused(request, body, ACCESS_KEY, SECRET_KEY, REGION):
            return _error(400 if code == "AuthorizationHeaderMalformed" else 403, code)
        if bucket != BUCKET:
            return _error(404, "NoSuchBucket")
        answer = self._answer(request, key, body)
        return _cut(request) if self.fault == "lost" else answer

    def _answer(self, request: web.Request, key: str, body: bytes) -> web.Response:
        if not key and request.method == "GET" and request.query.get("list-type") == "2":
            return self._list(request)
        if not key or request.query_string or "Range" in request.headers:
            self.flagged.append(f"{request.method} {request.raw_path}: this store does not do that")
            return _error(501, "NotImplemented")
        match request.method:
            case "PUT":
                return self._put(request, key, body)
            case "GET" | "HEAD":
                return self._get(key)
            case "DELETE":
                self.objects.pop(key, None)
                return web.Response(status=204)
        self.flagged.append(f"{request.method} {request.raw_path}: no such method")
        return _error(405, "MethodNotAllowed")

    def _put(self, request: web.Request, key: str, body: bytes) -> web.Response:
        if request.content_length != len(body):
            self.flagged.append(f"PUT {key}: {request.content_length} bytes were announced, {len(body)} came")
            return _error(411, "MissingContentLength")
        self.objects[key] = StoredObject(body, datetime.now(UTC))
        return web.Response(headers={"ETag": _etag(body)})

    def _get(self, key: str) -> web.Response:
        stored = self.objects.get(key)
        if stored is None:
            return _error(404, "NoSuchKey")
        modified = f"{stored.modified:%a, %d %b %Y %H:%M:%S GMT}"
        headers = {"ETag": _etag(stored.content), "Last-Modified": modified}
        return web.Response(body=stored.content, content_type="application/octet-stream", headers=headers)

    def _list(self, request: web.Request) -> web.Response:
        if unknown := set(request.query) - {"list-type", "prefix", "continuation-token", "max-keys"}:
            self.flagged.append(f"list: {sorted(unknown)} are unknown here")
        prefix, after = request.query.get("prefix", ""), request.query.get("continuation-token", "")
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        page, more = keys[: self.page], len(keys) > self.page
        contents = "".join(self._entry(key) for key in page)
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        return web.Response(
            text=f'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>{BUCKET}</Name>'
            f"<Prefix>{escape(prefix)}</Prefix><KeyCount>{len(page)}</KeyCount><MaxKeys>{self.page}</MaxKeys>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{contents}{token}</ListBucketResult>",
            content_type="application/xml",
        )

    def _entry(self, key: str) -> str:
        stored = self.objects[key]
        return (
            f"<Contents><Key>{escape(key)}</Key><LastModified>{stored.modified:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>{escape(_etag(stored.content))}</ETag><Size>{len(stored.content)}</Size>"
            "<StorageClass>STANDARD</StorageClass></Contents>"
        )


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Starts it on a free port of this host."""
    server = S3Server()
    server.start()
    try:
        yield server
    finally:
        server.close()


async def _cancel_others() -> None:
    """The answers that still hang."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _error(status: int, code: str) -> web.Response:
    return web.Response(status=status, text=f"<Error><Code>{code}</Code></Error>", content_type="application/xml")


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
