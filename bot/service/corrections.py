"""What the director does with a letter that was issued: corrects, replaces or revokes it. Nothing disappears: the
register keeps every number, with the reason.
"""

from __future__ import annotations

from bot.service import access, audit, cases, decisions, letters, notices, register, step_up, transitions
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from domain.catalogue import REPLACED, REVOKED
from domain.permissions import Act
from domain.text import Json, Text, paragraphs
from storage import catalogue
from storage.tables import Application, Letter, RegisterEntry

MOST_REASON = 500  #: characters


def check(ctx: Context, application: Application, act: Act, letter_id: int | None = None) -> RegisterEntry:
    """The valid letter of the application. Raises `ActionRefused` when the actor may not correct it, or when there is
    none. `letter_id`: the drawing that the actor has seen; any but the newest one is refused too.
    """
    access.require(ctx, application, act)
    entry = register.newest(ctx, application)
    if entry is None:
        raise ActionRefused(transitions.NOT_NOW)
    if entry.state != "valid":
        raise ActionRefused(Text("Surat %(number)s sudah tidak berlaku.", number=entry.number))
    if letter_id is not None and entry.letter_id != letter_id:
        raise ActionRefused(cases.LETTER_CHANGED)
    if act == "amend_letter" and ctx.session.get_one(Letter, entry.letter_id).stage == "uploaded":
        raise ActionRefused(Text("Surat ini ditandatangani di luar percakapan. Pilih Ganti surat."))
    return entry


def amend_letter(ctx: Context, application: Application, letter_id: int, changes: LetterChanges) -> None:
    """Corrects the words of a letter; its number stays. A new drawing goes to the applicant instead of the old one."""
    entry = check(ctx, application, "amend_letter", letter_id)
    step_up.require(ctx, "amend_letter")
    decisions.check_changes(changes)
    if application.signer is None:
        application.signer = letters.named_signer(ctx, entry)
    before, after = decisions.apply_changes(application, changes)
    letters.check_complete(ctx, application)
    letters.request_corrected(ctx, application, entry)
    named: dict[str, Json] = {"letter_number": entry.number}
    audit.record(ctx, application, "amend_letter", {**named, **before}, {**named, **after})


def replace_letter(ctx: Context, application: Application, letter_id: int, reason: str) -> None:
    """Issues the letter anew, with another number and identity. The old one is void, for this reason."""
    entry = check(ctx, application, "replace_letter", letter_id)
    step_up.require(ctx, "replace_letter")
    _check_reason(reason)
    letters.check_complete(ctx, application)
    number, identity = decisions.new_numbers(ctx, application)
    following = letters.request_issued(ctx, application, number, identity)
    _end(ctx, entry, "replaced", reason)
    entry.replaced_by_id = following.id
    audit.record(
        ctx,
        application,
        "replace_letter",
        {"letter_number": entry.number},
        {"letter_number": number, "identity": identity or None, "reason": reason},
    )
    text = Text(
        "Surat nomor %(number)s tidak berlaku lagi. Penggantinya sedang disiapkan, lalu kami kirim kepada Anda.",
        number=entry.number,
    )
    _tell(ctx, application, entry, text, reason)


def revoke_letter(ctx: Context, application: Application, letter_id: int, reason: str) -> None:
    """The letter is void, for this reason. Its number is never used again."""
    entry = check(ctx, application, "revoke_letter", letter_id)
    step_up.require(ctx, "revoke_letter")
    _check_reason(reason)
    _end(ctx, entry, "revoked", reason)
    named: dict[str, Json] = {"letter_number": entry.number, "reason": reason}
    audit.record(ctx, application, "revoke_letter", {}, named)
    text = Text("Surat nomor %(number)s dicabut dan tidak berlaku lagi.", number=entry.number)
    _tell(ctx, application, entry, text, reason)


def _check_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > MOST_REASON:
        raise ActionRefused(Text("Alasannya ditulis dengan paling banyak %(most)s huruf.", most=MOST_REASON))


def _end(ctx: Context, entry: RegisterEntry, state: str, reason: str) -> None:
    entry.state, entry.reason = state, reason
    entry.changed_at, entry.changed_by_id = ctx.now, ctx.actor.id
    if entry.identity:
        catalogue.set_status(ctx.session, entry.identity, REPLACED if state == "replaced" else REVOKED)


def _tell(ctx: Context, application: Application, entry: RegisterEntry, text: Text, reason: str) -> None:
    """The applicant in chat and by mail, the officer in chat."""
    told = paragraphs(text, Text("Alasan: %(reason)s", reason=reason))
    subject = Text("Surat nomor %(number)s tidak berlaku lagi", number=entry.number)
    notices.tell_applicant(ctx, application, told, "letter_void", subject=subject)
    notices.tell_case_officer(ctx, application, told, "letter_void")
