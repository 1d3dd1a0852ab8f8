"""Codes that people type: five wrong ones, and their address waits an hour. So guessing is hopeless."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.service.desk import Desk
from storage import cases

TRIES = 5
PAUSE = timedelta(hours=1)
#: without the letters and digits that are mistaken for each other
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def as_meant(words: str) -> str:
    """However it was typed."""
    return "".join(words.split()).upper()


def must_wait(desk: Desk) -> bool:
    tries = cases.join_tries(desk.session, desk.address.id, desk.now)
    return tries.tries >= TRIES and desk.now < tries.last_at + PAUSE


def wrong(desk: Desk) -> None:
    """One more; after a pause they are counted anew."""
    tries = cases.join_tries(desk.session, desk.address.id, desk.now)
    tries.tries = 1 if tries.tries >= TRIES else tries.tries + 1
    tries.last_at = desk.now


def right(desk: Desk) -> None:
    cases.join_tries(desk.session, desk.address.id, desk.now).tries = 0
