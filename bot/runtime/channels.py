"""Builds the channels that the settings switch on. Each channel imports its libraries only then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.channel import Channel, StoredFile
from bot.errors import OperatorError
from bot.service.context import AppContext
from bot.settings import Settings
from domain.text import Text

#: id of a file → the file that is to be sent; None when it does not exist any more
ReadFile = Callable[[int], Awaitable[StoredFile | None]]
Clock = Callable[[], datetime]
#: channel → how people call it
CHANNEL_NAMES: Mapping[str, Text] = {
    "webchat": Text("Obrolan web"),
    "telegram": Text("Telegram"),
    "whatsapp": Text("WhatsApp"),
    "email": Text("E-mail"),
    "console": Text("Terminal"),
}
#: builds the channels of a process, by name
ChannelFactory = Callable[[Settings, AppContext, ReadFile, Clock], Mapping[str, Channel]]


def no_channel(_settings: Settings, _app: AppContext, _read_file: ReadFile, _clock: Clock) -> Mapping[str, Channel]:
    return {}


def mail_channel(settings: Settings, app: AppContext, read_file: ReadFile, _clock: Clock) -> Mapping[str, Channel]:
    """E-mail, which every process that delivers messages has. Raises `OperatorError` for a wrong setting."""
    from bot.handlers.email import EmailChannel

    office = app.office
    try:
        mail = EmailChannel(
            settings.smtp_url,
            settings.data_dir / "mail",
            settings.mail_from,
            office.office.name,
            office.zone,
            read_file,
        )
    except ValueError as error:
        raise OperatorError(f"PST_SMTP_URL or PST_MAIL_FROM: {error}") from None
    return {mail.name: mail}


def every_channel(settings: Settings, app: AppContext, read_file: ReadFile, clock: Clock) -> Mapping[str, Channel]:
    """E-mail and the platforms that are switched on. Raises `OperatorError` for a wrong setting."""
    channels = dict(mail_channel(settings, app, read_file, clock))
    if settings.telegram_token:
        channels |= _telegram(settings, read_file)
    if settings.whatsapp_token:
        channels |= _whatsapp(settings, read_file, clock)
    return channels


def _telegram(settings: Settings, read_file: ReadFile) -> Mapping[str, Channel]:
    from bot.handlers import telegram

    channel = telegram.connect(
        settings.telegram_token,
        settings.telegram_api_base,
        settings.telegram_mode,
        settings.public_url,
        settings.telegram_webhook_secret,
        read_file,
    )
    return {channel.name: channel}


def _whatsapp(settings: Settings, read_file: ReadFile, clock: Clock) -> Mapping[str, Channel]:
    from bot.handlers import whatsapp

    try:
        channel = whatsapp.connect(
            settings.whatsapp_token,
            settings.whatsapp_phone_number_id,
            settings.whatsapp_app_secret,
            settings.whatsapp_verify_token,
            settings.whatsapp_api_base,
            read_file,
            settings.whatsapp_templates,
            clock,
        )
    except ValueError as error:
        raise OperatorError(f"PST_WHATSAPP_TEMPLATES: {error}") from None
    return {channel.name: channel}
