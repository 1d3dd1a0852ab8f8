"""What is said about messages that are no words, where words or a tap are asked: nothing of them is kept."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat import IncomingFile, IncomingKind
from domain.text import Text

#: kinds of messages that only few questions ask for
UNREAD: Mapping[IncomingKind, Text] = {
    "contact": Text("Kontak tidak diperlukan di sini, jadi tidak kami simpan. Silakan balas dengan tulisan."),
    "location": Text("Lokasi tidak diperlukan di sini, jadi tidak kami simpan. Silakan balas dengan tulisan."),
    "file": Text("Berkas tidak diperlukan di sini, jadi tidak kami simpan. Silakan balas dengan tulisan."),
    "other": Text("Pesan seperti itu belum dapat kami baca. Silakan balas dengan tulisan."),
}

#: why a file that was asked for is not there: the reasons of `storage.inspection` and of its way to us
REFUSALS: Mapping[str, Text] = {
    "empty": Text("berkas ini kosong. Silakan kirim ulang berkas aslinya."),
    "kind": Text("jenis berkas ini tidak diterima. Kirim PDF, JPEG, PNG, DOCX, atau XLSX."),
    "program": Text("berkas ini berisi program, jadi tidak diterima. Kirim PDF, JPEG, PNG, DOCX, atau XLSX."),
    "macro": Text("dokumen ini berisi makro. Simpan sebagai DOCX, XLSX, atau PDF tanpa makro, lalu kirim lagi."),
    "script_pdf": Text("PDF ini berisi skrip atau lampiran. Cetak ulang menjadi PDF biasa, lalu kirim lagi."),
    "encrypted": Text("berkas ini dikunci kata sandi. Buka kuncinya, lalu kirim lagi."),
    "bomb": Text("isi berkas ini terlalu besar setelah dibuka. Kirim berkas yang lebih sederhana."),
    "damaged": Text("berkas ini rusak atau tidak lengkap. Silakan kirim ulang."),
    "too_large": Text("berkas ini lebih besar dari 10 MB. Perkecil dahulu, lalu kirim lagi."),
    "unfetched": Text("berkas ini tidak dapat kami ambil. Silakan kirim sekali lagi."),
    "not_asked": Text("berkas ini datang sebelum kami memintanya. Silakan kirim sekali lagi."),
}


def why_refused(file: IncomingFile) -> Text | None:
    """To be said behind the file's name; `None` for one that is there."""
    return REFUSALS[file.refused] if file.refused else None
