"""From a prompt to a mail: plain text, simple HTML for a phone, and the file. A mail has no buttons."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from bot.channel import Outgoing, StoredFile
from domain.files import mime_type
from domain.mailboxes import ascii_domain
from domain.text import Text, clean, cut, one_line
from locales import say

#: Characters of a subject. Most mail programs cut longer ones.
MAX_SUBJECT = 150

#: a URL without the punctuation of the sentence around it, or a code of eight digits that stands alone
_URL_OR_CODE = re.compile(
    r"(?P<url>https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]])|(?<![\w.,:/+-])(?P<code>\d{8})(?![\w/+-]|[.,:]\d)", re.ASCII
)
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_MAIL_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[a-z\d-]+(\.[a-z\d-]+)*", re.ASCII | re.IGNORECASE)
_PAGE = """<!doctype html>
<html lang="{locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
<style>.code {{ font-size: 1.5em; letter-spacing: 0.08em }}</style>
</head>
<body style="margin:0; padding:16px; font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<div style="max-width:36em; margin:0 auto; overflow-wrap:break-word">
{body}
<p style="margin:24px 0 0; padding-top:12px; border-top:1px solid #8888; font-size:14px">{footer}</p>
</div>
</body>
</html>
"""


class BadMailAddress(ValueError):
    """No mail can be sent to this address."""


def build(
    outgoing: Outgoing, sender: Address, office_name: str, zone: ZoneInfo, file: StoredFile | None
) -> EmailMessage:
    """Every try of an outbox row builds the same mail, so that a mail program can recognise a second copy.

    Raises `BadMailAddress`.
    """
    prompt, locale = outgoing.prompt, outgoing.locale
    text = clean(say(prompt.text, locale, zone)).strip()
    if prompt.link:
        text += f"\n\n{clean(say(prompt.link.label, locale))}: {prompt.link.url}"
    footer = say(_footer(office_name), locale)
    subject = _subject(say(prompt.subject, locale, zone) if prompt.subject else text)
    mail = EmailMessage()
    mail["Message-ID"] = message_id(outgoing, sender)
    mail["Date"] = format_datetime(outgoing.created_at.astimezone(zone))
    mail["From"] = sender
    mail["To"] = mail_address(outgoing.address)
    mail["Subject"] = subject
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = locale
    mail.set_content(f"{text}\n\n-- \n{footer}\n", cte="quoted-printable")
    page = _PAGE.format(locale=locale, subject=escape(subject), body=paragraphs(text), footer=escape(footer))
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    if prompt.attachment and file:
        maintype, _, subtype = mime_type(file.kind).partition("/")
        name = _file_name(prompt.attachment.name)
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=name)
    return mail


def message_id(outgoing: Outgoing, sender: Address) -> str:
    """Contains the time. Otherwise a new database, which counts from 1 again, would repeat the ids of old mails."""
    return f"<outbox-{outgoing.id}.{outgoing.created_at.timestamp():.0f}@{sender.domain}>"


def mail_address(address: str) -> Address:
    """The address as it is sent to the server: with an ASCII domain. Raises `BadMailAddress`, also for line breaks."""
    account, _, domain = address.rpartition("@")
    plain = f"{account}@{ascii_domain(domain) or domain}"
    if not _MAIL_ADDRESS.fullmatch(plain):
        raise BadMailAddress("not an e-mail address")
    return Address(username=account, domain=plain.rpartition("@")[2])


def paragraphs(text: str) -> str:
    """Plain text as HTML: escaped, with paragraphs, bold codes and links.

    It contains no styles, because the mailbox page shows it under a policy that forbids them.
    """
    blocks = re.split(r"\n\s*\n", text)
    return "\n".join(f"<p>{_lines(block)}</p>" for block in blocks)


def _lines(block: str) -> str:
    return "<br>\n".join(_line(line) for line in block.split("\n"))


def _line(line: str) -> str:
    parts, done = [], 0
    for found in _URL_OR_CODE.finditer(line):
        parts += [escape(line[done : found.start()]), _link_or_code(found)]
        done = found.end()
    return "".join([*parts, escape(line[done:])])


def _link_or_code(found: re.Match[str]) -> str:
    text = escape(found.group())
    if found["url"]:
        return f'<a href="{text}" rel="noreferrer">{text}</a>'
    return f'<strong class="code">{text}</strong>'


def _footer(office_name: str) -> Text:
    return Text(
        "E-mail ini dikirim otomatis oleh layanan rekomendasi kegiatan statistik %(office)s.", office=office_name
    )


def _subject(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return cut(one_line(first), MAX_SUBJECT)


def _file_name(name: str) -> str:
    return one_line(name.replace("\\", "/").rpartition("/")[2]) or "berkas"
