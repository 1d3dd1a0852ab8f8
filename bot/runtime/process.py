"""Puts one process together: database, keys, office, channels, loops. `run`, `chat`, the commands and the tests
start here.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO, cast

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.channel import Channel, Platform, StoredFile
from bot.errors import OperatorError
from bot.pipeline.deliver import Deliverer
from bot.pipeline.inbound import DeliveryNotifier, InboundService
from bot.pipeline.media import Intake
from bot.service.context import AppContext
from bot.settings import Settings, read
from domain.office.profile import Office, OfficeInvalid
from storage import migrate
from storage.files import FileStore
from storage.secrets import KeyMissing, Keys, KeyWeak
from storage.tables import File, Setting
from storage.unit import DatabaseUnusable, Units, is_empty

#: reads a file that is to be sent along
Attachment = Callable[[int], Awaitable[StoredFile | None]]
#: builds the channels of a process from what they need of it
ChannelsOf = Callable[[Settings, AppContext, Attachment], Mapping[str, Channel]]


#: seconds that what is being done gets to come to its end before the process stops; the next one takes up the rest
LAST_WORDS = 2.0


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Process:
    units: Units
    app: AppContext
    store: FileStore
    deliverer: Deliverer
    backend: InboundService
    settings: Settings
    notify: DeliveryNotifier
    platforms: Mapping[str, Platform]

    async def retry(self, channel: str, part: bytes) -> bool:
        """Gives a platform what could not be read of it; False while the platform is switched off."""
        platform = self.platforms.get(channel)
        return platform is not None and await platform.receiver(self.backend).retry(part)

    async def close(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await self.backend.idle()
                await self.deliverer.idle()
        await self.leave_platforms()
        await self.units.close()

    async def retry_failed(self) -> tuple[int, int]:
        """How many failed messages are done now, and how many fail still; for a command, which serves nobody else."""
        try:
            return await self.backend.retry_failed(self.retry)
        finally:
            await self.leave_platforms()

    async def leave_platforms(self) -> None:
        for platform in self.platforms.values():
            await platform.close()


def open_process(
    settings: Settings,
    channels: ChannelsOf,
    *,
    pages: Callable[[str, str], None] = lambda channel, address: None,
    demo: bool = False,
    clock: Callable[[], datetime] = now,
) -> Process:
    """Raises `OperatorError` with one line for the operator. `pages` is told which address of a pulling channel has
    something new.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        units = Units(settings.database)
        migrate.upgrade(units.engine)
        keys = Keys.load(settings.data_dir, settings.secret_key or None, not is_empty(units.engine, "people"))
        units.write_now(lambda session: _same_key(session, keys))
        app = AppContext(Office.load(settings.office), keys, demo)
        store = FileStore(settings.data_dir / "files", keys)
    except (DatabaseUnusable, KeyMissing, KeyWeak, OfficeInvalid, migrate.Unmigrated) as error:
        raise OperatorError(str(error)) from None
    except OperationalError as error:
        raise OperatorError(
            f"The database cannot be opened ({error.orig}); check PST_DATABASE_URL and that its server runs."
        ) from None
    except OSError as error:
        raise OperatorError(
            f"{settings.data_dir}: {error.strerror or error}; choose a folder you may write to with PST_DATA_DIR."
        ) from None
    all_channels = channels(settings, app, _attachment(units, store))
    platforms = {name: channel for name, channel in all_channels.items() if isinstance(channel, Platform)}
    deliverer = Deliverer(units, keys, all_channels, clock)

    def notify(queued: Mapping[int, tuple[str, str]]) -> None:
        deliverer.notify(queued)
        for channel, address in queued.values():
            pages(channel, address)

    fetches = {name: platform.fetch for name, platform in platforms.items()}
    intake = Intake(store, keys, settings.data_dir, fetches)
    backend = InboundService(units, app, store, intake, notify, deliverer.wait_until_sent, clock)
    return Process(units, app, store, deliverer, backend, settings, notify, platforms)


def _attachment(units: Units, store: FileStore) -> Attachment:
    async def attachment(file: int) -> StoredFile | None:
        async with units.reading() as session:
            found = await session.get(File, file)
        if found is None:
            return None
        return StoredFile(found.name, found.kind, await asyncio.to_thread(store.read, found.object, found.owner))

    return attachment


@contextmanager
def opened(channels: ChannelsOf = lambda settings, app, attachment: {}) -> Iterator[Process]:
    """A process for one command: the settings of the environment; mostly it needs no channel."""
    process = open_process(read(), channels)
    try:
        yield process
    finally:
        process.units.dispose()


def every_channel(
    settings: Settings, app: AppContext, attachment: Attachment, clock: Callable[[], datetime] = now
) -> Mapping[str, Channel]:
    """Mail, and the platforms that are switched on. Each loads its libraries only then."""
    platforms: list[Channel] = []
    if settings.telegram_token:
        from bot.handlers import telegram

        platforms.append(
            telegram.connect(
                settings.telegram_token,
                settings.telegram_api_base,
                settings.telegram_mode,
                settings.public_url,
                settings.telegram_webhook_secret,
                attachment,
            )
        )
    if settings.whatsapp_token:
        from bot.handlers import whatsapp

        try:
            platforms.append(
                whatsapp.connect(
                    settings.whatsapp_token,
                    settings.whatsapp_phone_number_id,
                    settings.whatsapp_app_secret,
                    settings.whatsapp_verify_token,
                    settings.whatsapp_api_base,
                    attachment,
                    settings.whatsapp_templates,
                    clock,
                )
            )
        except ValueError as error:
            raise OperatorError(f"PST_WHATSAPP_TEMPLATES: {error}") from None
    return {**mail_channel(settings, app, attachment), **{platform.name: platform for platform in platforms}}


def mail_channel(settings: Settings, app: AppContext, attachment: Attachment) -> Mapping[str, Channel]:
    """The channel that every process with an outbox has."""
    from bot.handlers.email import EmailChannel

    try:
        mail = EmailChannel(
            settings.smtp_url,
            settings.data_dir / "mail",
            settings.mail_from,
            app.office.office.name,
            app.office.zone,
            attachment,
        )
    except ValueError as error:
        raise OperatorError(f"PST_SMTP_URL or PST_MAIL_FROM: {error}") from None
    return {mail.name: mail}


def _same_key(session: Session, keys: Keys) -> None:
    known = session.get(Setting, "key")
    if known is None:
        session.add(Setting(name="key", value=keys.fingerprint()))
    elif known.value != keys.fingerprint():
        raise KeyMissing(
            "The key is not the one this database was made with; put the old `secret.key` or PST_SECRET_KEY back."
        )


class Redacted(io.TextIOBase):
    """A stream that never says a secret, whoever writes to it: a library's traceback may hold an address with one."""

    def __init__(self, stream: TextIO, secrets: Sequence[str]) -> None:
        self._stream = stream
        self._secrets = secrets

    def write(self, text: str) -> int:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()


def set_up_log(level: str, secrets: Sequence[str]) -> None:
    """One line an event on standard error; libraries only from warning on (one of them would log a token)."""
    stream = Redacted(sys.stderr, secrets)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=stream)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", stream)),
    )
