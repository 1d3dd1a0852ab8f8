"""Recordings: their kind is told by content, films and damaged ones are refused, and long ones too."""

from __future__ import annotations

import random
import struct

import pytest

from domain.files import FILE_KINDS, FILE_TYPES, MOST_SECONDS, SENT_KINDS, SOUND_KINDS
from storage.inspection.inspect import inspect
from storage.inspection.result import FileRefused
from tests.made_files import SOUNDS, m4a, mp3, voice_note
from tests.unit.inspection_refusals import reason


@pytest.mark.parametrize("kind", SOUND_KINDS)
def test_a_recording_is_kept_byte_for_byte_whatever_its_name_says(kind: str) -> None:
    for name in ("suara.exe", "suara.opus", "suara"):
        kept = inspect(name, SOUNDS[kind], SENT_KINDS)
        assert (kept.kind, kept.content, kept.name) == (kind, SOUNDS[kind], _named(name, kind))
    assert reason(SOUNDS[kind], accept=FILE_KINDS) == "kind"


def _named(name: str, kind: str) -> str:
    return name.removesuffix(".opus") + FILE_TYPES[kind].extension


def test_a_recording_that_is_too_long_a_film_and_other_sounds_are_refused() -> None:
    assert reason(voice_note(MOST_SECONDS + 1), accept=SENT_KINDS) == "too_long"
    assert reason(m4a(MOST_SECONDS + 1), accept=SENT_KINDS) == "too_long"
    assert inspect("suara", voice_note(MOST_SECONDS - 1), SENT_KINDS).kind == "ogg"
    assert reason(m4a(handler=b"vide"), accept=SENT_KINDS) == "kind"
    vorbis = voice_note().replace(b"OpusHead", b"\x01vorbis\0")
    wave = b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + bytes(24)
    amr_in_mp4 = m4a().replace(b"mp4a", b"samr")
    for content in (vorbis, wave, b"#!AMR\n" + bytes(40), amr_in_mp4, amr_in_mp4.replace(b"ftypM4A ", b"ftyp3gp4")):
        assert reason(content, accept=SENT_KINDS) in {"kind", "program"}


def test_damaged_recordings_are_refused_and_nothing_else_happens() -> None:
    assert reason(voice_note()[:60], accept=SENT_KINDS) == "damaged"
    assert reason(b"ID3" + bytes(50), accept=SENT_KINDS) == "damaged"
    assert reason(m4a()[:40], accept=SENT_KINDS) == "damaged"
    chance = random.Random(7)
    for content in (voice_note(), m4a(), mp3(4)) * 60:
        broken = bytearray(content[: chance.randrange(5, len(content))])
        for _ in range(chance.randrange(8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            inspect("suara", bytes(broken), SENT_KINDS)
        except FileRefused:
            continue
