"""Sentences that several channels with pages say."""

from __future__ import annotations

from domain.text import Text

WRONG_HOST = Text("Halaman ini tidak dilayani di alamat yang Anda buka. Silakan gunakan alamat resmi layanan ini.")
PROXY_HOST = Text(
    "Untuk pengelola: proksi harus meneruskan header Host dari pengunjung, "
    "dan PST_PUBLIC_URL harus berisi alamat resmi layanan ini."
)
WRONG_SCHEME = Text(
    "Halaman ini dibuka dengan http://, padahal layanan ini hanya dapat dipakai dengan https://. "
    "Silakan buka alamat resmi layanan ini."
)
PROXY_SCHEME = Text("Untuk pengelola: proksi harus mengalihkan http:// ke https://.")
NOT_STORED = Text("Pesan ini belum tersimpan karena gangguan di pihak kami. Silakan kirim lagi.")
AWAY = Text("Layanan ini sedang terganggu. Silakan coba lagi beberapa menit kemudian.")
TOO_MANY_REQUESTS = Text("Terlalu banyak permintaan dari jaringan Anda. Silakan coba beberapa saat lagi.")
TOO_MANY_BYTES = Text("Terlalu banyak berkas dalam waktu singkat. Silakan kirim lagi beberapa menit kemudian.")
UPLOAD_LOST = Text("Unggahan terputus atau terlalu lama. Silakan kirim berkas itu sekali lagi.")
ASK_TO_OPEN = Text(
    "Tekan Buka bila Anda sendiri yang meminta tautan ini dalam percakapan. Bila bukan, tutup halaman ini."
)
OPEN = Text("Buka")


def too_large(megabytes: int) -> Text:
    return Text("Berkas ini lebih besar dari %(limit)s MB. Silakan kirim berkas yang lebih kecil.", limit=megabytes)
