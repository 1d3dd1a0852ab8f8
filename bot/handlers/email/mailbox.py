"""The demo's mailbox: a page with the mails that were written into files.

It shows everybody's mails, so it answers browsers on this computer only (`pages.origin_check.remote_status`).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesParser
from html import escape
from importlib import resources
from pathlib import Path
from typing import cast
from urllib.parse import quote

from aiohttp import web

from bot.handlers.email.render import paragraphs
from bot.handlers.pages.headers import FILE_POLICY
from bot.handlers.pages.language import page_locale
from bot.handlers.pages.origin_check import remote_status
from domain.text import Text
from locales import say

Handler = Callable[[web.Request], Awaitable[web.Response]]

#: mails on the page, newest first
MAX_SHOWN = 100
#: How many bytes of a mail are read to find its header.
_HEADER_BYTES = 16 * 1024
_FILE = re.compile(r"outbox-([0-9]{1,18})\.eml")
_CSS = (resources.files(__package__) / "mailbox.css").read_text(encoding="utf-8")
_HASH = b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_LOOPBACK_ONLY = Text("Kotak surat demo hanya dapat dibuka di komputer tempat layanan ini berjalan.")
_TITLE = Text("Kotak surat demo")
_PAGE = """<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{css}</style>
</head>
<body>
{body}
</body>
</html>
"""


def routes(mail_dir: Path) -> list[web.RouteDef]:
    """Mount these in demo mode only."""
    mailbox = _Mailbox(mail_dir)
    return [
        web.get("/mail", _loopback_only(mailbox.page)),
        web.get(rf"/mail/{{name:{_FILE.pattern}}}", _loopback_only(mailbox.mail)),
        web.get(rf"/mail/{{name:{_FILE.pattern}}}/{{number:[0-9]{{1,2}}}}", _loopback_only(mailbox.attachment)),
    ]


class _Mailbox:
    def __init__(self, mail_dir: Path) -> None:
        self._dir = mail_dir

    async def page(self, request: web.Request) -> web.Response:
        locale = page_locale(request)
        mails = await asyncio.to_thread(_newest, self._dir)
        items = "\n".join(_item(name, mail, locale) for name, mail in mails)
        note = Text("E-mail dari layanan demo ini tidak dikirim ke luar, tetapi disimpan di sini.")
        empty = f"<p>{_words(Text('Belum ada e-mail. Silakan muat ulang halaman ini nanti.'), locale)}</p>"
        reload = f'<nav><a href="/mail">{_words(Text("Muat ulang"), locale)}</a></nav>'
        top = f'<h1>{_words(_TITLE, locale)}</h1>\n<p class="note">{_words(note, locale)}</p>\n'
        return _html(f"{top}{f'<ul>{items}</ul>' if mails else empty}\n{reload}", say(_TITLE, locale), locale)

    async def mail(self, request: web.Request) -> web.Response:
        name, locale = request.match_info["name"], page_locale(request)
        mail = await asyncio.to_thread(_read, self._dir / name)
        if mail is None:
            return _plain_response(404, Text("E-mail ini sudah tidak ada."), request)
        subject, text = mail["Subject"], cast(EmailMessage, mail.get_body(("plain",))).get_content()
        back = f'<nav><a href="/mail">← {_words(Text("Semua e-mail"), locale)}</a></nav>'
        head = f'<h1>{escape(subject)}</h1>\n<p class="about">{_about(mail, locale)}</p>'
        body, _, footer = text.rpartition("\n-- \n")
        article = f'<article>{paragraphs(body.strip())}\n<p class="note">{escape(footer)}</p></article>'
        return _html("\n".join([back, head, article, _attachments(name, mail, locale)]), subject, locale)

    async def attachment(self, request: web.Request) -> web.Response:
        mail = await asyncio.to_thread(_read, self._dir / request.match_info["name"])
        parts = list(mail.iter_attachments()) if mail else []
        number = int(request.match_info["number"])
        if number >= len(parts):
            return _plain_response(404, Text("Lampiran ini sudah tidak ada."), request)
        part = parts[number]
        disposition = f"attachment; filename*=UTF-8''{quote(part.get_filename() or '', safe='')}"
        return web.Response(
            body=cast(bytes, part.get_payload(decode=True)),
            content_type=part.get_content_type(),
            headers={**_HEADERS, "Content-Security-Policy": FILE_POLICY, "Content-Disposition": disposition},
        )


def _loopback_only(handler: Handler) -> Handler:
    async def checked(request: web.Request) -> web.Response:
        return _refusal(request) or await handler(request)

    return checked


def _refusal(request: web.Request) -> web.Response | None:
    status = remote_status(request)
    return _plain_response(status, _LOOPBACK_ONLY, request) if status else None


def _newest(mail_dir: Path) -> list[tuple[str, EmailMessage]]:
    found = [match for path in mail_dir.glob("outbox-*.eml") if (match := _FILE.fullmatch(path.name))]
    found.sort(key=lambda match: int(match[1]), reverse=True)
    return [(match.string, _header(mail_dir / match.string)) for match in found[:MAX_SHOWN]]


def _header(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    return BytesParser(policy=policy.default).parsebytes(head, headersonly=True)


def _read(path: Path) -> EmailMessage | None:
    try:
        return message_from_bytes(path.read_bytes(), policy=policy.default)
    except FileNotFoundError:
        return None


def _item(name: str, mail: EmailMessage, locale: str) -> str:
    subject = f'<span class="subject">{escape(mail["Subject"])}</span>'
    return f'<li><a href="/mail/{name}">{subject}<span class="about">{_about(mail, locale)}</span></a></li>'


def _about(mail: EmailMessage, locale: str) -> str:
    return _words(Text("Kepada %(to)s, %(at)s", to=str(mail["To"]), at=mail["Date"].datetime), locale)


def _attachments(name: str, mail: EmailMessage, locale: str) -> str:
    files = [part.get_filename() or "" for part in mail.iter_attachments()]
    links = "".join(f'<li><a href="/mail/{name}/{number}">{escape(file)}</a></li>' for number, file in enumerate(files))
    return f"<h2>{_words(Text('Lampiran'), locale)}</h2>\n<ul>{links}</ul>" if files else ""


def _words(text: Text, locale: str) -> str:
    return escape(say(text, locale))


def _html(body: str, title: str, locale: str) -> web.Response:
    page = _PAGE.format(locale=locale, title=escape(title), css=_CSS, body=body)
    return web.Response(text=page, content_type="text/html", headers=_HEADERS)


def _plain_response(status: int, text: Text, request: web.Request) -> web.Response:
    return web.Response(status=status, text=say(text, page_locale(request)) + "\n", headers=_HEADERS)
