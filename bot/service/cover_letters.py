"""The cover letter: filled in from a draft, so that the applicant only prints, signs and sends it back.

Source: SK 66/BPS/Tahun 2023, step 7 at the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from bot.chat import Attachment, Prompt
from bot.service import counter, documents, notices
from bot.service.context import Context
from bot.service.documents import StoredDocument
from domain.files import FileKind
from domain.signer import Signer, group_nip
from domain.text import Json, Text
from letters.cover_letter import CoverLetter
from storage import cover_letter_signers, jobs
from storage.tables import Draft, Person

FILE_NAME = "surat-pengantar"
_READY: dict[FileKind, Text] = {
    "docx": Text("Ini berkas Word yang sama, bila kop surat atau kalimatnya perlu disesuaikan."),
    "pdf": Text(
        "Surat pengantar sudah siap. Silakan cetak di atas kop surat instansi, tanda tangani, lalu kirim kembali di "
        "sini."
    ),
}


@dataclass(frozen=True, slots=True)
class CoverLetterRequest:
    """What the worker needs for drawing one cover letter."""

    facts: CoverLetter
    owner: str  #: for whom the file is encrypted


def last_signer(ctx: Context, draft: Draft) -> Signer | None:
    """Who signed the last letter that the actor had made for this institution, unless it was left open."""
    signer = cover_letter_signers.find(ctx.session, ctx.actor.id, _institution(ctx, draft))
    return signer if signer is not None and signer.name else None


def request(ctx: Context, template: str, draft: Draft, signer: Signer) -> None:
    """Lets the worker draw the document from the draft, and send it to the actor's address.

    Asking twice for the same revision and signer draws one document.
    """
    cover_letter_signers.remember(ctx.session, ctx.actor.id, _institution(ctx, draft), signer)
    mark = crc32(repr(signer).encode())
    key = f"{template}/{draft.id}/{draft.revision}/{ctx.address.id}/{mark:08x}"
    arguments: dict[str, Json] = {"template": template, "draft": draft.id, "address": ctx.address.id}
    jobs.add(ctx.session, "document", key, ctx.now, arguments)


def facts_of(ctx: Context, draft_id: int) -> CoverLetterRequest:
    """The draft as it is now."""
    draft = ctx.session.get_one(Draft, draft_id)
    person = ctx.session.get_one(Person, draft.person_id)
    office = ctx.office
    answers = {name: str(value or "") for name, value in draft.answers.items() if isinstance(value, str | None)}
    institution = _institution(ctx, draft)
    signer = cover_letter_signers.find(ctx.session, person.id, institution) or Signer()
    facts = CoverLetter(
        day=ctx.today,
        place=office.letters.place,
        addressee=office.addressee.name,
        addressee_address=office.addressee.address,
        office=office.office.name,
        title=answers.get("judul_kegiatan", ""),
        year=str(draft.answers.get("tahun_kegiatan") or ""),
        institution=institution,
        address=answers.get("alamat_instansi", ""),
        phone=answers.get("telepon_instansi", ""),
        email=answers.get("email_instansi", ""),
        signer=signer.name,
        position=signer.position,
        nip=group_nip(signer.nip),
    )
    return CoverLetterRequest(facts, f"person/{person.id}")


def send(ctx: Context, drawn: Mapping[FileKind, StoredDocument], draft_id: int) -> None:
    """Sends the drawn documents to the address that asked for them, unless that was signed out meanwhile."""
    draft = ctx.session.get(Draft, draft_id)
    if draft is None or not counter.may_change(ctx, draft):
        return
    for kind, document in drawn.items():
        file = documents.add_file(ctx, ctx.address.person_id, document, f"{FILE_NAME}.{kind}", kind=kind)
        ready = Prompt(_READY[kind], attachment=Attachment(file.id, file.name), reason="document")
        notices.queue(ctx, [ctx.address], ready)


def _institution(ctx: Context, draft: Draft) -> str:
    answered = draft.answers.get("instansi_penyelenggara")
    return str(answered) if answered else ctx.session.get_one(Person, draft.person_id).institution
