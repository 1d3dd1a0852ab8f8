"""All sentences of the page on which letters are signed."""

from __future__ import annotations

from domain.text import Text

TITLE = Text("Tanda tangani surat")
INTRODUCTION = Text(
    "Surat ini ditandatangani melalui BSrE. NIK, passphrase, dan kode OTP hanya diteruskan ke BSrE, dan tidak kami "
    "simpan."
)
LABELS = {
    "number": Text("Nomor surat"),
    "title": Text("Judul kegiatan"),
    "organiser": Text("Penyelenggara"),
    "signer": Text("Penanda tangan"),
}
NIK = Text("NIK")
NIK_HINT = Text("16 angka, misalnya 7304010101700001.")
PASSPHRASE = Text("Passphrase")
PASSPHRASE_HINT = Text("Tidak perlu diisi bila Anda memakai kode OTP.")
CODE = Text("Kode OTP")
CODE_HINT = Text("Bila tidak memakai passphrase: isi NIK, tekan Minta kode OTP, lalu tulis kode yang dikirim BSrE.")
SEND_CODE = Text("Minta kode OTP")
SIGN = Text("Tanda tangani dan kirim")
WRONG_NIK = Text("NIK terdiri atas 16 angka, misalnya 7304010101700001.")
NO_SECRET = Text("Isi passphrase atau kode OTP.")
TWO_SECRETS = Text("Isi salah satu saja: passphrase atau kode OTP.")
LINK_USED = Text(
    "Tautan ini sudah dipakai atau sudah lewat waktunya. Bila surat belum ditandatangani, minta tautan baru dalam "
    "percakapan: buka permohonannya, lalu tekan Tanda tangani."
)
CLOSE = Text("Halaman ini boleh ditutup.")
