"""Letters that a person signs with BSrE's Esign Client Service: what the page shows, and what can go wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from domain.frozen import frozen
from domain.text import Text

EsignFailure = Literal[
    "passphrase", "code", "unknown_person", "certificate", "timeout", "unreachable", "refused", "not_valid", "seal"
]

SigningState = Literal["failed", "code_sent", "signed"]
#: what the person is told; the letter goes on waiting after each
FAILURES: Mapping[EsignFailure, Text] = {
    "passphrase": Text("Passphrase-nya salah. Periksa lagi, lalu coba sekali lagi."),
    "code": Text("Layanan BSrE tidak menerima kode OTP itu. Minta kode baru, lalu coba lagi."),
    "unknown_person": Text("NIK ini tidak terdaftar di BSrE. Periksa lagi angkanya."),
    "certificate": Text("Sertifikat elektronik Anda tidak berlaku. Perbarui dahulu di BSrE, lalu coba lagi."),
    "timeout": Text("Layanan BSrE terlalu lama menjawab. Surat belum dikirim; silakan coba lagi."),
    "unreachable": Text("Layanan BSrE sedang tidak dapat dihubungi. Surat belum dikirim; silakan coba lagi nanti."),
    "refused": Text("Layanan BSrE menolak permintaan ini. Surat belum dikirim; hubungi pengelola sistem."),
    "seal": Text("Segel elektronik kantor di BSrE tidak aktif. Surat belum dikirim; hubungi pengelola sistem."),
    "not_valid": Text("Hasil dari layanan BSrE bukan tanda tangan yang sah untuk surat ini. Surat belum dikirim."),
}
FILES_AWAY = Text("Tempat penyimpanan berkas sedang terganggu. Surat belum dikirim; silakan coba lagi nanti.")
CODE_SENT = Text("BSrE sudah mengirim kode OTP ke e-mail Anda yang terdaftar di BSrE.")
LINK_OVER = Text(
    "Waktu tautan ini sudah habis. Minta yang baru dalam percakapan: buka permohonannya, lalu tekan Tanda tangani."
)
#: of a national identity number
NIK = re.compile(r"[0-9]{16}")
_TITLES_BEHIND = re.compile(r",.*$")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*\.?")


class EsignFailed(Exception):
    """The service has not signed. The exception holds nothing of what was sent."""

    def __init__(self, kind: EsignFailure) -> None:
        super().__init__(kind)
        self.kind = kind


@frozen
class SigningSecret:
    """What signs as a person: the passphrase, or a code that BSrE has mailed to them. One of both is empty."""

    passphrase: str = field(default="", repr=False)
    code: str = field(default="", repr=False)


@frozen
class LetterToSign:
    """What the page shows of a letter before it is signed."""

    number: str
    title: str
    organiser: str
    signer: str  #: the name under the letter


@frozen
class SigningOutcome:
    """What became of a try, or of asking for a code. `link`: another one-time link, when the person may go on."""

    text: Text
    letter: LetterToSign | None = None
    link: str = ""
    state: SigningState = "failed"


def another_person(name: str, signer: str) -> Text:
    return Text(
        "Sertifikat itu atas nama %(name)s, sedangkan surat ini ditandatangani oleh %(signer)s. Surat belum dikirim.",
        name=name,
        signer=signer,
    )


def is_same_person(certified: str, signer: str) -> bool:
    """Whether the name in a certificate is the name under a letter, whichever titles either has."""
    names = _names(certified), _names(signer)
    return bool(names[0] and names[1]) and (names[0] <= names[1] or names[1] <= names[0])


def _names(full_name: str) -> set[str]:
    """The words of a name without titles: those with a full stop, and all behind a comma."""
    words = _WORD.findall(_TITLES_BEHIND.sub("", full_name).casefold())
    return {word for word in words if not word.endswith(".") and len(word) > 1}
