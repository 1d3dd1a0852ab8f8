"""Inspects the files that people send: tells the kind by the content, and refuses everything that can run.

Pure functions of bytes. In the worst case they take some seconds and some hundred MB: `process` calls them in a child
process with limits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from domain.files import FileKind
from storage.inspection.form_files import read_form_file
from storage.inspection.images import encode_again
from storage.inspection.kinds import BLANK, kind_of
from storage.inspection.names import safe_name
from storage.inspection.office import check_office
from storage.inspection.pdf import check_pdf
from storage.inspection.result import MAX_BYTES, FileRefused, Inspected

CHECKS: Mapping[FileKind, Callable[[bytes], tuple[bytes, int | None]]] = {
    "pdf": check_pdf,
    "jpeg": lambda content: encode_again(content, "jpeg"),
    "png": lambda content: encode_again(content, "png"),
    "docx": check_office,
    "xlsx": check_office,
}


def inspect(name: str, content: bytes, accept: Collection[str]) -> Inspected:
    """Detects the kind by the content and checks it. `name` is only for display. Raises only `FileRefused`.

    `accept`: the kinds that are allowed.
    """
    if len(content) > MAX_BYTES:
        raise FileRefused("too_large")
    if not content.strip(BLANK):
        raise FileRefused("empty")
    kind = kind_of(content)
    if kind not in accept:
        raise FileRefused("kind")
    kept, pages = CHECKS[kind](content)
    return Inspected(kind, safe_name(name, kind), kept, pages, read_form_file(kind, kept))
