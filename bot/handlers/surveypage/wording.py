"""All sentences of the page of the survey. Its questions are those of `domain.satisfaction`."""

from __future__ import annotations

from domain.text import Text

TITLE = Text("Survei kepuasan")
INTRODUCTION = Text("Pilih satu jawaban untuk setiap pertanyaan. Laporan kami tidak menyebut siapa yang menjawab.")
SEND = Text("Simpan jawaban")
STILL_OPEN = Text("Jawaban Anda tersimpan. Masih ada yang belum dijawab:")
DONE = Text("Terima kasih. Jawaban survei Anda sudah kami simpan.")
TO_CHAT = Text("Kembali ke percakapan")
OPEN_SURVEY = Text("Buka survei Anda")
LINK_USED = Text(
    "Tautan ini sudah dipakai atau sudah lewat waktunya. Silakan lanjutkan survei dalam percakapan, "
    "atau tekan Isi di halaman di sana untuk meminta tautan baru."
)
NOT_OPEN = Text("Survei ini tidak terbuka di peramban ini. Silakan buka dengan tombolnya dalam percakapan Anda.")


def numbered(number: int, words: Text) -> Text:
    return Text("%(number)s. %(words)s", number=number, words=words)
