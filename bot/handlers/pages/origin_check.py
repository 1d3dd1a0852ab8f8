"""Which requests are answered at all, and the headers that every answer has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import structlog
from aiohttp import HttpVersion11, web

from bot.handlers.pages.headers import BASE_HEADERS
from bot.handlers.pages.language import page_locale
from bot.handlers.pages.wording import PROXY_HOST, PROXY_SCHEME, WRONG_HOST, WRONG_SCHEME
from bot.limits import is_forwarded
from domain.text import Text
from locales import say

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
#: what the operator reads in the log
_HOST_WARNING = (
    "web chat: a request has the wrong header Host. A proxy must pass on the visitor's Host "
    "(nginx: proxy_set_header Host $host), and PST_PUBLIC_URL must be the public address. "
    "Further ones are not logged."
)
_SCHEME_WARNING = (
    "web chat: a page was opened by http://. A proxy must lead visitors to https:// "
    "(nginx: return 301 https://$host$request_uri). Further ones are not logged."
)
_DEFAULT_PORT = {"http": 80, "https": 443}


class OriginCheck:
    """Lets requests through that name a loopback host or the public host. A request that changes something must come
    from a page of the same host.
    """

    def __init__(self, public_url: str | None) -> None:
        """Raises `ValueError` for a public address without HTTPS: browsers would not keep its cookie."""
        parts = urlsplit(public_url or "")
        if public_url and (not parts.hostname or (parts.scheme != "https" and parts.hostname not in _LOOPBACK)):
            raise ValueError(f"the public address must start with https://, this one does not: {public_url}")
        self._public_host = parts.hostname
        self._public_origin = _origin(parts)
        self._told = set[str]()  #: warnings that stand in the log

    def __call__(self, handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            response = self._refusal(request) or await handler(request)
            if not response.prepared:
                for name, value in BASE_HEADERS.items():
                    response.headers.setdefault(name, value)
            return response

        return checked

    def _refusal(self, request: web.Request) -> web.StreamResponse | None:
        host = hostname(request)
        if not host or (host not in _LOOPBACK and host != self._public_host):
            return self._misdirected(request, _HOST_WARNING, WRONG_HOST, PROXY_HOST)
        changes = request.method not in {"GET", "HEAD"} or "Upgrade" in request.headers
        if not changes or self._is_same_origin(request, host):
            return None
        origin = request.headers.get("Origin", "").lower()
        if self._public_origin.startswith("https:") and origin == self._public_origin.replace("https:", "http:", 1):
            return self._misdirected(request, _SCHEME_WARNING, WRONG_SCHEME, PROXY_SCHEME)
        if (self._public_host and origin == self._public_origin) or is_forwarded(request.headers):
            return self._misdirected(request, _HOST_WARNING, PROXY_HOST)
        return web.Response(status=403, text="Origin\n")

    def _misdirected(self, request: web.Request, warning: str, *sentences: Text) -> web.Response:
        """The page is reached under another address than the public one: most often by a proxy's mistake."""
        if warning not in self._told:
            self._told.add(warning)
            log.warning(warning, host=ascii(request.headers.get("Host", "")[:100]))
        locale = page_locale(request)
        return web.Response(status=421, text="".join(f"{say(sentence, locale)}\n" for sentence in sentences))

    def _is_same_origin(self, request: web.Request, host: str) -> bool:
        """Whether the request comes from a page that was served by the same host."""
        origin = request.headers.get("Origin", "").lower()
        served = request.headers["Host"].lower()
        local = {f"http://{served}", f"https://{served}"} if host in _LOOPBACK else set()
        return origin in local or (host == self._public_host and origin == self._public_origin)


def hostname(request: web.Request) -> str | None:
    """The host in the browser's address bar, without its port; `None` when the header cannot be read."""
    try:
        return urlsplit("//" + request.headers.get("Host", "")).hostname
    except ValueError:
        return None


def is_loopback(request: web.Request) -> bool:
    return hostname(request) in _LOOPBACK


def remote_status(request: web.Request) -> int | None:
    """The HTTP status for a request that does not come from a browser on this computer; `None` for one that does.

    Refused are other machines, pages that point a host name of theirs at this computer, and proxies. A request in
    HTTP/1.0 comes from a proxy: browsers do not send any.
    """
    if not is_loopback(request):
        return 421
    if is_forwarded(request.headers) or request.version < HttpVersion11 or not _is_this_machine(request.remote):
        return 403
    return None


def loopback_only(handler: Handler, sentence: Text) -> Handler:
    """Answers only browsers on this computer; everybody else gets the sentence."""

    async def checked(request: web.Request) -> web.StreamResponse:
        status = remote_status(request)
        if status is None:
            return await handler(request)
        locale = page_locale(request)
        return web.Response(status=status, text=say(sentence, locale) + "\n")

    return checked


def _is_this_machine(remote: str | None) -> bool:
    try:
        address = ip_address((remote or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _origin(parts: SplitResult) -> str:
    """The origin as browsers write it: in lower case, without the default port."""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in (None, _DEFAULT_PORT.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
