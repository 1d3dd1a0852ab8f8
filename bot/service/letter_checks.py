"""What anybody may learn of a letter: by its code, or by a file that is compared with what the office has sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from bot.service.context import Context
from domain.letter_check import CheckedLetter, LetterAnswer, LetterReading, OfficeKey, judge, office_keys
from domain.letter_seal import SigningWay
from domain.text import Text
from storage import letters, register, signed_copies
from storage.tables import Letter, RegisterEntry
from storage.unit import Session

_SAME = Text("Isinya sama persis dengan yang kami terbitkan.")
_CORRECTED = Text("Berkas ini dari kami, tetapi surat ini sudah dibetulkan sesudahnya. Mintalah berkas terbarunya.")
_OTHER_SIGNATURE = Text("Tanda tangan elektroniknya bukan tanda tangan dari berkas yang kami kirim.")
_NOT_REGISTERED = Text("Segelnya dari kantor kami, tetapi suratnya tidak ada di register.")


def by_code(session: Session, code: str) -> CheckedLetter | None:
    """`None` for a code that no letter has."""
    entry = register.by_code(session, code)
    return _shown(session, entry) if entry is not None else None


def by_hash(session: Session, sha256: str) -> LetterAnswer | None:
    """`None` for a file that the office has not sent."""
    found = register.by_drawing(session, sha256)
    if found is None:
        return None
    entry, drawing = found
    reason = _SAME if entry.letter_id == drawing.id else _CORRECTED
    return LetterAnswer("genuine", reason, _shown(session, entry))


def by_reading(session: Session, reading: LetterReading | None, keys: Sequence[OfficeKey]) -> LetterAnswer:
    """For a file that the office has not sent as it is."""
    judgement = judge(reading, keys)
    if judgement.facts is None:
        return LetterAnswer(judgement.outcome, judgement.reason)
    letter = by_code(session, judgement.facts.code)
    if letter is None:
        return LetterAnswer("foreign", _NOT_REGISTERED)
    if judgement.outcome == "genuine" and reading is not None and not _is_signed_as_sent(session, reading):
        return LetterAnswer("changed", _OTHER_SIGNATURE, letter)
    return LetterAnswer(judgement.outcome, judgement.reason, letter)


def _is_signed_as_sent(session: Session, reading: LetterReading) -> bool:
    """Whether one of its signatures is that of the file that was sent; who got it may have added another one. Anybody
    can sign the drawing with a certificate of the same name.
    """
    signed = [signature.signed_sha256 for signature in reading.signatures]
    return not signed or any(register.by_drawing(session, sha256) for sha256 in signed)


def by_upload(ctx: Context, sha256: str, reading: LetterReading | None) -> LetterAnswer:
    """For a PDF that somebody sent into a conversation."""
    known = by_hash(ctx.session, sha256)
    return known or by_reading(ctx.session, reading, office_keys(ctx.app.keys.letter_keys()))


def _shown(session: Session, entry: RegisterEntry) -> CheckedLetter:
    drawing = session.get_one(Letter, entry.letter_id)
    successor = session.get(RegisterEntry, entry.replaced_by_id) if entry.replaced_by_id else None
    return CheckedLetter(
        number=entry.number,
        identity=entry.identity or "",
        day=entry.day,
        verdict=entry.verdict,
        title=entry.title,
        organiser=entry.organiser,
        way=_way(session, drawing),
        state=entry.state if entry.state != "valid" or _is_out(session, drawing) else "pending",
        reason=entry.reason,
        replaced_by=successor.number if successor else "",
    )


def _is_out(session: Session, drawing: Letter) -> bool:
    """Whether the letter was sent, be it before it was corrected: its number and facts hold since then."""
    return drawing.state == "ready" or letters.was_sent_before(session, drawing)


def _way(session: Session, drawing: Letter) -> SigningWay | Literal["recorded", "scan"]:
    if drawing.id in signed_copies.scanned(session, [drawing.id]):
        return "scan"
    return "recorded" if drawing.stage == "uploaded" else cast("SigningWay", drawing.facts.get("way", "none"))
