"""The web side: one aiohttp application for the web chat, the platforms' webhooks, health and, in demo mode, the
dropped mails.
"""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiohttp import web

from bot.channel import Receiver
from bot.errors import OperatorError
from bot.handlers.email import mailbox
from bot.handlers.webchat import Hub, Nameplate, WebChat
from bot.runtime.demo import joining, load_sample
from bot.runtime.process import LAST_WORDS, Process, every_channel, now, open_process, set_up_log
from bot.runtime.worker import Worker
from bot.settings import read
from domain.text import Text, verbatim
from storage.inspection import MAX_BYTES

log = structlog.get_logger()

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def serve(*, demo: bool) -> None:
    """Runs until it is stopped. Raises `OperatorError` for an operator's mistake."""
    settings = read()
    set_up_log(settings.log, settings.secrets)
    if demo and settings.address[0] not in LOOPBACK:
        raise OperatorError("--demo is for this machine only; set PST_LISTEN to 127.0.0.1:8080 or leave --demo out.")
    hub = Hub()
    process = open_process(settings, every_channel, pages=hub.notify, demo=demo)
    if demo:
        load_sample(process)
    asyncio.run(_serve(process, hub))


async def _serve(process: Process, hub: Hub) -> None:
    asked_to_stop = _asked_to_stop()
    receivers = [platform.receiver(process.backend) for platform in process.platforms.values()]
    app = application(process, hub)
    for receiver in receivers:
        app.add_routes(receiver.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=LAST_WORDS)
    loops: list[asyncio.Task[object]] = []
    try:
        await _open_doors(runner, process, receivers)
        forever = (process.deliverer.run(), Worker(process, now).run(), asked_to_stop.wait())
        loops += [asyncio.create_task(part) for part in (*forever, *(receiver.run() for receiver in receivers))]
        gc.freeze()
        print(_addresses(process), flush=True)  # noqa: T201
        done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
        for loop in done:
            loop.result()
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await runner.cleanup()
        await process.close()


async def _open_doors(runner: web.AppRunner, process: Process, receivers: Sequence[Receiver]) -> None:
    """What an earlier process left behind comes before anything that people say now. Then the web, so that a platform
    which is told our address reaches us there.
    """
    await runner.setup()
    await process.backend.resume()
    try:
        await web.TCPSite(runner, *process.settings.address).start()
    except OSError as error:
        raise OperatorError(
            f"PST_LISTEN {process.settings.listen}: {error.strerror or error}; is another one running?"
        ) from None
    _warm_up(process)
    try:
        for receiver in receivers:
            await receiver.start()
    except OperatorError as error:
        raise OperatorError(str(error)) from None


def _addresses(process: Process) -> str:
    address = f"http://{process.settings.listen}/"
    return f"{address}\n{address}demo  (applicant, officer and director)" if process.app.demo else address


def _asked_to_stop() -> asyncio.Event:
    """Set by SIGTERM and Ctrl-C, so that the pages are told, and what is being done ends in order."""
    asked = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, asked.set)
    return asked


def _warm_up(process: Process) -> None:
    """What the first person would otherwise wait for: the form, the rules, next year's estimated holidays."""
    office = process.app.office
    office.calendar.deadline(now().astimezone(office.zone).date(), 60)
    process.app.form("recommendation_request")
    process.app.form("registration")


def application(process: Process, hub: Hub) -> web.Application:
    """The routes, ready for a server of any kind."""
    office = process.app.office.words
    plate = Nameplate(
        verbatim(str(office["office"])), Text("Layanan Rekomendasi Kegiatan Statistik"), verbatim(str(office["phone"]))
    )
    settings = process.settings
    try:
        chat = WebChat(
            process.backend,
            hub,
            plate,
            public_url=settings.public_url or None,
            clock=now,
            file_mb=MAX_BYTES // 1024 // 1024,
            join=joining(process) if process.app.demo else None,
        )
    except ValueError as error:
        raise OperatorError(f"PST_PUBLIC_URL: {error}") from None
    app = web.Application()
    app.add_routes(chat.routes())
    app.on_shutdown.append(chat.close)
    app.router.add_get("/health", _health(process))
    if process.app.demo:
        app.add_routes(mailbox.routes(settings.data_dir / "mail"))
    return app


def _health(process: Process) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def health(_request: web.Request) -> web.Response:
        """200 when a transaction goes through."""
        await process.units.write(lambda session: None)
        return web.Response(text="ok\n")

    return health
