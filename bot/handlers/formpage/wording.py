"""All sentences of the page itself. Questions, rules and examples are those of the form."""

from __future__ import annotations

from domain.form.definition import Question, Section
from domain.form.files import accepted_types
from domain.form.page import SectionProgress
from domain.text import Text, joined

TO_CHAT = Text("Kembali ke percakapan")
OVERVIEW = Text("Ringkasan isian")
SECTIONS = Text("Daftar blok")
SAVE = Text("Simpan dan lanjutkan")
CHECK_AGAIN = Text("Periksa lagi")
MORE_ROWS = Text("Tambah baris")
HELP = Text("Bantuan")
OPTIONAL = Text("boleh dikosongkan")
COPIED = Text("Disalin dari permohonan lama. Periksa lagi, lalu simpan.")
LOCKED = Text("Butir ini ditentukan oleh pertanyaan kelayakan. Untuk mengubahnya, mulai permohonan baru.")
MANY_CHOICES = Text("Boleh memilih lebih dari satu.")
OTHER = Text("Sebutkan")
CHOOSE = Text("Pilih …")
FIRST_DAY = Text("Hari pertama")
LAST_DAY = Text("Hari terakhir")
STAGE = Text("Tahap")
DATE_FORMAT = Text("Tulis tanggal seperti 31/12/2026.")
ROWS_HINT = Text("Satu baris untuk satu isian. Kosongkan sebuah baris untuk menghapusnya.")
AREAS_HINT = Text("Tulis nama atau kode kabupaten/kota, satu di setiap baris, misalnya Gowa atau 7306.")
AREA = Text("Kabupaten/kota")
NUMBER = Text("No.")
UPLOAD = Text("Unggah")
PICK_FILE = Text("Pilih berkas")
NO_FILE_PICKED = Text("Pilih dahulu berkasnya, lalu tekan Unggah.")
LETTER_IN_CHAT = Text("Surat pengantar siap cetak dapat Anda minta dalam percakapan, pada butir ini.")
NO_FILES = Text("Belum ada berkas.")
REPLY = Text("Bila isian tetap, jelaskan alasannya kepada pemeriksa")
YOUR_VALUE = Text("Pakai isian saya di halaman ini")
STORED_VALUE = Text("Pakai yang sudah tersimpan")
WHICH = Text("Isian mana yang dipakai?")
ERRORS = Text("Belum semua isian tersimpan. Silakan perbaiki yang berikut:")
NEW_QUESTIONS = Text("Jawaban Anda tersimpan. Ada pertanyaan lanjutan di blok ini.")
COMPLETE = Text("Semua butir sudah terisi, tetapi permohonan belum terkirim. Silakan kirim dari percakapan Anda.")
MUST_CORRECT = Text("Sebelum dikirim, silakan perbaiki ini dahulu:")
MAY_BE_ASKED = Text("Petugas pemeriksa mungkin akan menanyakan ini:")
LEFT = Text("Ini sudah Anda biarkan:")
LEAVE = Text("Biarkan")
STILL_MISSING = Text("Yang belum terisi:")
OPEN_FORM = Text("Buka formulir Anda")
OPENING = Text("Membuka formulir Anda…")
APP_FAILED = Text(
    "Formulir tidak dapat dibuka dari sini. Kembali ke percakapan, lalu tulis halaman untuk meminta tautan."
)
LINK_USED = Text(
    "Tautan ini sudah dipakai atau sudah lewat waktunya. Minta yang baru dalam percakapan: tulis halaman, "
    "atau tekan Isi di halaman."
)
NOT_OPEN = Text("Isian ini tidak terbuka di peramban ini. Silakan tekan “Isi di halaman” dalam percakapan Anda.")
TOO_MUCH = Text("Isian ini terlalu besar untuk dikirim sekaligus. Silakan persingkat, lalu simpan lagi.")
SAVED = Text("Tersimpan")
NOT_SAVED = Text("Belum tersimpan karena sambungan terputus. Tekan Simpan dan lanjutkan setelah tersambung lagi.")
SAVING = Text("Menyimpan…")


def leave_finding(text: Text) -> Text:
    """For who hears the button without its line."""
    return Text("Biarkan: %(finding)s", finding=text)


def asked_about(findings: tuple[Text, ...]) -> Text | None:
    """What is said beside an answer."""
    return joined(" ", MAY_BE_ASKED, *findings) if findings else None


def section_title(section: Section) -> Text:
    return Text("Blok %(code)s · %(title)s", code=section.code, title=section.title)


def progress(done: int, count: int) -> Text:
    return Text("Terisi %(done)s dari %(count)s butir", done=done, count=count)


def section_progress(progress: SectionProgress) -> Text:
    return Text("%(done)s dari %(count)s", done=progress.done, count=progress.count)


def question_label(question: Question) -> Text:
    return Text("%(code)s %(label)s", code=question.code, label=question.heading or question.label)


def remark(words: str) -> Text:
    return Text("Catatan pemeriksa: %(remark)s", remark=words)


def sent_answer(answer: Text) -> Text:
    return Text("Yang Anda kirim sebelumnya: %(answer)s", answer=answer)


def present_answer(answer: Text) -> Text:
    return Text("Isian sekarang: %(answer)s", answer=answer)


def changed_elsewhere(stored: Text) -> Text:
    return Text("Butir ini sudah diubah di tempat lain. Yang tersimpan: %(answer)s", answer=stored)


def row_cell(number: int, column: Text) -> Text:
    return Text("Baris %(number)s: %(column)s", number=number, column=column)


def stage_day(stage: Text, day: Text) -> Text:
    return Text("%(stage)s: %(day)s", stage=stage, day=day)


def accepted(question: Question) -> Text:
    return Text(
        "%(kinds)s, paling besar %(size)s MB. Satu berkas setiap kali.",
        kinds=accepted_types(question),
        size=question.limits.max_mb,
    )


def remove_file(name: str) -> Text:
    return Text("Hapus %(name)s", name=name)
