"""Whether a file is a letter of the office: what was read in it, and what follows.

The file is read in a child process (`storage.inspection.letters`); here are values only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from itertools import product
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import TypeAdapter

from domain.frozen import frozen
from domain.letter_seal import FileSeal, SealedFacts, SealInvalid, SigningWay, is_untouched, open_seal
from domain.text import Json, Text

Outcome = Literal["genuine", "changed", "foreign"]

_CODE = re.compile("[A-Z2-7]{26}")
_REPLACED_KEY = Text("Segel ini dibuat dengan kunci kantor kami yang pada tanggal surat itu sudah diganti.")
_LOOKS_LIKE = str.maketrans("018", "OIB")

OUTCOMES: Mapping[Outcome, Text] = {
    "genuine": Text("ASLI"),
    "changed": Text("BERUBAH"),
    "foreign": Text("BUKAN DARI KAMI"),
}


@frozen
class PdfSignature:
    """An electronic signature in a PDF. Whether its certificate is trusted is another question."""

    signer: str  #: the name in the certificate
    fingerprint: str  #: SHA-256 of the certificate, 64 hex digits
    intact: bool  #: nothing that it covers has changed
    whole: bool  #: it covers the whole file
    not_before: str  #: of the certificate, ISO
    not_after: str
    signed_sha256: str = ""  #: of the file as it was when this signature was the last thing in it

    def is_within_validity(self, moment: datetime) -> bool:
        return datetime.fromisoformat(self.not_before) <= moment <= datetime.fromisoformat(self.not_after)


@frozen
class LetterReading:
    """What a PDF says of itself."""

    #: texts as in the QR code, from the last line of the drawing and from the facts that it carries
    seals: tuple[str, ...]
    drawing: FileSeal | None  #: that last line
    goes_on: bool  #: the file has more behind that line, such as a signature
    same_pages: bool  #: what is visible is what stands before that line
    signatures: tuple[PdfSignature, ...]
    is_draft: bool = False  #: it carries the facts of a draft of ours
    is_blank: bool = False  #: nothing is drawn on any page
    is_scan: bool = False  #: each of its few pages holds a picture

    def to_json(self) -> Json:
        document: Json = _readings().dump_python(self, mode="json")
        return document

    @staticmethod
    def of_json(document: Json) -> LetterReading:
        """Raises `ValueError` for anything that `to_json` does not make."""
        return _readings().validate_json(json.dumps(document))


@cache
def _readings() -> TypeAdapter[LetterReading]:
    return TypeAdapter(LetterReading)


@frozen
class OfficeKey:
    """One of the keys that have sealed the letters of an office."""

    public: Ed25519PublicKey
    #: the last day on which it sealed letters, where that is known: whoever has stolen it seals letters of later days
    until: date | None = None

    def was_replaced_before(self, facts: SealedFacts) -> bool:
        return self.until is not None and facts.day > self.until


def office_keys(public: Iterable[Ed25519PublicKey]) -> tuple[OfficeKey, ...]:
    """Of the installation itself, which asks its register about every letter besides."""
    return tuple(OfficeKey(key) for key in public)


@frozen
class Judgement:
    outcome: Outcome
    reason: Text
    facts: SealedFacts | None = None  #: what the office has sealed; also of a changed file


def judge(reading: LetterReading | None, keys: Sequence[OfficeKey]) -> Judgement:
    """What the file itself shows, without any register. `reading`: `None` for what is no PDF."""
    if reading is None or not reading.seals:
        return Judgement("foreign", Text("Berkas ini tidak memuat segel surat kantor kami."))
    found = _sealed(reading.seals, keys)
    if found is None:
        return Judgement("foreign", Text("Segel pada berkas ini bukan segel kantor kami."))
    facts, key = found
    if key.was_replaced_before(facts):
        return Judgement("foreign", _REPLACED_KEY)
    outcome, reason = _compare(reading, facts, key)
    return Judgement(outcome, reason, facts)


def judge_text(text: str, keys: Sequence[OfficeKey]) -> Judgement:
    """What the text of a QR code shows. It says nothing of the paper around the code."""
    found = _sealed((text,), keys)
    if found is None:
        return Judgement("foreign", Text("Segel ini bukan segel kantor kami."))
    facts, key = found
    if key.was_replaced_before(facts):
        return Judgement("foreign", _REPLACED_KEY)
    return Judgement("genuine", Text("Segelnya dari kantor kami. Cocokkan isinya dengan surat."), facts)


def _compare(reading: LetterReading, facts: SealedFacts, key: OfficeKey) -> tuple[Outcome, Text]:
    drawing = reading.drawing
    if drawing is None or _sealed((drawing.text,), [key]) != (facts, key):
        return "changed", Text("Berkas ini disimpan ulang atau isinya diganti sesudah terbit.")
    if not is_untouched(drawing, key.public):
        return "changed", Text("Isi berkas ini diubah sesudah terbit.")
    if reading.goes_on:
        return _compare_signed(reading, facts)
    if facts.way != "none":
        return "changed", Text("Tanda tangan elektronik surat ini tidak ada di berkas.")
    return "genuine", Text("Isinya sama persis dengan yang kami terbitkan.")


def _compare_signed(reading: LetterReading, facts: SealedFacts) -> tuple[Outcome, Text]:
    """Of a file that goes on after the drawing."""
    if not reading.same_pages:
        return "changed", Text("Sesudah terbit, halaman berkas ini diubah.")
    if not reading.signatures or facts.way == "none":
        return "changed", Text("Sesudah terbit, berkas ini ditambahi.")
    if not all(signature.intact for signature in reading.signatures):
        return "changed", Text("Tanda tangan elektroniknya tidak cocok lagi dengan isinya.")
    if not reading.signatures[-1].whole:
        return "changed", Text("Sesudah ditandatangani, berkas ini ditambahi.")
    names = ", ".join(signature.signer for signature in reading.signatures)
    return "genuine", Text("Isinya utuh, dan tanda tangan elektroniknya atas nama %(names)s.", names=names)


def _sealed(texts: Sequence[str], keys: Sequence[OfficeKey]) -> tuple[SealedFacts, OfficeKey] | None:
    """The facts in the first text that one of these keys has sealed, and that key."""
    for text, key in product(texts, keys):
        with suppress(SealInvalid):
            return open_seal(text, key.public), key
    return None


@frozen
class CheckedLetter:
    """What anybody who has the code of a letter may know of it."""

    number: str
    identity: str  #: empty when the verdict is ditolak
    day: date
    verdict: str
    title: str
    organiser: str
    #: recorded: signed and numbered outside, and recorded by an officer; scan: of a paper that was signed by hand
    way: SigningWay | Literal["recorded", "scan"]
    state: str  #: of the register
    reason: str  #: why it is not valid any more
    replaced_by: str = ""  #: the number of the letter that holds instead


_STATES: Mapping[str, Text] = {
    "valid": Text("Surat ini berlaku."),
    "pending": Text("Surat ini belum terbit."),
    "replaced": Text("Surat ini tidak berlaku lagi karena sudah diganti."),
    "revoked": Text("Surat ini tidak berlaku lagi karena sudah dicabut."),
}
VERDICTS: Mapping[str, Text] = {"layak": Text("Layak"), "ditolak": Text("Ditolak")}
WAYS: Mapping[str, Text] = {
    "none": Text("Tanpa tanda tangan elektronik; disahkan dengan kode QR bersegel"),
    "certificate": Text("Tanda tangan elektronik dengan sertifikat kantor"),
    "outside": Text("Tanda tangan elektronik di luar layanan ini"),
    "bsre": Text("Tanda tangan elektronik melalui BSrE"),
    "scan": Text("Ditandatangani dengan tangan di atas kertas; berkasnya hasil pindai"),
    "recorded": Text("Ditandatangani di luar layanan ini dan dicatat oleh petugas"),
}


def state_words(letter: CheckedLetter) -> list[Text]:
    """Whether the letter holds; then, where it does not, what holds instead and why."""
    words = [_STATES[letter.state]]
    if letter.replaced_by:
        words.append(Text("Penggantinya surat nomor %(number)s.", number=letter.replaced_by))
    if letter.reason:
        words.append(Text("Alasannya: %(reason)s", reason=letter.reason))
    return words


@frozen
class LetterAnswer:
    """What a file that somebody sent is."""

    outcome: Outcome
    reason: Text
    letter: CheckedLetter | None = None  #: which it is, or of which it is a changed copy


def read_code(words: str) -> str:
    """The code in what somebody typed or scanned: the code alone, the address behind the QR code, or its whole text.
    Empty when there is none. Letters that look like digits may be typed as digits.
    """
    before, _, _ = words.strip().partition("#")
    typed = before.rstrip("/").rpartition("/")[2]
    plain = re.sub(r"[\s.-]", "", typed).upper().translate(_LOOKS_LIKE)
    return plain if _CODE.fullmatch(plain) else ""
