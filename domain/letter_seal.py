"""The seal of a letter: a few facts signed with the office's Ed25519 key, for the QR code and for the file's last line.

`docs/letter-format.md` describes the format, so that anyone can write a checker.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import date
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.frozen import frozen
from domain.text import one_line

SealVerdict = Literal["layak", "ditolak"]
SigningWay = Literal["none", "certificate", "outside", "bsre"]

#: bytes of the text in a QR code: more would make its modules too small for a square of 25 mm
MAX_TEXT = 300
#: of the facts that the PDF carries: the text of the QR code
SEAL_KEY = "seal"
#: first line of what is signed, so that a signature for another purpose is never one of a letter
_LETTER, _FILE = b"pst-letter/1\n", b"pst-file/1\n"
_SIGNATURE = 64  #: bytes of an Ed25519 signature
_CUT = "…"
_CODE = r"[A-Z2-7]{26}"
_SEALED = re.compile(rf"(?:^|/)(?P<code>{_CODE})#1\.(?P<body>[A-Za-z0-9_-]{{90,400}})\s*$")
_LAST_LINE = re.compile(rb"%PST-SEAL ([A-Za-z0-9_-]{86}) (\S{100,400})\n")
_VERDICTS: dict[SealVerdict, str] = {"layak": "L", "ditolak": "D"}
_WAYS: dict[SigningWay, str] = {"none": "N", "certificate": "C", "outside": "O", "bsre": "B"}


class SealInvalid(Exception):
    """A text that is no seal, or one that another key has signed, or that was changed."""


@frozen
class SealedFacts:
    """What a seal says of a letter. Title and organiser may be cut, with "…" at the end."""

    code: str  #: of the register; part of the address of the page that shows the letter
    number: str
    identity: str  #: empty when the verdict is ditolak
    day: date
    verdict: SealVerdict
    way: SigningWay  #: how the file is signed: a file without that signature is not the whole letter
    title: str
    organiser: str


@frozen
class FileSeal:
    """The last line of a drawn letter, which signs itself and all bytes before it."""

    text: str  #: as in the QR code
    signature: str  #: base64url
    digest: str  #: SHA-256 of all bytes before the line, 64 hex digits
    end: int  #: of the line; a signed letter continues after it
    drawn: str = ""  #: SHA-256 of all bytes up to `end`: of the file as it was drawn


def seal(facts: SealedFacts, key: Ed25519PrivateKey, address: str) -> str:
    """The text of the QR code: at most `MAX_TEXT` bytes, for which title and organiser are cut.

    `address`: of the page that shows letters, with "/" at the end, as in "https://pst.example.go.id/verify/".
    """
    start = f"{address}{facts.code}#1."
    room = (MAX_TEXT - len(start.encode())) * 3 // 4 - _SIGNATURE
    payload = _payload(facts, room)
    body = payload + key.sign(_LETTER + facts.code.encode() + b"\n" + payload)
    return start + _encode(body)


def open_seal(text: str, key: Ed25519PublicKey) -> SealedFacts:
    """Raises `SealInvalid`."""
    found = _SEALED.search(text.strip())
    if found is None:
        raise SealInvalid("no seal")
    code, body = found["code"], _decode(found["body"])
    payload, signature = body[:-_SIGNATURE], body[-_SIGNATURE:]
    try:
        key.verify(signature, _LETTER + code.encode() + b"\n" + payload)
    except InvalidSignature:
        raise SealInvalid("signed with another key, or changed") from None
    return _facts(code, payload)


def code_of(text: str) -> str | None:
    """The code in a seal, which may be forged."""
    found = _SEALED.search(text.strip())
    return found["code"] if found else None


def seal_file(content: bytes, text: str, key: Ed25519PrivateKey) -> bytes:
    """The file with a last line that signs it. Readers of PDF take the line for a comment."""
    drawn = content if content.endswith(b"\n") else content + b"\n"
    signature = key.sign(_FILE + hashlib.sha256(drawn).digest() + text.encode())
    return drawn + f"%PST-SEAL {_encode(signature)} {text}\n".encode()


def find_file_seal(content: bytes) -> FileSeal | None:
    """The last such line of a file; a signature may follow it. It may be forged."""
    lines = list(_LAST_LINE.finditer(content))
    if not lines:
        return None
    found = lines[-1]
    digest = hashlib.sha256(content[: found.start()]).hexdigest()
    drawn = hashlib.sha256(content[: found.end()]).hexdigest()
    return FileSeal(found[2].decode("ascii", "replace"), found[1].decode(), digest, found.end(), drawn)


def is_untouched(found: FileSeal, key: Ed25519PublicKey) -> bool:
    """Whether the line and all bytes before it are those that the office has sealed."""
    try:
        key.verify(_decode(found.signature), _FILE + bytes.fromhex(found.digest) + found.text.encode())
    except (InvalidSignature, SealInvalid):
        return False
    return True


def public_text(key: Ed25519PublicKey) -> str:
    """The public key as people publish it: base64url without padding, 43 characters."""
    return _encode(key.public_bytes_raw())


def public_key(text: str) -> Ed25519PublicKey:
    """Inverse of `public_text`. Raises `SealInvalid`."""
    try:
        return Ed25519PublicKey.from_public_bytes(_decode(text.strip()))
    except ValueError:
        raise SealInvalid("no public key") from None


def _payload(facts: SealedFacts, room: int) -> bytes:
    """The facts, one a line. The organiser gets what the title leaves, at least a third of the room for both."""
    head = [facts.number, facts.identity, f"{facts.day:%Y%m%d}", _VERDICTS[facts.verdict] + _WAYS[facts.way]]
    fixed = "\n".join(map(one_line, head)).encode()
    left = max(0, room - len(fixed) - 2)
    title, organiser = one_line(facts.title), one_line(facts.organiser)
    title = _cut(title, left - min(len(organiser.encode()), left // 3))
    organiser = _cut(organiser, left - len(title.encode()))
    return b"\n".join((fixed, title.encode(), organiser.encode()))


def _cut(words: str, room: int) -> str:
    if len(words.encode()) <= room:
        return words
    kept = words.encode()[: max(0, room - len(_CUT.encode()))].decode(errors="ignore").rstrip()
    return kept + _CUT if room >= len(_CUT.encode()) else ""


def _facts(code: str, payload: bytes) -> SealedFacts:
    """Raises `SealInvalid` for facts of another version."""
    try:
        number, identity, day, kinds, title, organiser = payload.decode().split("\n")
        verdicts = {letter: verdict for verdict, letter in _VERDICTS.items()}
        ways = {letter: way for way, letter in _WAYS.items()}
        issued = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        return SealedFacts(code, number, identity, issued, verdicts[kinds[0]], ways[kinds[1]], title, organiser)
    except (ValueError, LookupError):
        raise SealInvalid("of another version") from None


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Raises `SealInvalid`, also for a text with unused bits: one seal has one text."""
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        raise SealInvalid("no base64") from None
    if _encode(content) != text:
        raise SealInvalid("no base64")
    return content
