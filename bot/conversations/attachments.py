"""Files that are attached to a text which a person writes, and how the screens show them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TypeVar

from bot.chat import DialogueState, Incoming, IncomingFile
from bot.conversations import text_input
from bot.conversations.complaint_state import ComplaintState
from bot.conversations.consultation_state import ConsultationState
from bot.conversations.state import read, to_json
from bot.conversations.unsupported import refusal_reason
from bot.service import attachments
from bot.service.context import Context
from domain.text import Text, joined, lines, verbatim
from storage.tables import File

#: what a conversation remembers of a text with files
Written = TypeVar("Written", ComplaintState, ConsultationState)

#: recordings are taken here too
_KINDS = Text("jenis berkas ini tidak diterima. Kirim PDF, JPEG, PNG, DOCX, XLSX, atau rekaman suara OGG, M4A, MP3.")


def attach(written: Written, state: DialogueState, ctx: Context, incoming: Incoming) -> tuple[DialogueState, Text]:
    """Keeps the files of a message in `state`, with those in `written`. Returns what to say of them, too."""
    files, said = _add(ctx, written.files, incoming.files)
    return replace(state, data=to_json(replace(written, files=files))), said


def _add(ctx: Context, known: tuple[str, ...], files: Collection[IncomingFile]) -> tuple[tuple[str, ...], Text]:
    """Keeps those that were not refused. Returns the ids of all, and what to say of the new ones."""
    kept: list[str] = []
    said: list[Text] = []
    for file in files:
        if (reason := refusal_reason(file)) is not None:
            said.append(joined(": ", verbatim(file.name), _KINDS if file.refused == "kind" else reason))
        elif len(known) + len(kept) >= attachments.MOST:
            said.append(
                joined(": ", verbatim(file.name), Text("paling banyak %(most)s berkas.", most=attachments.MOST))
            )
        else:
            kept.append(str(attachments.keep(ctx, file).id))
            said.append(Text("✓ %(name)s dilampirkan.", name=file.name))
    return (*known, *kept), lines(*said)


def writing(state: DialogueState, conversation: str, wanted: Written) -> DialogueState:
    """Where the text is written that `wanted` names, with the files that were attached to it before."""
    known = read(type(wanted), state.data) if state.conversation == conversation else None
    if known is None or replace(known, files=()) != wanted:
        begun = text_input.find(state, conversation, to_json(wanted))
        known = read(type(wanted), begun.data) if begun is not None else None
    return state.at(conversation, **to_json(replace(wanted, files=known.files if known is not None else ())))


def ids(known: tuple[str, ...]) -> list[int]:
    """As they stand in a state."""
    return [int(file_id) for file_id in known if file_id.isdigit()]


def listed(ctx: Context, known: tuple[str, ...]) -> Text | None:
    """What goes with the text."""
    found = attachments.unsent(ctx, ids(known))
    return lines(Text("Lampiran:"), *_names(found)) if found else None


def _names(found: Collection[File]) -> Iterator[Text]:
    return (Text("• %(name)s", name=file.name) for file in found)
