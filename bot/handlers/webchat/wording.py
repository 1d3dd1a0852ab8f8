"""All texts of the web page itself. The texts of the conversation come from the service."""

from __future__ import annotations

from collections.abc import Mapping

from bot.handlers.pages.wording import too_large
from bot.handlers.webchat.frames import MAX_FILES
from domain.frozen import frozen
from domain.text import Text

#: characters of one message from a person
MAX_TEXT = 4096

NO_SCRIPT = Text("Halaman ini memerlukan JavaScript. Silakan aktifkan di peramban Anda, atau hubungi kami:")
NO_COOKIE = Text("Peramban Anda belum mengenal percakapan ini. Silakan muat ulang halaman ini.")
NO_FILE = Text("Berkas ini sudah tidak tersedia atau bukan bagian dari percakapan Anda.")
FILES_AWAY = Text(
    "Berkas ini sedang tidak dapat dibuka karena ada gangguan. Silakan coba lagi beberapa menit kemudian."
)
TEXT_TOO_LONG = Text("Pesan paling panjang %(limit)s huruf. Silakan kirim dalam beberapa pesan.", limit=MAX_TEXT)
EMPTY = Text("Pesan ini kosong. Silakan ketik sesuatu.")
FILE_NOT_ASKED = Text("Berkas tidak diperlukan di sini, jadi tidak kami simpan. Silakan balas dengan tulisan.")
FILES_INCOMPLETE = Text("Berkas belum sampai seluruhnya. Silakan kirim lagi.")
MANY_BEGIN = Text("Saat ini terlalu banyak percakapan baru dimulai. Silakan coba lagi beberapa menit kemudian.")
TOO_MANY_MESSAGES = Text("Terlalu banyak pesan dalam waktu singkat. Silakan tunggu sebentar, lalu kirim lagi.")
TOO_MANY_WAITING = Text("Terlalu banyak berkas menunggu diproses. Silakan coba lagi beberapa menit kemudian.")


@frozen
class PageTitle:
    """Whose service this is, and whom to ask when the page does not work."""

    office: Text
    service: Text
    contact: Text


def page_texts(megabytes: int) -> Mapping[str, Text]:
    """The texts by the names that chat.html and chat.js use."""
    return {
        "attach": Text("Lampirkan berkas"),
        "blocked": Text("Peramban Anda menolak cookie, padahal cookie diperlukan untuk menyimpan percakapan ini."),
        "cancel": Text("Batalkan"),
        "choices": Text("Pilihan jawaban"),
        "connecting": Text("Menyambungkan…"),
        "discard": Text("Hapus"),
        "download": Text("Unduh"),
        "drop": Text("Lepaskan berkas di sini"),
        "earlier": Text("Pesan sebelumnya"),
        "elsewhere": Text("Percakapan ini dibuka di jendela lain."),
        "failed": Text("Belum terkirim"),
        "fast": Text("Terlalu banyak pesan dalam waktu singkat. Silakan tunggu sebentar."),
        "here": Text("Lanjutkan di sini"),
        "interrupted": Text("Pengiriman terputus. Silakan kirim lagi."),
        "jump": Text("Pesan baru"),
        "language": Text("Ganti bahasa"),
        "other_language": Text("English", context="name of the other language, on the button that switches"),
        "log": Text("Percakapan"),
        "menu": Text("Menu"),
        "offline": Text("Tidak ada sambungan. Pesan Anda akan dikirim setelah tersambung lagi."),
        "pick": Text("Pilih berkas"),
        "retry": Text("Kirim lagi"),
        "send": Text("Kirim"),
        "sending": Text("Mengirim…"),
        "sent": Text("Terkirim"),
        "service": Text("Layanan"),
        "skip": Text("Langsung ke kotak pesan"),
        "start": Text("Mulai"),
        "today": Text("Hari ini"),
        "too_large": too_large(megabytes),
        "too_long": TEXT_TOO_LONG,
        "too_many": Text("Paling banyak %(limit)s berkas dalam satu pesan.", limit=MAX_FILES),
        "uploading": Text("Mengunggah…"),
        "visit": Text("Datang ke kantor"),
        "waiting": Text("Menunggu sambungan"),
        "welcome": Text("Selamat datang"),
        "welcome_more": Text(
            "Di sini Anda dapat mengajukan rekomendasi kegiatan statistik, memantau prosesnya, dan bertanya. "
            "Layanan ini gratis."
        ),
        "welcome_kept": Text("Percakapan ini tersimpan dan dapat Anda lanjutkan kapan saja dari peramban yang sama."),
        "write": Text("Ketik pesan"),
        "yesterday": Text("Kemarin"),
        "you": Text("Anda"),
    }
