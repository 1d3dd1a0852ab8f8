"""Letters as programs read them aloud: what ISO 14289 (PDF/UA) asks for, and that its check finds what is spoilt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from letters.recommendation import draw
from letters.recommendation_facts import Recommendation
from letters.signing import OfficeCertificate, make_demo, sign
from tests.pdf_ua import elements, faults
from tests.sample_letters import ISSUED, LETTERS, long_remark, render

Spoil = Callable[[pikepdf.Pdf], object]
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h2v2z"/></svg>'


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_a_letter_is_accessible_as_its_metadata_say(letter: Recommendation) -> None:
    spoken = replace(letter, remarks=(long_remark,) * 6, recipient="Kepala Dinas ᨆᨀᨔᨑ")
    assert faults(render(spoken, LOGO, qr="kode")) == []


def test_a_signed_letter_is_accessible_with_its_stamp(tmp_path: Path) -> None:
    now, certificate = datetime.now(UTC), OfficeCertificate(tmp_path / "office.p12", "contoh")
    make_demo(certificate.path, certificate.password, "BPS", now)
    drawn = draw(ISSUED, qr="kode")
    signed = sign(drawn.content, certificate, drawn.stamp, "Jeneponto", now)
    assert faults(signed) == []
    with pikepdf.open(BytesIO(signed)) as pdf:
        *_, last = elements(pdf.Root.StructTreeRoot.K[0])
        assert (str(last.S), str(last.Alt)) == ("/Form", "Tanda tangan elektronik")


def _without(what: str) -> Spoil:
    """Takes an entry of the catalog away."""
    return lambda pdf: pdf.Root.__delitem__(what)


def _changed(kind: str, entry: str, value: object) -> Spoil:
    """Gives another value to an entry of the first element of this kind."""

    def change(pdf: pikepdf.Pdf) -> None:
        element = next(each for each in elements(pdf.Root.StructTreeRoot.K[0]) if kind == each.S)
        element[entry] = value

    return change


def _drawn(more: bytes) -> Spoil:
    return lambda pdf: pdf.pages[0].contents_add(pdf.make_stream(more))


@pytest.mark.parametrize(
    ("spoil", "clause"),
    [
        (_without("/Metadata"), "5: the metadata"),
        (_without("/ViewerPreferences"), "7.1: windows"),
        (_without("/MarkInfo"), "7.1: not marked"),
        (_without("/Lang"), "7.2: the language"),
        (_changed("/Figure", "/Alt", ""), "7.3: a picture"),
        (_changed("/H1", "/S", pikepdf.Name("/H3")), "7.4.2: headings"),
        (_changed("/TH", "/A", pikepdf.Dictionary()), "7.5: a header"),
        (_changed("/L", "/A", pikepdf.Dictionary()), "7.6: a list"),
        (_drawn(b"0 0 5 5 re f"), "7.1: f is neither"),
        (_drawn(b"/P <</MCID 99>> BDC 0 0 5 5 re f EMC"), "7.1: something is drawn"),
        (_drawn(b"/Artifact BMC /P <</MCID 0>> BDC EMC EMC"), "7.1: /P in"),
        (lambda pdf: pdf.pages[0].obj.__setitem__("/Tabs", pikepdf.Name("/R")), "7.18.3: the tab order"),
    ],
)
def test_the_check_finds_what_is_spoilt(spoil: Spoil, clause: str) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(render(ISSUED, qr="kode"))) as pdf:
        spoil(pdf)
        pdf.save(out)
    found = faults(out.getvalue())
    assert any(line.startswith(clause) for line in found), found
