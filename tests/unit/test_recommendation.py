"""The letter of recommendation is complete, a draft says that it is one, and any text stays inside the margins."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.text import Json
from letters.pdf import MARGIN, TOP, PdfDocument, long_date
from letters.recommendation_facts import LetterSigner, Recommendation
from tests import pdf_text
from tests.letter_pages import POINTS, body, page_of, pages
from tests.sample_letters import ACTIVITY, DRAFT, ISSUED, LETTERS, REJECTED, UNSIGNED, anything, long_remark, render

unhurried = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def blank() -> PdfDocument:
    """A closed document, for asking which characters its typeface has."""
    document = PdfDocument("", "", dt.date(2026, 1, 1))
    document.output()
    return document


def shown(*texts: str) -> list[str]:
    """Each text as the letter draws it, without spaces."""
    return ["".join(blank().text_or_dots(text).split()) for text in texts]


def within_the_margins(content: bytes) -> None:
    _, width, height = pdf_text.size(content)
    assert (round(width / POINTS), round(height / POINTS)) == (210, 297)
    for page in pages(content):
        assert page, "a page is empty"
        for run in page:
            assert run.left >= MARGIN * POINTS - 0.1, run
            assert run.right <= width - MARGIN * POINTS + 0.1, run
            assert run.baseline <= height - TOP * POINTS, run


def strings(document: Json) -> Iterator[str]:
    match document:
        case str(text):
            yield text
        case list(entries):
            for entry in entries:
                yield from strings(entry)
        case dict(entries):
            for entry in entries.values():
                yield from strings(entry)


def test_every_fact_stands_in_the_letter() -> None:
    document = ISSUED.to_json()
    for told_otherwise in ("stage", "verdict", "day", "application_day", "legal_basis", "way"):
        del document[told_otherwise]
    words = body(render(ISSUED))
    assert ISSUED.letterhead.office in body(render(REJECTED))
    for fact in set(strings(document)) - {ISSUED.letterhead.office}:
        assert fact in words, fact


def test_the_letter_says_what_a_recommendation_says() -> None:
    words = body(render(ISSUED))
    for part in (
        "Nomor : B-90/7304/KS.200/2026",
        "Hal : Surat Rekomendasi Kegiatan Statistik Survei Kepuasan Pelayanan",
        "Bontosunggu, 2 Maret 2026",
        "Yth. Kepala Dinas Kesehatan Kabupaten Jeneponto di – Jeneponto",
        "permohonan Saudara nomor REK-2026-0012 tanggal 5 Januari 2026",
        "1. Undang-Undang Nomor 16 Tahun 1997 tentang Statistik; dan 2. Peraturan Pemerintah Nomor 51 Tahun 1999",
        "LAYAK UNTUK DILAKSANAKAN Identitas rekomendasi: V-26.7304.001",
        "1. Kegiatan ini tidak tumpang tindih dengan kegiatan lain. 2. Konsep dan definisinya jelas.",
        "Perencanaan: 1 Februari 2026 – 28 Februari 2026",
        "NIP 19700101 199501 2 001",
        "Tembusan: 1. Kepala BPS Provinsi Sulawesi Selatan 2. Kepala Bappeda",
    ):
        assert part in words, part
    assert "diperbaiki" not in words


@pytest.mark.parametrize(
    ("cite", "spelt_out"),
    [
        ("Perpres 39/2019", "Peraturan Presiden Nomor 39 Tahun 2019"),
        ("Keputusan Kepala BPS 7/2000", "Keputusan Kepala Badan Pusat Statistik Nomor 7 Tahun 2000"),
        ("Perda 3/2020", "Perda Nomor 3 Tahun 2020"),
        ("SK 66/BPS/Tahun 2023", "SK 66/BPS/Tahun 2023"),
    ],
)
def test_regulations_are_cited_as_official_letters_do(cite: str, spelt_out: str) -> None:
    assert f"1. {spelt_out} tentang Hal Ini, kami telah" in body(
        render(replace(ISSUED, legal_basis=((cite, "Hal Ini"),)))
    )


def test_without_legal_basis_grounds_and_remarks_no_list_is_announced() -> None:
    words = body(render(replace(REJECTED, legal_basis=(), grounds=(), remarks=(), copies=())))
    assert "tanggal 5 Januari 2026, kami telah memeriksa" in words
    assert "permohonan rekomendasinya ditolak. Rancangan yang" in words
    assert "pertimbangan" not in words and "Tembusan" not in words and "diperbaiki:" not in words


def test_what_is_no_survey_has_no_row_for_a_sample() -> None:
    words = body(render(replace(ISSUED, activity=replace(ACTIVITY, sample=None, tools=""))))
    assert "sampling error" not in words
    assert "Sarana" not in words


@pytest.mark.parametrize(
    ("stage", "demo", "mark"),
    [("draft", False, "DRAF"), ("draft", True, "CONTOH DRAF"), ("issued", True, "CONTOH"), ("issued", False, None)],
)
def test_every_page_of_what_is_not_valid_says_so_behind_the_text(stage: str, demo: bool, mark: str | None) -> None:
    letter = DRAFT if stage == "draft" else ISSUED
    content = render(replace(letter, demo=demo, remarks=(long_remark,) * 4))
    for page, on_it in groupby(pdf_text.runs(content), key=lambda run: run.page):
        first, *rest = on_it
        assert (first.text if first.slanted else None) == mark, f"page {page + 1}"
        assert not [run for run in rest if run.slanted]
        if mark:
            assert first.right - first.left > 90 * POINTS, "the mark is small"
            assert first.left > 0 < first.baseline, "the mark runs off the document"
            assert first.right < 210 * POINTS


def test_a_draft_has_room_for_what_it_does_not_have_yet() -> None:
    words = body(render(replace(DRAFT, signer=LetterSigner("Direktur Diseminasi Statistik", "", "", ""))))
    assert "Nomor : …. (nomor diberikan saat terbit)" in words
    assert "Identitas rekomendasi: …. (diberikan saat terbit)" in words
    assert "Bontosunggu, ......" in words
    assert "(nama pejabat penanda tangan)" in words
    assert "tangani secara elektronik" not in words
    assert "NIP" not in words


def test_the_verdict_stands_on_the_first_page_whatever_was_examined() -> None:
    activity = replace(ACTIVITY, title="Survei Kepuasan " * 16, area="Kecamatan Binamu, " * 100)
    for letter in (ISSUED, REJECTED):
        assert (
            page_of(render(replace(letter, activity=activity)), (letter.verdict == "layak" and "LAYAK") or "BELUM") == 0
        )


def test_an_issued_letter_says_whether_it_is_signed() -> None:
    assert "NIP 19700101 199501 2 001 Tanpa tanda tangan elektronik; disahkan" in body(render(UNSIGNED))
    assert "anda tangan elektronik" not in body(render(ISSUED))  # the stamp of the signature says so


def test_a_rejection_says_what_to_do_and_obliges_to_nothing() -> None:
    words = body(render(REJECTED))
    assert "BELUM LAYAK UNTUK DILAKSANAKAN" in words
    assert "memperbaiki rancangan kegiatan sesuai dengan surat ini, kemudian mengajukan permohonan baru" in words
    assert "Hal-hal berikut perlu diperbaiki: Judul publikasi" in words, "one remark is not numbered"
    assert "Hal : Hasil Pemeriksaan Rancangan Kegiatan Statistik Survei" in words and "Surat Rekomendasi" not in words
    assert "Identitas" not in words
    assert "berkewajiban" not in words


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_an_ordinary_letter_is_two_pages(letter: Recommendation) -> None:
    content = render(letter)
    within_the_margins(content)
    assert pdf_text.size(content)[0] == 2


def test_pages_are_numbered_from_the_second_on() -> None:
    content = render(replace(ISSUED, remarks=(long_remark,) * 10))
    last = pdf_text.size(content)[0]
    assert last > 3
    numbers = [(run.page, run.text) for run in pdf_text.runs(content) if run.text.startswith("Halaman")]
    assert numbers == [(page - 1, f"Halaman {page} dari {last}") for page in range(2, last + 1)]


@pytest.mark.parametrize("title", ["W" * 255, "Survei Kepuasan " * 16, "Kompilasi_Data_" * 17])
def test_the_longest_letter_is_whole_and_within_the_margins(title: str) -> None:
    remarks = tuple(f"{number}{long_remark}"[:1000] for number in range(10))
    grounds = tuple(f"Pertimbangan {number} {'panjang ' * 30}" for number in range(12))
    activity = replace(ACTIVITY, title=title, area="Kecamatan Binamu, " * 100)
    content = render(replace(ISSUED, activity=activity, remarks=remarks, grounds=grounds))
    within_the_margins(content)
    letters = "".join(body(content).split())
    for text in (title, activity.area, *remarks, *grounds):
        assert "".join(text.split()) in letters


@pytest.mark.parametrize("letter", [UNSIGNED, REJECTED], ids=["layak", "ditolak"])
def test_the_signature_is_whole_and_shares_its_page_with_two_lines_of_text(letter: Recommendation) -> None:
    signer = replace(letter.signer, title="Direktur Diseminasi dan Layanan Statistik " * 3)
    broken = 0
    for number in range(20, 34):
        content = render(replace(letter, signer=signer, remarks=("Perbaiki definisi.",) * number))
        last = page_of(content, "Demikian")
        block = ("Demikian", "Direktur", "Dr. Andi", "Pembina", "NIP", "Belum", "Tembusan")
        where = {run.page for page in pages(content) for run in page if run.text.startswith(block)}
        assert where == {last}, f"{number} remarks: closing and signature on pages {where}"
        said = [run.text for run in pages(content)[last]]
        lines = said[: next(place for place, text in enumerate(said) if text.startswith("Direktur"))]
        assert len(lines) >= 2, f"{number} remarks: the signature stands under {lines}"
        broken += pages(content)[last][0].text.startswith("Demikian")
    assert broken, "no letter was broken before its end: this tests nothing"


def test_many_copies_go_on_to_the_next_page_and_leave_the_signature() -> None:
    content = render(replace(ISSUED, copies=("Kepala Dinas Kesehatan",) * 40))
    within_the_margins(content)
    assert page_of(content, "Demikian") == page_of(content, "NIP") == page_of(content, "Tembusan") == 1
    assert pdf_text.size(content)[0] == 3


def test_no_heading_and_no_line_of_a_remark_stands_alone_on_a_page() -> None:
    long = tuple(" ".join(f"{name}{number}" for number in range(90)) for name in "abc")
    split = 0
    for number in range(25, 50):
        content = render(replace(ISSUED, grounds=("Konsepnya jelas.",) * number, remarks=long))
        for name in "abc":
            found = [run.page for page in pages(content) for run in page if re.match(rf"{name}\d", run.text)]
            split += len(set(found)) > 1
            for page in set(found):
                assert found.count(page) > 1, f"{number} grounds: a line of {name} stands alone on page {page + 1}"
        for last in (page[-1].text for page in pages(content)):
            assert not last.endswith(":"), f"{number} grounds: {last} stands alone"
    assert split > 6, "hardly any remark was split: this tests nothing"


@unhurried
@given(title=anything.filter(bool), grounds=st.lists(anything, max_size=12), remarks=st.lists(anything, max_size=4))
@example(title="{nb}", grounds=["🎉" * 300, "مسح رضا المجتمع", "{nb}"], remarks=["W" * 1000])
def test_any_text_gives_whole_pages_that_a_machine_can_read(title: str, grounds: list[str], remarks: list[str]) -> None:
    facts = replace(
        DRAFT,
        demo=True,
        activity=replace(ACTIVITY, title=title),
        grounds=tuple(grounds),
        remarks=tuple(remarks),
    )
    content = render(facts)
    within_the_margins(content)
    letters = "".join(body(content).split())
    for text in shown(title, *grounds, *remarks):
        runs_one_way = all(unicodedata.bidirectional(sign) not in {"R", "AL", "AN"} for sign in text)
        assert text in letters if runs_one_way else not Counter(text) - Counter(letters)
    assert Recommendation.of_json(facts.to_json()) == facts


def test_days_are_written_in_indonesian() -> None:
    assert long_date(dt.date(2026, 8, 31)) in body(render(replace(ISSUED, day=dt.date(2026, 8, 31))))
