"""The receipt of a complaint as a PDF, for whoever may read its status. Nothing that is stored for it names the
complaint: one without a name must not lead to the conversation that asked.
"""

from __future__ import annotations

from bot.service import complaints, daily_limits, documents, papers
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.documents import StoredDocument
from domain.text import Json, Text, verbatim
from letters.complaint_receipt import ComplaintReceipt
from storage import jobs
from storage.tables import Complaint

JOB = "complaint_receipt"
_PURPOSE = "complaint receipt"
_GONE = Text("Pengaduan itu sudah tidak ada.")


def order(ctx: Context, complaint_id: int, secret: str) -> bool:
    """Lets the worker draw it for the actor's address. False for a complaint of somebody else, and for a wrong code.

    Raises `ActionRefused` for too many papers on one day.
    """
    if complaints.read_own(ctx, complaint_id, secret) is None:
        return False
    if not daily_limits.may_draw_paper(ctx):
        raise ActionRefused(papers.TOO_MANY)
    sealed = ctx.app.keys.seal(_PURPOSE, str(complaint_id).encode(), str(ctx.address.id)).hex()
    arguments: dict[str, Json] = {"complaint": sealed, "address": ctx.address.id}
    jobs.add(ctx.session, JOB, f"{JOB}/{ctx.address.id}/{ctx.now.isoformat()}", ctx.now, arguments)
    return True


def facts_of(ctx: Context, sealed: str) -> ComplaintReceipt:
    """The number was sealed for this address when the actor was allowed to read it.

    Raises `ActionRefused` when it is gone, or carries the name of somebody else by now.
    """
    complaint_id = int(ctx.app.keys.open(_PURPOSE, bytes.fromhex(sealed), str(ctx.address.id)))
    complaint = ctx.session.get(Complaint, complaint_id)
    if complaint is None or complaint.person_id not in {None, ctx.person_id}:
        raise ActionRefused(_GONE)
    is_unnamed, office = complaint.person_id is None, ctx.office
    return ComplaintReceipt(
        office=office.office.name,
        number=complaint.number,
        filed_at=complaint.created_at.astimezone(office.zone),
        time_zone=office.office.timezone_label,
        is_unnamed=is_unnamed,
        complainer="" if is_unnamed else ctx.actor.name,
        first_answer_by=complaint.first_answer_by,
        settle_by=complaint.settle_by,
        channels=_channels(ctx),
    )


def send(ctx: Context, document: StoredDocument) -> None:
    """To the address that asked."""
    text = Text("Tanda terima pengaduan Anda. Isi pengaduan tidak tercantum di dalamnya.")
    documents.send(ctx, document, "tanda-terima.pdf", text)


def _channels(ctx: Context) -> tuple[tuple[str, Text], ...]:
    """The four of the service standard, and the national one."""
    contacts = ctx.office.complaints
    return (
        ("Meja pengaduan", contacts.desk),
        ("Situs web", verbatim(contacts.website)),
        ("E-mail", verbatim(contacts.email)),
        ("WhatsApp", verbatim(contacts.whatsapp)),
        ("Layanan nasional", verbatim(f"{contacts.national}, {contacts.national_website}")),
    )
