"""What a request may use before its handler knows who asks: connections, and the memory for bodies of webhooks."""

from __future__ import annotations

import resource
from collections import defaultdict
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from bot.limits import MEGABYTE, SILENT_CONNECTIONS, Sender, TokenBucketLimiter, source_of

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: bytes that are reserved for a body whose length is not said; no platform sends more
LARGEST_WEBHOOK = 3 * MEGABYTE
#: status of a refusal that an honest platform never gets
_REFUSED = frozenset({400, 403, 413})


def limited_webhook(route: web.RouteDef, limiter: TokenBucketLimiter, client_ip_header: str) -> web.RouteDef:
    """The route, with the bytes of its bodies reserved before they are read, and given back afterwards.

    A source whose requests are always refused is not read for a while. A platform delivers again later.
    """

    async def limited(request: web.Request) -> web.StreamResponse:
        sender = Sender(source=source_of(request.remote, request.headers, client_ip_header))
        size = min(request.content_length or (LARGEST_WEBHOOK if request.can_read_body else 1), LARGEST_WEBHOOK)
        if not limiter.has_left("refused_webhooks", sender):
            return _busy(429)
        if not limiter.take("webhook_bytes", sender, size):
            return _busy(503)
        try:
            response: web.StreamResponse = await route.handler(request)
        finally:
            limiter.give_back("webhook_bytes", sender, size)
        if response.status in _REFUSED:
            limiter.take("refused_webhooks", sender)
        return response

    return web.RouteDef(route.method, route.path, limited, route.kwargs)


def _busy(status: int) -> web.Response:
    """The connection is closed, so that nobody goes on sending a body that is not read."""
    response = web.Response(status=status, headers={"Retry-After": "10"})
    response.force_close()
    return response


class SilentConnections:
    """Limits the connections of one peer that have not sent a request yet. One too many closes the oldest."""

    def __init__(self) -> None:
        self._heard: set[RequestHandler] = set()

    @web.middleware
    async def remember(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A middleware: the connection has sent a request."""
        self._heard.add(request.protocol)
        return await handler(request)

    def may_exceed(self, server: web.Server) -> bool:
        """Whether a look at all connections is worth while. Any thread may ask."""
        return len(server.connections) > SILENT_CONNECTIONS

    def close_excess(self, server: web.Server) -> None:
        connections = server.connections
        self._heard.intersection_update(connections)
        silent: defaultdict[str, list[RequestHandler]] = defaultdict(list)
        for connection in connections:
            if connection not in self._heard and connection.peername:
                silent[connection.peername[0]].append(connection)
        for of_peer in silent.values():
            for connection in of_peer[:-SILENT_CONNECTIONS]:
                connection.force_close()
            if len(of_peer) > SILENT_CONNECTIONS:
                log.warning("connections without a request were closed", count=len(of_peer) - SILENT_CONNECTIONS)


def allow_many_files() -> None:
    """Every connection needs a file descriptor; systems often allow a program only 1,024 unless it asks for more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
