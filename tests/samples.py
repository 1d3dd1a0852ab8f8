"""Small real files, made when a test asks for them."""

from __future__ import annotations

import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from pathlib import Path

_OOXML = "application/vnd.openxmlformats-officedocument."


@cache
def sample(name: str) -> bytes:
    """The bytes of a file whose kind is the name's ending: pdf, jpg, png, docx, xlsx; "exe…" is a program whatever
    it is called. "surat-ttd.pdf" is a letter that was written and signed elsewhere.
    """
    if name == "surat-ttd.pdf":
        return _signed_letter()
    if name.startswith("exe"):
        return b"MZ" + bytes(510)
    kind = name.rpartition(".")[2]
    return {"pdf": _pdf, "jpg": _image, "png": _image, "docx": _office, "xlsx": _office}[kind](kind)


def _pdf(_kind: str) -> bytes:
    import pikepdf

    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(out)
    return out.getvalue()


def _signed_letter() -> bytes:
    """With one certificate for all tests: its fingerprint is said. pyHanko runs an event loop of its own, so it gets a
    thread: a test may run in a loop already.
    """
    import pikepdf
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    out = BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Contents = pdf.make_stream(b"72 720 200 20 re f")
        pdf.save(out, compress_streams=False)
    key = (Path(__file__).parent / "direktur.p12").read_bytes()
    signer = signers.SimpleSigner.load_pkcs12_data(key, [], b"contoh")
    metadata = signers.PdfSignatureMetadata(field_name="Sig", subfilter=fields.SigSeedSubFilter.PADES)
    pdf_signer = signers.PdfSigner(metadata, signer=signer)
    with ThreadPoolExecutor(1) as thread:
        signed = thread.submit(pdf_signer.sign_pdf, IncrementalPdfFileWriter(BytesIO(out.getvalue())))
    return bytes(signed.result().getbuffer())


def _image(kind: str) -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG" if kind == "jpg" else "PNG")
    return out.getvalue()


def _office(kind: str) -> bytes:
    part, main = _MAIN_PART[kind]
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", _TYPES.format(part=part, main=f"{_OOXML}{main}+xml"))
        archive.writestr("_rels/.rels", _RELATIONS.format(part=part))
        archive.writestr(part, "<?xml version='1.0'?><document/>")
    return out.getvalue()


_MAIN_PART = {
    "docx": ("word/document.xml", "wordprocessingml.document.main"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main"),
}
_TYPES = """<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/{part}" ContentType="{main}"/></Types>"""
_RELATIONS = """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{part}"/>
</Relationships>"""
