"""Letters that the director signs outside of the service: the final PDF goes out, its signed copy comes back.

Accepted is only the letter itself: the drawing below the signature unchanged, the signature intact and over the whole
file. Whose certificate it is, the director confirms by name and fingerprint.
"""

from __future__ import annotations

from bot.chat import IncomingFile
from bot.service import access, audit, cases
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.letter_check import PdfSignature, judge
from domain.text import Text
from storage import file_records, jobs, register
from storage.letters import TO_SIGN
from storage.tables import Application, File, Letter

_NOT_OURS = Text(
    "Berkas itu bukan surat yang harus ditandatangani. Kirim hasil tanda tangan dari berkas yang kami kirim."
)
_ANOTHER = Text("Berkas itu surat untuk permohonan lain.")
_UNSIGNED = Text("Berkas itu belum ditandatangani secara elektronik.")
_EXPIRED = Text("Sertifikat pada tanda tangan itu tidak berlaku hari ini.")
_NOT_AWAITED = Text("Tidak ada surat untuk permohonan ini yang menunggu tanda tangan.")


def is_awaited(ctx: Context, application: Application) -> bool:
    """Whether the letter of this application waits for its signature."""
    return _awaited(ctx, application) is not None


def open_unsigned(ctx: Context, application: Application) -> tuple[Letter, File]:
    """The letter that waits for its signature, and its file. Raises `ActionRefused`."""
    access.require(ctx, application, "issue")
    newest = _awaited(ctx, application)
    if newest is None:
        raise ActionRefused(_NOT_AWAITED)
    return newest, cases.as_own_file(ctx, application, ctx.session.get_one(File, newest.file_id))


def take(ctx: Context, application: Application, pdf: IncomingFile) -> tuple[File, PdfSignature]:
    """Keeps a signed copy for the confirmation. Raises `ActionRefused`, with the reason, for any other file."""
    letter, _ = open_unsigned(ctx, application)
    signature = _signature_of(ctx, letter, pdf)
    file = file_records.add(
        ctx.session, ctx.actor.id, pdf.object, pdf.owner, pdf.name, "pdf", pdf.size, ctx.now, application.id
    )
    return file, signature


def send(ctx: Context, application: Application, file_id: int, fingerprint: str) -> None:
    """The director has confirmed the copy. Its delivery is a job. Raises `ActionRefused`."""
    letter, final = open_unsigned(ctx, application)
    signed = ctx.session.get(File, file_id)
    if signed is None or signed.person_id != ctx.actor.id or signed.application_id != application.id:
        raise ActionRefused(_NOT_OURS)
    file = file_records.add(
        ctx.session, application.person_id, signed.object, signed.owner, final.name, "pdf", signed.size, ctx.now
    )
    letter.state, letter.file_id = "ready", file.id
    audit.record(ctx, application, "letter_signed", {}, {"letter": letter.id, "certificate": fingerprint})
    jobs.add(ctx.session, "delivery", f"delivery/{letter.id}", ctx.now, {"letter": letter.id})


def _awaited(ctx: Context, application: Application) -> Letter | None:
    """`None` also for a letter that was corrected, replaced or revoked since it was handed out."""
    newest = cases.newest_letter(ctx, application)
    if newest is None or newest.state != TO_SIGN:
        return None
    entry = register.of_letter(ctx.session, newest.id)
    return newest if entry is not None and entry.state == "valid" else None


def _signature_of(ctx: Context, letter: Letter, pdf: IncomingFile) -> PdfSignature:
    """Raises `ActionRefused` unless the file is this letter, signed."""
    judgement = judge(pdf.letter, ctx.app.keys.letter_key().public_key())
    if pdf.kind != "pdf" or pdf.letter is None or judgement.facts is None:
        raise ActionRefused(_NOT_OURS)
    entry = register.by_code(ctx.session, judgement.facts.code)
    if entry is None or entry.letter_id != letter.id:
        raise ActionRefused(_ANOTHER)
    if not pdf.letter.signatures:
        raise ActionRefused(judgement.reason if pdf.letter.goes_on or pdf.letter.drawing is None else _UNSIGNED)
    if judgement.outcome != "genuine":
        raise ActionRefused(judgement.reason)
    if not all(signature.is_within_validity(ctx.now) for signature in pdf.letter.signatures):
        raise ActionRefused(_EXPIRED)
    return pdf.letter.signatures[-1]
