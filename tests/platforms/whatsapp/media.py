"""Media: what may be uploaded, how long an id and a URL live, and that nobody without the token reads it."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field

from tests.platforms.whatsapp.errors import Json, Refused
from tests.platforms.whatsapp.limits import DAY, Clock

MB = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"

DOCUMENT, IMAGE, AUDIO, VIDEO, STICKER = "document", "image", "audio", "video", "sticker"
#: MIME type → the kind of message that carries it
KINDS: dict[str, str] = {
    "text/plain": DOCUMENT,
    "application/pdf": DOCUMENT,
    "application/msword": DOCUMENT,
    "application/vnd.ms-excel": DOCUMENT,
    "application/vnd.ms-powerpoint": DOCUMENT,
    f"{OFFICE}.wordprocessingml.document": DOCUMENT,
    f"{OFFICE}.spreadsheetml.sheet": DOCUMENT,
    f"{OFFICE}.presentationml.presentation": DOCUMENT,
    "image/jpeg": IMAGE,
    "image/png": IMAGE,
    "audio/aac": AUDIO,
    "audio/amr": AUDIO,
    "audio/mpeg": AUDIO,
    "audio/mp4": AUDIO,
    "audio/ogg": AUDIO,
    "video/3gpp": VIDEO,
    "video/mp4": VIDEO,
    "image/webp": STICKER,
}
#: kind → bytes
MOST: dict[str, int] = {DOCUMENT: 100 * MB, IMAGE: 5 * MB, AUDIO: 16 * MB, VIDEO: 16 * MB, STICKER: 500 * 1024}
#: MIME type → how such a file begins
BEGINS: dict[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}

UPLOADED_LIVES = 30 * DAY
RECEIVED_LIVES = 7 * DAY
URL_LIVES = 5 * 60  #: seconds


@dataclass(frozen=True)
class Medium:
    id: str
    content: bytes
    mime: str
    filename: str
    uploaded: bool
    expires: float

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


@dataclass
class Shelf:
    clock: Clock
    base: str = ""  #: where the server is reached, without the version
    _media: dict[str, Medium] = field(default_factory=dict)
    _urls: dict[str, tuple[str, float]] = field(default_factory=dict)  #: secret of a URL → medium, end of its life
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1_000_000_000_000_001))
    _secrets: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def upload(self, content: bytes, mime: str, filename: str) -> Medium:
        """What the business sends. Raises `Refused`."""
        kind = KINDS.get(mime)
        if kind is None:
            raise Refused(100, f"Param file must be a file with one of the following types: {', '.join(KINDS)}: {mime}")
        if not content:
            raise Refused(131053, f"The file is empty: {filename}")
        if len(content) > MOST[kind]:
            raise Refused(131053, f"The file is larger than {MOST[kind]} bytes: {filename}, {len(content)}")
        if not content.startswith(BEGINS.get(mime, b"")):
            raise Refused(131053, f"The file is no {mime}: {filename}")
        return self._keep(content, mime, filename, True)

    def receive(self, content: bytes, mime: str, filename: str = "") -> Medium:
        """What a person sends: any kind of file."""
        return self._keep(content, mime, filename, False)

    def _keep(self, content: bytes, mime: str, filename: str, uploaded: bool) -> Medium:
        life = UPLOADED_LIVES if uploaded else RECEIVED_LIVES
        medium = Medium(str(next(self._ids)), content, mime, filename, uploaded, self.clock.now() + life)
        self._media[medium.id] = medium
        return medium

    def find(self, identity: str) -> Medium:
        """Raises `Refused` as for any object that is not there."""
        medium = self._media.get(identity)
        if medium is None or medium.expires <= self.clock.now():
            details = f"Unsupported get request. Object with ID '{identity}' does not exist or has expired"
            raise Refused(100, details, subcode=33, blame=medium is None)
        return medium

    def to_send(self, identity: str, kind: str) -> Medium:
        """An uploaded medium that fits a message of this kind. Raises `Refused`."""
        medium = self._media.get(identity)
        if medium is None or not medium.uploaded or medium.expires <= self.clock.now():
            raise Refused(131009, f"{identity} is no id of an uploaded medium, or has expired")
        if KINDS[medium.mime] != kind:
            raise Refused(131009, f"{identity} is {medium.mime}, which is not sent as {kind}")
        return medium

    def delete(self, identity: str) -> None:
        self.find(identity)
        del self._media[identity]

    def url(self, medium: Medium) -> str:
        secret = hashlib.sha256(f"{medium.id}/{next(self._secrets)}".encode()).hexdigest()[:32]
        self._urls[secret] = (medium.id, self.clock.now() + URL_LIVES)
        return f"{self.base}/whatsapp_business/attachments/?mid={medium.id}&ext=1&hash={secret}"

    def described(self, medium: Medium) -> Json:
        return {
            "messaging_product": "whatsapp",
            "url": self.url(medium),
            "mime_type": medium.mime,
            "sha256": medium.sha256.hex(),
            "file_size": len(medium.content),
            "id": medium.id,
        }

    def behind(self, secret: str, identity: str) -> Medium | None:
        """What a URL leads to as long as it lives."""
        found, until = self._urls.get(secret, ("", 0.0))
        alive = found == identity and self.clock.now() < until
        return self._media.get(identity) if alive else None
