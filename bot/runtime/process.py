"""Puts one process together: database, keys, office, channels, services. `run`, `chat`, the commands and the tests
start here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog

from bot.channel import Channel, Platform, SendFailed, StoredFile
from bot.errors import OperatorError, TemporaryFailure, type_and_place
from bot.limits import TokenBucketLimiter
from bot.metrics import ProcessMetrics
from bot.pipeline.commit import DeliveryNotifier
from bot.pipeline.deliver import Deliverer
from bot.pipeline.history import HistoryService
from bot.pipeline.inbound import InboundService
from bot.pipeline.media import MediaPipeline
from bot.pipeline.pending import PendingMessages
from bot.pipeline.platform_events import PlatformEventService
from bot.pipeline.waiting_files import WaitingFileService
from bot.pipeline.watch import DatabaseWatch
from bot.runtime.channels import CHANNEL_NAMES, ChannelFactory, Clock, ReadFile, no_channel
from bot.runtime.file_store import open_objects
from bot.runtime.log import set_up_log
from bot.service.context import AppContext
from bot.settings import Settings, read
from bot.troubles import TroubleLog
from domain.definitions import DefinitionInvalid
from domain.form.loading import refuse_missing_versions
from domain.frozen import frozen
from domain.office.features import Reach
from storage import audit_anchor, case_search, database_copy, installation, migrate, service_lock
from storage.audit_check import AuditReport, verify
from storage.disk_objects import FILES
from storage.files import FileStore
from storage.form_versions import count_other_versions
from storage.objects import StoreAway
from storage.private_files import make_private_folder
from storage.secrets import KeyMissing, Keys, KeyWeak
from storage.sending import ClaimedMessage
from storage.tables import File, Setting
from storage.unit import DatabaseAway, DatabaseUnusable, Session, Units, insert_new, is_empty, is_outage

log = structlog.get_logger()

#: Seconds that running work may take after SIGTERM. The next process handles what is left.
SHUTDOWN_TIMEOUT = 2.0

#: what the log says of a message whose file cannot be read now
FILES_AWAY = "the object store of the files is away"
#: The page that checks letters, after the address of the service; letters carry it for decades.
VERIFY_PATH = "/verify/"
#: of the page that signs a letter, see `bot.handlers.signpage`; written here too, so that no command imports aiohttp
SIGN_PATH = "/sign/{token}"
#: the same for the page that sets up an authenticator, see `bot.handlers.authenticatorpage`
AUTHENTICATOR_PATH = "/authenticator/{token}"
#: the same for the page of the satisfaction survey, see `bot.handlers.surveypage`
SURVEY_PATH = "/survei/{service}/{row}"
SURVEY_LINK_PATH = "/survei/buka/{token}"
#: channel and address of an open page that has something new to show
NotifyPage = Callable[[str, str], None]
#: ids of addresses that got messages
TellOthers = Callable[[Iterable[int]], None]


def now() -> datetime:
    return datetime.now(UTC)


@frozen
class Process:
    """The services of one process, ready to use."""

    settings: Settings
    app: AppContext
    units: Units
    store: FileStore
    platforms: Mapping[str, Platform]
    media: MediaPipeline
    pending: PendingMessages
    inbound: InboundService
    history: HistoryService
    waiting_files: WaitingFileService
    events: PlatformEventService
    deliverer: Deliverer
    watch: DatabaseWatch
    notify: DeliveryNotifier
    limiter: TokenBucketLimiter
    metrics: ProcessMetrics

    async def close(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_TIMEOUT):
                await self.inbound.idle()
                await self.deliverer.idle()
        with suppress(Exception):  # else they are sent when their lease has run out
            await self.deliverer.close()
            await self.pending.close()
        await self._close_platforms()
        self.media.close()
        await self.units.close()

    async def retry_failed(self) -> tuple[int, int]:
        """Runs all failed messages again, for a command that does nothing else.

        Returns how many are done now and how many still fail.
        """
        try:
            return await self.inbound.retry_failed(self._retry_dead_letter)
        finally:
            await self._close_platforms()

    async def verify_audit(self) -> AuditReport:
        """For a command that does nothing else. No other process waits for it."""
        try:
            return await self.units.read_snapshot(partial(verify, keys=self.app.keys, folder=self.settings.data_dir))
        finally:
            await self.units.close()

    async def _retry_dead_letter(self, channel: str, part: bytes) -> bool:
        """False also while the platform is switched off."""
        platform = self.platforms.get(channel)
        return platform is not None and await platform.receiver(self.inbound, self.events).retry(part)

    async def _close_platforms(self) -> None:
        for platform in self.platforms.values():
            await platform.close()


def open_process(
    settings: Settings,
    channels: ChannelFactory,
    *,
    notify_page: NotifyPage = lambda channel, address: None,
    demo: bool = False,
    reads_dropped_mails: bool = False,
    form_pages: Mapping[str, str] | None = None,
    tell_others: TellOthers = lambda address_ids: None,
    clock: Clock = now,
) -> Process:
    """Opens the database and the file store and connects the services. `form_pages`: see `AppContext`.
    `reads_dropped_mails`: whoever talks here looks into the folder of the mails, where none are sent.
    `tell_others`: says to other processes who got messages. Raises `OperatorError`.
    """
    with _operator_errors(settings):
        make_private_folder(settings.data_dir)
        units = Units(settings.database, settings.database_pool)
        with migrate.one_start_at_a_time(units.engine):
            keys = _open_database(units, settings)
        web = settings.web_address
        reach = _reach(settings, demo, reads_mails=demo or reads_dropped_mails)
        app = AppContext.load(settings.office, keys, demo, form_pages, web + VERIFY_PATH, web + SIGN_PATH, reach)
        app.authenticator_address = web + AUTHENTICATOR_PATH
        app.survey_address = SURVEY_PATH
        app.survey_link = web + SURVEY_LINK_PATH
        app.channel_names = CHANNEL_NAMES
        app.undo_seconds = settings.undo_seconds
        units.write_now(lambda session: refuse_missing_versions(count_other_versions(session, app.forms)))
        store = FileStore(open_objects(settings, units, TroubleLog("the object store")), keys)
    every = channels(settings, app, _file_reader(units, store), clock)
    return _connect(settings, app, units, store, every, notify_page, tell_others, clock)


@contextmanager
def running(settings: Settings) -> Iterator[None]:
    """For what runs for long: meanwhile nobody changes the key. Raises `OperatorError`, also when an outage ends it, as
    one does during the start: later every loop tries again.
    """
    with ExitStack() as stack:
        with _operator_errors(settings):
            make_private_folder(settings.data_dir)
            stack.enter_context(service_lock.held(settings.data_dir, alone=False))
        try:
            yield
        except Exception as error:
            if not is_outage(error):
                raise
            raise TemporaryFailure(
                f"The database or the disk failed during the start ({type_and_place(error)}); start it again."
            ) from None


@contextmanager
def opened(channels: ChannelFactory = no_channel, *, makes_database: bool = False) -> Iterator[Process]:
    """A process for one command, with the settings of the environment. Most commands only look at a database, or change
    what is in it: a new one would hide that the settings name another place. Raises `OperatorError`.
    """
    settings = read()
    set_up_log("error", settings.secrets)
    if not makes_database:
        with _operator_errors(settings):
            migrate.require_database(settings.database)
    process = open_process(settings, channels)
    try:
        yield process
    finally:
        process.units.dispose()


def _connect(
    settings: Settings,
    app: AppContext,
    units: Units,
    store: FileStore,
    channels: Mapping[str, Channel],
    notify_page: NotifyPage,
    tell_others: TellOthers,
    clock: Clock,
) -> Process:
    metrics = ProcessMetrics()
    deliverer = Deliverer(units, app.keys, channels, clock, metrics)

    watch = DatabaseWatch(units, clock)
    watch.add(deliverer.due_addresses, deliverer.start)

    def notify(queued: Mapping[int, tuple[str, str]], claimed: Sequence[ClaimedMessage] = ()) -> None:
        deliverer.notify(queued, claimed)
        for channel, address in queued.values():
            notify_page(channel, address)
        tell_others(queued)

    platforms = {name: channel for name, channel in channels.items() if isinstance(channel, Platform)}
    fetches = {name: platform.fetch for name, platform in platforms.items()}
    limiter = TokenBucketLimiter(lambda: clock().timestamp())
    media = MediaPipeline(store, app.keys, settings.data_dir, fetches, limiter)
    pending = PendingMessages(units, app.keys, clock)
    inbound = InboundService(units, app, media, pending, notify, deliverer, clock, limiter, metrics)
    if not units.is_sqlite:
        watch.add(pending.ending_leases, inbound.take_over)
    return Process(
        settings=settings,
        app=app,
        units=units,
        store=store,
        platforms=platforms,
        media=media,
        pending=pending,
        inbound=inbound,
        history=HistoryService(units, app.keys, store, app.office.zone, clock),
        waiting_files=WaitingFileService(units, app.keys, clock),
        events=PlatformEventService(units, app, notify, clock),
        deliverer=deliverer,
        watch=watch,
        notify=notify,
        limiter=limiter,
        metrics=metrics,
    )


def _reach(settings: Settings, demo: bool, *, reads_mails: bool) -> Reach:
    """In the demo, mails and pages are looked at on this machine."""
    return Reach(
        sends_mail=reads_mails or bool(settings.smtp_url),
        has_public_address=demo or bool(settings.public_url),
        has_messenger=bool(settings.telegram_token or settings.whatsapp_token),
    )


@contextmanager
def _operator_errors(settings: Settings) -> Iterator[None]:
    """Turns what an operator can mend into `OperatorError`, one line that says how."""
    try:
        yield
    except DatabaseAway as error:
        raise TemporaryFailure(str(error)) from None
    except (DatabaseUnusable, KeyMissing, KeyWeak, DefinitionInvalid, migrate.DatabaseTooNew) as error:
        raise OperatorError(str(error)) from None
    except service_lock.FolderInUse:
        raise OperatorError("The key is being changed; start the service when pst-bot key rotate has ended.") from None
    except OSError as error:
        failure = TemporaryFailure if is_outage(error) else OperatorError
        raise failure(
            f"{settings.data_dir}: {error.strerror or error}; choose a folder you may write to with PST_DATA_DIR."
        ) from None


def _open_database(units: Units, settings: Settings) -> Keys:
    """Migrates the database, and loads the key that its content is sealed with."""
    migrate.upgrade(units.engine)
    if database_copy.is_incomplete(units.engine):
        raise OperatorError("The database is a copy that was stopped; run pst-bot copy-database again, it goes on.")
    if not units.is_sqlite:
        _ensure_search_index(units)
    has_people = not is_empty(units.engine, "people")
    if not has_people and _has_traces(units, settings.data_dir):
        raise OperatorError(
            "The database is empty, but the data folder is of a service that was used: put the database back, check "
            "PST_DATABASE_URL, or choose a new folder with PST_DATA_DIR."
        )
    keys = Keys.load(settings.data_dir, settings.secret_key or None, has_people)
    units.write_now(lambda session: _check_key(session, keys))
    return keys


def _has_traces(units: Units, data_dir: Path) -> bool:
    """Whether the folder has files of people, or the anchor of an audit that the database does not have."""
    has_files = any((data_dir / FILES).glob("[0-9a-f][0-9a-f]/*"))
    return has_files or ((data_dir / audit_anchor.FILE).exists() and is_empty(units.engine, "audit"))


def _ensure_search_index(units: Units) -> None:
    with units.engine.begin() as connection:
        if not case_search.ensure_postgres_index(connection):
            log.warning("search_without_index", remedy="run CREATE EXTENSION pg_trgm as an administrator, then restart")


def _check_key(session: Session, keys: Keys) -> None:
    """Raises `KeyMissing` when the database was made with another key, and `OperatorError` while it is changed."""
    insert_new(session, Setting, {"name": installation.KEY, "value": keys.fingerprint()})  # the first start of several
    known = installation.setting(session, installation.KEY)
    if known in keys.fingerprints()[1:]:
        raise OperatorError("The change of the key was stopped; run pst-bot key rotate again, it goes on.")
    elif known != keys.fingerprint():
        raise KeyMissing(
            "The key is not the one this database was made with; put the old `secret.key` or PST_SECRET_KEY back."
        )


def _file_reader(units: Units, store: FileStore) -> ReadFile:
    async def read_file(file_id: int) -> StoredFile | None:
        async with units.reading() as session:
            found = await session.get(File, file_id)
        if found is None:
            return None
        try:
            content = await asyncio.to_thread(store.read, found.object, found.owner)
        except StoreAway:
            raise SendFailed("unreachable", "the file of this message cannot be read", hint=FILES_AWAY) from None
        return StoredFile(found.name, found.kind, content)

    return read_file
