"""PDF: every value of every object is looked at; what runs, sends or opens something is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import is_zipfile

from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PikepdfError, Stream, String
from pikepdf.settings import set_qpdf_limits

from storage.inspection.result import FileRefused
from storage.inspection.shares import SHARE

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
ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/OnInstantiate"}
#: Files of JSON that a PDF may carry, as our letters carry their facts. Every other packed file is refused.
MAX_DATA_FILES = 5
ACTIVE_VALUES = {
    "/S": {"/JavaScript", "/Launch", "/GoToE", "/RichMediaExecute"},
    "/Subtype": {"/RichMedia"},
}
#: actions that send data away, or open a file at another place
OUTSIDE_ACTIONS = {"/SubmitForm", "/ImportData", "/GoToR"}
#: keys under which addresses and names of files stand
TARGET_KEYS = ("/URI", "/Base", "/F", "/UF", "/DOS", "/Unix", "/Mac")
#: warnings of qpdf when it skipped something that another reader may understand
LIMITED = re.compile("limit")
SKIPPED = re.compile("object stream|decoding stream data|unfilterable|parse error")
REBUILT = re.compile("reconstruct")
APPENDED = re.compile(rb"%%EOF[\s\0]*(?:MZ|PK|\x7fELF|#!|<(?:html|script|svg|!doctype))", re.IGNORECASE)
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_pdf(content: bytes) -> tuple[bytes, int]:
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
    data: set[tuple[int, int]] = set()
    for top in (pdf.trailer, *pdf.objects):
        pending = [top]
        while pending:
            node = pending.pop()
            _check_packed_files(node, data)
            values = _values(node)
            seen += 1 + len(values)
            if seen > MAX_NODES:
                raise FileRefused("bomb")
            pending += [value for value in values if isinstance(value, Array | Dictionary) and not value.is_indirect]
        packed = packed or (isinstance(top, Stream) and top.get("/Type") == Name("/ObjStm"))
    return packed


def _check_packed_files(node: Object, data: set[tuple[int, int]]) -> None:
    """`data`: the packed files that were found to be JSON before."""
    for file in _packed_files(node):
        if file.objgen in data:
            continue
        if len(data) == MAX_DATA_FILES or not _is_json(file):
            raise FileRefused("script_pdf")
        data.add(file.objgen)


def _packed_files(node: Object) -> list[Object]:
    """What the node packs into the PDF: a file of its own, or those that its file specification names."""
    if isinstance(node, Stream) and node.get("/Type") == Name.EmbeddedFile:
        return [node]
    packed = node.get("/EF") if isinstance(node, Dictionary | Stream) else None
    if packed is None:
        return []
    files = [file for _, file in packed.items()] if isinstance(packed, Dictionary) else [packed]
    return [*files, *([node["/RF"]] if "/RF" in node else [])]  # related files are never data


def _is_json(file: Object) -> bool:
    if not isinstance(file, Stream):
        return False
    try:
        json.loads(file.read_bytes())
    except (PikepdfError, ValueError, RecursionError):
        return False
    return True


def _values(node: Object) -> list[Object]:
    if isinstance(node, Array):
        return list(node)
    if not isinstance(node, Dictionary | Stream):
        return []
    fields = dict(node.items())
    if any(key in ACTIVE_KEYS and not _is_empty_tree(key, value) for key, value in fields.items()):
        raise FileRefused("script_pdf")
    if _goes_outside(fields) or (isinstance(node, Stream) and "/F" in fields):  # the content is in another file
        raise FileRefused("outside_pdf")
    for key, active_values in ACTIVE_VALUES.items():
        value = fields.get(key)
        if isinstance(value, Name) and str(value) in active_values:
            raise FileRefused("script_pdf")
    return list(fields.values())


def _is_empty_tree(key: str, value: Object) -> bool:
    """Some programs write a tree of scripts without any script."""
    if key != "/JavaScript" or not isinstance(value, Dictionary):
        return False
    return all(isinstance(part, Array) and not len(part) for part in dict(value.items()).values())


def _goes_outside(fields: Mapping[str, Object]) -> bool:
    action = fields.get("/S")
    if isinstance(action, Name) and str(action) in OUTSIDE_ACTIONS:
        return True
    targets = (fields.get(key) for key in TARGET_KEYS)
    return any(isinstance(target, String) and SHARE.match(str(target)) for target in targets)
