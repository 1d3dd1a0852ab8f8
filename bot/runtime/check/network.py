"""Checks that ask other servers: the mail server, the object store, Telegram, WhatsApp, our own public address."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.errors import OperatorError
from bot.settings import Settings
from domain.system_check import CheckLine
from domain.text import Text
from storage.objects import StoreAway

Question = Callable[[], Awaitable[list[CheckLine]]]
#: seconds for one answer
TIMEOUT = 10.0


def channels(settings: Settings) -> tuple[str, ...]:
    """Those that messages are sent to."""
    telegram, whatsapp = settings.telegram_token, settings.whatsapp_token
    return ("email", *(("telegram",) if telegram else ()), *(("whatsapp",) if whatsapp else ()))


def questions(settings: Settings) -> list[Question]:
    asked: list[Question] = [lambda: _mail(settings), lambda: _public_address(settings)]
    if settings.files_url:
        asked.append(lambda: _files(settings))
    if settings.telegram_token:
        asked.append(lambda: _telegram(settings))
    if settings.whatsapp_token:
        asked.append(lambda: _whatsapp(settings))
    return asked


def _why(settings: Settings, error: Exception) -> str:
    """What a server or a library said, without our secrets."""
    said = " ".join(str(error).split()) or type(error).__name__
    for secret in settings.secrets:
        said = said.replace(secret, "***")
    return said


async def _mail(settings: Settings) -> list[CheckLine]:
    from bot.channel import SendFailed
    from bot.handlers.email import sign_in

    if not settings.smtp_url:
        what = Text("E-mail: tidak dikirim, hanya disimpan sebagai berkas di folder data.")
        return [CheckLine("warning", what, Text("Isi PST_SMTP_URL dan PST_MAIL_FROM."))]
    try:
        sender = await sign_in(settings.smtp_url, settings.mail_from, TIMEOUT)
    except (SendFailed, ValueError) as error:
        what = Text("E-mail: server menolak atau tidak menjawab.")
        return [CheckLine("wrong", what, Text("Periksa PST_SMTP_URL: %(why)s", why=_why(settings, error)))]
    if sender.endswith(("@localhost", ".localhost")):
        what = Text("E-mail: pengirimnya %(sender)s, yang tidak dapat dibalas.", sender=sender)
        return [CheckLine("wrong", what, Text("Isi PST_MAIL_FROM dengan alamat kantor."))]
    return [CheckLine("ok", Text("E-mail: server menerima kami, pengirim %(sender)s.", sender=sender))]


async def _files(settings: Settings) -> list[CheckLine]:
    """Whether objects can be written, read and deleted."""
    from bot.runtime.file_store import open_s3

    place = settings.files_url
    try:
        store = open_s3(settings)
        if store is not None:
            await asyncio.to_thread(store.try_out)
    except (OperatorError, StoreAway) as error:
        what = Text("Berkas: %(place)s tidak dapat ditulisi dan dibaca.", place=place)
        remedy = Text("Periksa PST_FILES_URL dan kuncinya: %(why)s", why=_why(settings, error))
        return [CheckLine("wrong", what, remedy)]
    return [CheckLine("ok", Text("Berkas: %(place)s dapat ditulisi, dibaca, dan dihapus.", place=place))]


async def _telegram(settings: Settings) -> list[CheckLine]:
    from bot.handlers.telegram.bot_status import read_status
    from bot.handlers.telegram.webhook import WebhookSettings

    try:
        found = await read_status(settings.telegram_token, settings.telegram_api_base, TIMEOUT)
    except Exception as error:
        what = Text("Telegram: tidak menjawab atau menolak tokennya.")
        return [CheckLine("wrong", what, Text("Periksa PST_TELEGRAM_TOKEN: %(why)s", why=_why(settings, error)))]
    is_polled = settings.telegram_mode == "polling"
    ours = WebhookSettings(settings.public_url, settings.telegram_webhook_secret)
    expected = "" if is_polled else ours.url
    if found.webhook != expected:
        what = Text("Telegram: @%(name)s mengirim pesan ke tempat lain.", name=found.username)
        return [CheckLine("wrong", what, Text("Jalankan layanan; saat mulai, alamatnya dipasang lagi."))]
    if found.last_error:
        what = Text("Telegram: @%(name)s, kesalahan terakhir: %(why)s.", name=found.username, why=found.last_error)
        remedy = Text("Periksa bahwa alamat umum dapat dibuka dari internet dengan sertifikat yang sah.")
        return [CheckLine("warning", what, remedy)]
    return [
        CheckLine(
            "ok", Text("Telegram: @%(name)s, %(count)s pesan menunggu.", name=found.username, count=found.pending)
        )
    ]


async def _whatsapp(settings: Settings) -> list[CheckLine]:
    from bot.handlers.whatsapp import check_number

    try:
        async with asyncio.timeout(TIMEOUT):
            digits = await check_number(
                settings.whatsapp_token, settings.whatsapp_phone_number_id, settings.whatsapp_api_base
            )
    except Exception as error:
        what = Text("WhatsApp: tidak menjawab atau menolak tokennya.")
        return [CheckLine("wrong", what, Text("Periksa PST_WHATSAPP_TOKEN: %(why)s", why=_why(settings, error)))]
    return [CheckLine("ok", Text("WhatsApp: nomor +%(digits)s.", digits=digits)), *await _whatsapp_account(settings)]


async def _whatsapp_account(settings: Settings) -> list[CheckLine]:
    from bot.handlers.whatsapp import WEBHOOK_PATH
    from bot.handlers.whatsapp.account_status import read_account_status

    try:
        async with asyncio.timeout(TIMEOUT):
            found = await read_account_status(
                settings.whatsapp_token,
                settings.whatsapp_phone_number_id,
                settings.whatsapp_api_base,
                settings.whatsapp_templates,
            )
    except Exception as error:
        what = Text("WhatsApp: alamat webhook dan templatnya tidak dapat diperiksa.")
        return [CheckLine("warning", what, Text("Periksa izin token: %(why)s", why=_why(settings, error)))]
    lines, expected = list[CheckLine](), settings.public_url + WEBHOOK_PATH
    if settings.public_url and found.webhook != expected:
        what = Text("WhatsApp: pesan tidak dikirim ke layanan ini.")
        lines.append(CheckLine("wrong", what, Text("Isi alamat webhook %(url)s di aplikasi Meta.", url=expected)))
    if found.not_approved:
        what = Text("WhatsApp: templat yang belum disetujui: %(names)s.", names=", ".join(found.not_approved))
        remedy = Text("Ajukan teks dari pst-bot whatsapp templates di WhatsApp Manager.")
        lines.append(CheckLine("warning", what, remedy))
    return lines or [CheckLine("ok", Text("WhatsApp: alamat webhook dan templatnya benar."))]


async def _public_address(settings: Settings) -> list[CheckLine]:
    """From here to ourselves, through the proxy."""
    if not settings.public_url:
        what = Text("Alamat umum: belum diatur, halaman hanya ada di %(listen)s.", listen=settings.listen)
        return [CheckLine("warning", what, Text("Isi PST_PUBLIC_URL."))]
    from bot.handlers.pages.reachability import why_not_ours

    what = Text("Alamat umum: %(url)s", url=settings.public_url)
    why = await why_not_ours(settings.public_url, TIMEOUT)
    if not why:
        return [CheckLine("ok", what)]
    remedy = Text("Alamat itu tidak sampai ke layanan ini (%(why)s): periksa DNS, sertifikat, dan proksi.", why=why)
    return [CheckLine("wrong", what, remedy)]
