"""All sentences of the page that sets up an authenticator."""

from __future__ import annotations

from domain.text import Text

TITLE = Text("Pasang autentikator")
ASK = Text(
    "Tekan tombol ini bila ponsel dengan aplikasi autentikator ada di tangan Anda dan tidak ada orang lain yang "
    "melihat layar ini. Kode QR tampil satu kali saja."
)
SHOW = Text("Tampilkan kode QR")
SCAN = Text("Pindai kode QR ini dengan aplikasi autentikator Anda.")
QR_CODE = Text("Kode QR untuk aplikasi autentikator")
SAME_PHONE = Text("Bila halaman ini terbuka di ponsel yang sama, tekan tautan ini:")
OPEN_APP = Text("Buka di aplikasi autentikator")
TYPE = Text("Atau ketik kunci ini di aplikasi, sebagai kunci berbasis waktu:")
THEN = Text("Sesudah itu kembali ke percakapan, lalu tulis 6 angka yang tampil di aplikasi. Tutup halaman ini.")
LINK_USED = Text(
    "Tautan ini sudah dipakai atau sudah lewat waktunya. Minta yang baru dalam percakapan dengan menulis /autentikator."
)
