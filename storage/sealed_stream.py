"""A stream that a passphrase opens: frames of AES-256-GCM under a key that scrypt makes from it.

Each frame is bound to its number and to whether it is the last, so a file that was cut, changed or put together anew
does not open. The first frame is empty: it shows at once whether the passphrase is the right one.
"""

from __future__ import annotations

import os
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MARK = b"pst-bot-backup-1\n"
#: characters of a passphrase
MIN_PASSPHRASE = 12
SALT = 16
FRAME = 1 << 20  #: bytes of a frame before it is sealed
_LENGTH = 4  #: bytes of a frame's length
_TAG = 16
#: scrypt's cost: 128 MB and about half a second for every passphrase that is tried
_COST, _BLOCK, _PARALLEL = 1 << 17, 8, 1


class PassphraseWrong(Exception):
    """The passphrase is another one, or the beginning of the file is damaged."""


class StreamDamaged(Exception):
    """A frame does not open, or the end is missing. The message says which."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class SealedWriter:
    """Takes bytes like a file. `close` writes the last frame; without it the file does not open."""

    def __init__(self, out: BinaryIO, passphrase: str) -> None:
        salt = os.urandom(SALT)
        self._out = out
        self._cipher = _cipher(passphrase, salt)
        self._number = 0
        self._waiting = bytearray()
        out.write(MARK + salt)
        self._write(b"", final=False)

    def write(self, content: bytes) -> int:
        self._waiting += content
        while len(self._waiting) >= FRAME:
            self._write(bytes(self._waiting[:FRAME]), final=False)
            del self._waiting[:FRAME]
        return len(content)

    def close(self) -> None:
        self._write(bytes(self._waiting), final=True)

    def _write(self, plain: bytes, *, final: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), plain, _bound(final))
        self._out.write(len(sealed).to_bytes(_LENGTH) + sealed)
        self._number += 1


class SealedReader:
    """Gives the bytes back. Raises `PassphraseWrong` when it is made, and `StreamDamaged` while it is read."""

    def __init__(self, source: Readable, passphrase: str) -> None:
        head = source.read(len(MARK) + SALT)
        if not head.startswith(MARK) or len(head) < len(MARK) + SALT:
            raise StreamDamaged("it is not a backup of this program")
        self._source = source
        self._cipher = _cipher(passphrase, head[len(MARK) :])
        self._number = 0
        self._left = b""
        self._ended = False
        first = self._sealed()
        try:
            self._cipher.decrypt(_nonce(0), first, _bound(False))
        except InvalidTag:
            raise PassphraseWrong from None
        self._number = 1

    def read(self, size: int, /) -> bytes:
        """Exactly `size` bytes, or what is left at the end."""
        parts, missing = [self._left], size - len(self._left)
        while missing > 0 and not self._ended:
            parts.append(self._next())
            missing -= len(parts[-1])
        joined = b"".join(parts)
        self._left = joined[size:]
        return joined[:size]

    def check_end(self) -> None:
        """Reads what is left. Raises `StreamDamaged` unless the last frame is there, with nothing behind it."""
        while not self._ended:
            self._next()
        if self._source.read(1):
            raise StreamDamaged("something stands behind its end")

    def _next(self) -> bytes:
        sealed = self._sealed()
        for final in (False, True):
            try:
                plain = self._cipher.decrypt(_nonce(self._number), sealed, _bound(final))
            except InvalidTag:
                continue
            self._number, self._ended = self._number + 1, final
            return plain
        raise StreamDamaged(f"part {self._number} was changed")

    def _sealed(self) -> bytes:
        length = int.from_bytes(self._source.read(_LENGTH))
        if length > FRAME + _TAG:
            raise StreamDamaged(f"part {self._number} was changed")
        sealed = self._source.read(length)
        if length < _TAG or len(sealed) < length:
            raise StreamDamaged("its end is missing")
        return sealed


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    key = Scrypt(salt=salt, length=32, n=_COST, r=_BLOCK, p=_PARALLEL).derive(passphrase.encode())
    return AESGCM(key)


def _nonce(number: int) -> bytes:
    """The key is used for one file, so numbers never repeat."""
    return number.to_bytes(12)


def _bound(final: bool) -> bytes:
    return MARK + (b"last" if final else b"more")
