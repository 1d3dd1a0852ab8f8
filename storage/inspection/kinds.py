"""Tells the kind of a file by its first bytes, whatever its name says."""

from __future__ import annotations

import re

from domain.files import SentKind
from storage.inspection.office import office_kind
from storage.inspection.result import FileRefused
from storage.inspection.sounds import sound_kind

BLANK = b" \t\r\n\f\0"
BOM = b"\xef\xbb\xbf"
PROGRAMS = (
    b"MZ",  # Windows
    b"\x7fELF",
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",  # macOS
    b"\xca\xfe\xba\xbe",  # Java, macOS
    b"dex\n",  # Android
    b"\0asm",
    b"L\0\0\0\x01\x14\x02\0",  # Windows shortcut
    b"#!",
    b"@echo",
)  # fmt: skip
MARKUP = re.compile(rb"<(?:svg|script|\?php|hta:|job|package)", re.IGNORECASE)
WEB_PAGE = re.compile(rb"<(?:!doctype html|html|head|body|table)", re.IGNORECASE)
HEIC = re.compile(rb"....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  #: old office files, and new ones with a password


def kind_of(content: bytes) -> SentKind:
    head = content[:1024].removeprefix(BOM).lstrip(BLANK)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "jpeg"
    if HEIC.match(content):
        raise FileRefused("heic")
    if content.startswith(b"PK\x03\x04"):
        return office_kind(content)
    if (sound := sound_kind(content)) is not None:
        return sound
    if content.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise FileRefused("encrypted")
    if content.startswith(PROGRAMS) or (head.startswith(b"<") and MARKUP.search(head)):
        raise FileRefused("program")
    raise FileRefused("web_page" if head.startswith(b"<") and WEB_PAGE.search(head) else "kind")
