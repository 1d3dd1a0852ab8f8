"""Replies to messages that cannot be answers, and to files that are refused. Nothing of such a message is kept."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat import Incoming, IncomingFile, IncomingKind
from domain.files import MOST_SECONDS, SOUND_KINDS
from domain.text import Text, joined, verbatim

#: replies to kinds of messages that only few questions take
UNSUPPORTED: Mapping[IncomingKind, Text] = {
    "contact": Text("Kontak tidak diperlukan di sini, jadi tidak kami simpan. Silakan balas dengan tulisan."),
    "location": Text("Lokasi tidak diperlukan di sini, jadi tidak kami simpan. Silakan balas dengan tulisan."),
    "file": Text("Berkas tidak diperlukan di sini, jadi tidak kami simpan. Silakan balas dengan tulisan."),
    "voice": Text("Pesan suara belum dapat dibaca di sini, jadi tidak kami simpan. Silakan balas dengan tulisan."),
    "other": Text("Pesan seperti itu belum dapat kami baca. Silakan balas dengan tulisan."),
}

#: `IncomingFile.refused` → the reply
REFUSED_FILES: Mapping[str, Text] = {
    "empty": Text("berkas ini kosong. Silakan kirim ulang berkas aslinya."),
    "kind": Text("jenis berkas ini tidak diterima. Kirim PDF, JPEG, PNG, DOCX, atau XLSX."),
    "program": Text("berkas ini berisi program, jadi tidak diterima. Kirim PDF, JPEG, PNG, DOCX, atau XLSX."),
    "macro": Text("dokumen ini berisi makro. Simpan sebagai DOCX, XLSX, atau PDF tanpa makro, lalu kirim lagi."),
    "embedded": Text(
        "dokumen ini memuat berkas atau kontrol lain di dalamnya. Simpan sebagai PDF, lalu kirim PDF itu."
    ),
    "outside": Text("dokumen ini mengambil isi dari komputer lain. Simpan sebagai PDF, lalu kirim PDF itu."),
    "dde": Text("dokumen ini memuat perintah untuk program lain (DDE). Simpan sebagai PDF, lalu kirim PDF itu."),
    "outside_pdf": Text(
        "PDF ini mengirim data atau membuka berkas di tempat lain. Cetak ulang menjadi PDF biasa, lalu kirim lagi."
    ),
    "web_page": Text(
        "berkas ini sebenarnya halaman web (HTML). Buka dengan Excel atau Word, simpan sebagai XLSX, DOCX, atau PDF, "
        "lalu kirim lagi."
    ),
    "heic": Text("foto ini berformat HEIC, yang belum dapat kami buka. Simpan sebagai JPEG, lalu kirim lagi."),
    "script_pdf": Text("PDF ini berisi skrip atau lampiran. Cetak ulang menjadi PDF biasa, lalu kirim lagi."),
    "encrypted": Text("berkas ini dikunci kata sandi. Buka kuncinya, lalu kirim lagi."),
    "bomb": Text("isi berkas ini terlalu besar setelah dibuka. Kirim berkas yang lebih sederhana."),
    "busy": Text("berkas ini belum sempat kami periksa karena layanan sedang sibuk. Silakan kirim sekali lagi."),
    "damaged": Text("berkas ini rusak atau tidak lengkap. Silakan kirim ulang."),
    "too_large": Text("berkas ini lebih besar dari 10 MB. Perkecil dahulu, lalu kirim lagi."),
    "too_long": Text(
        "rekaman ini lebih panjang dari %(most)s menit. Kirim dalam beberapa bagian.", most=MOST_SECONDS // 60
    ),
    "unfetched": Text("berkas ini tidak dapat kami ambil. Silakan kirim sekali lagi."),
    "unstored": Text(
        "berkas ini belum dapat kami simpan karena ada gangguan. Silakan kirim lagi beberapa menit kemudian."
    ),
    "too_many": Text("terlalu banyak berkas dalam waktu singkat. Silakan kirim lagi beberapa menit kemudian."),
    "not_asked": Text("berkas ini datang sebelum kami memintanya. Silakan kirim sekali lagi."),
}


def is_recording(incoming: Incoming) -> bool:
    """A voice note, or a sound file that was sent as a file."""
    return incoming.kind == "voice" or bool(incoming.files and all(file.kind in SOUND_KINDS for file in incoming.files))


def refusal_reason(file: IncomingFile) -> Text | None:
    """Why a file was refused, as a sentence that follows the file's name; `None` for a file that was accepted."""
    return REFUSED_FILES[file.refused] if file.refused else None


def refusal(file: IncomingFile) -> Text | None:
    """The name of a file that was refused, and why; `None` for a file that was accepted."""
    reason = refusal_reason(file)
    return joined(": ", verbatim(file.name), reason) if reason else None
