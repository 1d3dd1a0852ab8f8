"""The poster for the door: QR codes that open the conversation, for a number of the queue and the guest book."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

from domain.frozen import frozen
from letters.pdf import LINE, WIDTH, PdfDocument

#: points
_OFFICE, _TITLE, _STEP, _ADDRESS = 18.0, 32.0, 16.0, 15.0
#: how many codes → the side of each, in millimetres
_SIDES = {1: 100.0, 2: 70.0, 3: 50.0}
_GAP = 8.0  #: millimetres between a code and the words beside it, and between two codes


@frozen
class Poster:
    office: str
    hours: str
    addresses: tuple[str, ...]  #: each opens the conversation; the first three are drawn
    board: str  #: the address of the public board; empty where there is none
    printed_on: date


def render(poster: Poster) -> bytes:
    """Draws one A4 page. The same facts give the same bytes."""
    document = PdfDocument("Antrean dan buku tamu", poster.office, poster.printed_on)
    document.paragraph(poster.office, bold=True, size=_OFFICE, align="C", kind="H1")
    document.gap(LINE)
    document.paragraph("Ambil nomor antrean dan isi buku tamu dari ponsel Anda", bold=True, size=_TITLE, align="C")
    document.gap(LINE)
    document.paragraph("Pindai salah satu kode ini. Belum punya ponsel? Silakan ke petugas.", size=_STEP, align="C")
    document.gap(_GAP)
    shown = poster.addresses[: max(_SIDES)]
    for address in shown:
        _code(document, address, _SIDES[len(shown)])
    document.paragraph(f"Jam layanan: {poster.hours}", size=_STEP, align="C")
    if poster.board:
        document.paragraph(f"Antrean sekarang: {_plain(poster.board)}", size=_ADDRESS, align="C")
    return document.output()


def _code(document: PdfDocument, address: str, side: float) -> None:
    """A code with its address beside it, for who types it."""
    top = document.place
    document.qr_code(address, side, f"Kode QR: {address}")
    document.gap(side / 2 - LINE)
    document.paragraph(_plain(address), size=_ADDRESS, left=side + _GAP, width=WIDTH - side - _GAP)
    document.gap(top + side + _GAP - document.place)


def _plain(address: str) -> str:
    """As people read it: without the protocol, and without what only programs need."""
    shown = address.removeprefix("https://").removeprefix("http://").partition("#")[0].partition("?")[0]
    return unquote(shown).rstrip("/")
