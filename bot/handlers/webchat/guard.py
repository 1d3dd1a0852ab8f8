"""Which requests are heard at all, and what every answer tells the browser to forbid."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from aiohttp import HttpVersion11, web

from bot.handlers.webchat.wording import WRONG_HOST
from domain.text import Text
from locales import SOURCE, closest, say

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
#: what proxies add to a request, besides X-Forwarded-…
_TRACES = frozenset({"forwarded", "via", "x-real-ip"})
_DEFAULT_PORT = {"http": 80, "https": 443}


class Guard:
    """Hears what is meant for this machine's loopback names or the public address; changes only from pages there."""

    def __init__(self, public_url: str | None) -> None:
        """Raises `ValueError` for plain HTTP beyond this machine: browsers would not keep the cookie."""
        parts = urlsplit(public_url or "")
        if public_url and (not parts.hostname or (parts.scheme != "https" and parts.hostname not in _LOOPBACK)):
            raise ValueError(f"the public address must start with https://, this one does not: {public_url}")
        self._public_host = parts.hostname
        self._public_origin = _origin(parts)

    def __call__(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            response = self._refusal(request) or await handler(request)
            if not response.prepared:
                for name, value in _HEADERS.items():
                    response.headers.setdefault(name, value)
            return response

        return guarded

    def _refusal(self, request: web.Request) -> web.StreamResponse | None:
        host = hostname(request)
        if not host or (host not in _LOOPBACK and host != self._public_host):
            sentence = say(WRONG_HOST, closest(request.headers.get("Accept-Language", "")) or SOURCE)
            return web.Response(status=421, text=sentence + "\n")
        changes = request.method not in {"GET", "HEAD"} or "Upgrade" in request.headers
        if changes and not self._is_own(request, host):
            return web.Response(status=403, text="Origin\n")
        return None

    def _is_own(self, request: web.Request, host: str) -> bool:
        """Whether the request comes from a page that was served under the very name it goes to."""
        origin = request.headers.get("Origin", "").lower()
        served = request.headers["Host"].lower()
        local = {f"http://{served}", f"https://{served}"} if host in _LOOPBACK else set()
        return origin in local or (host == self._public_host and origin == self._public_origin)


def hostname(request: web.Request) -> str | None:
    """The name the browser believes to talk to, without its port; `None` when it makes no sense."""
    try:
        return urlsplit("//" + request.headers.get("Host", "")).hostname
    except ValueError:
        return None


def is_loopback(request: web.Request) -> bool:
    return hostname(request) in _LOOPBACK


def elsewhere(request: web.Request) -> int | None:
    """The status that refuses whatever is not a browser on this very computer: another machine, a page that points a
    name here, a proxy.

    HTTP/1.0 is what a proxy speaks that leaves no other trace; browsers do not.
    """
    if not is_loopback(request):
        return 421
    names = {name.lower() for name in request.headers}
    forwarded = not names.isdisjoint(_TRACES) or any(name.startswith("x-forwarded-") for name in names)
    if forwarded or request.version < HttpVersion11 or not _is_this_machine(request.remote):
        return 403
    return None


def only_here(handler: Handler, sentence: Text) -> Handler:
    """For what the demo shows to whoever sits at this computer, and to nobody else."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        status = elsewhere(request)
        if status is None:
            return await handler(request)
        locale = closest(request.headers.get("Accept-Language", "")) or SOURCE
        return web.Response(status=status, text=say(sentence, locale) + "\n")

    return guarded


def _is_this_machine(remote: str | None) -> bool:
    try:
        address = ip_address((remote or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _origin(parts: SplitResult) -> str:
    """As browsers write it: lower case, without the scheme's usual port."""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in (None, _DEFAULT_PORT.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
