"""One master secret and what is derived from it: sealing, names, digests.

Every purpose has its own key (HKDF-SHA256): what one part of the service seals or names tells nothing in another.
"""

from __future__ import annotations

import base64
import hmac
import os
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MIN_LENGTH = 32  #: characters of the setting, bytes of the master secret
KEY_FILE = "secret.key"
VERSION = b"\x01"  #: first byte of everything sealed; AES-256-GCM, 96-bit nonce, 128-bit tag
NONCE = 12
TAG = 16


class KeyMissing(Exception):
    """There is data but no key: a new key would make all of it unreadable for good."""


class KeyWeak(Exception):
    """The key is too short to be a secret."""


class SealBroken(Exception):
    """Sealed bytes that are damaged, cut short, bound to something else or sealed with another key."""


class Keys:
    """The keys of one installation. Safe to share between threads; never shows the master secret."""

    __slots__ = ("_master",)

    def __init__(self, master: bytes) -> None:
        """Raises `KeyWeak` for fewer than 32 bytes."""
        if len(master) < MIN_LENGTH:
            raise KeyWeak(f"the secret key must have at least {MIN_LENGTH} characters")
        self._master = master

    @classmethod
    def load(cls, data_dir: Path, setting: str | None, database_has_rows: bool) -> Keys:
        """From the setting PST_SECRET_KEY, else from `secret.key` in the data folder, which the first start makes.

        The file's text given as the setting is the same key, so it can move to a vault later.
        Raises `KeyMissing` when there is no key although the database holds rows, `KeyWeak` for one that is too short.
        """
        if setting and setting.strip():
            return cls(_long_enough(setting.encode(), "PST_SECRET_KEY"))
        path = data_dir / KEY_FILE
        if not path.exists():
            if database_has_rows:
                raise KeyMissing(f"there is data but no key: set PST_SECRET_KEY, or put back {path} from the backup")
            _make_key_file(path)
        return cls(_long_enough(path.read_bytes(), str(path)))

    def seal(self, purpose: str, plain: bytes, bound_to: str) -> bytes:
        """Version byte, nonce, ciphertext, tag. Opens only for the same purpose and the same `bound_to`."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._cipher(purpose).encrypt(nonce, plain, _bound(purpose, bound_to))

    def open(self, purpose: str, sealed: bytes, bound_to: str) -> bytes:
        """What `seal` was given. Raises `SealBroken`; never returns a part of it."""
        if sealed[:1] != VERSION or len(sealed) < 1 + NONCE + TAG:
            raise SealBroken(f"{purpose}: not in a form that this version seals")
        nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        try:
            return self._cipher(purpose).decrypt(nonce, body, _bound(purpose, bound_to))
        except InvalidTag as error:
            raise SealBroken(f"{purpose}: damaged, bound to something else, or sealed with another key") from error

    def name(self, purpose: str, content: bytes) -> str:
        """A keyed hash, 64 hex digits: equal content has an equal name, which nobody without the key can guess."""
        return hmac.digest(self._derive("name", purpose), content, "sha256").hex()

    def digest(self, purpose: str, text: str) -> str:
        """A keyed hash, 64 hex digits, for codes and cookies: a stolen table cannot be searched for short codes."""
        return hmac.digest(self._derive("digest", purpose), text.encode(), "sha256").hex()

    def fingerprint(self) -> str:
        """16 hex digits to store beside the data: another value at start means that the key is a wrong one."""
        return self._derive("fingerprint", "").hex()[:16]

    def __repr__(self) -> str:
        return f"Keys({self.fingerprint()})"

    def _cipher(self, purpose: str) -> AESGCM:
        return AESGCM(self._derive("seal", purpose))

    def _derive(self, use: str, purpose: str) -> bytes:
        label = f"pst-bot/1/{use}/{purpose}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(self._master)


def _bound(purpose: str, bound_to: str) -> bytes:
    return VERSION + f"{purpose}\0{bound_to}".encode()


def _long_enough(text: bytes, where: str) -> bytes:
    key = text.strip()
    if len(key) < MIN_LENGTH:
        raise KeyWeak(f"the key in {where} is too short: it needs at least {MIN_LENGTH} random characters")
    return key


def _make_key_file(path: Path) -> None:
    """Complete or absent, whatever crashes; of several processes that start at once, one wins and all read its key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{KEY_FILE}.{uuid4().hex}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(base64.urlsafe_b64encode(os.urandom(32)) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(part, path)  # unlike a rename, never replaces a key that another process has just made
    except FileExistsError:
        return
    finally:
        part.unlink()
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make what was created, renamed or removed in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
