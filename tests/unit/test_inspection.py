"""The kind of a file follows from its content; damage never breaks the reading; names are safe."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.files import FILE_TYPES
from storage.inspection.inspect import inspect
from storage.inspection.kinds import OLE
from storage.inspection.names import safe_name
from storage.inspection.result import MAX_BYTES, FileRefused
from tests.made_files import GOOD, pdf, phone_photo, types, zipped
from tests.unit.active_pdfs import in_annotation, packed_pdf
from tests.unit.inspection_refusals import ALL, reason

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


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><p>", b"<html><table>", b"\xef\xbb\xbf<table><tr><td>1"])
def test_a_web_page_named_xls_is_named_as_what_it_is(page: bytes) -> None:
    assert reason(page, "Tabel.xls") == "web_page"


# ---- random damage ---------------------------------------------------------------------------------------------------

#: five times the examples that Hypothesis tries by itself
often = settings(max_examples=500)
SEEDS = [*GOOD.values(), phone_photo(), pdf(in_annotation, packed=True), packed_pdf(b"<</A[1 2.5(x)/N null true]>>")]


# Pillow warns of broken EXIF, which is no error in the service.
@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(often, deadline=None)
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


@often
@given(st.text(max_size=150), st.sampled_from(ALL))
def test_whatever_the_name_the_result_is_short_visible_and_stable(sent: str, kind: str) -> None:
    shown = safe_name(sent, kind)
    assert 1 + len(FILE_TYPES[kind].extension) <= len(shown) <= 100
    assert shown.endswith(FILE_TYPES[kind].extension)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or char in "/\\" for char in shown)
    assert unicodedata.is_normalized("NFC", shown)
    assert safe_name(shown, kind) == shown
