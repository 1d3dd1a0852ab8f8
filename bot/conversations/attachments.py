"""Files that are attached to a text which a person writes, and how the screens show them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.chat import IncomingFile
from bot.conversations.unsupported import refusal
from bot.service import attachments
from bot.service.context import Context
from domain.text import Text, joined, lines, verbatim
from storage.tables import File

_KINDS = Text("jenis berkas ini tidak diterima. Kirim PDF, JPEG, PNG, DOCX, XLSX, atau rekaman suara OGG, M4A, MP3.")


def add(ctx: Context, known: tuple[str, ...], files: Collection[IncomingFile]) -> tuple[tuple[str, ...], Text]:
    """Keeps those that were not refused. Returns the ids of all, and what to say of the new ones."""
    kept: list[str] = []
    said: list[Text] = []
    for file in files:
        if file.refused:
            said.append(_refused(file))
        elif len(known) + len(kept) >= attachments.MOST:
            said.append(
                joined(": ", verbatim(file.name), Text("paling banyak %(most)s berkas.", most=attachments.MOST))
            )
        else:
            kept.append(str(attachments.keep(ctx, file).id))
            said.append(Text("✓ %(name)s dilampirkan.", name=file.name))
    return (*known, *kept), lines(*said)


def _refused(file: IncomingFile) -> Text:
    """As elsewhere; but here recordings are taken too."""
    if file.refused == "kind":
        return joined(": ", verbatim(file.name), _KINDS)
    return refusal(file) or verbatim(file.name)


def ids(known: tuple[str, ...]) -> list[int]:
    """As they stand in a state."""
    return [int(file_id) for file_id in known if file_id.isdigit()]


def listed(ctx: Context, known: tuple[str, ...]) -> Text | None:
    """What goes with the text."""
    found = attachments.unsent(ctx, ids(known))
    return lines(Text("Lampiran:"), *_names(found)) if found else None


def _names(found: Collection[File]) -> Iterator[Text]:
    return (Text("• %(name)s", name=file.name) for file in found)
