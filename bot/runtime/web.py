"""`pst-bot run` and `pst-bot front`: one aiohttp application with the web chat, the webhooks of the platforms,
`/health` and, in demo mode, the mails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from importlib import import_module

import click
from aiohttp import web

from bot.channel import Receiver
from bot.errors import OperatorError
from bot.handlers import webchat
from bot.handlers.authenticatorpage import AuthenticatorRoutes
from bot.handlers.board import BoardRoutes
from bot.handlers.email import mailbox
from bot.handlers.formpage import FormPageRoutes
from bot.handlers.signpage import SignRoutes
from bot.handlers.surveypage import SurveyRoutes
from bot.handlers.verifypage import VerifyRoutes
from bot.handlers.webchat import Notifier, PageTitle, WebChat
from bot.limits import HEADERS_WITHIN
from bot.pipeline.authenticator_pages import AuthenticatorSetupService
from bot.pipeline.board import BoardService
from bot.pipeline.form_pages import FormPageService
from bot.pipeline.letter_checks import LetterCheckService
from bot.pipeline.letter_signing import LetterSigningService
from bot.pipeline.loops import run_for_ever
from bot.pipeline.page_watch import PageWatch
from bot.pipeline.survey_pages import SurveyPageService
from bot.runtime.channels import every_channel
from bot.runtime.demo import joining, load_sample
from bot.runtime.esign import esign_client
from bot.runtime.event_loop import look_for_garbage_seldom, loop_factory, run_together, stop_event
from bot.runtime.health_site import health_site, public_route
from bot.runtime.letter_files import check_signing
from bot.runtime.log import set_up_log
from bot.runtime.outages import answer_outages, log_outages
from bot.runtime.page_links import form_page_links, messenger_apps
from bot.runtime.process import SHUTDOWN_TIMEOUT, Process, now, open_process, running
from bot.runtime.request_limits import SilentConnections, allow_many_files, limited_webhook
from bot.runtime.several_processes import ProcessSignals, require_postgres
from bot.runtime.worker_process import background_work
from bot.settings import LOOPBACK, Settings, read
from domain.text import Text, verbatim
from storage import continuations
from storage.inspection.result import MAX_BYTES
from storage.outages import is_away


def serve(*, demo: bool) -> None:
    """One process that does everything, until SIGTERM or Ctrl-C. Raises `OperatorError`."""
    settings = _settings()
    if demo and settings.address[0] not in LOOPBACK:
        raise OperatorError("--demo is for this machine only; set PST_LISTEN to 127.0.0.1:8080 or leave --demo out.")
    notifier = Notifier()
    with running(settings):
        process = open_process(
            settings, every_channel, notify_page=notifier.notify, demo=demo, form_pages=form_page_links(settings)
        )
        check_signing(process, now())
        if demo:
            load_sample(process)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(process, notifier))


def serve_front() -> None:
    """Pages and webhooks alone; a worker does the rest. Until SIGTERM or Ctrl-C. Raises `OperatorError`."""
    settings = _settings()
    require_postgres(settings)
    notifier, signals = Notifier(), ProcessSignals()
    with running(settings):
        links = form_page_links(settings)
        process = open_process(
            settings, every_channel, notify_page=notifier.notify, form_pages=links, tell_others=signals.tell
        )
        check_signing(process, now())
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(process, notifier, signals))


def _settings() -> Settings:
    settings = read()
    set_up_log(settings.log, settings.secrets, settings.log_format)
    allow_many_files()
    return settings


async def _serve(process: Process, notifier: Notifier, signals: ProcessSignals | None = None) -> None:
    """`signals`: from and to the workers, which do the rest; `None`: this process does everything."""
    stop = stop_event()
    receivers = [platform.receiver(process.inbound, process.events) for platform in process.platforms.values()]
    if signals is not None:
        receivers = [receiver for receiver in receivers if receiver.routes()]  # a worker asks the others
    app, silent = application(process, notifier, receivers), SilentConnections()
    app.middlewares.append(silent.remember)
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=SHUTDOWN_TIMEOUT,
        keepalive_timeout=HEADERS_WITHIN,
    )
    try:
        async with health_site(process):
            await _start(runner, process, receivers)
            log_outages(process.units)
            look_for_garbage_seldom()
            click.echo(_addresses(process))
            receiving = (run_for_ever("receiving from a platform", receiver.run) for receiver in receivers)
            pages = PageWatch(notifier.notify)
            process.watch.add(pages.look, pages.wake)
            server = _server(runner)
            process.watch.add_check(lambda: silent.may_exceed(server), lambda _found: silent.close_excess(server))
            beside = (
                background_work(process) if signals is None else (signals.run(process.units, process.watch, pages),)
            )
            await run_together(stop.wait(), *beside, *receiving, process.watch.run())
    finally:
        await _stop(runner)
        await process.close()


async def _start(runner: web.AppRunner, process: Process, receivers: Sequence[Receiver]) -> None:
    """Resumes the pending messages before new ones can arrive, and opens the port before platforms are told of it."""
    await runner.setup()
    await process.inbound.resume()
    settings = process.settings
    try:
        await web.TCPSite(runner, *settings.address).start()
    except OSError as error:
        raise OperatorError(
            f"PST_LISTEN {settings.listen}: {error.strerror or error}; is another one running?"
        ) from None
    link = f"{settings.web_address}/{webchat.LINK}"
    await process.units.write(partial(continuations.save_proof_link, channel=webchat.NAME, link=link))
    await asyncio.to_thread(_warm_up, process)  # pages are served meanwhile
    for receiver in receivers:
        await receiver.start()


async def _stop(runner: web.AppRunner) -> None:
    """Accepts no new connections, closes the pages, then cleans up.

    The pages are closed first, because aiohttp ignores their closing handshakes once `cleanup` has begun.
    """
    for site in list(runner.sites):
        await site.stop()
    await runner.shutdown()
    await runner.cleanup()


def _server(runner: web.AppRunner) -> web.Server:
    assert runner.server is not None
    return runner.server


def _addresses(process: Process) -> str:
    address = f"http://{process.settings.listen}/"
    return f"{address}\n{address}demo  (applicant, officer and director)" if process.app.demo else address


def _warm_up(process: Process) -> None:
    """Does what the first messages would wait for otherwise, and no page needs: imports what reads phone numbers and
    addresses, and computes the holidays of the next months.
    """
    for library in ("phonenumbers", "email_validator"):
        import_module(library)
    office = process.app.office
    office.calendar.deadline(now().astimezone(office.zone).date(), 60)


def application(process: Process, notifier: Notifier, receivers: Sequence[Receiver] = ()) -> web.Application:
    """Raises `OperatorError` for a bad PST_PUBLIC_URL."""
    chat = _web_chat(process, notifier)
    app = web.Application(middlewares=[answer_outages])
    app.add_routes(chat.routes())
    app.add_routes(_form_pages(process).routes())
    app.add_routes(_survey_pages(process).routes())
    for route in (route for receiver in receivers for route in receiver.routes()):
        app.router.add_routes([limited_webhook(route, process.limiter, process.settings.client_ip_header)])
    checks = LetterCheckService(process.units, process.app.keys)
    app.add_routes(_verify_pages(process, checks).routes())
    app.add_routes(_authenticator_pages(process).routes())
    if process.app.signing_way == "bsre":
        _add_sign_pages(process, app)
    app.on_shutdown.append(chat.close)
    board = _board(process)
    app.add_routes(board.routes())
    app.on_shutdown.append(board.close)
    app.on_cleanup.append(checks.close)
    app.add_routes([public_route(process)])
    if process.app.demo:
        app.add_routes(mailbox.routes(process.settings.data_dir / "mail"))
    return app


def _web_chat(process: Process, notifier: Notifier) -> WebChat:
    office = process.app.office.words
    title = PageTitle(
        verbatim(str(office["office"])), Text("Layanan Rekomendasi Kegiatan Statistik"), verbatim(str(office["phone"]))
    )
    try:
        return WebChat(
            process.inbound,
            process.history,
            process.waiting_files,
            notifier,
            title,
            public_url=process.settings.public_url or None,
            clock=now,
            file_mb=MAX_BYTES // 1024 // 1024,
            limiter=process.limiter,
            client_ip_header=process.settings.client_ip_header,
            is_away=is_away,
            join=joining(process) if process.app.demo else None,
        )
    except ValueError as error:
        raise OperatorError(f"PST_PUBLIC_URL: {error}") from None


def _office(process: Process) -> Text:
    """Its name, as the head of each page shows it."""
    return verbatim(str(process.app.office.words["office"]))


def _board(process: Process) -> BoardRoutes:
    service = BoardService(process.units, process.app, now)
    process.watch.add(service.look, service.publish)
    settings = process.settings
    return BoardRoutes(
        service,
        _office(process),
        public_url=settings.public_url or None,
        limiter=process.limiter,
        client_ip_header=settings.client_ip_header,
    )


def _form_pages(process: Process) -> FormPageRoutes:
    settings = process.settings
    return FormPageRoutes(
        FormPageService(process.units, process.app, process.media, process.notify, now),
        process.inbound,
        _office(process),
        public_url=settings.public_url or None,
        file_mb=MAX_BYTES // 1024 // 1024,
        limiter=process.limiter,
        client_ip_header=settings.client_ip_header,
        apps=messenger_apps(settings),
        clock=now,
    )


def _survey_pages(process: Process) -> SurveyRoutes:
    settings = process.settings
    return SurveyRoutes(
        SurveyPageService(process.units, process.app, now),
        _office(process),
        public_url=settings.public_url or None,
        limiter=process.limiter,
        client_ip_header=settings.client_ip_header,
    )


def _verify_pages(process: Process, checks: LetterCheckService) -> VerifyRoutes:
    settings = process.settings
    return VerifyRoutes(
        checks,
        _office(process),
        public_url=settings.public_url or None,
        file_mb=MAX_BYTES // 1024 // 1024,
        limiter=process.limiter,
        client_ip_header=settings.client_ip_header,
    )


def _authenticator_pages(process: Process) -> AuthenticatorRoutes:
    settings = process.settings
    return AuthenticatorRoutes(
        AuthenticatorSetupService(process.units, process.app, now),
        _office(process),
        public_url=settings.public_url or None,
        limiter=process.limiter,
        client_ip_header=settings.client_ip_header,
    )


def _add_sign_pages(process: Process, app: web.Application) -> None:
    settings = process.settings
    esign = esign_client(settings)
    signing = LetterSigningService(
        process.units, process.app, process.store, esign, process.notify, now, settings.bsre_seal
    )
    pages = SignRoutes(
        signing,
        _office(process),
        public_url=settings.public_url or None,
        limiter=process.limiter,
        client_ip_header=settings.client_ip_header,
    )
    app.add_routes(pages.routes())
    app.on_cleanup.append(esign.close)
    app.on_cleanup.append(signing.close)
