"""Word and Excel files: archives of XML. Macros, controls, embedded programs and links to elsewhere are refused."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from urllib.parse import unquote
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from domain.files import FileKind
from storage.inspection.fields import check_fields
from storage.inspection.markup import read_elements
from storage.inspection.result import FileRefused
from storage.inspection.shares import LOCAL_TARGET, SHARE

#: entries of archives that run instead of being read: Android packages ("undangan.apk"), Java archives
RUNNABLE_ARCHIVE = {"androidmanifest.xml", "classes.dex", "meta-inf/manifest.mf"}
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_RATIO = 200
#: bytes of all XML that is parsed; a large document has less than one million
MAX_PARSED = 8 * 1024 * 1024
CONTENT_TYPES = "[Content_Types].xml"
OFFICE_TYPES: Mapping[str, FileKind] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
MACRO_TYPES = re.compile("macroenabled|vbaproject|macrosheet")
MACRO_RELATIONS = {"vbaproject", "xlmacrosheet", "xlintlmacrosheet"}
#: controls, and parts of other kinds, such as web pages, that Word opens as a part of the document
EMBEDDING_RELATIONS = {"control", "activexcontrolbinary", "afchunk"}
CONTROL_TYPES = re.compile("activex")
EMBEDDED_PROGRAMS = (b"MZ", b"\x7fELF")
EMBEDDED_MACRO = re.compile(rb"vbaproject\.bin", re.IGNORECASE)  #: in the table of contents of an embedded office file
PACKED_FILE = "Ole10Native".encode("utf-16-le")  #: any file, embedded as an icon that can be clicked
#: what `zipfile` and the parsers raise for a damaged archive; RuntimeError also when nothing here unpacks its method
ZIP_DAMAGE = (
    BadZipFile,
    zlib.error,
    expat.ExpatError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    ArithmeticError,
    RuntimeError,
)


def office_kind(content: bytes) -> FileKind:
    with _opened(content) as archive:
        names = {name.lower() for name in archive.namelist()}
        types: set[str] = set()
        if CONTENT_TYPES in archive.namelist():
            read_elements(archive.read(CONTENT_TYPES), lambda _, fields: types.add(fields.get("ContentType", "")))
    kinds = {OFFICE_TYPES[name] for name in types if name in OFFICE_TYPES}
    if any(MACRO_TYPES.search(name.lower()) for name in types) or any(_is_macro(name) for name in names):
        raise FileRefused("macro")
    if any(CONTROL_TYPES.search(name.lower()) for name in types) or any("/activex/" in name for name in names):
        raise FileRefused("embedded")
    if len(kinds) == 1:
        return kinds.pop()
    raise FileRefused("program" if names & RUNNABLE_ARCHIVE else "kind")


def check_office(content: bytes) -> tuple[bytes, None]:
    with _opened(content) as archive:
        if archive.testzip() is not None:
            raise FileRefused("damaged")
        for name in archive.namelist():
            part = archive.read(name)
            if _has_relations(name):
                read_elements(part, _check_relation)
            else:  # whatever its name, because other parts say what it is
                _check_embedded(part)
                check_fields(part)
    return content, None


@contextmanager
def _opened(content: bytes) -> Iterator[ZipFile]:
    """Opens the archive when its table of contents is within the limits."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_entries(archive.infolist(), len(content))
            yield archive
    except ZIP_DAMAGE as error:
        raise FileRefused("damaged") from error


def _check_entries(entries: list[ZipInfo], size: int) -> None:
    """Checks the declared sizes. They are a limit, because no more than the declared size of an entry is read."""
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > min(MAX_UNPACKED, MAX_RATIO * size):
        raise FileRefused("bomb")
    parsed = sum(
        entry.file_size for entry in entries if entry.filename == CONTENT_TYPES or _has_relations(entry.filename)
    )
    if parsed > MAX_PARSED:
        raise FileRefused("bomb")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused("encrypted")
    names = [entry.filename.lower() for entry in entries]
    # Programs read two parts of the same name differently. Office files use no other compression methods.
    if len(set(names)) < len(names) or not all(_is_inside(name) for name in names):
        raise FileRefused("damaged")
    if any(entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for entry in entries):
        raise FileRefused("damaged")


def _has_relations(name: str) -> bool:
    return name.lower().endswith(".rels")


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and "\\" not in name and ":" not in name and ".." not in name.split("/")


def _is_macro(name: str) -> bool:
    return name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/")


def _check_relation(element: str, fields: Mapping[str, str]) -> None:
    relation = fields.get("Type", "").rpartition("/")[2].lower()
    external = fields.get("TargetMode", "").lower() == "external"
    if element != "Relationship":
        return
    if relation in MACRO_RELATIONS:
        raise FileRefused("macro")
    if relation in EMBEDDING_RELATIONS:
        raise FileRefused("embedded")
    target = unquote(fields.get("Target", "")).strip()
    is_share = SHARE.match(target) is not None and not LOCAL_TARGET.match(target)
    if external and (is_share or (relation != "hyperlink" and not LOCAL_TARGET.match(target))):
        raise FileRefused("outside")


def _check_embedded(content: bytes) -> None:
    if PACKED_FILE in content or content.startswith(EMBEDDED_PROGRAMS):
        raise FileRefused("embedded")
    if EMBEDDED_MACRO.search(content):
        raise FileRefused("macro")
