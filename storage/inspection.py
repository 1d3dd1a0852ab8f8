"""What may be kept of what people send: the kind is told by content, and nothing that runs gets through.

Pure functions of bytes. At worst a few seconds and a few hundred MB, so they run in a thread. Sentences for people are
made elsewhere from the closed set of reasons.
"""

from __future__ import annotations

import re
import struct
import threading
import unicodedata
import warnings
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Literal, cast
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo, is_zipfile

from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PikepdfError, Stream
from pikepdf.settings import set_qpdf_limits
from PIL import Image
from PIL.ExifTags import Base

from domain.files import FILE_TYPES, FileKind

Reason = Literal[
    "empty",
    "kind",  # not one of the kinds that were asked for
    "program",  # an executable, a script, a web page, or a file that is also an archive
    "macro",  # an office file with macros, packed files, or parts fetched from elsewhere
    "script_pdf",  # JavaScript, launching, embedded files
    "encrypted",  # needs a password to be read
    "bomb",  # small to send, huge to open
    "damaged",
    "too_large",
]

MAX_BYTES = 10 * 1024 * 1024


class FileRefused(Exception):
    """A file that is not kept, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is kept. An image is drawn anew, other content is what was sent, so that signatures in it stay valid."""

    kind: FileKind
    name: str  #: for display and download; its extension fits the kind
    content: bytes
    pages: int | None = None  #: of a PDF


def inspect(name: str, content: bytes, accept: Collection[str]) -> Inspected:
    """Tell the kind by content and check it. `name` is only for display. Raises nothing but `FileRefused`."""
    if len(content) > MAX_BYTES:
        raise FileRefused("too_large")
    if not content.strip(BLANK):
        raise FileRefused("empty")
    kind = _kind(content)
    if kind not in accept:
        raise FileRefused("kind")
    kept, pages = CHECKS[kind](content)
    return Inspected(kind, safe_name(name, kind), kept, pages)


# ---- which kind ------------------------------------------------------------------------------------------------------

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
MARKUP = re.compile(rb"<(?:!doctype html|html|svg|script|head|body|\?php|hta:|job|package)", re.IGNORECASE)
#: Installed or run, not read: Android packages (the usual "undangan.apk"), Java archives.
RUNNABLE_ARCHIVE = {"androidmanifest.xml", "classes.dex", "meta-inf/manifest.mf"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  #: old office files, and new ones with a password


def _kind(content: bytes) -> FileKind:
    head = content[:1024].removeprefix(BOM).lstrip(BLANK)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if content.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise FileRefused("encrypted")
    if content.startswith(PROGRAMS) or (head.startswith(b"<") and MARKUP.search(head)):
        raise FileRefused("program")
    raise FileRefused("kind")


# ---- images ----------------------------------------------------------------------------------------------------------

MAX_PIXELS = 40_000_000
#: A progressive JPEG has about ten; thousands of tiny ones keep a decoder busy for minutes.
MAX_SCANS = 200
JPEG_QUALITY = 88
PICTURE_DAMAGE = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, AttributeError, LookupError, ArithmeticError, struct.error,
    zlib.error,
)  # fmt: skip
#: How the camera was held (EXIF) → how the picture is turned.
TURNS: Mapping[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def _draw_anew(content: bytes, kind: Literal["jpeg", "png"]) -> tuple[bytes, None]:
    """The picture and nothing else: no EXIF (place, device), no comments, no profile, nothing behind its end."""
    if kind == "jpeg" and content.count(b"\xff\xda") > MAX_SCANS:
        raise FileRefused("bomb")
    try:
        with Image.open(BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise FileRefused("bomb")
            picture.load()
            return _saved(picture, kind), None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused("bomb") from error
    except PICTURE_DAMAGE as error:
        raise FileRefused("damaged") from error


def _saved(picture: Image.Image, kind: Literal["jpeg", "png"]) -> bytes:
    turn = TURNS.get(_orientation(picture))
    upright = picture if turn is None else picture.transpose(turn)
    upright.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    out = BytesIO()
    if kind == "png":
        upright.save(out, "png")
    else:
        plain = upright if upright.mode in {"L", "RGB"} else upright.convert("RGB")
        plain.save(out, "jpeg", quality=JPEG_QUALITY)
    return out.getvalue()


def _orientation(picture: Image.Image) -> object:
    """Unreadable EXIF is no reason to refuse a picture that can be seen."""
    with suppress(*PICTURE_DAMAGE):
        return picture.getexif().get(Base.Orientation)
    return None


# ---- PDF -------------------------------------------------------------------------------------------------------------

#: Bytes that qpdf unpacks of one object or cross-reference stream (in practice some 100 KB). Holds for the process.
UNPACKED = 4 * 1024 * 1024
set_qpdf_limits(
    flate_max_memory=UNPACKED,
    run_length_max_memory=UNPACKED,
    png_max_memory=UNPACKED,
    tiff_max_memory=UNPACKED,
    dct_max_memory=UNPACKED,
    doc_max_warnings=100,
)
MAX_NODES = 1_500_000  #: values looked at, a few seconds; 10 MB of tagged text have about a million
ONE_PDF_AT_A_TIME = threading.Lock()  #: a hostile one takes some hundred MB

#: Keys that only something active has, and values that make a dictionary active.
ACTIVE_KEYS = {"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/OnInstantiate"}
ACTIVE_VALUES = {
    "/S": {"/JavaScript", "/Launch", "/ImportData", "/GoToE", "/RichMediaExecute"},
    "/Type": {"/EmbeddedFile"},
    "/Subtype": {"/RichMedia"},
}
#: What qpdf says when it passed over something that another reader may understand.
LIMITED = re.compile("limit")
SKIPPED = re.compile("object stream|decoding stream data|unfilterable|parse error")
REBUILT = re.compile("reconstruct")
APPENDED = re.compile(rb"%%EOF[\s\0]*(?:MZ|PK|\x7fELF|#!|<(?:html|script|svg|!doctype))", re.IGNORECASE)
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def _check_pdf(content: bytes) -> tuple[bytes, int]:
    if APPENDED.search(content) or is_zipfile(BytesIO(content)):
        raise FileRefused("program")
    # qpdf bounds every filter but this one, which nobody uses together with object streams (they came ten years later).
    names = ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), content)
    if b"/LZW" in names and (b"/ObjStm" in names or b"/XRef" in names):
        raise FileRefused("bomb")
    try:
        with ONE_PDF_AT_A_TIME, Pdf.open(BytesIO(content), inherit_page_attributes=False) as pdf:
            return content, _pages_of_passive(pdf)
    except PasswordError as error:
        raise FileRefused("encrypted") from error
    except (PikepdfError, ValueError, TypeError, LookupError, ArithmeticError, RuntimeError) as error:
        raise FileRefused("encrypted" if b"/Encrypt" in names else "damaged") from error


def _pages_of_passive(pdf: Pdf) -> int:
    """The number of pages. Raises `FileRefused` for what can act or hides from us."""
    packed = _walk(pdf)
    pages = len(pdf.pages)  # raises when there are none
    said = "\n".join(str(warning) for warning in pdf.get_warnings())
    if LIMITED.search(said):
        raise FileRefused("bomb")
    if SKIPPED.search(said) or (packed and REBUILT.search(said)):
        raise FileRefused("damaged")
    return pages


def _walk(pdf: Pdf) -> bool:
    """Look at every value of every object, reachable or not, packed or not; tell whether there are packed ones.

    References are not followed, their targets are in the list of objects: so there are no loops.
    """
    seen = 0
    packed = False
    for top in (pdf.trailer, *pdf.objects):
        pending = [top]
        while pending:
            values = _values(pending.pop())
            seen += 1 + len(values)
            if seen > MAX_NODES:
                raise FileRefused("bomb")
            pending += [value for value in values if isinstance(value, Array | Dictionary) and not value.is_indirect]
        packed = packed or (isinstance(top, Stream) and top.get("/Type") == Name("/ObjStm"))
    return packed


def _values(node: Object) -> list[Object]:
    if isinstance(node, Array):
        return list(node)
    if not isinstance(node, Dictionary | Stream):
        return []
    fields = dict(node.items())
    if not ACTIVE_KEYS.isdisjoint(fields):
        raise FileRefused("script_pdf")
    for key, active in ACTIVE_VALUES.items():
        value = fields.get(key)
        if isinstance(value, Name) and str(value) in active:
            raise FileRefused("script_pdf")
    return list(fields.values())


# ---- office files ----------------------------------------------------------------------------------------------------

MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_RATIO = 200
CONTENT_TYPES = "[Content_Types].xml"
OFFICE_TYPES: Mapping[str, FileKind] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
MACRO_TYPES = re.compile("macroenabled|vbaproject|macrosheet")
MACRO_RELATIONS = {"vbaproject", "xlmacrosheet", "xlintlmacrosheet"}
#: Fetched when the file is opened; a link that a click follows is none of these.
FETCHED_RELATIONS = {"oleobject", "frame", "attachedtemplate", "subdocument"}
PACKED_FILE = "Ole10Native".encode("utf-16-le")  #: any file at all, wrapped as an icon to be clicked
ZIP_DAMAGE = (
    BadZipFile, zlib.error, expat.ExpatError, struct.error, EOFError, OSError, ValueError, LookupError, ArithmeticError,
    NotImplementedError, RuntimeError,
)  # fmt: skip


def _office_kind(content: bytes) -> FileKind:
    with _opened(content) as archive:
        names = {name.lower() for name in archive.namelist()}
        types: set[str] = set()
        if CONTENT_TYPES in archive.namelist():
            _each_element(archive.read(CONTENT_TYPES), lambda _, fields: types.add(fields.get("ContentType", "")))
    kinds = {OFFICE_TYPES[name] for name in types if name in OFFICE_TYPES}
    if any(MACRO_TYPES.search(name.lower()) for name in types) or any(_is_macro(name) for name in names):
        raise FileRefused("macro")
    if len(kinds) == 1:
        return kinds.pop()
    raise FileRefused("program" if names & RUNNABLE_ARCHIVE else "kind")


def _check_office(content: bytes) -> tuple[bytes, None]:
    with _opened(content) as archive:
        if archive.testzip() is not None:
            raise FileRefused("damaged")
        for name in archive.namelist():
            if name.lower().endswith(".rels"):
                _each_element(archive.read(name), _check_relation)
            elif "/embeddings/" in name and PACKED_FILE in archive.read(name):
                raise FileRefused("macro")
    return content, None


@contextmanager
def _opened(content: bytes) -> Iterator[ZipFile]:
    """The archive, once its table of contents says that it can be read within limits."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_entries(archive.infolist(), len(content))
            yield archive
    except ZIP_DAMAGE as error:
        raise FileRefused("damaged") from error


def _check_entries(entries: list[ZipInfo], size: int) -> None:
    """What an entry unpacks to beyond its declared size is never read, so the sum is a bound."""
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > min(MAX_UNPACKED, MAX_RATIO * size):
        raise FileRefused("bomb")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused("encrypted")
    names = [entry.filename.lower() for entry in entries]
    # Two parts of one name are read differently by different programs; other methods belong to no office file.
    if len(set(names)) < len(names) or not all(_is_inside(name) for name in names):
        raise FileRefused("damaged")
    if any(entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for entry in entries):
        raise FileRefused("damaged")


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and "\\" not in name and ":" not in name and ".." not in name.split("/")


def _is_macro(name: str) -> bool:
    return name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/")


def _check_relation(element: str, fields: Mapping[str, str]) -> None:
    relation = fields.get("Type", "").rpartition("/")[2].lower()
    external = fields.get("TargetMode", "").lower() == "external"
    if element == "Relationship" and (relation in MACRO_RELATIONS or (external and relation in FETCHED_RELATIONS)):
        raise FileRefused("macro")


def _each_element(xml: bytes, visit: Callable[[str, Mapping[str, str]], None]) -> None:
    """Local name and attributes of every element. Office files have no document type, so no entity ever expands."""

    def refuse(*_: object) -> None:
        raise FileRefused("damaged")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, fields: visit(name.rpartition(":")[2], cast("dict[str, str]", fields))
    parser.Parse(xml, True)


CHECKS: Mapping[FileKind, Callable[[bytes], tuple[bytes, int | None]]] = {
    "pdf": _check_pdf,
    "jpeg": lambda content: _draw_anew(content, "jpeg"),
    "png": lambda content: _draw_anew(content, "png"),
    "docx": _check_office,
    "xlsx": _check_office,
}


# ---- names -----------------------------------------------------------------------------------------------------------

MAX_NAME = 100  #: characters, the extension counted
#: An ending that is replaced; any other word behind a dot is kept as part of the name.
ENDINGS = re.compile(r"\.(pdf|jpe?g|jfif|png|docx?|xlsx?)$", re.IGNORECASE)
RESERVED = re.compile(r'[<>:"|?*]')  #: Windows refuses these in a file name


def safe_name(name: str, kind: str) -> str:
    """A name that is safe to show and to save under: one line, no path, no hidden or direction-changing characters.

    At most 100 characters, NFC, the extension made to fit the kind; "berkas" when nothing is left.
    """
    base = re.split(r"[/\\]", name)[-1]
    visible = "".join(char for char in base if char.isspace() or unicodedata.category(char)[0] != "C")
    stem = " ".join(RESERVED.sub("_", unicodedata.normalize("NFC", visible)).split())
    while ENDINGS.search(stem):
        stem = ENDINGS.sub("", stem).rstrip(" .")
    extension = FILE_TYPES[kind].extension
    return (stem[: MAX_NAME - len(extension)].strip(" .") or "berkas") + extension
