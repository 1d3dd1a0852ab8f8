"""The cover letter: filled in from a draft, so that the applicant only prints, signs and sends it back.

Source: SK 66/BPS/Tahun 2023, step 7 at the desk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

from bot.chat import Attachment, Prompt
from bot.service import counter, documents, drafts
from bot.service.context import Context
from bot.service.copies import COVER_LETTER
from bot.service.documents import StoredDocument
from domain.files import FileKind
from domain.frozen import frozen
from domain.letterhead import compose_letterhead
from domain.number_words import write_number_words
from domain.signer import Signer, group_nip
from domain.text import Json, Text
from letters.cover_letter import CoverLetter
from storage import cover_letter_signers, jobs
from storage.tables import Draft, Person

FILE_NAME = "surat-pengantar"
_READY: dict[FileKind, Text] = {
    "docx": Text("Berkas Word surat itu terlampir, bila kop surat, lampiran, atau kalimatnya perlu disesuaikan."),
    "pdf": Text("Surat pengantar sudah siap. Silakan cetak, isi nomornya, tanda tangani, lalu kirim kembali di sini."),
}


@frozen
class CoverLetterRequest:
    """What the worker needs for drawing one cover letter."""

    facts: CoverLetter
    owner: str  #: for whom the file is encrypted


def last_signer(ctx: Context, draft: Draft) -> Signer | None:
    """Who signed the last letter that the actor had made for this institution, unless it was left open."""
    signer = cover_letter_signers.find(ctx.session, ctx.actor.id, _institution(ctx, draft))
    return signer if signer is not None and signer.name else None


def letterhead(ctx: Context, draft: Draft) -> tuple[str, ...] | None:
    """The letterhead of the institution; empty where its paper has one already. `None`: the actor was not asked yet."""
    return cover_letter_signers.find_letterhead(ctx.session, ctx.actor.id, _institution(ctx, draft))


def remember_letterhead(ctx: Context, draft: Draft, lines: tuple[str, ...]) -> None:
    cover_letter_signers.remember_letterhead(ctx.session, ctx.actor.id, _institution(ctx, draft), lines)


def known_letterhead(ctx: Context, draft: Draft) -> tuple[str, ...]:
    """What the answers say about the institution, as a letterhead; empty where they name none."""
    answers = _texts(draft)
    reached = (answers.get(name, "") for name in ("alamat_instansi", "telepon_instansi", "email_instansi"))
    return compose_letterhead(_institution(ctx, draft), *reached)


def count_attachments(ctx: Context, draft: Draft) -> int:
    """The form, the files that stand in the draft, and one for each question that must get a file and has none yet."""
    form = ctx.app.form(draft.form, draft.version)
    asked = [q for q in drafts.whole_path(ctx, form, draft) if q.kind == "file" and q.template != COVER_LETTER]
    return 1 + sum(len(files) if isinstance(files := draft.answers.get(q.id), list) else int(q.required) for q in asked)


def request(ctx: Context, template: str, draft: Draft, signer: Signer) -> None:
    """Lets the worker draw the document from the draft, and send it to the actor's address.

    Asking twice for the same revision and signer draws one document; asking after it was sent sends it again.
    """
    cover_letter_signers.remember(ctx.session, ctx.actor.id, _institution(ctx, draft), signer)
    mark = crc32(repr((signer, letterhead(ctx, draft))).encode())
    key = f"{template}/{draft.id}/{draft.revision}/{ctx.address.id}/{mark:08x}"
    arguments: dict[str, Json] = {"template": template, "draft": draft.id, "address": ctx.address.id}
    jobs.add_or_repeat(ctx.session, "document", key, ctx.now, arguments)


def facts_of(ctx: Context, draft_id: int) -> CoverLetterRequest:
    """The draft as it is now."""
    draft = ctx.session.get_one(Draft, draft_id)
    person = ctx.session.get_one(Person, draft.person_id)
    office = ctx.office
    answers = _texts(draft)
    institution, attached = _institution(ctx, draft), count_attachments(ctx, draft)
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
        letterhead="\n".join(cover_letter_signers.find_letterhead(ctx.session, person.id, institution) or ()),
        attachments=f"{attached} ({write_number_words(attached)}) berkas",
    )
    return CoverLetterRequest(facts, f"person/{person.id}")


def messages(ctx: Context, drawn: Mapping[FileKind, StoredDocument], draft_id: int) -> Sequence[Prompt]:
    """The drawn documents for the address that asked for them; nothing where that was signed out meanwhile."""
    draft = ctx.session.get(Draft, draft_id)
    if draft is None or not counter.may_change(ctx, draft):
        return ()
    found: list[Prompt] = []
    for kind, document in drawn.items():
        file = documents.add_file(ctx, ctx.address.person_id, document, f"{FILE_NAME}.{kind}", kind=kind)
        found.append(Prompt(_READY[kind], attachment=Attachment(file.id, file.name), reason="document"))
    return found


def _texts(draft: Draft) -> dict[str, str]:
    return {name: str(value or "") for name, value in draft.answers.items() if isinstance(value, str | None)}


def _institution(ctx: Context, draft: Draft) -> str:
    answered = draft.answers.get("instansi_penyelenggara")
    return str(answered) if answered else ctx.session.get_one(Person, draft.person_id).institution
