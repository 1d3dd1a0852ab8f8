"""Inspects the files that people send: tells the kind by the content, and refuses everything that can run.

Pure functions of bytes. In the worst case they take some seconds and some hundred MB: `process` calls them in a child
process with limits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from domain.files import SentKind
from domain.letter_check import LetterReading
from storage.inspection.form_files import read_form_file
from storage.inspection.images import encode_again
from storage.inspection.kinds import BLANK, kind_of
from storage.inspection.letters import read_letter
from storage.inspection.names import safe_name
from storage.inspection.office import check_office
from storage.inspection.pdf import check_pdf
from storage.inspection.result import MAX_BYTES, FileRefused, Inspected
from storage.inspection.sounds import check_sound

CHECKS: Mapping[SentKind, Callable[[bytes], tuple[bytes, int | None]]] = {
    "pdf": check_pdf,
    "jpeg": lambda content: encode_again(content, "jpeg"),
    "png": lambda content: encode_again(content, "png"),
    "docx": check_office,
    "xlsx": check_office,
    "ogg": check_sound,
    "m4a": check_sound,
    "mp3": check_sound,
}


def inspect(name: str, content: bytes, accept: Collection[str]) -> Inspected:
    """Detects the kind by the content and checks it. `name` is only for display. Raises only `FileRefused`.

    `accept`: the kinds that are allowed.
    """
    kind = _kind_of(content, accept)
    kept, pages = CHECKS[kind](content)
    letter = read_letter(kept) if kind == "pdf" else None
    return Inspected(kind, safe_name(name, kind), kept, pages, read_form_file(kind, kept), letter)


def inspect_letter(content: bytes) -> LetterReading:
    """As `read_letter`, for a file that is not kept: it may hold what runs. Raises only `FileRefused`."""
    _kind_of(content, ["pdf"])
    return read_letter(content)


def _kind_of(content: bytes, accept: Collection[str]) -> SentKind:
    if len(content) > MAX_BYTES:
        raise FileRefused("too_large")
    if not content.strip(BLANK):
        raise FileRefused("empty")
    kind = kind_of(content)
    if kind not in accept:
        raise FileRefused("kind")
    return kind
