"""Letters that wait for the director's signature. One that is signed outside of the service goes out as a final PDF,
and its signed copy comes back; BSrE signs the others (`letter_signing`).

Accepted is only the letter itself: the drawing below the signature unchanged, the signature intact and over the whole
file; where the profile says so, also a scan of the paper. Officers and directors may fetch the letter and bring it
back. A certificate that the profile does not trust, and every scan, the director confirms.
"""

from __future__ import annotations

from typing import cast

from bot.chat import IncomingFile
from bot.service import access, audit, buttons, cases, notices
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.letter_check import LetterReading, PdfSignature, judge, office_keys
from domain.letter_seal import SigningWay
from domain.permissions import Act
from domain.text import Text
from storage import file_records, jobs, officers, register, signed_copies
from storage.letters import TO_SIGN
from storage.tables import Application, File, Letter, SignedCopy

#: way → who may do something about a letter that waits for this signature
_ACTS: dict[SigningWay, Act] = {"outside": "send_signed", "bsre": "issue"}
_NOT_OURS = Text(
    "Berkas itu bukan surat yang harus ditandatangani. Kirim hasil tanda tangan dari berkas yang kami kirim."
)
_ANOTHER = Text("Berkas itu surat untuk permohonan lain.")
_OLDER = Text("Surat itu sudah dibetulkan atau diganti sesudahnya. Tanda tangani berkas yang terbaru.")
_UNSIGNED = Text("Berkas itu belum ditandatangani secara elektronik.")
_EXPIRED = Text("Sertifikat pada tanda tangan itu tidak berlaku hari ini.")
_CHANGED = Text("Tanda tangan elektronik pada berkas itu tidak cocok dengan isinya.")
_DRAFT = Text("Berkas itu masih konsep (DRAF). Kirim surat yang sudah jadi dan ditandatangani.")
_BLANK = Text("Halaman berkas itu kosong.")
_OWN = Text("Berkas itu surat dari layanan ini, yang sudah punya nomor sendiri.")
_NOT_AWAITED = Text("Tidak ada surat untuk permohonan ini yang menunggu tanda tangan.")
_NOT_TRUSTED = Text(
    "Sertifikat pada tanda tangan itu tidak ada di daftar kantor. Minta pengelola sistem mencatatnya lebih dahulu."
)
_NO_DIRECTOR = Text(
    "Tanda tangan ini perlu dikonfirmasi direktur, tetapi belum ada direktur di percakapan ini. Minta pengelola sistem "
    "mencatat sertifikatnya."
)


def awaited_way(ctx: Context, application: Application) -> SigningWay | None:
    """How the letter of this application is to be signed; `None` when it does not wait for a signature."""
    newest = _awaited(ctx, application)
    return _way_of(newest) if newest is not None else None


def open_unsigned(ctx: Context, application: Application, way: SigningWay) -> tuple[Letter, File]:
    """The letter that waits for its signature, and its file. Raises `ActionRefused`."""
    access.require(ctx, application, _ACTS[way])
    newest = _awaited(ctx, application)
    if newest is None or _way_of(newest) != way:
        raise ActionRefused(_NOT_AWAITED)
    return newest, cases.as_own_file(ctx, application, ctx.session.get_one(File, newest.file_id))


def take(ctx: Context, application: Application, pdf: IncomingFile) -> SignedCopy:
    """Keeps a signed copy for the confirmation, instead of one that was sent before. Raises `ActionRefused`, with the
    reason, for any other file. Directors are told when one of them has to confirm.
    """
    letter, _ = open_unsigned(ctx, application, "outside")
    reading = pdf.letter
    if pdf.kind != "pdf" or reading is None:
        raise ActionRefused(_NOT_OURS)
    if reading.is_draft:
        raise ActionRefused(_DRAFT)
    is_scan = ctx.office.signing.scans and reading.is_scan and not reading.signatures
    signature = None if is_scan else signature_of(ctx, letter, reading)
    needs_director = not _may_confirm(ctx, application, signature.fingerprint if signature else "")
    if needs_director and not officers.reachable(ctx.session, "director"):
        raise ActionRefused(_NO_DIRECTOR)
    copy = _keep(ctx, application, pdf, signature, letter.id)
    if needs_director:
        text = Text("Hasil tanda tangan untuk %(number)s menunggu konfirmasi Anda.", number=application.number)
        opens = buttons.open_case(application)
        notices.tell_staff(ctx, ("director",), text, "signed_copy", opens, about=application)
    return copy


def take_recorded(ctx: Context, application: Application, pdf: IncomingFile) -> SignedCopy:
    """The same for a letter that was written, numbered and signed outside: its words are not ours to compare."""
    access.require(ctx, application, "issue_by_upload")
    reading = pdf.letter
    if pdf.kind != "pdf" or reading is None:
        raise ActionRefused(Text("Suratnya harus berupa PDF yang utuh."))
    signature = _outside_signature(ctx, reading)
    trusted = ctx.office.signing.trusted
    if signature is not None and trusted and signature.fingerprint not in trusted:
        raise ActionRefused(_NOT_TRUSTED)
    return _keep(ctx, application, pdf, signature, None)


def waiting_copy(ctx: Context, application: Application) -> tuple[SignedCopy, File] | None:
    """The signed copy that was brought and not sent yet, and its file. The caller has opened the application."""
    newest = _awaited(ctx, application)
    copy = signed_copies.of_letter(ctx.session, newest.id) if newest is not None else None
    return find_copy(ctx, application, copy.file_id) if copy is not None else None


def find_copy(ctx: Context, application: Application, file_id: int) -> tuple[SignedCopy, File] | None:
    """The copy with this file, if no other one was brought since. The caller has opened the application."""
    copy = signed_copies.get(ctx.session, file_id)
    if copy is None or copy.application_id != application.id:
        return None
    return copy, cases.as_own_file(ctx, application, ctx.session.get_one(File, file_id))


def can_send(ctx: Context, application: Application, copy: SignedCopy) -> bool:
    """Whether the actor's word is enough for this copy."""
    return _may_confirm(ctx, application, copy.fingerprint)


def send(ctx: Context, application: Application, file_id: int) -> None:
    """The copy is confirmed. Its delivery is a job. Raises `ActionRefused`, also for another copy than the newest."""
    letter, final = open_unsigned(ctx, application, "outside")
    copy = signed_copies.of_letter(ctx.session, letter.id)
    if copy is None or copy.file_id != file_id:
        raise ActionRefused(Text("Tombol itu untuk berkas yang lama. Silakan periksa berkas yang terbaru."))
    if not can_send(ctx, application, copy):
        access.require(ctx, application, "issue")
    signed = ctx.session.get_one(File, file_id)
    file = file_records.add(
        ctx.session, application.person_id, signed.object, signed.owner, final.name, "pdf", signed.size, ctx.now
    )
    deliver(ctx, application, letter, file, copy.fingerprint)


def deliver(ctx: Context, application: Application, letter: Letter, signed: File, fingerprint: str) -> None:
    """The letter is its signed copy from now on. `fingerprint`: of the certificate; empty for a scan."""
    letter.state, letter.file_id = "ready", signed.id
    audit.record(ctx, application, "letter_signed", {}, {"letter": letter.id, "certificate": fingerprint})
    jobs.add(ctx.session, "delivery", f"delivery/{letter.id}", ctx.now, {"letter": letter.id})


def signature_of(ctx: Context, letter: Letter, reading: LetterReading) -> PdfSignature:
    """The last signature of a file. Raises `ActionRefused` unless the file is this letter, signed."""
    judgement = judge(reading, office_keys(ctx.app.keys.letter_keys()))
    if judgement.facts is None:
        raise ActionRefused(_NOT_OURS)
    entry = register.by_code(ctx.session, judgement.facts.code)
    if entry is None or entry.application_id != letter.application_id:
        raise ActionRefused(_ANOTHER)
    if entry.letter_id != letter.id:
        raise ActionRefused(_OLDER)
    if not reading.signatures:
        raise ActionRefused(judgement.reason if reading.goes_on or reading.drawing is None else _UNSIGNED)
    if judgement.outcome != "genuine":
        raise ActionRefused(judgement.reason)
    if _is_older(letter, reading):
        raise ActionRefused(_OLDER)
    return _valid_today(ctx, reading)


def _is_older(letter: Letter, reading: LetterReading) -> bool:
    """Whether the file is an untouched drawing, but of before the letter was corrected."""
    drawing = reading.drawing
    return drawing is not None and bool(letter.drawn_sha256) and drawing.drawn != letter.drawn_sha256


def _may_confirm(ctx: Context, application: Application, fingerprint: str) -> bool:
    return access.can(ctx, application, "issue") or fingerprint in ctx.office.signing.trusted


def _outside_signature(ctx: Context, reading: LetterReading) -> PdfSignature | None:
    """The last signature of a letter that is not ours; `None` for a scan."""
    if reading.is_draft:
        raise ActionRefused(_DRAFT)
    if judge(reading, office_keys(ctx.app.keys.letter_keys())).facts is not None:
        raise ActionRefused(_OWN)
    if reading.is_blank:
        raise ActionRefused(_BLANK)
    if not reading.signatures:
        if reading.is_scan and ctx.office.signing.scans:
            return None
        raise ActionRefused(_UNSIGNED)
    if not all(signature.intact for signature in reading.signatures) or not reading.signatures[-1].whole:
        raise ActionRefused(_CHANGED)
    return _valid_today(ctx, reading)


def _valid_today(ctx: Context, reading: LetterReading) -> PdfSignature:
    if not all(signature.is_within_validity(ctx.now) for signature in reading.signatures):
        raise ActionRefused(_EXPIRED)
    return reading.signatures[-1]


def _keep(
    ctx: Context, application: Application, pdf: IncomingFile, signature: PdfSignature | None, letter_id: int | None
) -> SignedCopy:
    file = file_records.add(
        ctx.session, ctx.actor.id, pdf.object, pdf.owner, pdf.name, "pdf", pdf.size, ctx.now, application.id
    )
    copy = SignedCopy(
        file_id=file.id,
        application_id=application.id,
        letter_id=letter_id,
        kind="signature" if signature else "scan",
        signer=signature.signer[:200] if signature else "",
        fingerprint=signature.fingerprint if signature else "",
        taken_at=ctx.now,
    )
    return signed_copies.store(ctx.session, copy)


def _awaited(ctx: Context, application: Application) -> Letter | None:
    """`None` also for a letter that was corrected, replaced or revoked since it was handed out."""
    newest = cases.newest_letter(ctx, application)
    if newest is None or newest.state != TO_SIGN:
        return None
    entry = register.of_letter(ctx.session, newest.id)
    return newest if entry is not None and entry.state == "valid" else None


def _way_of(letter: Letter) -> SigningWay:
    return cast("SigningWay", letter.facts["way"])
