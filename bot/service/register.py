"""The office's register of letters: what gets a number is entered in the transaction that gives it."""

from __future__ import annotations

import base64
import secrets

from bot.service.context import Context
from bot.service.letter_facts import Registered
from storage import register
from storage.tables import Application, Letter, RegisterEntry

_CODE_BYTES = 16
#: statuses of applications with a letter
WITH_LETTER = ("issued", "closed")


def new_code() -> str:
    """128 random bits, as 26 letters and digits: whoever has the letter can check it, nobody can guess one."""
    return base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().rstrip("=")


def enter(ctx: Context, application: Application, letter: Letter, registered: Registered) -> RegisterEntry:
    """Enters a letter that gets its number now. The caller holds the lock of the series of numbers."""
    return register.add(
        ctx.session,
        RegisterEntry(
            application_id=application.id,
            letter_id=letter.id,
            number=registered.number,
            identity=registered.identity or None,
            code=registered.code,
            day=registered.day,
            title=application.title,
            organiser=application.organiser,
            verdict=application.verdict,
            state="valid",
            reason="",
        ),
    )


def has_valid_letter(ctx: Context, application: Application) -> bool:
    entry = newest(ctx, application)
    return entry is not None and entry.state == "valid"


def revoked_letter(ctx: Context, application: Application) -> RegisterEntry | None:
    """The entry of the application's letter in the register, when it was revoked."""
    entry = newest(ctx, application)
    return entry if entry is not None and entry.state == "revoked" else None


def newest(ctx: Context, application: Application) -> RegisterEntry | None:
    """The last letter of an application. The caller has opened it."""
    return register.newest(ctx.session, application.id) if application.status in WITH_LETTER else None
