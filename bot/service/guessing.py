"""Codes that people type: five wrong ones, and their address waits an hour. So guessing is hopeless."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.service.context import Context
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


def must_wait(ctx: Context) -> bool:
    tries = cases.join_tries(ctx.session, ctx.address.id, ctx.now)
    return tries.tries >= TRIES and ctx.now < tries.last_at + PAUSE


def wrong(ctx: Context) -> None:
    """One more; after a pause they are counted anew."""
    tries = cases.join_tries(ctx.session, ctx.address.id, ctx.now)
    tries.tries = 1 if tries.tries >= TRIES else tries.tries + 1
    tries.last_at = ctx.now


def right(ctx: Context) -> None:
    cases.join_tries(ctx.session, ctx.address.id, ctx.now).tries = 0
