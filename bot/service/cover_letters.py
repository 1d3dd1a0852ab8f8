"""The cover letter: filled in from a draft, so that the applicant only prints, signs and sends it back.

Source: SK 66/BPS/Tahun 2023, step 7 at the desk.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat import Attachment, Prompt
from bot.service import documents, notices
from bot.service.context import Context
from bot.service.documents import StoredDocument
from domain.text import Json, Text
from letters.cover_letter import CoverLetter
from storage import jobs
from storage.tables import Draft, Person

FILE_NAME = "surat-pengantar.pdf"


@dataclass(frozen=True, slots=True)
class CoverLetterRequest:
    """What the worker needs for drawing one cover letter."""

    facts: CoverLetter
    owner: str  #: for whom the file is encrypted


def request(ctx: Context, template: str, draft: Draft) -> None:
    """Lets the worker draw the document from the draft, and send it to the actor's address.

    Asking twice for the same revision draws one document.
    """
    key = f"{template}/{draft.id}/{draft.revision}/{ctx.address.id}"
    arguments: dict[str, Json] = {"template": template, "draft": draft.id, "address": ctx.address.id}
    jobs.add(ctx.session, "document", key, ctx.now, arguments)


def facts_of(ctx: Context, draft_id: int) -> CoverLetterRequest:
    """The draft as it is now."""
    draft = ctx.session.get_one(Draft, draft_id)
    person = ctx.session.get_one(Person, draft.person_id)
    office = ctx.office
    answers = {name: str(value or "") for name, value in draft.answers.items() if isinstance(value, str | None)}
    facts = CoverLetter(
        day=ctx.today,
        place=office.letters.place,
        addressee=office.addressee.name,
        addressee_address=office.addressee.address,
        office=office.office.name,
        title=answers.get("judul_kegiatan", ""),
        year=str(draft.answers.get("tahun_kegiatan") or ""),
        applicant=person.name,
        position=person.position,
        institution=answers.get("instansi_penyelenggara") or person.institution,
        address=answers.get("alamat_instansi", ""),
        phone=answers.get("telepon_instansi", ""),
        email=answers.get("email_instansi", ""),
    )
    return CoverLetterRequest(facts, f"person/{person.id}")


def send(ctx: Context, document: StoredDocument, draft_id: int) -> None:
    """Sends the drawn document to the address that asked for it, unless that was signed out meanwhile."""
    draft = ctx.session.get(Draft, draft_id)
    if draft is None or draft.person_id != ctx.person_id:
        return
    file = documents.add_file(ctx, ctx.address.person_id, document, FILE_NAME)
    ready = Prompt(
        Text(
            "Surat pengantar sudah siap. Silakan cetak di atas kop surat instansi, tanda tangani, "
            "lalu kirim kembali di sini."
        ),
        attachment=Attachment(file.id, file.name),
        reason="document",
    )
    notices.queue(ctx, [ctx.address], ready)
