"""The letter of recommendation is complete, a draft says that it is one, and any text stays inside the margins."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import groupby

import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.text import Json
from letters.pdf import BOTTOM, MARGIN, TOP, PdfDocument, long_date
from letters.qr import encode
from letters.recommendation import QR_SIDE, LetterSigner, Recommendation, render
from tests import pdf_text
from tests.pdf_text import Run
from tests.sample_letters import ACTIVITY, ISSUED

POINTS = 72 / 25.4  #: in a millimetre
UNSIGNED = replace(ISSUED, way="none")
DRAFT = replace(UNSIGNED, stage="draft", number="", identity="", day=None)
REJECTED = replace(ISSUED, verdict="ditolak", identity="")
LETTERS = {"draft": DRAFT, "unsigned": UNSIGNED, "signed": ISSUED, "rejected": REJECTED}

unhurried = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: what people paste: emoji with joiners, other scripts, right-to-left text, invisible characters
_NASTY = "aé W.-\t\n\r\x00\xad\xa0\u200d\u202e\ufe0f\u0301🎉👩漢字مسحאב𝔘ﬁ½€\ufffd*_~()\\<{nb}"
anything = st.text(st.sampled_from(_NASTY) | st.characters(exclude_categories=["Cs"]), max_size=400)
long_remark = "Definisi variabel agar ditulis dengan bahasa yang mudah dipahami oleh pembaca awam. " * 12


def pages(content: bytes) -> list[list[Run]]:
    """The text of each page, without the watermark and the page number."""
    body = [run for run in pdf_text.runs(content) if not run.slanted and run.baseline >= BOTTOM * POINTS]
    return [[run for run in body if run.page == page] for page in range(pdf_text.size(content)[0])]


def body(content: bytes) -> str:
    return " ".join(" ".join(run.text for page in pages(content) for run in page).split())


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


def page_of(content: bytes, beginning: str) -> int:
    return next(run.page for page in pages(content) for run in page if run.text.startswith(beginning))


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


@pytest.mark.parametrize(
    ("letter", "change"),
    [
        (DRAFT, {"number": "B-90/7304/KS.200/2026"}),
        (DRAFT, {"identity": "V-26.7304.001"}),
        (DRAFT, {"day": "2026-03-02"}),
        (DRAFT, {"way": "certificate"}),
        (ISSUED, {"number": ""}),
        (ISSUED, {"day": None}),
        (ISSUED, {"identity": ""}),
        (ISSUED, {"signer": {"title": "Direktur", "name": "", "rank": "", "nip": ""}}),
        (REJECTED, {"identity": "V-26.7304.001"}),
    ],
    ids=str,
)
def test_a_letter_that_contradicts_itself_is_refused(letter: Recommendation, change: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match=r"a draft has no|an issued letter"):
        Recommendation.of_json({**letter.to_json(), **change})


def test_the_code_for_checking_stands_beside_the_signature() -> None:
    side, said = QR_SIDE * POINTS, "https://jenepontokab.example.go.id/verify/" + "A" * 250
    code, content = encode(said), render(ISSUED, qr=said)
    drawn = list(rectangles(content))
    assert {(page, round(height, 1)) for page, _, _, _, height in drawn} == {(1, round(side / code.size, 1))}
    left, top = min(at[1] for at in drawn), max(at[2] for at in drawn)
    module = side / code.size
    found = {(round((x - left) / module), round((top - y) / module), round(w / module)) for _, x, y, w, _ in drawn}
    assert found == set(code.runs)
    assert abs(left - MARGIN * POINTS) < 0.1
    beside = [run for run in pages(content)[1] if top - side < run.baseline < top and run.left < left + side + 10]
    assert not beside, "words stand in the quiet zone"
    assert not list(rectangles(render(ISSUED)))


def rectangles(content: bytes) -> Iterator[tuple[int, float, float, float, float]]:
    """Page, left, top, width and height of each, in points."""
    with pikepdf.open(BytesIO(content)) as pdf:
        for number, page in enumerate(pdf.pages):
            for instruction in pikepdf.parse_content_stream(page, "re"):
                left, top, width, height = (float(value) for value in instruction.operands)
                yield number, left, top, width, -height


def test_the_verdict_stands_on_the_first_page_whatever_was_examined() -> None:
    activity = replace(ACTIVITY, title="Survei Kepuasan " * 16, area="Kecamatan Binamu, " * 100)
    for letter in (ISSUED, REJECTED):
        assert (
            page_of(render(replace(letter, activity=activity)), (letter.verdict == "layak" and "LAYAK") or "BELUM") == 0
        )


def test_the_letterhead_has_a_logo_or_its_place() -> None:
    pixel = BytesIO()
    Image.new("RGB", (4, 2), "navy").save(pixel, "PNG")
    vector = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h2v2z"/></svg>'
    without = render(ISSUED)
    for logo in (vector, pixel.getvalue()):
        content = render(ISSUED, logo)
        assert content == render(ISSUED, logo), "not the same bytes"
        assert len(content) > len(without)
    words = [run for run in pages(without)[0] if run.text == "BADAN PUSAT STATISTIK"]
    assert words[0].left > (MARGIN + 22) * POINTS


def test_an_archive_accepts_the_file_and_programs_read_its_facts() -> None:
    """What ISO 19005-3 asks for, as far as it can be seen without a validator."""
    content = render(ISSUED)
    with pikepdf.open(BytesIO(content)) as pdf:
        told = pdf.open_metadata()
        assert (told["pdfaid:part"], told["pdfaid:conformance"], told["dc:language"]) == ("3", "B", {"id-ID"})
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1" and len(intent.DestOutputProfile.read_bytes()) > 1000
        assert "/Encrypt" not in pdf.trailer and "/ID" in pdf.trailer
        for font in (font for page in pdf.pages for font in page.resources.Font.values()):
            assert font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes() and font.ToUnicode.read_bytes()
        (carried,) = pdf.attachments.values()
        spec = carried.obj
        assert spec.AFRelationship == "/Data" and len(pdf.Root.AF) == 1 and carried.description
        assert Recommendation.of_json(json.loads(carried.get_file().read_bytes())) == ISSUED


def test_a_screen_reader_is_told_what_is_what() -> None:
    """What ISO 14289 asks for, as far as it can be seen without a validator."""
    content = render(replace(ISSUED, remarks=(long_remark,) * 6), qr="kode")
    with pikepdf.open(BytesIO(content)) as pdf:
        root = pdf.Root
        assert root.Lang == "id-ID" and root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle
        kinds, marked = [], dict[tuple[int, int], str]()
        for element in elements(root.StructTreeRoot.K[0]):
            kinds.append(str(element.S))
            for kid in element.get("/K", []):
                if kid.get("/Type") == "/MCR":
                    marked[kid.Pg.objgen[0], int(kid.MCID)] = str(element.S)
        assert kinds.count("/H1") == 1 and {"/H2", "/P", "/L", "/LI", "/Lbl", "/LBody", "/Table", "/TR"} <= {*kinds}
        assert kinds.count("/TH") == kinds.count("/TD") == kinds.count("/TR") > 8
        figures = [element for element in elements(root.StructTreeRoot.K[0]) if element.S == "/Figure"]
        assert [bool(str(figure.Alt)) for figure in figures] == [True]
        drawn = set()
        for page in pdf.pages:
            numbers = list(marks(page))
            drawn |= {(page.obj.objgen[0], number) for number in numbers}
            parents = dict(pairs(root.StructTreeRoot.ParentTree.Nums))[int(page.obj.StructParents)]
            assert numbers == list(range(len(parents)))
        assert drawn == marked.keys(), "something is drawn that no element has, or the other way round"


def elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield element
    for kid in element.get("/K", []):
        if kid.get("/Type") == "/StructElem":
            yield from elements(kid)


def pairs(entries: pikepdf.Object) -> Iterator[tuple[int, list[pikepdf.Object]]]:
    flat = list(entries)
    yield from ((int(number), list(parents)) for number, parents in zip(flat[::2], flat[1::2], strict=True))


def marks(page: pikepdf.Page) -> Iterator[int]:
    """The numbers of the marked contents. Everything that is drawn stands in one, or is an artifact."""
    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "BDC":
            yield int(instruction.operands[1].MCID)
        depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(operator, 0)
        assert 0 <= depth <= 1
        assert depth or operator not in {"Tj", "TJ", "S", "f", "B", "Do"}, f"{operator} is not tagged"


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


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_the_same_facts_give_the_same_bytes(letter: Recommendation) -> None:
    assert render(letter) == render(Recommendation.of_json(letter.to_json()))
    assert render(letter) != render(replace(letter, application="REK-2026-0013"))


@pytest.mark.parametrize(("letter", "day"), [(ISSUED, "2026-03-02"), (DRAFT, "2026-01-05")], ids=["issued", "draft"])
def test_the_file_is_dated_by_its_facts(letter: Recommendation, day: str) -> None:
    with pikepdf.open(BytesIO(render(letter))) as pdf:
        told = pdf.open_metadata()
        assert told["xmp:CreateDate"] == told["xmp:ModifyDate"] == f"{day}T00:00:00+00:00"
        assert told["dc:title"] == f"Surat Rekomendasi Kegiatan Statistik {ACTIVITY.title}"


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
        assert text in letters
    assert Recommendation.of_json(facts.to_json()) == facts


@unhurried
@given(text=anything, letter=st.sampled_from(list(LETTERS.values())))
def test_a_snapshot_comes_back_as_it_went_into_the_table(text: str, letter: Recommendation) -> None:
    facts = replace(letter, place=text, copies=(text, text), signer=replace(letter.signer, rank=text))
    assert Recommendation.of_json(facts.to_json()) == facts


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": "x"},
        {"stage": "sent"},
        {"verdict": "revisi"},
        {"day": 20260302},
        {"way": "yes"},
        {"demo": 1},
        {"grounds": "Jelas."},
        {"grounds": [1]},
        {"signer": {"title": "Direktur"}},
        {"letterhead": None},
    ],
    ids=str,
)
def test_a_snapshot_that_is_not_one_is_refused(change: dict[str, Json]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Recommendation.of_json({**ISSUED.to_json(), **change})


#: facts that letters did not have which were issued before
ADDED_LATER = {"code", "nature", "way"}


@pytest.mark.parametrize("key", sorted(ISSUED.to_json().keys() - ADDED_LATER))
def test_a_snapshot_that_lacks_a_fact_is_refused(key: str) -> None:
    document = ISSUED.to_json()
    del document[key]
    with pytest.raises(ValueError, match=key):
        Recommendation.of_json(document)


def test_days_are_written_in_indonesian() -> None:
    assert long_date(dt.date(2026, 8, 31)) in body(render(replace(ISSUED, day=dt.date(2026, 8, 31))))
