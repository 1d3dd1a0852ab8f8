"""The sentences of the page that checks letters."""

from __future__ import annotations

from collections.abc import Mapping

from domain.text import Text

TITLE = Text("Periksa keaslian surat")
INTRODUCTION = Text("Pindai kode QR pada surat, tulis kodenya, atau unggah berkas PDF-nya.")
CODE = Text("Kode surat")
CODE_HINT = Text("26 huruf dan angka di samping kode QR, misalnya ABCD EFGH IJKL MNOP QRST UVWX YZ.")
CHECK_CODE = Text("Periksa kode")
FILE = Text("Berkas PDF surat")
FILE_HINT = Text("Berkas ini hanya dibandingkan dan tidak disimpan.")
CHECK_FILE = Text("Periksa berkas")
NO_CODE = Text("Tulis 26 huruf dan angka di samping kode QR.")
NO_FILE = Text("Pilih berkas PDF surat.")
ANOTHER = Text("Periksa surat lain")
UNKNOWN = Text("Kode ini tidak ada di register kami.")
UNKNOWN_HINT = Text("Bila hurufnya sudah benar, surat itu bukan dari kami.")
COMPARE = Text("Cocokkan isi di bawah ini dengan surat yang Anda pegang. Bila ada yang berbeda, surat itu tidak asli.")
FOUND = Text("Surat ini terdaftar pada kami")
ISSUED = Text("Yang kami terbitkan")
UNREADABLE = Text("Berkas ini tidak dapat diperiksa")
KEY = Text("Kunci publik kantor, untuk memeriksa surat tanpa jaringan")
TOO_MANY = Text("Terlalu banyak pemeriksaan dari jaringan Anda. Silakan coba lagi satu menit kemudian.")
BUSY = Text("Terlalu banyak berkas sedang diperiksa. Silakan coba beberapa saat lagi.")

LABELS: Mapping[str, Text] = {
    "number": Text("Nomor surat"),
    "day": Text("Tanggal surat"),
    "title": Text("Judul kegiatan"),
    "organiser": Text("Penyelenggara"),
    "verdict": Text("Hasil pemeriksaan"),
    "identity": Text("Identitas rekomendasi"),
    "way": Text("Cara penandatanganan"),
}
UNREADABLE_FILES: Mapping[str, Text] = {
    "empty": Text("Berkas ini kosong."),
    "encrypted": Text("Berkas ini dikunci kata sandi. Surat kami tidak dikunci."),
    "damaged": Text("Berkas ini rusak atau tidak lengkap. Silakan unggah berkas aslinya."),
    "bomb": Text("Berkas ini terlalu rumit untuk diperiksa. Surat kami sederhana."),
    "busy": Text("Berkas ini belum sempat diperiksa karena layanan sedang sibuk. Silakan coba beberapa saat lagi."),
}
NOT_PDF = Text("Berkas ini bukan PDF. Unggah berkas PDF surat, bukan foto atau hasil pindainya, atau tulis kodenya.")
