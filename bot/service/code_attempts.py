"""Secret codes that people type. After five wrong codes an address waits an hour, so guessing is hopeless."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.service.context import Context
from storage import officers

LIMIT = 5
PAUSE = timedelta(hours=1)
#: without letters and digits that look alike
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normalise(words: str) -> str:
    """A typed code as `new_code` writes it: capitals, no spaces."""
    return "".join(words.split()).upper()


def must_wait(ctx: Context) -> bool:
    attempts = officers.code_attempts(ctx.session, ctx.address.id, ctx.now)
    return attempts.count >= LIMIT and ctx.now < attempts.last_at + PAUSE


def count_wrong(ctx: Context) -> None:
    """One more wrong code; after a pause the count begins again."""
    attempts = officers.code_attempts(ctx.session, ctx.address.id, ctx.now)
    attempts.count = 1 if attempts.count >= LIMIT else attempts.count + 1
    attempts.last_at = ctx.now


def reset(ctx: Context) -> None:
    """After a right code."""
    officers.code_attempts(ctx.session, ctx.address.id, ctx.now).count = 0
