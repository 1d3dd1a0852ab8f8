"""Small real files, made when a test asks for them."""

from __future__ import annotations

import zipfile
from functools import cache
from io import BytesIO

_OOXML = "application/vnd.openxmlformats-officedocument."


@cache
def sample(name: str) -> bytes:
    """The bytes of a file whose kind is the name's ending: pdf, jpg, png, docx, xlsx; "exe…" is a program whatever
    it is called.
    """
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
