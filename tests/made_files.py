"""Files of every kind, built here, for tests of what people send."""

from __future__ import annotations

import struct
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


def voice_note(seconds: float = 3.0) -> bytes:
    """An Ogg file with Opus, as phones record it; its sound is empty."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0)
    last = int(seconds * 48000) + 312
    return _ogg_page(0, 2, 0, head) + _ogg_page(1, 0, 0, tags) + _ogg_page(2, 4, last, b"\xf8\xff\xfe")


def _ogg_page(number: int, flags: int, position: int, packet: bytes) -> bytes:
    def page(checksum: int) -> bytes:
        return struct.pack("<4sBBqIIIBB", b"OggS", 0, flags, position, 1, number, checksum, 1, len(packet)) + packet

    return page(_ogg_checksum(page(0)))


def _ogg_checksum(content: bytes) -> int:
    rest = 0
    for byte in content:
        rest ^= byte << 24
        for _ in range(8):
            rest = ((rest << 1) ^ (0x04C11DB7 if rest & 0x80000000 else 0)) & 0xFFFFFFFF
    return rest


def mp3(frames: int = 120) -> bytes:
    """Silent frames of 128 kbit/s."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


#: what an MP4 file says about its AAC sound
_AAC = bytes.fromhex("00000000 031900010004 1140150000000001f4000001f40005021210 060102")


def m4a(seconds: int = 3, handler: bytes = b"soun") -> bytes:
    """The boxes that say how long the sound is; `handler` b"vide" makes it a film."""

    def box(name: bytes, *parts: bytes) -> bytes:
        content = b"".join(parts)
        return struct.pack(">I4s", 8 + len(content), name) + content

    length = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    sample = box(b"mp4a", bytes(6), struct.pack(">HQHHHHI", 1, 0, 1, 16, 0, 0, 44100 << 16), box(b"esds", _AAC))
    described = box(b"stbl", box(b"stsd", struct.pack(">II", 0, 1), sample))
    kind = box(b"hdlr", bytes(8), handler, bytes(13))
    media = box(b"mdia", box(b"mdhd", length[:24]), kind, box(b"minf", described))
    return box(b"ftyp", b"M4A ", bytes(4), b"M4A mp42") + box(b"moov", box(b"mvhd", length), box(b"trak", media))


SOUNDS: dict[str, bytes] = {"ogg": voice_note(), "m4a": m4a(), "mp3": mp3()}
GOOD: dict[str, bytes] = {
    "pdf": pdf(pages=3),
    "jpeg": picture("jpeg"),
    "png": picture("png"),
    "docx": office("docx"),
    "xlsx": office("xlsx"),
}
