"""Pictures: they are decoded and encoded again, so that nothing but the picture is left."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from typing import Literal

from PIL import Image
from PIL.ExifTags import Base

from storage.inspection.result import FileRefused

MAX_PIXELS = 60_000_000  #: phones take photos of 50 million
#: scans of a JPEG; a progressive one has about ten, and thousands would keep a decoder busy for minutes
MAX_SCANS = 200
JPEG_QUALITY = 88
#: kind → the formats that are encoded again as this kind
ENCODED_AS = {"jpeg": ("webp",)}
PICTURE_DAMAGE = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, AttributeError, LookupError, ArithmeticError, struct.error,
    zlib.error,
)  # fmt: skip
#: orientation in EXIF → how the picture must be turned
TURNS: Mapping[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def encode_again(content: bytes, kind: Literal["jpeg", "png"]) -> tuple[bytes, None]:
    """The picture alone: without EXIF (place, device), comments, profile and bytes behind its end."""
    if kind == "jpeg" and content.count(b"\xff\xda") > MAX_SCANS:
        raise FileRefused("bomb")
    try:
        with Image.open(BytesIO(content), formats=[kind, *ENCODED_AS.get(kind, ())]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise FileRefused("bomb")
            picture.load()
            return _saved(picture, kind), None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefused("bomb") from error
    except PICTURE_DAMAGE as error:
        raise FileRefused("damaged") from error


def _saved(picture: Image.Image, kind: Literal["jpeg", "png"]) -> bytes:
    turn = TURNS.get(_orientation(picture))
    upright = picture if turn is None else picture.transpose(turn)
    upright.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    out = BytesIO()
    if kind == "png":
        upright.save(out, "png")
    else:
        plain = upright if upright.mode in {"L", "RGB"} else upright.convert("RGB")
        plain.save(out, "jpeg", quality=JPEG_QUALITY)
    return out.getvalue()


def _orientation(picture: Image.Image) -> object:
    """Ignores EXIF that cannot be read: the picture may still be good."""
    with suppress(*PICTURE_DAMAGE):
        return picture.getexif().get(Base.Orientation)
    return None
