"""What is kept of a picture, and which pictures are refused."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageOps
from PIL.ExifTags import IFD, Base

from storage.inspection.inspect import inspect
from tests.made_files import GOOD, phone_photo, picture, zipped
from tests.unit.inspection_refusals import ALL, reason


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


def test_a_jpeg_of_a_thousand_scans_is_a_bomb() -> None:
    sent = picture("jpeg", progressive=True)
    scan = sent[sent.rindex(b"\xff\xda") : -2]
    assert inspect("a.jpg", sent, ALL).kind == "jpeg"
    assert reason(sent[:-2] + scan * 1_000 + sent[-2:]) == "bomb"
