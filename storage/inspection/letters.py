"""Reads from a PDF what shows whether it is a letter of the office: seals, signatures, and whether pages changed.

Only a child process calls it: the file may be made to harm its reader.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PikepdfError, Stream

from domain.letter_check import LetterReading, PdfSignature
from domain.letter_seal import SEAL_KEY, code_of, find_file_seal
from domain.text import Json
from storage.inspection.result import FileRefused

if TYPE_CHECKING:
    from pyhanko.sign.validation import EmbeddedPdfSignature

MAX_SEALS, MAX_SIGNATURES = 5, 8
#: pages of a scan; of a longer file nobody asks whether it is one
MAX_SCANNED = 20
#: values of a page that are compared
MAX_NODES = 200_000
#: of the catalogue: what changes the pages that are shown
_ROOT_KEYS = ("/OpenAction", "/AA", "/Names", "/OCProperties", "/Outlines")
#: what a file raises that is not as its readers expect
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
_BROKEN = PdfSignature("", "", intact=False, whole=False, not_before="", not_after="")
#: leads back to where the comparison began, or is changed by a signature
_SKIPPED = {"/Parent", "/P", "/StructParents", "/StructParent", "/Annots", "/Tabs"}


def read_letter(content: bytes) -> LetterReading:
    """Raises `FileRefused` for what is no readable PDF."""
    drawing = find_file_seal(content)
    try:
        with Pdf.open(BytesIO(content)) as pdf:
            carried = list(_carried_facts(pdf))
            texts = tuple(dict.fromkeys([*([drawing.text] if drawing else []), *_seals(carried)]))[:MAX_SEALS]
            goes_on = drawing is not None and bool(content[drawing.end :].strip())
            same = drawing is not None and (not goes_on or _has_same_pages(pdf, content[: drawing.end]))
            is_blank, is_scan = (False, False) if texts else _look(pdf)
    except PasswordError as error:
        raise FileRefused("encrypted") from error
    except (PikepdfError, ValueError, TypeError, LookupError, ArithmeticError, RuntimeError) as error:
        raise FileRefused("encrypted" if b"/Encrypt" in content else "damaged") from error
    is_draft = any(facts.get("stage") == "draft" for facts in carried)
    return LetterReading(texts, drawing, goes_on, same, _signatures(content), is_draft, is_blank, is_scan)


def _carried_facts(pdf: Pdf) -> Iterator[dict[str, Json]]:
    """The facts that the file carries: they stay when a program saves it again."""
    for carried in list(pdf.attachments.values())[:MAX_SEALS]:
        with suppress(*_UNREADABLE, PikepdfError):
            facts = json.loads(carried.get_file().read_bytes())
            if isinstance(facts, dict):
                yield facts


def _seals(carried: Iterable[dict[str, Json]]) -> Iterator[str]:
    for facts in carried:
        text = facts.get(SEAL_KEY)
        if isinstance(text, str) and code_of(text):
            yield text


def _look(pdf: Pdf) -> tuple[bool, bool]:
    """Whether nothing is drawn, and whether each page holds a picture. Both are false for a file of many pages, and for
    one whose pages cannot be unpacked.
    """
    if len(pdf.pages) > MAX_SCANNED:
        return False, False
    try:
        return all(not _has_content(page.obj) for page in pdf.pages), all(
            bool(page.get_images(recursive=False)) for page in pdf.pages
        )
    except (*_UNREADABLE, PikepdfError, RuntimeError):
        return False, False


def _has_content(page: Object) -> bool:
    parts = page.get("/Contents")
    streams = list(parts) if isinstance(parts, Array) else [parts]
    return any(isinstance(stream, Stream) and stream.read_bytes().strip() for stream in streams)


def _has_same_pages(pdf: Pdf, drawn: bytes) -> bool:
    """Whether the pages show what they showed when the letter was drawn, but for fields of signatures."""
    with Pdf.open(BytesIO(drawn)) as original:
        if len(pdf.pages) != len(original.pages):
            return False
        if any(_digest(pdf.Root.get(key)) != _digest(original.Root.get(key)) for key in _ROOT_KEYS):
            return False
        pairs = zip(pdf.pages, original.pages, strict=True)
        return all(_page(page.obj) == _page(before.obj) for page, before in pairs)


def _page(page: Object) -> tuple[bytes, list[bytes]]:
    annotations = page.get("/Annots")
    shown = list(annotations) if isinstance(annotations, Array) else []
    return _digest(page), [_digest(annotation) for annotation in shown if not _is_signature(annotation)]


def _is_signature(annotation: Object) -> bool:
    field = annotation if "/FT" in annotation else annotation.get("/Parent", annotation)
    return annotation.get("/Subtype") == Name("/Widget") and field.get("/FT") == Name("/Sig")


def _digest(value: Object | None) -> bytes:
    """A hash of the value with everything that it refers to. Raises `ValueError` for too much of it."""
    digest, pending, seen, count = hashlib.sha256(), [value], set(), 0
    while pending:
        node = pending.pop()
        count += 1
        if count > MAX_NODES:
            raise ValueError("too many values")
        if isinstance(node, Dictionary | Stream | Array) and node.is_indirect:
            if node.objgen in seen:
                continue
            seen.add(node.objgen)
        if isinstance(node, Stream):
            digest.update(node.read_bytes())
        if isinstance(node, Dictionary | Stream):
            fields = sorted(dict(node.items()).items())
            kept = [(key, part) for key, part in fields if key not in _SKIPPED]
            digest.update(repr([key for key, _ in kept]).encode())
            pending += [part for key, part in kept if key not in {"/Length", "/Filter", "/DecodeParms"}]
        elif isinstance(node, Array):
            digest.update(b"[%d]" % len(node))
            pending += list(node)
        else:
            digest.update(f"{type(node).__name__}:{node!r}\n".encode())
    return digest.digest()


def load_signature_libraries() -> None:
    """What is imported below only for a file that has signatures, in a process that reads nothing but letters: the
    import takes half a second, twice that where nothing was compiled yet, and counts for no file.
    """
    import pyhanko.sign.validation  # noqa: F401


def _signatures(content: bytes) -> tuple[PdfSignature, ...]:
    """pyHanko is imported only for a file that has some: it takes half a second."""
    if b"/ByteRange" not in content:
        return ()
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        embedded = PdfFileReader(BytesIO(content), strict=False).embedded_regular_signatures
        return tuple(_validated(signature, content) for signature in embedded[:MAX_SIGNATURES])
    except (PdfError, *_UNREADABLE):
        return (_BROKEN,)


def _validated(signature: EmbeddedPdfSignature, content: bytes) -> PdfSignature:
    """Trusts nobody, and fetches nothing from the network: who signed is for others to judge."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=[], allow_fetching=False)
    try:
        _, _, start, length = map(int, signature.byte_range)
        status = validate_pdf_signature(signature, signer_validation_context=context)
        certificate = status.signing_cert
        return PdfSignature(
            signer=str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly),
            fingerprint=certificate.sha256.hex(),
            intact=status.intact and status.valid and status.docmdp_ok is not False and _is_as_made(signature),
            whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
            not_before=certificate.not_valid_before.isoformat(),
            not_after=certificate.not_valid_after.isoformat(),
            signed_sha256=hashlib.sha256(content[: start + length]).hexdigest(),
        )
    except (PdfError, *_UNREADABLE):
        return _BROKEN


def _is_as_made(signature: EmbeddedPdfSignature) -> bool:
    """Whether what no signature covers is as it must be: only zeros follow the signature in the place that was kept for
    it, and its frame names the version and the algorithm that the signature has.
    """
    from asn1crypto.cms import ContentInfo

    kept: bytes = signature.pkcs7_content
    frame, signer = signature.signed_data, signature.signer_info
    algorithms = [algorithm.dump() for algorithm in frame["digest_algorithms"]]
    encoded = ContentInfo.load(kept).dump(force=True)  # as DER, which PDF asks for
    return (
        kept.startswith(encoded)
        and not kept[len(encoded) :].strip(b"\0")
        and frame["version"].native in {"v1", "v3"}
        and signer["version"].native in {"v1", "v3"}
        and algorithms == [signer["digest_algorithm"].dump()]
    )
