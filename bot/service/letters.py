"""Documents the desk makes ready, and the letter that was signed outside. A use case only asks; the worker renders and
delivers outside of any transaction.
"""

from __future__ import annotations

from bot.chat import IncomingFile
from bot.service import transitions
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Json, Text
from storage import jobs, letters
from storage.tables import Application, Draft, File, Letter


def ask_for(ctx: Context, template: str, draft: Draft) -> None:
    """Asks the worker for a document made from the draft as it is now; it is sent to this address when ready."""
    key = f"{template}/{draft.id}/{draft.revision}/{ctx.address.id}"
    jobs.add(
        ctx.session, "document", key, ctx.now, {"template": template, "draft": draft.id, "address": ctx.address.id}
    )


def issue_by_upload(ctx: Context, application: Application, number: str, identity: str, pdf: IncomingFile) -> None:
    """Where the director does not use the chat: the letter signed outside, with the number printed on it. Raises
    `ActionRefused` for anything but a sound PDF, and for a number or identity that another letter bears.
    """
    if pdf.refused or pdf.kind != "pdf":
        raise ActionRefused(Text("Suratnya harus berupa PDF yang utuh. Silakan mulai lagi dari permohonannya."))
    if letters.is_taken(ctx.session, number, identity):
        raise ActionRefused(Text("Nomor atau identitas itu sudah dipakai surat lain."))
    named: dict[str, Json] = {"letter_number": number, "identity": identity, "uploaded": True}
    transitions.move(ctx, application, "issue", act="issue_by_upload", also=named, issued_at=ctx.now)
    file = File(
        person_id=application.person_id,
        object=pdf.object,
        owner=pdf.owner,
        name=f"surat-{number.replace('/', '-')}.pdf",
        kind="pdf",
        size=pdf.size,
        created_at=ctx.now,
    )
    ctx.session.add(file)
    ctx.session.flush()
    letter = Letter(
        application_id=application.id,
        stage="uploaded",
        state="ready",
        facts={"day": ctx.today.isoformat()},
        number=number,
        identity=identity or None,
        file_id=file.id,
        sha256="",
        created_at=ctx.now,
    )
    ctx.session.add(letter)
    ctx.session.flush()
    jobs.add(ctx.session, "delivery", f"delivery/{letter.id}", ctx.now, {"letter": letter.id})
