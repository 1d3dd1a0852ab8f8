"""Letters that wait for the director's signature. One that is signed outside of the service goes out as a final PDF,
and its signed copy comes back; BSrE signs the others (`letter_signing`).

Accepted is only the letter itself: the drawing below the signature unchanged, the signature intact and over the whole
file. Whose certificate it is, the director confirms by name and fingerprint.
"""

from __future__ import annotations

from bot.chat import IncomingFile
from bot.service import access, audit, cases
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.letter_check import LetterReading, PdfSignature, judge
from domain.letter_seal import SigningWay
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


def is_awaited(ctx: Context, application: Application, way: SigningWay) -> bool:
    """Whether the letter of this application waits for being signed in this way."""
    return _awaited(ctx, application, way) is not None


def open_unsigned(ctx: Context, application: Application, way: SigningWay) -> tuple[Letter, File]:
    """The letter that waits for its signature, and its file. Raises `ActionRefused`."""
    access.require(ctx, application, "issue")
    newest = _awaited(ctx, application, way)
    if newest is None:
        raise ActionRefused(_NOT_AWAITED)
    return newest, cases.as_own_file(ctx, application, ctx.session.get_one(File, newest.file_id))


def take(ctx: Context, application: Application, pdf: IncomingFile) -> tuple[File, PdfSignature]:
    """Keeps a signed copy for the confirmation. Raises `ActionRefused`, with the reason, for any other file."""
    letter, _ = open_unsigned(ctx, application, "outside")
    if pdf.kind != "pdf":
        raise ActionRefused(_NOT_OURS)
    signature = signature_of(ctx, letter, pdf.letter)
    file = file_records.add(
        ctx.session, ctx.actor.id, pdf.object, pdf.owner, pdf.name, "pdf", pdf.size, ctx.now, application.id
    )
    return file, signature


def send(ctx: Context, application: Application, file_id: int, fingerprint: str) -> None:
    """The director has confirmed the copy. Its delivery is a job. Raises `ActionRefused`."""
    letter, final = open_unsigned(ctx, application, "outside")
    signed = ctx.session.get(File, file_id)
    if signed is None or signed.person_id != ctx.actor.id or signed.application_id != application.id:
        raise ActionRefused(_NOT_OURS)
    file = file_records.add(
        ctx.session, application.person_id, signed.object, signed.owner, final.name, "pdf", signed.size, ctx.now
    )
    deliver(ctx, application, letter, file, fingerprint)


def deliver(ctx: Context, application: Application, letter: Letter, signed: File, fingerprint: str) -> None:
    """The letter is its signed copy from now on."""
    letter.state, letter.file_id = "ready", signed.id
    audit.record(ctx, application, "letter_signed", {}, {"letter": letter.id, "certificate": fingerprint})
    jobs.add(ctx.session, "delivery", f"delivery/{letter.id}", ctx.now, {"letter": letter.id})


def signature_of(ctx: Context, letter: Letter, reading: LetterReading | None) -> PdfSignature:
    """The last signature of a file. Raises `ActionRefused` unless the file is this letter, signed."""
    judgement = judge(reading, ctx.app.keys.letter_key().public_key())
    if reading is None or judgement.facts is None:
        raise ActionRefused(_NOT_OURS)
    entry = register.by_code(ctx.session, judgement.facts.code)
    if entry is None or entry.letter_id != letter.id:
        raise ActionRefused(_ANOTHER)
    if not reading.signatures:
        raise ActionRefused(judgement.reason if reading.goes_on or reading.drawing is None else _UNSIGNED)
    if judgement.outcome != "genuine":
        raise ActionRefused(judgement.reason)
    if not all(signature.is_within_validity(ctx.now) for signature in reading.signatures):
        raise ActionRefused(_EXPIRED)
    return reading.signatures[-1]


def _awaited(ctx: Context, application: Application, way: SigningWay) -> Letter | None:
    """`None` also for a letter that was corrected, replaced or revoked since it was handed out."""
    newest = cases.newest_letter(ctx, application)
    if newest is None or newest.state != TO_SIGN or newest.facts.get("way") != way:
        return None
    entry = register.of_letter(ctx.session, newest.id)
    return newest if entry is not None and entry.state == "valid" else None
