"""Who signs the cover letter: asked in one message, remembered for the institution, printed in both files."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.signer import Signer, group_nip, read_signer
from domain.text import Text
from letters import cover_letter_docx
from storage.tables import File
from tests import pdf_text
from tests.filling import filling
from tests.sample_letters import COVER_LETTER
from tests.talk import Talk, World

ARABIC_DIGITS = {ord(str(digit)): chr(0x660 + digit) for digit in range(10)}
NAME, POSITION, NIP = "Dr. Contoh Pertama, M.Si.", "Kepala Dinas Contoh", "197001011995012001"
QUESTION = "surat_permohonan"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data")
    yield world
    world.stop()


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
    assert "Siapa yang menandatangani" in talk.last and "Seperti sebelumnya" not in str(talk.labels())
    talk.say(f"{NAME}\n{POSITION}\n1970")
    assert "masing-masing satu baris" in talk.last
    said = "\n".join(talk.lines(talk.say(f"{NAME}\n{POSITION}\n{NIP}")))
    assert "sedang disiapkan" in said and "Kirim berkasnya di sini" in said
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
    letter = cover_letter_docx.render(type(COVER_LETTER)(COVER_LETTER.day, *[words] * 13))
    assert words_of(letter)
