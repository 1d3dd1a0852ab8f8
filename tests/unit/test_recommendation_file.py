"""The file of a letter of recommendation: its QR code, its logo, its tags, what it carries, and that it repeats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from letters.pdf import MARGIN
from letters.qr import encode
from letters.recommendation import QR_SIDE
from letters.recommendation_facts import Recommendation
from tests.letter_pages import POINTS, pages
from tests.pdf_ua import elements
from tests.sample_letters import ACTIVITY, DRAFT, ISSUED, LETTERS, long_remark, render


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
    with pikepdf.open(BytesIO(render(replace(ISSUED, remarks=(long_remark,) * 6), qr="kode"))) as pdf:
        kinds = [str(element.S) for element in elements(pdf.Root.StructTreeRoot.K[0])]
        assert kinds.count("/H1") == 1 and {"/H2", "/P", "/L", "/LI", "/Lbl", "/LBody", "/Table", "/TR"} <= {*kinds}
        assert kinds.count("/TH") == kinds.count("/TD") == kinds.count("/TR") > 8
        assert kinds.count("/Figure") == 1


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
