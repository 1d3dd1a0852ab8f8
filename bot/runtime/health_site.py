"""`/health` of the web chat says only whether the database takes something: anybody may ask there. `/health/live`,
`/health/ready` and `/metrics` are on an address of their own, for the machine and its monitoring.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from aiohttp import web

from bot.errors import OperatorError
from bot.runtime.health import DatabaseProbe, HealthService
from bot.runtime.process import SHUTDOWN_TIMEOUT, Process, now
from bot.settings import host_and_port


def public_route(process: Process) -> web.RouteDef:
    """For the web chat's address: 200 when a row was written, 503 otherwise."""
    probe = DatabaseProbe(process.units)

    async def answer(_request: web.Request) -> web.Response:
        failure = await probe.failure()
        return web.Response(status=503 if failure else 200, text=f"{failure or 'ok'}\n")

    return web.get("/health", answer)


class HealthRoutes:
    def __init__(self, process: Process, clock: Callable[[], datetime]) -> None:
        self._health = HealthService(process, clock)
        self._counts = process.metrics

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/health/live", self._live),
            web.get("/health/ready", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def _live(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, _request: web.Request) -> web.Response:
        report = await self._health.report()
        checks = {check.name: {"state": check.state, "detail": check.detail} for check in report.checks}
        return web.json_response({"ready": report.is_ready, "checks": checks}, status=200 if report.is_ready else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        from bot.runtime.metrics import CONTENT_TYPE, exposition  # imports prometheus_client, which few need

        body = exposition(self._counts, await self._health.report())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE})


@asynccontextmanager
async def health_site(process: Process) -> AsyncIterator[None]:
    """Answers at PST_HEALTH_LISTEN, if that is set. Raises `OperatorError`."""
    address = process.settings.health_listen
    if not address:
        yield
        return
    app = web.Application()
    app.add_routes(HealthRoutes(process, now).routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT)
    await runner.setup()
    try:
        await web.TCPSite(runner, *host_and_port(address)).start()
    except OSError as error:
        await runner.cleanup()
        raise OperatorError(f"PST_HEALTH_LISTEN {address}: {error.strerror or error}") from None
    try:
        yield
    finally:
        await runner.cleanup()
