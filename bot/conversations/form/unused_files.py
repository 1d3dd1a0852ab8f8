"""Replies to files that a form does not take where they come: somebody may have filled the form elsewhere."""

from __future__ import annotations

from bot.chat import Incoming
from bot.conversations.unsupported import refusal_reason
from domain.text import Text, lines

_NOT_OURS = Text("Berkas ini bukan formulir yang kami buat untuk Anda, misalnya hasil pindaian, jadi tidak terbaca.")
#: kinds of files in which a form may be filled
FORM_FILES = frozenset({"xlsx", "pdf"})


def why_unused(incoming: Incoming) -> Text | None:
    """Why each file was refused, and that a good one is no form of ours; `None` for pictures and other files. A file
    that was not even fetched could be no form.
    """
    fetched = [file for file in incoming.files if file.refused != "not_asked"]
    refused = [Text("%(name)s: %(why)s", name=file.name, why=why) for file in fetched if (why := refusal_reason(file))]
    is_foreign = any(file.kind in FORM_FILES for file in incoming.files)
    return lines(*refused, _NOT_OURS if is_foreign else None) if refused or is_foreign else None
