"""Media files: what may be uploaded, and how long ids and URLs live."""

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
#: kind → largest size in bytes
MAX_BYTES: dict[str, int] = {DOCUMENT: 100 * MB, IMAGE: 5 * MB, AUDIO: 16 * MB, VIDEO: 16 * MB, STICKER: 500 * 1024}
#: MIME type → the first bytes of such a file
FIRST_BYTES: dict[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}

# lifetimes in seconds
UPLOADED_LIVES = 30 * DAY
RECEIVED_LIVES = 7 * DAY
URL_LIVES = 5 * 60


@dataclass(frozen=True)
class MediaFile:
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
class MediaStore:
    clock: Clock
    base: str = ""  #: URL of the server
    _media: dict[str, MediaFile] = field(default_factory=dict)
    _urls: dict[str, tuple[str, float]] = field(default_factory=dict)  #: secret in a URL → id of the file, end of life
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1_000_000_000_000_001))
    _secrets: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def upload(self, content: bytes, mime: str, filename: str) -> MediaFile:
        """Keeps a file of the business. Raises `Refused`."""
        kind = KINDS.get(mime)
        if kind is None:
            raise Refused(100, f"Param file must be a file with one of the following types: {', '.join(KINDS)}: {mime}")
        if not content:
            raise Refused(131053, f"The file is empty: {filename}")
        if len(content) > MAX_BYTES[kind]:
            raise Refused(131053, f"The file is larger than {MAX_BYTES[kind]} bytes: {filename}, {len(content)}")
        if not content.startswith(FIRST_BYTES.get(mime, b"")):
            raise Refused(131053, f"The file is no {mime}: {filename}")
        return self._keep(content, mime, filename, True)

    def receive(self, content: bytes, mime: str, filename: str = "") -> MediaFile:
        """Keeps a file of a person, which may be of any kind."""
        return self._keep(content, mime, filename, False)

    def _keep(self, content: bytes, mime: str, filename: str, uploaded: bool) -> MediaFile:
        life = UPLOADED_LIVES if uploaded else RECEIVED_LIVES
        medium = MediaFile(str(next(self._ids)), content, mime, filename, uploaded, self.clock.now() + life)
        self._media[medium.id] = medium
        return medium

    def find(self, identity: str) -> MediaFile:
        """Raises `Refused` for an unknown or expired id."""
        medium = self._media.get(identity)
        if medium is None or medium.expires <= self.clock.now():
            details = f"Unsupported get request. Object with ID '{identity}' does not exist or has expired"
            raise Refused(100, details, subcode=33, is_client_fault=medium is None)
        return medium

    def to_send(self, identity: str, kind: str) -> MediaFile:
        """An uploaded file that a message of this kind can carry. Raises `Refused`."""
        medium = self._media.get(identity)
        if medium is None or not medium.uploaded or medium.expires <= self.clock.now():
            raise Refused(131009, f"{identity} is no id of an uploaded medium, or has expired")
        if KINDS[medium.mime] != kind:
            raise Refused(131009, f"{identity} is {medium.mime}, which is not sent as {kind}")
        return medium

    def delete(self, identity: str) -> None:
        self.find(identity)
        del self._media[identity]

    def url(self, medium: MediaFile) -> str:
        secret = hashlib.sha256(f"{medium.id}/{next(self._secrets)}".encode()).hexdigest()[:32]
        self._urls[secret] = (medium.id, self.clock.now() + URL_LIVES)
        return f"{self.base}/whatsapp_business/attachments/?mid={medium.id}&ext=1&hash={secret}"

    def described(self, medium: MediaFile) -> Json:
        return {
            "messaging_product": "whatsapp",
            "url": self.url(medium),
            "mime_type": medium.mime,
            "sha256": medium.sha256.hex(),
            "file_size": len(medium.content),
            "id": medium.id,
        }

    def by_url(self, secret: str, identity: str) -> MediaFile | None:
        """The file behind a URL; `None` after the end of its life."""
        found, until = self._urls.get(secret, ("", 0.0))
        alive = found == identity and self.clock.now() < until
        return self._media.get(identity) if alive else None
