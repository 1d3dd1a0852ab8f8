"""The conversation that every bot of the comparison has: the questions, and 20 typed answers with the replies to them.

The questions are those of the request form, from its first one on. The peers ask them from `QUESTIONS`; ours asks them
from its definition of the form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, is_possible_number, parse

Kind = Literal["choice", "text", "long", "year", "phone", "fax", "email"]


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    label: str
    kind: Kind
    options: tuple[str, ...] = ()
    shortest: int = 1  #: characters

    @property
    def prompt(self) -> str:
        options = "".join(f"\n{number}. {option}" for number, option in enumerate(self.options, 1))
        return f"{self.code} {self.label}{options}"


@dataclass(frozen=True, slots=True)
class Step:
    typed: str
    replies: tuple[str, ...]  #: all of these stand in the reply


class NotAnAnswer(Exception):
    """The message is one sentence for the person."""


_SECTORS = (
    *("Pertanian dan Perikanan", "Demografi dan Kependudukan", "Pembangunan", "Proyeksi Ekonomi"),
    *("Pendidikan dan Pelatihan", "Lingkungan", "Keuangan", "Globalisasi", "Kesehatan", "Industri dan Jasa"),
)
_APPROACHES = ("Pencacahan Lengkap", "Survei", "Kompilasi Produk Administrasi", "Cara lain")
QUESTIONS = (
    Question("A", "Atas nama siapa kegiatan statistik ini diselenggarakan?", "choice", ("Instansi", "Konsultan")),
    Question("0.1", "Judul Kegiatan", "text", shortest=15),
    Question("0.2", "Tahun", "year"),
    Question("0.4", "Cara Pengumpulan Data", "choice", _APPROACHES),
    Question("0.5", "Sektor Kegiatan", "choice", _SECTORS),
    Question("1.2", "Alamat Lengkap Instansi Penyelenggara", "long", shortest=15),
    Question("1.2a", "Telepon", "phone"),
    Question("1.2b", "E-mail", "email"),
    Question("1.2c", "Faksimile", "fax"),
    Question("2.1a", "Unit Eselon Penanggung Jawab - Eselon 1", "text"),
    Question("2.1b", "Unit Eselon Penanggung Jawab - Eselon 2", "text"),
    Question("2.2a", "Penanggung Jawab Teknis (setingkat Eselon 3) - Nama", "text"),
    Question("2.2b", "Jabatan", "text"),
    Question("2.2c", "Alamat", "text"),
    Question("2.2d", "Telepon", "phone"),
    Question("2.2e", "E-mail", "email"),
    Question("2.2f", "Faksimile", "fax"),
    Question("3.1", "Latar Belakang Kegiatan", "long", shortest=150),
    Question("3.2", "Tujuan Kegiatan", "long", shortest=50),
)
#: two messages; the first alone is too short
BACKGROUND = (
    "Pemerintah Kabupaten Jeneponto memerlukan penilaian pasien atas pelayanan puskesmas setiap tahun, agar perbaikan",
    "pelayanan dapat direncanakan menurut kecamatan dan dibandingkan dari tahun ke tahun.",
)
#: before the clock starts; the reply to the last one is the first question
OPENING = (
    Step("/ajukan", ("Atas nama siapa",)),
    Step("1", ("0.1 Judul Kegiatan",)),
)
STEPS = (
    Step("Survei Kepuasan Pasien Puskesmas", ("✓ 0.1: Survei Kepuasan Pasien Puskesmas", "0.2 Tahun")),
    Step("2027", ("✓ 0.2: 2027", "0.4 Cara Pengumpulan Data")),
    Step("Survei", ("✓ 0.4: Survei", "0.5 Sektor Kegiatan")),
    Step("1", ("✓ 0.5: Pertanian dan Perikanan", "1.2 Alamat Lengkap")),
    Step("Jl. Pahlawan", ("1.2 Alamat Lengkap", "Baru 12 huruf, kurang 3 lagi.")),
    Step("No. 1, Bontosunggu", ("✓ 1.2", "1.2a Telepon")),
    Step("0419 21000", ("✓ 1.2a: 0419 21000", "1.2b E-mail")),
    Step("dinkes@jenepontokab.go.id", ("✓ 1.2b: dinkes@jenepontokab.go.id", "1.2c Faksimile")),
    Step("-", ("✓ 1.2c: -", "2.1a Unit Eselon")),
    Step("Sekretariat Daerah", ("✓ 2.1a: Sekretariat Daerah", "2.1b Unit Eselon")),
    Step("Dinas Kesehatan", ("✓ 2.1b: Dinas Kesehatan", "2.2a Penanggung Jawab Teknis")),
    Step("Rahmawati", ("✓ 2.2a: Rahmawati", "2.2b Jabatan")),
    Step("Kepala Bidang Pelayanan", ("✓ 2.2b: Kepala Bidang Pelayanan", "2.2c Alamat")),
    Step("Jl. Pahlawan No. 2, Bontosunggu", ("✓ 2.2c: Jl. Pahlawan No. 2, Bontosunggu", "2.2d Telepon")),
    Step("0419 21001", ("✓ 2.2d: 0419 21001", "2.2e E-mail")),
    Step("rahma@jenepontokab.go.id", ("✓ 2.2e: rahma@jenepontokab.go.id", "2.2f Faksimile")),
    Step("-", ("✓ 2.2f: -", "3.1 Latar Belakang")),
    Step(BACKGROUND[0], ("3.1 Latar Belakang", "Baru 112 huruf, kurang 38 lagi.")),
    Step(BACKGROUND[1], ("✓ 3.1", "3.2 Tujuan")),
    Step("Menilai", ("3.2 Tujuan", "Baru 7 huruf, kurang 43 lagi.")),
)

LONGEST = 4000  #: characters
BUTTONS: Mapping[str, str] = {"Kembali": "back", "Bantuan": "help", "Daftar isian": "list", "Simpan & keluar": "leave"}


def read(question: Question, typed: str) -> str:
    """The answer as it is stored. Raises `NotAnAnswer`."""
    words = " ".join(typed.split())
    if not question.shortest <= len(words) <= LONGEST:
        raise NotAnAnswer(f"Tulis {question.shortest} sampai {LONGEST} huruf.")
    match question.kind:
        case "choice":
            return _option(question, words)
        case "year" if not re.fullmatch("20[0-9]{2}", words):
            raise NotAnAnswer("Tulis tahun dengan empat angka, misalnya 2027.")
        case "fax" if words != "-":
            return _phone(words)
        case "phone":
            return _phone(words)
        case "email":
            return _email(words)
    return words


def reply(question: Question, answer: str, following: Question) -> str:
    """What every peer says to an answer."""
    return f"✓ {question.code}: {answer}\n\n{following.prompt}"


def collected(question: Question, text: str) -> str:
    """What every peer says to a long text that is too short."""
    missing = question.shortest - len(text)
    return f"{question.prompt}\n\nBaru {len(text)} huruf, kurang {missing} lagi. Kirim lanjutannya."


def _option(question: Question, words: str) -> str:
    by_number = {str(number): option for number, option in enumerate(question.options, 1)}
    by_name = {option.casefold(): option for option in question.options}
    found = by_number.get(words) or by_name.get(words.casefold())
    if found is None:
        raise NotAnAnswer(f"Pilihan “{words}” tidak ada. Tulis nomornya atau namanya.")
    return found


def _phone(words: str) -> str:
    try:
        number = parse(words, "ID")
    except NumberParseException:
        raise NotAnAnswer("Nomor telepon ini belum lengkap.") from None
    if not is_possible_number(number):
        raise NotAnAnswer("Nomor telepon ini belum lengkap.")
    return words


def _email(words: str) -> str:
    try:
        return validate_email(words, check_deliverability=False).normalized
    except EmailNotValidError:
        raise NotAnAnswer("Alamat e-mail harus memuat tanda @. Contoh: dinas@contoh.go.id") from None
