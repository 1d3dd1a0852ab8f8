"""Encryption and keyed hashes. One master secret gives a key for each purpose (HKDF-SHA256).

Former secrets stay beside the present one: they open what was sealed before, and everything new is made with the
present one (decision 51).
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.private_files import make_private_folder

MIN_LENGTH = 32  #: characters of the setting, bytes of the master secret
KEY_FILE = "secret.key"
VERSION = b"\x01"  #: first byte of everything sealed; AES-256-GCM, 96-bit nonce, 128-bit tag
NONCE = 12
TAG = 16


#: makes a signature of 64 hex digits
Signer = Callable[[str], str]


class KeyMissing(Exception):
    """There is data but no key, or another key. A new key could not read the data."""


class KeyWeak(Exception):
    """The key is too short."""


class SealBroken(Exception):
    """Sealed bytes that are damaged, incomplete, bound to something else or sealed with another key."""


class Keys:
    """The keys of one installation. Threads may share it. Its `repr` does not contain the master secrets."""

    __slots__ = ("_ciphers", "_derived", "_masters")

    def __init__(self, master: bytes, *former: bytes) -> None:
        """`former`: the secrets before, the newest first. Raises `KeyWeak` for fewer than 32 bytes."""
        self._masters = (master, *former)
        if min(map(len, self._masters)) < MIN_LENGTH:
            raise KeyWeak(f"the secret key must have at least {MIN_LENGTH} characters")
        self._derived: dict[tuple[str, str, int], bytes] = {}  #: there are as many purposes as the program names
        self._ciphers: dict[tuple[str, int], AESGCM] = {}

    @classmethod
    def load(cls, data_dir: Path, setting: str | None, database_has_rows: bool) -> Keys:
        """Reads the key from the setting PST_SECRET_KEY, else from `secret.key` in the data folder.

        The first start creates the file. Its text given as the setting is the same key, so it can move to a vault
        later. Raises `KeyMissing` when there is no key although the database has rows, and `KeyWeak`.
        """
        if setting and setting.strip():
            return cls(*_long_enough(setting.encode(), "PST_SECRET_KEY"))
        path = data_dir / KEY_FILE
        if not path.exists():
            if database_has_rows:
                raise KeyMissing(f"there is data but no key: set PST_SECRET_KEY, or put back {path} from the backup")
            _make_key_file(path)
        return cls(*_long_enough(path.read_bytes(), str(path)))

    @classmethod
    def of_text(cls, text: bytes) -> Keys:
        """Of the text of a key file. Raises `KeyWeak`."""
        return cls(*_long_enough(text, KEY_FILE))

    def before(self) -> Keys | None:
        """The same without the present secret; `None` when it is the first one."""
        former = self._masters[1:]
        return Keys(*former) if former else None

    def seal(self, purpose: str, plain: bytes, bound_to: str) -> bytes:
        """Encrypts. The result opens only with the same purpose and the same `bound_to`.

        Format: version byte, nonce, ciphertext, tag.
        """
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._cipher(purpose).encrypt(nonce, plain, _bound(purpose, bound_to))

    def open(self, purpose: str, sealed: bytes, bound_to: str) -> bytes:
        """Decrypts what `seal` returned. Raises `SealBroken`; never returns a part."""
        if sealed[:1] != VERSION or len(sealed) < 1 + NONCE + TAG:
            raise SealBroken(f"{purpose}: not in a form that this version seals")
        nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        for age in range(len(self._masters)):
            with suppress(InvalidTag):
                return self._cipher(purpose, age).decrypt(nonce, body, _bound(purpose, bound_to))
        raise SealBroken(f"{purpose}: damaged, bound to something else, or sealed with another key")

    def name(self, purpose: str, content: bytes) -> str:
        """A keyed hash of 64 hex digits. Equal content has the same name; nobody can guess it without the key."""
        return hmac.digest(self._derive("name", purpose), content, "sha256").hex()

    def digest(self, purpose: str, text: str) -> str:
        """A keyed hash of 64 hex digits, for codes and cookies: in a stolen table, short codes cannot be searched."""
        return self.digests(purpose, text)[0]

    def digests(self, purpose: str, text: str) -> list[str]:
        """The hash with each key, that of the present one first: for codes that are older than a change of the key."""
        keys = [self._derive("digest", purpose, age) for age in range(len(self._masters))]
        return [hmac.digest(key, text.encode(), "sha256").hex() for key in keys]

    def signer(self, purpose: str) -> Signer:
        """A function that signs texts: 64 hex digits (HMAC-SHA256) which nobody can make without the key. The key is
        derived once, for thousands of texts.
        """
        return self.signers(purpose)[0]

    def signers(self, purpose: str) -> list[Signer]:
        """Those of all keys, that of the present one first."""
        return [_signer(self._derive("sign", purpose, age)) for age in range(len(self._masters))]

    def letter_key(self) -> Ed25519PrivateKey:
        """Seals letters. Everybody may know its public half."""
        return Ed25519PrivateKey.from_private_bytes(self._derive("sign", "letter"))

    def letter_keys(self) -> list[Ed25519PublicKey]:
        """With which letters are checked, for decades: that of the present secret, then those of the former ones."""
        halves = (self._derive("sign", "letter", age) for age in range(len(self._masters)))
        return [Ed25519PrivateKey.from_private_bytes(half).public_key() for half in halves]

    def fingerprint(self) -> str:
        """16 hex digits that identify the key; stored with the data to detect a wrong key at start."""
        return self.fingerprints()[0]

    def fingerprints(self) -> list[str]:
        """Of all keys, that of the present one first."""
        return [self._derive("fingerprint", "", age).hex()[:16] for age in range(len(self._masters))]

    def __repr__(self) -> str:
        return f"Keys({self.fingerprint()})"

    def _cipher(self, purpose: str, age: int = 0) -> AESGCM:
        if (purpose, age) not in self._ciphers:
            self._ciphers[purpose, age] = AESGCM(self._derive("seal", purpose, age))
        return self._ciphers[purpose, age]

    def _derive(self, use: str, purpose: str, age: int = 0) -> bytes:
        """Derived once: it costs more than the encryption of a message. `age`: 0 for the present secret."""
        if (use, purpose, age) not in self._derived:
            label = f"pst-bot/1/{use}/{purpose}".encode()
            key = HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(self._masters[age])
            self._derived[use, purpose, age] = key
        return self._derived[use, purpose, age]


def add_key(path: Path) -> None:
    """Puts a new secret before those of the key file. The file is the old one or the new one, also after a crash."""
    _write_beside(path, _new_secret() + path.read_bytes()).replace(path)
    sync_folder(path.parent)


def _bound(purpose: str, bound_to: str) -> bytes:
    return VERSION + f"{purpose}\0{bound_to}".encode()


def _signer(key: bytes) -> Signer:
    return lambda text: hmac.digest(key, text.encode(), "sha256").hex()


def _long_enough(text: bytes, where: str) -> Sequence[bytes]:
    """The secrets of a text, one a line. Bytes of somebody's own that happen to have a short line are one secret."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and min(map(len, lines)) >= MIN_LENGTH:
        return lines
    if len(text.strip()) < MIN_LENGTH:
        raise KeyWeak(f"the key in {where} is too short: it needs at least {MIN_LENGTH} random characters")
    return [text.strip()]


def _new_secret() -> bytes:
    return base64.urlsafe_b64encode(os.urandom(32)) + b"\n"


def _write_beside(path: Path, content: bytes) -> Path:
    part = path.with_name(f"{KEY_FILE}.{uuid4().hex}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return part


def _make_key_file(path: Path) -> None:
    """The file is complete or absent, also after a crash. When several processes start at once, all use one key."""
    make_private_folder(path.parent)
    part = _write_beside(path, _new_secret())
    try:
        os.link(part, path)  # unlike a rename, this never replaces the key of another process
    except FileExistsError:
        return
    finally:
        part.unlink()
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes created, renamed and removed files of a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
