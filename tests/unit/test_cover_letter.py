"""The cover letter is complete, machines can read it, and any text stays inside its margins."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from dataclasses import fields, replace
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from letters.cover_letter import CoverLetter, render
from letters.pdf import BOTTOM, DOTS, MARGIN, TOP, PdfDocument, long_date
from letters.scripts import drawable
from tests import pdf_text
from tests.sample_letters import COVER_LETTER

POINTS = 72 / 25.4  #: in a millimetre
NAMES = [field.name for field in fields(CoverLetter) if field.name != "day"]
EMPTY = CoverLetter(COVER_LETTER.day, *[""] * len(NAMES))

unhurried = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: what people paste: emoji with joiners, other scripts, right-to-left text, invisible characters
_NASTY = "aé W.-\t\n\r\x00\xad\xa0\u200d\u202e\ufe0f\u0301🎉👩漢字مسحאב𝔘ﬁ½€\ud800\ufffd*_~()\\<"
anything = st.text(st.sampled_from(_NASTY) | st.characters(), max_size=300)


def one_line(content: bytes) -> str:
    return " ".join(pdf_text.text(content).split())


@cache
def blank() -> PdfDocument:
    """A closed document, for asking which characters its typeface has."""
    document = PdfDocument("", "", COVER_LETTER.day)
    document.output()
    return document


def shown(*texts: str) -> list[str]:
    """Each text as the letter draws it."""
    return [blank().text_or_dots(text) for text in texts]


def on_paper(content: bytes) -> None:
    """Nothing stands outside the margins."""
    pages, width, height = pdf_text.size(content)
    assert (round(width / POINTS), round(height / POINTS)) == (210, 297)
    assert pages <= 3
    for run in pdf_text.runs(content):
        assert run.left >= MARGIN * POINTS - 0.1, run
        assert run.right <= width - MARGIN * POINTS + 0.1, run
        assert BOTTOM * POINTS <= run.baseline <= height - TOP * POINTS, run


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_stands_in_the_letter(name: str) -> None:
    assert " ".join(getattr(COVER_LETTER, name).split()) in one_line(render(COVER_LETTER))


def test_the_letter_has_what_a_request_needs() -> None:
    words = one_line(render(COVER_LETTER))
    for part in (
        f"Nomor : {DOTS}",
        "Lampiran : 3 (tiga) berkas",
        "Hal : Permohonan Rekomendasi Kegiatan Statistik",
        "Jeneponto, 2 Maret 2026",
        "Yth. Kepala BPS Provinsi Sulawesi Selatan",
        "Undang-Undang Nomor 16 Tahun 1997 tentang Statistik",
        "Peraturan Pemerintah Nomor 51 Tahun 1999",
        "(tanda tangan dan cap)",
        "NIP 19700101 199501 2 001",
        "Tembusan: 1. Kepala BPS Kabupaten Jeneponto",
    ):
        assert part in words, part


def test_a_letter_without_letterhead_leaves_room_for_the_printed_one() -> None:
    assert "(kop surat instansi)" in one_line(render(replace(COVER_LETTER, letterhead="")))
    assert "(kop surat instansi)" not in one_line(render(COVER_LETTER))


def test_the_office_that_the_letter_is_written_to_gets_no_copy_beside_it() -> None:
    own = replace(COVER_LETTER, addressee=f"Kepala {COVER_LETTER.office}")
    assert "Tembusan" not in one_line(render(own))


def test_an_ordinary_letter_is_one_page() -> None:
    on_paper(render(COVER_LETTER))
    assert pdf_text.size(render(COVER_LETTER))[0] == 1


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"place", "letterhead"}))
def test_what_is_not_known_is_left_to_be_written_by_hand(name: str) -> None:
    values = ["" if field == name else getattr(COVER_LETTER, field) for field in NAMES]
    with_dots = one_line(render(CoverLetter(COVER_LETTER.day, *values))).count(DOTS)
    assert with_dots == one_line(render(COVER_LETTER)).count(DOTS) + 1


def test_a_letter_without_any_fact_is_a_form_on_one_page() -> None:
    content = render(EMPTY)
    on_paper(content)
    assert pdf_text.size(content)[0] == 1
    assert "\n...................., 2 Maret 2026\n" in pdf_text.text(content)


def test_the_same_facts_give_the_same_bytes() -> None:
    assert render(COVER_LETTER) == render(COVER_LETTER)
    assert render(COVER_LETTER) != render(replace(COVER_LETTER, day=dt.date(2026, 3, 3)))


@pytest.mark.parametrize("title", ["W" * 255, "Survei Kepuasan " * 16, "a" * 255, "Kompilasi_Data_" * 17, "-" * 255])
def test_a_long_title_is_whole_and_within_the_margins(title: str) -> None:
    content = render(replace(COVER_LETTER, title=title))
    on_paper(content)
    assert "".join(title.split()) in "".join(one_line(content).split())


def test_the_closing_sentence_and_the_signature_stay_on_one_page() -> None:
    """Texts that grow by a line, so that one of them puts the end of the page inside the block."""
    block, pages = ("Demikian", "........ (tanda", "NIP"), set()
    for lines in range(1, 26):
        content = render(replace(COVER_LETTER, address="W" * 29 * lines, signer="W" * 95))
        on_paper(content)
        where = {run.page for run in pdf_text.runs(content) if run.text.startswith(block)}
        assert len(where) == 1, f"an address of {lines} lines: closing sentence and signature on pages {where}"
        pages |= where
    assert pages == {0, 1}


@unhurried
@given(title=anything, institution=anything, signer=anything)
@example(title="🎉" * 255, institution="مسح رضا المجتمع", signer="\ud800\x00")
def test_any_text_gives_a_letter_that_a_machine_can_read(title: str, institution: str, signer: str) -> None:
    content = render(replace(COVER_LETTER, title=title, institution=institution, signer=signer))
    on_paper(content)
    assert "Permohonan Rekomendasi Kegiatan Statistik" in one_line(content)
    words = "".join(one_line(content).split())
    for text in shown(title, institution, signer):
        runs_one_way = not any(unicodedata.bidirectional(sign) in {"R", "AL", "AN"} for sign in text)
        assert "".join(text.split()) in words if runs_one_way else not Counter(text) - Counter(one_line(content))


@unhurried
@given(anything)
def test_what_is_drawn_has_only_signs_that_the_typeface_has(text: str) -> None:
    known = {ord(sign) for sign in "abcdefghijklmnopqrstuvwxyz0123456789 ½□"}
    drawn = drawable(text, known.__contains__)
    assert {ord(sign) for sign in drawn} <= known
    assert drawn == " ".join(drawn.split())


def test_pictures_vanish_and_letters_of_other_scripts_leave_a_mark() -> None:
    assert shown("Survei 🎉 Kepuasan 👩\u200d👩") == ["Survei Kepuasan"]
    assert shown("Survei ᠮᠣᠩ") == ["Survei □□□"]
    assert shown("𝔘ﬁ e\u0301\u2011x\u202e") == ["Uﬁ é‐x"]
    assert shown("🎉") == [DOTS]


@pytest.mark.parametrize(
    ("day", "words"), [(dt.date(2026, 1, 9), "9 Januari 2026"), (dt.date(2027, 8, 31), "31 Agustus 2027")]
)
def test_days_are_written_in_indonesian(day: dt.date, words: str) -> None:
    assert long_date(day) == words


def test_only_the_signs_that_are_used_are_embedded() -> None:
    assert len(render(COVER_LETTER)) < 40_000
