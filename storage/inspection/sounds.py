"""Checks recordings: voice notes and other sound files. Nothing in them runs; a player has to read them."""

from __future__ import annotations

import re
from io import BytesIO

from tinytag import TinyTag, TinyTagException

from domain.files import MOST_SECONDS, SoundKind
from storage.inspection.result import FileRefused

#: what damaged sound files make the reader raise; it turns most of it into its own exceptions
_DAMAGE = (TinyTagException, OSError, ValueError, TypeError, LookupError, ArithmeticError)
_OPUS = b"OpusHead"  #: at the beginning of the first packet of an Ogg file
_HEAD = 128
_MP4 = re.compile(rb"....ftyp(?:M4A |M4B |mp4[12]|iso[m2-6]|3gp|dash)", re.DOTALL)
#: the box that says how the sound is coded, with its first entry; AMR, which phones put into MP4 too, is not played
_AAC = re.compile(rb"stsd.{12}mp4a", re.DOTALL)
_PICTURES = re.compile(rb"hdlr.{8}vide", re.DOTALL)


def sound_kind(content: bytes) -> SoundKind | None:
    """By its first bytes. Of Ogg files only Opus, which all platforms play; `None` also for films."""
    if content.startswith(b"OggS"):
        return "ogg" if _OPUS in content[:_HEAD] else None
    if _MP4.match(content):
        return None if _PICTURES.search(content) else "m4a"
    is_frame = len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2  # MPEG audio, layer III
    return "mp3" if is_frame or content.startswith(b"ID3") else None


def check_sound(content: bytes) -> tuple[bytes, None]:
    """The file as it was sent: only its length is looked at."""
    try:
        seconds = TinyTag.get(file_obj=BytesIO(content), tags=False).duration
    except _DAMAGE as error:
        raise FileRefused("damaged") from error
    if not seconds or seconds < 0:
        raise FileRefused("damaged")
    if _MP4.match(content) and not _AAC.search(content):
        raise FileRefused("kind")
    if seconds > MOST_SECONDS:
        raise FileRefused("too_long")
    return content, None
