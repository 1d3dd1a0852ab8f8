"""The office's register of letters: what gets a number is entered in the transaction that gives it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Sequence

from bot.service import access
from bot.service.context import Context
from bot.service.letter_facts import Registered
from domain.frozen import frozen
from letters.register_workbook import RegisterRow
from storage import register, signed_copies
from storage.tables import Application, Letter, RegisterEntry
from storage.unit import Session

_CODE_BYTES = 16
PAGE = 6
#: state → as the exported file says it
EXPORTED = {"valid": "berlaku", "replaced": "diganti", "revoked": "dicabut"}
#: how a letter is signed → as the exported file says it
WAYS = {
    "none": "kode QR bersegel",
    "certificate": "TTE dengan sertifikat kantor",
    "outside": "TTE di luar layanan",
    "bsre": "TTE melalui BSrE",
    "recorded": "ditandatangani di luar, dicatat petugas",
    "scan": "tangan, hasil pindai",
}
#: statuses of applications with a letter
WITH_LETTER = ("issued", "closed")


@frozen
class ListedEntries:
    entries: Sequence[RegisterEntry]
    has_older: bool
    scanned: Collection[int]  #: letters whose file is a scan of a paper that was signed by hand


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
    return is_valid(newest(ctx, application))


def is_valid(entry: RegisterEntry | None) -> bool:
    """`entry`: of the application's last letter, if it has one."""
    return entry is not None and entry.state == "valid"


def revoked(entry: RegisterEntry | None) -> RegisterEntry | None:
    """The same entry, when its letter was revoked."""
    return entry if entry is not None and entry.state == "revoked" else None


def revoked_letter(ctx: Context, application: Application) -> RegisterEntry | None:
    """The entry of the application's letter in the register, when it was revoked."""
    return revoked(newest(ctx, application))


def newest(ctx: Context, application: Application, *, locks: bool = True) -> RegisterEntry | None:
    """The last letter of an application. The caller has opened it. `locks`: as in `storage.register.newest`."""
    has_letter = application.status in WITH_LETTER
    return register.newest(ctx.session, application.id, locks=locks) if has_letter else None


def list_entries(ctx: Context, below: int) -> ListedEntries:
    """One page, the newest first. `below`: the entry after which it begins; 0: the newest. For the staff."""
    access.require_staff(ctx)
    found = register.before(ctx.session, below, PAGE + 1)
    scanned = signed_copies.scanned(ctx.session, [entry.letter_id for entry in found])
    return ListedEntries(found[:PAGE], len(found) > PAGE, scanned)


def export(session: Session, year: int | None) -> list[RegisterRow]:
    """For the operator's file, and for the printed register of a year."""
    return [
        RegisterRow(
            entry.number,
            entry.day,
            entry.identity or "",
            entry.title,
            entry.organiser,
            entry.verdict,
            EXPORTED[entry.state],
            entry.reason,
            replacement,
            WAYS["scan" if drawn.kind == "scan" else "recorded" if drawn.stage == "uploaded" else drawn.way or "none"],
        )
        for entry, replacement, drawn in register.entered(session, year)
    ]
