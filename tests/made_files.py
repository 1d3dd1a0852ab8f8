"""Files of every kind, built here, for tests of what people send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Literal
from zipfile import ZIP_DEFLATED, ZipFile

from pikepdf import ObjectStreamMode, Pdf
from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base


def picture(
    kind: Literal["jpeg", "png"], mode: str = "RGB", size: tuple[int, int] = (64, 48), **options: object
) -> bytes:
    """A picture, red on the left and blue on the right."""
    drawn = Image.new("RGB", size, "red")
    ImageDraw.Draw(drawn).rectangle((size[0] // 2, 0, size[0], size[1]), fill="blue")
    out = BytesIO()
    (drawn.convert("I").convert(mode) if mode == "I;16" else drawn.convert(mode)).save(out, kind, **options)
    return out.getvalue()


def phone_photo() -> bytes:
    exif = Image.Exif()
    exif[Base.Make] = "SecretPhone"
    exif[Base.Orientation] = 6  # a viewer turns it by 90° clockwise
    exif.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitudeRef: "S", GPS.GPSLatitude: (5.0, 40.0, 12.0)})
    return picture("jpeg", exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile", xmp=b"<x>SecretXmp</x>")


def pdf(
    change: Callable[[Pdf], object] = lambda _: None, pages: int = 1, packed: bool = False, **options: object
) -> bytes:
    out = BytesIO()
    with Pdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        change(document)
        mode = ObjectStreamMode.generate if packed else ObjectStreamMode.disable
        document.save(out, object_stream_mode=mode, **options)  # type: ignore[arg-type]  # options are keywords of save
    return out.getvalue()


RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MODES = {True: "External", False: "Internal"}
MAIN = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
}


def types(part: str, content_type: str, more: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/>{more}</Types>'
    )


def relations(*each: tuple[str, str, bool]) -> str:
    """Relations of an office file. Each: type, target, whether the target is outside of the file."""
    links = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{MODES[out]}"/>'
        for number, (kind, target, out) in enumerate(each)
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{links}</Relationships>'


def zipped(parts: Mapping[str, str | bytes], method: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(kind: str, more: Mapping[str, str | bytes] | None = None, more_types: str = "") -> bytes:
    part, content_type = MAIN[kind]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": types(part, content_type, more_types),
        "_rels/.rels": relations(("officeDocument", part, False)),
        part: "<w:document xmlns:w='w'><w:body><w:p>Permohonan rekomendasi</w:p></w:body></w:document>",
    }
    return zipped(parts | dict(more or {}))


GOOD: dict[str, bytes] = {
    "pdf": pdf(pages=3),
    "jpeg": picture("jpeg"),
    "png": picture("png"),
    "docx": office("docx"),
    "xlsx": office("xlsx"),
}
