"""The cover letter: who signs it and its letterhead are asked once, remembered for the institution, and printed."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

import locales
from bot.service import cover_letters, drafts
from bot.service.context import Context
from domain.signer import Signer, group_nip, read_signer
from domain.text import Json, Text
from letters import cover_letter_docx
from storage.tables import File
from tests import pdf_text
from tests.casework import APPLICANT, FORM, do
from tests.filling import filling
from tests.sample_letters import COVER_LETTER
from tests.samples import sample
from tests.talk import Talk, World
from tests.unit.check_cases import SURVEY

ARABIC_DIGITS = {ord(str(digit)): chr(0x660 + digit) for digit in range(10)}
NAME, POSITION, NIP = "Dr. Contoh Pertama, M.Si.", "Kepala Dinas Contoh", "197001011995012001"
QUESTION = "surat_permohonan"


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


@pytest.mark.parametrize(
    "typed,signer",
    [
        (f"{NAME}\n{POSITION}\n{NIP}", Signer(NAME, POSITION, NIP)),
        (f"{NAME}\r\n{POSITION}\r\nNIP. 19700101 199501 2 001", Signer(NAME, POSITION, NIP)),
        (f"{NAME}; NIP: 19700101.199501.2.001; {POSITION}", Signer(NAME, POSITION, NIP)),
        (f"{NAME}\n{POSITION}", Signer(NAME, POSITION)),
        (NAME, Signer(NAME, "Kepala Badan")),
        (f"{NAME}\n{NIP.translate(ARABIC_DIGITS)}", Signer(NAME, "Kepala Badan", NIP)),
    ],
)
def test_a_signer_is_read_from_one_message(typed: str, signer: Signer) -> None:
    assert read_signer(typed, "Kepala Badan") == signer


@pytest.mark.parametrize(
    "typed", ["", "197001011995012001", "1\n2", f"{NAME}\na\nb\nc", f"{NAME}\n{NIP[:-1]}", "x" * 151]
)
def test_what_names_no_signer_is_refused_with_a_sentence(typed: str) -> None:
    assert isinstance(read_signer(typed, ""), Text)


def test_the_letter_names_who_signs_and_the_next_one_offers_the_same(world: World) -> None:
    talk = filling(world, QUESTION)
    talk.tap("Buatkan surat pengantar")
    talk.tap("Kertas kami sudah berkop")
    assert "Siapa yang menandatangani" in talk.last and "Seperti sebelumnya" not in str(talk.labels())
    talk.say(f"{NAME}\n{POSITION}\n1970")
    assert "masing-masing satu baris" in talk.last
    talk.say(f"{NAME}\n{POSITION}\n{NIP}")
    printed, word = files(world, talk)
    for words in (NAME, f"{POSITION},", f"NIP {group_nip(NIP)}"):
        assert words in one_line(printed) and words in words_of(word), words
    talk.tap("Buatkan surat pengantar")
    assert f"ditandatangani oleh {NAME}, {POSITION}." in talk.last
    talk.tap("Kembali")
    assert "Kirim berkasnya di sini" in talk.last
    talk.tap("Buatkan surat pengantar")
    talk.tap("Kosongkan, ditulis tangan")
    printed, _ = files(world, talk)
    assert NAME not in one_line(printed)
    talk.tap("Buatkan surat pengantar")
    assert "ditandatangani" not in talk.last, "dots are nobody"


def test_the_letter_stands_above_its_question(world: World) -> None:
    talk = filling(world, QUESTION)
    talk.tap("Buatkan surat pengantar")
    talk.tap("Kertas kami sudah berkop")
    waiting, letter, question = talk.tap("Saya sendiri")
    assert "sedang disiapkan" in locales.say(waiting.prompt.text, "id") and waiting.prompt.takes_file
    assert letter.prompt.attachment and question.prompt.attachment and question.prompt.takes_file
    assert "Kirim berkasnya di sini" in locales.say(question.prompt.text, "id")
    talk.send(("surat.pdf", sample("surat.pdf")))
    assert "✓ 9.1 diterima" in talk.last


def test_a_question_or_thanks_is_neither_a_letterhead_nor_a_signer(world: World) -> None:
    talk = filling(world, QUESTION)
    talk.tap("Buatkan surat pengantar")
    for words, asked in (("kop surat itu apa ya?", "Apa kop surat"), ("oke", "Siapa yang menandatangani")):
        talk.say(words)
        assert f"“{words}”" in talk.last
        talk.tap("Ini pertanyaan")
        assert asked in talk.last and "Surat sebelumnya" not in talk.last and "Kop surat:" not in talk.last
        talk.tap("Kertas kami sudah berkop" if asked == "Apa kop surat" else "Kembali")
    assert not any(message.prompt.attachment for message in talk.told)
    talk.tap("Buatkan surat pengantar")
    talk.say("Bagus")
    talk.tap("Ini jawaban saya")
    assert "Bagus" in one_line(files(world, talk)[0])


def test_what_was_written_before_the_part_was_seen_is_offered_and_does_nothing(world: World) -> None:
    talk = filling(world, QUESTION)
    talk.tap("Buatkan surat pengantar")
    for words, asked in (("DINAS CONTOH", "Apa kop surat"), (NAME, "Siapa yang menandatangani")):
        talk.say(words, unseen=True)
        assert asked in talk.last and f"“{words}”" in talk.last and "Pakai untuk 9.1?" in talk.last
        assert not any(message.prompt.attachment for message in talk.told)
        talk.tap("Ya, pakai")
    printed = one_line(files(world, talk)[0])
    assert "DINAS CONTOH" in printed and NAME in printed


def test_the_same_letter_is_sent_again_when_it_is_asked_for_again(world: World) -> None:
    talk = filling(world, QUESTION)
    talk.tap("Buatkan surat pengantar")
    talk.tap("Kertas kami sudah berkop")
    for _ in range(2):
        waiting, letter, question = talk.tap("Saya sendiri")
        assert "segera kami kirim di sini" in locales.say(waiting.prompt.text, "id")
        assert letter.prompt.attachment and question.prompt.attachment
        talk.tap("Buatkan surat pengantar")


def test_who_has_gone_elsewhere_gets_the_letter_and_no_question(world: World) -> None:
    talk = filling(world, QUESTION)

    def order(ctx: Context) -> None:
        cover_letters.request(ctx, "cover_letter", drafts.list_unfinished(ctx, FORM)[0], Signer())

    do(world, APPLICANT, order)
    menu, *letters = talk.say("menu")
    assert [message.prompt.attachment is not None for message in (menu, *letters)] == [False, True, True]


def test_the_letterhead_is_asked_once_and_can_be_changed(world: World) -> None:
    talk = filling(world, QUESTION)
    talk.tap("Buatkan surat pengantar")
    assert "Apa kop surat instansi Anda?" in talk.last
    assert "DINAS KESEHATAN KABUPATEN JENEPONTO\nJl. Pahlawan" in talk.last
    talk.say("12345")
    assert "paling sedikit nama instansinya" in talk.last
    talk.say("PEMERINTAH KABUPATEN CONTOH\nDINAS   CONTOH\n\nJl. Contoh No. 1")
    assert "Siapa yang menandatangani" in talk.last and "Kop surat: PEMERINTAH KABUPATEN CONTOH" in talk.last
    talk.tap("Saya sendiri")
    for letter in map(str, (one_line(files(world, talk)[0]), words_of(files(world, talk)[1]))):
        assert "PEMERINTAH KABUPATEN CONTOH DINAS CONTOH Jl. Contoh No. 1" in letter
    talk.tap("Buatkan surat pengantar")
    assert "Siapa yang menandatangani" in talk.last, "the letterhead is known"
    talk.tap("Ubah kop surat")
    talk.tap("Kembali")
    assert "Kirim berkasnya di sini" in talk.last
    talk.tap("Buatkan surat pengantar")
    talk.tap("Ubah kop surat")
    talk.tap("Pakai kop dari isian")
    talk.tap("Sama seperti surat sebelumnya")
    printed = one_line(files(world, talk)[0])
    assert "PEMERINTAH" not in printed and str(SURVEY["instansi_penyelenggara"]).upper() in printed


@pytest.mark.parametrize(("given", "count"), [((), "2 (dua)"), (("instrumen", "kak"), "4 (empat)")])
def test_the_letter_counts_what_goes_with_it(world: World, given: tuple[str, ...], count: str) -> None:
    two: list[Json] = [{"id": 0, "name": name, "size": 1, "kind": "pdf"} for name in ("a.pdf", "b.pdf")]
    talk = filling(world, QUESTION)

    def attach(ctx: Context) -> None:
        draft = drafts.get_mine(ctx, drafts.list_unfinished(ctx, FORM)[0].id)
        assert draft is not None
        for name, files in zip(given, (two, two[:1]), strict=False):
            drafts.record(ctx, draft, ctx.app.form(FORM).questions[name], files)

    do(world, APPLICANT, attach)
    for label in ("Buatkan surat pengantar", "Kertas kami sudah berkop", "Saya sendiri"):
        talk.tap(label)
    assert any("minta lagi suratnya di butir ini" in locales.say(each.prompt.text, "id") for each in talk.told)
    printed, word = files(world, talk)
    assert f"Lampiran : {count} berkas" in one_line(printed) and f"Lampiran : {count} berkas" in words_of(word)


def files(world: World, talk: Talk) -> list[bytes]:
    """The two files of the newest letter."""
    found = [message.prompt.attachment for message in talk.told if message.prompt.attachment][-2:]
    assert [file.name for file in found] == ["surat-pengantar.pdf", "surat-pengantar.docx"]
    rows = world.process.units.write_now(
        lambda session: [(row.object, row.owner) for row in (session.get_one(File, file.file_id) for file in found)]
    )
    return [world.process.store.read(*row) for row in rows]


def one_line(printed: bytes) -> str:
    return " ".join(pdf_text.text(printed).split())


def words_of(word: bytes) -> str:
    document = Document(BytesIO(word))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join((*(line.text for line in document.paragraphs), *cells))


def test_the_word_file_says_what_the_printed_one_says() -> None:
    said = words_of(cover_letter_docx.render(COVER_LETTER))
    for name in ("addressee", "title", "institution", "address", "phone", "email", "signer", "position", "nip"):
        assert getattr(COVER_LETTER, name) in said, name
    assert "Tembusan: 1. Kepala BPS Kabupaten Jeneponto" in said


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_any_words_make_a_word_file(words: str) -> None:
    letter = cover_letter_docx.render(type(COVER_LETTER)(COVER_LETTER.day, *[words] * 15))
    assert words_of(letter)
