"""The kinds of files that people and the service send: one table for MIME types and file name extensions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from domain.frozen import frozen

FileKind = Literal["pdf", "jpeg", "png", "docx", "xlsx"]
#: recordings, such as voice notes: for complaints, consultations and conversations, not for forms
SoundKind = Literal["ogg", "m4a", "mp3"]
#: what people send
SentKind: TypeAlias = FileKind | SoundKind
#: what the service itself stores too
StoredKind = FileKind | Literal["json", "zip"]
FILE_KINDS: tuple[FileKind, ...] = get_args(FileKind)
SOUND_KINDS: tuple[SoundKind, ...] = get_args(SoundKind)
SENT_KINDS: tuple[SentKind, ...] = (*FILE_KINDS, *SOUND_KINDS)
#: longest recording
MOST_SECONDS = 600

_OFFICE = "application/vnd.openxmlformats-officedocument"
_UNKNOWN_MIME = "application/octet-stream"


@frozen
class FileType:
    mime: str
    extension: str  #: with its dot


FILE_TYPES: Mapping[str, FileType] = {
    "pdf": FileType("application/pdf", ".pdf"),
    "jpeg": FileType("image/jpeg", ".jpg"),
    "png": FileType("image/png", ".png"),
    "docx": FileType(f"{_OFFICE}.wordprocessingml.document", ".docx"),
    "xlsx": FileType(f"{_OFFICE}.spreadsheetml.sheet", ".xlsx"),
    "ogg": FileType("audio/ogg", ".ogg"),
    "m4a": FileType("audio/mp4", ".m4a"),
    "mp3": FileType("audio/mpeg", ".mp3"),
    "zip": FileType("application/zip", ".zip"),
    "json": FileType("text/plain", ".json"),  # WhatsApp carries no application/json
}
#: how names of recordings end; the service gives every file the extension of its kind
SOUND_EXTENSIONS = tuple(FILE_TYPES[kind].extension for kind in SOUND_KINDS)
_EXTENSIONS = {FILE_TYPES[kind].mime: FILE_TYPES[kind].extension for kind in SENT_KINDS}


def mime_type(kind: str) -> str:
    """The MIME type of a kind of file; `application/octet-stream` for a kind that is not in the table."""
    return FILE_TYPES[kind].mime if kind in FILE_TYPES else _UNKNOWN_MIME


def extension_for(mime: str) -> str:
    """The extension, with its dot, for a MIME type that people may send; empty for another one."""
    return _EXTENSIONS.get(mime, "")
