"""Names in Lontara, Arabic and Chinese are drawn, and read by programs as they were written."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from letters.scripts import is_in_another_script
from tests.letter_pages import body
from tests.sample_letters import ACTIVITY, ISSUED, render

LONTARA, ARABIC, CHINESE, RARE = "ᨀᨘᨄᨒ ᨔᨘᨑᨙ", "مسح رضا المجتمع", "王小明", "\u3e3c"
FONTS = {LONTARA: "NotoSansBuginese", ARABIC: "NotoNaskhArabic", CHINESE: "DroidSansFallback"}


def letter(name: str) -> bytes:
    facts = replace(ISSUED, activity=replace(ACTIVITY, title=f"Survei {name} 2026", organiser=name))
    return render(replace(facts, signer=replace(facts.signer, name=f"{name}, S.Si.")))


@pytest.mark.poppler
@pytest.mark.parametrize("name", FONTS)
def test_a_name_is_drawn_by_a_typeface_of_its_script_and_read_as_it_was_written(name: str, tmp_path: Path) -> None:
    content = letter(name)
    (tmp_path / "letter.pdf").write_bytes(content)
    read = subprocess.run(("pdftotext", "-layout", str(tmp_path / "letter.pdf"), "-"), capture_output=True, check=True)
    said = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", read.stdout.decode())
    said = " ".join(said.split())
    for part in (f"Penyelenggara {name} Tahun", f"{name}, S.Si."):
        assert part in said or (name == ARABIC and name in said), (part, said)
    assert "□" not in said and content == letter(name), "not the same bytes"
    with pikepdf.open(BytesIO(content)) as pdf:
        assert pdf.open_metadata()["dc:title"] == f"Surat Rekomendasi Kegiatan Statistik Survei {name} 2026"
        used = {str(font.BaseFont).partition("+")[2] for font in pdf.pages[0].resources.Font.values()}
        assert FONTS[name] in used


def test_letters_are_joined_and_a_vowel_of_lontara_stands_before_its_consonant() -> None:
    """The form of a letter depends on its neighbours, so that the same letter is drawn by several glyphs."""
    assert len(glyphs_of(letter("م مم ممم"), "م")) == 4, "alone, at the beginning, in the middle, at the end"
    assert glyphs_of(letter("\u1a00\u1a19"), "\u1a00\u1a19"), "the glyph that is drawn first stands for both"


def glyphs_of(content: bytes, sign: str) -> set[str]:
    """The codes by which the fonts of the first page draw a letter."""
    code = sign.encode("utf-16-be").hex().upper()
    with pikepdf.open(BytesIO(content)) as pdf:
        tables = [font.ToUnicode.read_bytes().decode() for font in pdf.pages[0].resources.Font.values()]
    return {glyph for table in tables for glyph, said in re.findall(r"<(\w{4})> <(\w+)>", table) if said == code}


def test_what_no_typeface_has_is_a_box_and_stands_whole_in_title_and_facts() -> None:
    assert not is_in_another_script(ord(RARE)) and not is_in_another_script(ord("🎉"))
    content = letter(RARE)
    assert "Survei □ 2026" in body(content)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert RARE in pdf.open_metadata()["dc:title"]
        (carried,) = pdf.attachments.values()
        assert RARE in carried.get_file().read_bytes().decode()


def test_no_sign_turns_a_number_around() -> None:
    assert "Survei 2026 2026" in body(letter("\u202e2026\u202c"))
