"""Inspects the files that people send: tells the kind by the content, and refuses everything that can run.

Pure functions of bytes. In the worst case they take some seconds and some hundred MB: `inspection_process` calls them
in a child process with limits.
"""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Literal, cast
from urllib.parse import unquote
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo, is_zipfile

from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PikepdfError, Stream, String
from pikepdf.settings import set_qpdf_limits
from PIL import Image
from PIL.ExifTags import Base

from domain.files import FILE_TYPES, FileKind
from domain.text import one_line

Reason = Literal[
    "empty",
    "kind",  # not one of the kinds that were asked for
    "web_page",  # HTML, whatever its name; offices export tables so and call them .xls
    "heic",  # a photo that the installed library cannot decode
    "program",  # an executable, a script, or a file that is also an archive
    "macro",
    "embedded",  # an office file with packed files, programs or ActiveX controls
    "outside",  # an office file that fetches parts from other computers
    "dde",  # an office file with fields that talk to other programs
    "script_pdf",  # JavaScript, launching, embedded files
    "outside_pdf",  # sends data away, or opens files at another place
    "encrypted",  # needs a password to be read
    "bomb",  # small to send, huge to open
    "damaged",
    "too_large",
]

MAX_BYTES = 10 * 1024 * 1024


class FileRefused(Exception):
    """The file must not be stored, for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be stored. Images are encoded again; other content stays as it was sent, with its signatures."""

    kind: FileKind
    name: str  #: for display and download, with the extension of the kind
    content: bytes
    pages: int | None = None  #: of a PDF


def inspect(name: str, content: bytes, accept: Collection[str]) -> Inspected:
    """Detects the kind by the content and checks it. `name` is only for display. Raises only `FileRefused`.

    `accept`: the kinds that are allowed.
    """
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
MARKUP = re.compile(rb"<(?:svg|script|\?php|hta:|job|package)", re.IGNORECASE)
WEB_PAGE = re.compile(rb"<(?:!doctype html|html|head|body|table)", re.IGNORECASE)
HEIC = re.compile(rb"....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)
#: entries of archives that run instead of being read: Android packages ("undangan.apk"), Java archives
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
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "jpeg"
    if HEIC.match(content):
        raise FileRefused("heic")
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if content.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in content:
        raise FileRefused("encrypted")
    if content.startswith(PROGRAMS) or (head.startswith(b"<") and MARKUP.search(head)):
        raise FileRefused("program")
    raise FileRefused("web_page" if head.startswith(b"<") and WEB_PAGE.search(head) else "kind")


# ---- images ----------------------------------------------------------------------------------------------------------

MAX_PIXELS = 60_000_000  #: phones take photos of 50 million
#: scans of a JPEG; a progressive one has about ten, and thousands would keep a decoder busy for minutes
MAX_SCANS = 200
JPEG_QUALITY = 88
#: kind → the formats that are encoded again as this kind
ENCODED_AS = {"jpeg": ("webp",)}
PICTURE_DAMAGE = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, AttributeError, LookupError, ArithmeticError, struct.error,
    zlib.error,
)  # fmt: skip
#: orientation in EXIF → how the picture must be turned
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


def _encode_again(content: bytes, kind: Literal["jpeg", "png"]) -> tuple[bytes, None]:
    """The picture alone: without EXIF (place, device), comments, profile and bytes behind its end."""
    if kind == "jpeg" and content.count(b"\xff\xda") > MAX_SCANS:
        raise FileRefused("bomb")
    try:
        with Image.open(BytesIO(content), formats=[kind, *ENCODED_AS.get(kind, ())]) as picture:
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
    """Ignores EXIF that cannot be read: the picture may still be good."""
    with suppress(*PICTURE_DAMAGE):
        return picture.getexif().get(Base.Orientation)
    return None


# ---- PDF -------------------------------------------------------------------------------------------------------------

#: the most bytes that qpdf unpacks of one stream (usually some 100 KB); valid for the whole process
UNPACKED = 4 * 1024 * 1024
set_qpdf_limits(
    flate_max_memory=UNPACKED,
    run_length_max_memory=UNPACKED,
    png_max_memory=UNPACKED,
    tiff_max_memory=UNPACKED,
    dct_max_memory=UNPACKED,
    doc_max_warnings=100,
)
MAX_NODES = 1_500_000  #: values that are checked, some seconds; 10 MB of tagged text have about a million

#: keys that only active content has, and values that make a dictionary active
ACTIVE_KEYS = {"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/OnInstantiate"}
ACTIVE_VALUES = {
    "/S": {"/JavaScript", "/Launch", "/GoToE", "/RichMediaExecute"},
    "/Type": {"/EmbeddedFile"},
    "/Subtype": {"/RichMedia"},
}
#: actions that send data away, or open a file at another place
OUTSIDE_ACTIONS = {"/SubmitForm", "/ImportData", "/GoToR"}
#: the address of another computer in the local network, to which Windows signs in
SHARE = re.compile(r"\s*(?:file:|smb:|[\\/]{2})", re.IGNORECASE)
#: warnings of qpdf when it skipped something that another reader may understand
LIMITED = re.compile("limit")
SKIPPED = re.compile("object stream|decoding stream data|unfilterable|parse error")
REBUILT = re.compile("reconstruct")
APPENDED = re.compile(rb"%%EOF[\s\0]*(?:MZ|PK|\x7fELF|#!|<(?:html|script|svg|!doctype))", re.IGNORECASE)
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def _check_pdf(content: bytes) -> tuple[bytes, int]:
    if APPENDED.search(content) or is_zipfile(BytesIO(content)):
        raise FileRefused("program")
    # qpdf limits all filters except LZW. Real files do not use LZW together with object streams, which are younger.
    names = ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), content)
    if b"/LZW" in names and (b"/ObjStm" in names or b"/XRef" in names):
        raise FileRefused("bomb")
    try:
        with Pdf.open(BytesIO(content), inherit_page_attributes=False) as pdf:
            return content, _pages_of_passive(pdf)
    except PasswordError as error:
        raise FileRefused("encrypted") from error
    except (PikepdfError, ValueError, TypeError, LookupError, ArithmeticError, RuntimeError) as error:
        raise FileRefused("encrypted" if b"/Encrypt" in names else "damaged") from error


def _pages_of_passive(pdf: Pdf) -> int:
    """The number of pages. Raises `FileRefused` for active content, and for content that qpdf could not read."""
    packed = _walk(pdf)
    pages = len(pdf.pages)  # raises when there are none
    messages = "\n".join(str(warning) for warning in pdf.get_warnings())
    if LIMITED.search(messages):
        raise FileRefused("bomb")
    if SKIPPED.search(messages) or (packed and REBUILT.search(messages)):
        raise FileRefused("damaged")
    return pages


def _walk(pdf: Pdf) -> bool:
    """Checks every value of every object, reachable or not. Returns whether there are object streams.

    References are not followed, because the list of objects contains their targets. So there are no endless loops.
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
    if any(key in ACTIVE_KEYS and not _is_empty_tree(key, value) for key, value in fields.items()):
        raise FileRefused("script_pdf")
    if _goes_outside(fields):
        raise FileRefused("outside_pdf")
    for key, active in ACTIVE_VALUES.items():
        value = fields.get(key)
        if isinstance(value, Name) and str(value) in active:
            raise FileRefused("script_pdf")
    return list(fields.values())


def _is_empty_tree(key: str, value: Object) -> bool:
    """Some programs write a tree of scripts without any script."""
    if key not in {"/JavaScript", "/EmbeddedFiles"} or not isinstance(value, Dictionary):
        return False
    return all(isinstance(part, Array) and not len(part) for part in dict(value.items()).values())


def _goes_outside(fields: Mapping[str, Object]) -> bool:
    action, target = fields.get("/S"), fields.get("/URI")
    if isinstance(action, Name) and str(action) in OUTSIDE_ACTIONS:
        return True
    return isinstance(target, String) and SHARE.match(str(target)) is not None


# ---- office files ----------------------------------------------------------------------------------------------------

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
#: the target of a relation on this computer, such as the template of the office: it is not fetched from elsewhere
LOCAL_TARGET = re.compile(
    r"(?:file:/{3}(?!/))?[a-z]:[\\/]|(?:file:/{3}(?!/))(?![\\/])|(?![a-z][a-z0-9+.-]*:|[\\/]{2})", re.IGNORECASE
)
CONTROL_RELATIONS = {"control", "activexcontrolbinary"}
CONTROL_TYPES = re.compile("activex")
#: the instructions of fields, in which Word writes DDE; and the part of a workbook that does
FIELD_CODE = re.compile(rb"instrText[^>]*>([^<]*)<|fldSimple[^>]*instr=[\"']([^\"']*)")
DDE = re.compile(rb"\bDDE(?:AUTO)?\b", re.IGNORECASE)
DDE_LINK = re.compile(rb"<(?:\w+:)?ddeLink\b")
EMBEDDED_PROGRAMS = (b"MZ", b"\x7fELF")
PACKED_FILE = "Ole10Native".encode("utf-16-le")  #: any file, embedded as an icon that can be clicked
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
    if any(CONTROL_TYPES.search(name.lower()) for name in types) or any("/activex/" in name for name in names):
        raise FileRefused("embedded")
    if len(kinds) == 1:
        return kinds.pop()
    raise FileRefused("program" if names & RUNNABLE_ARCHIVE else "kind")


def _check_office(content: bytes) -> tuple[bytes, None]:
    with _opened(content) as archive:
        if archive.testzip() is not None:
            raise FileRefused("damaged")
        for name in archive.namelist():
            if _has_relations(name):
                _each_element(archive.read(name), _check_relation)
            elif "/embeddings/" in name:
                _check_embedded(archive.read(name))
            elif name.lower().endswith(".xml"):
                _check_fields(archive.read(name))
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
    if relation in CONTROL_RELATIONS:
        raise FileRefused("embedded")
    target = unquote(fields.get("Target", "")).strip()
    is_share = SHARE.match(target) is not None and not LOCAL_TARGET.match(target)
    if external and (is_share or (relation != "hyperlink" and not LOCAL_TARGET.match(target))):
        raise FileRefused("outside")


def _check_embedded(content: bytes) -> None:
    if PACKED_FILE in content or content.startswith(EMBEDDED_PROGRAMS):
        raise FileRefused("embedded")


def _check_fields(xml: bytes) -> None:
    """Word may split one instruction into several runs."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        xml = xml.decode("utf-16", "replace").encode()
    codes = b"".join(text or attribute for text, attribute in FIELD_CODE.findall(xml))
    if DDE.search(codes) or DDE_LINK.search(xml):
        raise FileRefused("dde")


def _each_element(xml: bytes, visit: Callable[[str, Mapping[str, str]], None]) -> None:
    """Calls `visit` with the local name and the attributes of every element.

    A document type is refused: office files have none, and without it no entity can expand.
    """

    def refuse(*_: object) -> None:
        raise FileRefused("damaged")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, fields: visit(name.rpartition(":")[2], cast("dict[str, str]", fields))
    parser.Parse(xml, True)


CHECKS: Mapping[FileKind, Callable[[bytes], tuple[bytes, int | None]]] = {
    "pdf": _check_pdf,
    "jpeg": lambda content: _encode_again(content, "jpeg"),
    "png": lambda content: _encode_again(content, "png"),
    "docx": _check_office,
    "xlsx": _check_office,
}


# ---- names -----------------------------------------------------------------------------------------------------------

MAX_NAME = 100  #: characters, the extension counted
#: extensions that are replaced; any other word after a dot stays part of the name
ENDINGS = re.compile(r"\.(pdf|jpe?g|jfif|png|webp|docx?|xlsx?)$", re.IGNORECASE)
RESERVED = re.compile(r'[<>:"|?*]')  #: characters that Windows refuses in a file name


def safe_name(name: str, kind: str) -> str:
    """A name that is safe to show and to save: one line, no path, no invisible or direction-changing characters.

    At most 100 characters, in NFC, with the extension of the kind; "berkas" when nothing is left of the name.
    """
    base = re.split(r"[/\\]", name)[-1]
    stem = RESERVED.sub("_", one_line(base))
    while ENDINGS.search(stem):
        stem = ENDINGS.sub("", stem).rstrip(" .")
    extension = FILE_TYPES[kind].extension
    return (stem[: MAX_NAME - len(extension)].strip(" .") or "berkas") + extension
