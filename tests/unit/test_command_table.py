"""The table of commands: the words of version 0.1 still work, and every reader of the table finds its part."""

from __future__ import annotations

import pytest

from bot import commands
from bot.commands.table import COMMANDS
from bot.conversations import router
from domain.permissions import RANKS, Role
from locales import say

#: name → the words of version 0.1
WORDS = {
    "start": "start mulai halo hai hi hello",
    "menu": "menu",
    "leave": "batal cancel keluar stop simpan",
    "help": "bantuan help ?",
    "back": "kembali back",
    "skip": "lewati skip",
    "done": "selesai done",
    "blocks": "daftar blocks periksa",
    "language": "bahasa language",
    "apply": "ajukan apply",
    "status": "status",
    "catalogue": "cari search",
    "inbox": "berkas",
    "ratings": "penilaian",
    "complaint": "pengaduan complaint complain complaints keluhan mengadu",
    "consultation": "konsultasi consultation advice",
    "revise": "perbaiki revise",
    "answer_inquiry": "jawab",
}
PHRASES = {
    **dict.fromkeys(("lewat berkas", "lewat excel", "minta formulir", "unduh formulir"), "form_file"),
    **dict.fromkeys(("by file", "by excel"), "form_file"),
    **dict.fromkeys(("lewat pdf", "minta pdf", "by pdf", "ask for pdf"), "form_pdf"),
    **dict.fromkeys(("antrean", "antrian", "queue", "queue number"), "queue"),
    **dict.fromkeys(("nomor antrean", "nomor antrian", "nomor antre", "nomor antri"), "queue"),
    **dict.fromkeys(("tamu", "buku tamu", "isi buku tamu", "guest book"), "guest_book"),
    **dict.fromkeys(("kunjungan", "datang ke kantor", "visit", "visit the office"), "visit"),
    **dict.fromkeys(("halaman", "isi di halaman", "page", "fill in on a page"), "page"),
    **dict.fromkeys(("lanjut", "lanjutkan", "teruskan", "continue", "resume", "go on"), "resume"),
    **dict.fromkeys(("lanjutkan mengisi", "lanjutkan isian", "lanjutkan permohonan"), "resume"),
    "kirim ulang surat": "letter",
    "send the letter again": "letter",
    "jawab pertanyaan": "answer_inquiry",
    **dict.fromkeys(("bicara dengan petugas", "bicara petugas", "mau bicara dengan petugas"), "talk"),
    **dict.fromkeys(("talk to an officer", "talk with an officer"), "talk"),
    "konsultasi statistik": "consultation",
    "answer the question": "answer_inquiry",
    "perbaiki sekarang": "revise",
    "revise now": "revise",
    **dict.fromkeys(("data saya", "data pribadi saya", "my data"), "own_data"),
    **dict.fromkeys(("hapus data saya", "hapus akun saya", "tarik persetujuan"), "erase_data"),
    **dict.fromkeys(("delete my data", "delete my account", "withdraw consent"), "erase_data"),
    "akun": "account",
    "akun saya": "account",
    "account": "account",
    "my account": "account",
    "keluar dari perangkat ini": "sign_out",
    "keluar akun": "sign_out",
    "sign out": "sign_out",
    "log out": "sign_out",
}
PLAIN = {word: name for name, words in WORDS.items() for word in words.split()} | PHRASES

MENU = [
    ("start", "Mulai dan lihat menu"),
    ("ajukan", "Ajukan permohonan rekomendasi"),
    ("status", "Lihat status permohonan"),
    ("cari", "Cari kegiatan yang sudah direkomendasikan"),
    ("antrean", "Nomor antrean di kantor"),
    ("tamu", "Buku tamu kantor"),
    ("cek", "Periksa keaslian surat"),
    ("pengaduan", "Sampaikan pengaduan"),
    ("konsultasi", "Konsultasi statistik secara tertulis"),
    ("bahasa", "Ganti bahasa"),
    ("batal", "Simpan dan keluar"),
    ("bantuan", "Bantuan"),
    ("data", "Data Anda di layanan ini"),
]
STAFF_MENU = [
    ("berkas", "Daftar berkas permohonan"),
    ("periksa", "Buka satu permohonan menurut nomornya"),
    ("penilaian", "Lihat penilaian layanan"),
]


def read(text: str, conversation: str = "status") -> tuple[str, str] | None:
    found = commands.read(text, conversation, in_form=conversation == "form")
    return (found.command.name, found.argument) if found else None


def test_exactly_these_words_are_commands_without_a_slash() -> None:
    """A new command needs its slash: without it people may mean an answer or a search."""
    words = {word for command in COMMANDS for word in command.words}
    assert {word: found.name for word in words if (found := commands.without_argument(word))} == PLAIN
    assert words - set(PLAIN) >= {"gabung", "ambil"}


@pytest.mark.parametrize("written", ["{}", "/{}", " {}. ", "{}!"])
def test_a_command_is_recognised_as_people_write_it(written: str) -> None:
    for word, name in PLAIN.items():
        for text in (written.format(word), written.format(word.upper())):
            if text.strip().casefold() not in {"/periksa", "/lanjut"}:
                assert read(text) == (name, ""), text


@pytest.mark.parametrize(
    ("text", "conversation", "meant"),
    [
        ("/gabung ABCD234567", "form", ("join", "ABCD234567")),
        ("gabung ABCD234567", "form", None),
        ("gabung ABCD234567", "status", ("join", "ABCD234567")),
        ("lanjut abcd2345", "", ("continue", "abcd2345")),
        ("lanjut mengisi", "menu", None),
        ("gabung", "menu", None),
        ("/gabung", "menu", ("join", "")),
        ("/Lanjut", "form", ("continue", "")),
        ("/periksa REK-2026-0001", "form", ("look_up", "REK-2026-0001")),
        ("periksa REK-2026-0001", "menu", None),
        ("/periksa", "inbox", ("look_up", "")),
        ("/periksa", "form", ("blocks", "")),
        ("periksa", "inbox", ("blocks", "")),
        ("/berkas  stunting", "form", ("inbox", "stunting")),
        ("berkas stunting", "inbox", None),
        ("/cari stunting 2026", "form", ("catalogue", "stunting 2026")),
        ("/Search stunting", "status", ("catalogue", "stunting")),
        ("cari stunting", "", ("catalogue", "stunting")),
        ("Cari stunting", "menu", ("catalogue", "stunting")),
        ("search stunting", "catalogue", ("catalogue", "stunting")),
        ("cari stunting", "status", None),
        ("cari stunting", "form", None),
        ("//cari stunting", "menu", None),
        ("menu utama", "menu", None),
        ("", "menu", None),
        ("/", "menu", None),
    ],
)
def test_what_follows_a_command_is_its_argument(text: str, conversation: str, meant: tuple[str, str] | None) -> None:
    assert read(text, conversation) == meant


def test_a_form_answers_the_commands_about_its_questions() -> None:
    assert {command.name for command in COMMANDS if command.in_form} == {
        "back",
        "help",
        "skip",
        "done",
        "blocks",
        "form_file",
        "form_pdf",
        "page",
    }


def test_every_command_has_a_name_of_its_own_and_is_carried_out() -> None:
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))
    assert set(router.COMMANDS) == set(names)


def test_no_word_means_two_commands() -> None:
    plain = [word for c in COMMANDS if not (c.argument and c.argument.required) for word in c.words]
    with_argument = [word for c in COMMANDS if c.argument for word in c.words]
    assert len(plain) == len(set(plain)) and len(with_argument) == len(set(with_argument))


def shown(role: Role) -> list[tuple[str, str]]:
    return [(word, say(line, "id")) for word, line in commands.menu(role)]


@pytest.mark.parametrize("role", ["officer", "head", "director"])
def test_the_menus_show_each_role_its_commands(role: Role) -> None:
    assert shown("applicant") == MENU
    assert shown(role)[-len(MENU) :] == MENU and set(STAFF_MENU) <= set(shown(role))
    assert set(STAFF_MENU).isdisjoint(shown("admin")), "who may not list applications is offered no list"


@pytest.mark.parametrize("role", RANKS)
def test_the_help_lists_what_the_role_can_do(role: Role) -> None:
    words = say(commands.help_for(role), "id")
    assert say(commands.HELP, "id") in words
    own = [entry for entry in shown(role) if entry not in MENU]
    assert [f"/{word}: {line}" in words for word, line in own] == [True] * len(own)
    assert ("/berkas" in words) == (role in {"officer", "head", "director"})


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "id",
            "Anda dapat menulis kapan saja: menu, kembali, bantuan, batal (simpan dan keluar), status, cari, "
            "pengaduan, konsultasi, bahasa. Tombol dapat diganti dengan tulisan atau nomornya.",
        ),
        (
            "en",
            "You can write at any time: menu, back, help, cancel (save and leave), status, search, complaint, "
            "consultation, language. Instead of pressing a button you can write its words or its number.",
        ),
    ],
)
def test_the_help_names_the_commands_in_the_readers_language(locale: str, words: str) -> None:
    assert say(commands.HELP, locale) == words
