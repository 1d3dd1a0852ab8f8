"""Mails for the tests of the e-mail channel."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from bot.channel import Outgoing, StoredFile
from bot.chat import Prompt
from bot.handlers.email import render
from domain.text import Text, paragraphs

WITA = ZoneInfo("Asia/Makassar")
OFFICE = "BPS Kabupaten Contoh"
AT = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
PDF = StoredFile("simpanan.pdf", "pdf", b"%PDF-1.7 surat")


def outgoing(prompt: Prompt, address: str = "ani@dinas.example.org", id_: int = 17) -> Outgoing:
    return Outgoing(id_, address, "id", prompt, AT)


def mail_of(prompt: Prompt, file: StoredFile | None = None) -> EmailMessage:
    """The mail as it arrives: written to bytes and read again."""
    built = render.build(outgoing(prompt), Address("Layanan", "layanan", "bps.example.org"), OFFICE, WITA, file)
    return message_from_bytes(built.as_bytes(policy=policy.SMTP), policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def code_mail() -> Prompt:
    return Prompt(paragraphs(Text("Kode Anda: %(code)s", code="04821300"), Text("Selamat datang.")))
