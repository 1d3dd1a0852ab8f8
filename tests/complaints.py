"""Complaints that tests file, write without sending, and answer."""

from __future__ import annotations

from functools import partial
from typing import Any

from bot.service import complaint_desk, complaints
from tests.casework import OFFICER, do
from tests.talk import Talk, World

WORDS = "Saya menunggu dua jam di loket."


def file(world: World, who: str, **how: Any) -> int:
    filed = do(world, who, partial(complaints.file, words=WORDS, **how))
    assert filed is not None
    return filed.complaint.id


def answer(world: World, complaint_id: int, who: str = OFFICER, **how: Any) -> bool:
    act = partial(complaint_desk.answer, complaint_id=complaint_id, words="Loket kami tambah.", **how)
    return do(world, who, act)


def written(world: World, who: str) -> Talk:
    """A complaint that is shown whole and not sent."""
    talk = Talk(world, who)
    talk.say("pengaduan")
    talk.tap("Tulis pengaduan di sini")
    talk.say(WORDS)
    return talk
