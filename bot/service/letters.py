"""Documents the desk makes ready, and the letter that was signed outside. A use case only asks; the worker renders and
delivers outside of any transaction.
"""

from __future__ import annotations

from bot.conversations.types import IncomingFile
from bot.service import cases
from bot.service.desk import Desk
from desk.text import Json, Text
from storage import cases as rows
from storage import jobs
from storage.tables import Application, Draft, File, Letter


def ask_for(desk: Desk, template: str, draft: Draft) -> None:
    """Asks the worker for a document made from the draft as it is now; it is sent to this address when ready."""
    key = f"{template}/{draft.id}/{draft.revision}/{desk.address.id}"
    jobs.add(
        desk.session, "document", key, desk.now, {"template": template, "draft": draft.id, "address": desk.address.id}
    )


def issue_by_upload(desk: Desk, application: Application, number: str, identity: str, pdf: IncomingFile) -> None:
    """Where the director does not use the chat: the letter signed outside, with the number printed on it. Raises
    `Refused` for anything but a sound PDF, and for a number or identity that another letter bears.
    """
    if pdf.refused or pdf.kind != "pdf":
        raise cases.Refused(Text("Suratnya harus berupa PDF yang utuh. Silakan mulai lagi dari permohonannya."))
    if rows.number_taken(desk.session, number, identity):
        raise cases.Refused(Text("Nomor atau identitas itu sudah dipakai surat lain."))
    named: dict[str, Json] = {"letter_number": number, "identity": identity, "uploaded": True}
    cases.move(desk, application, "issue", "issue_by_upload", also=named, issued_at=desk.now)
    file = File(
        person_id=application.person_id,
        object=pdf.object,
        owner=pdf.owner,
        name=f"surat-{number.replace('/', '-')}.pdf",
        kind="pdf",
        size=pdf.size,
        created_at=desk.now,
    )
    desk.session.add(file)
    desk.session.flush()
    letter = Letter(
        application_id=application.id,
        stage="uploaded",
        state="ready",
        facts={"day": desk.today.isoformat()},
        number=number,
        identity=identity or None,
        file_id=file.id,
        sha256="",
        created_at=desk.now,
    )
    desk.session.add(letter)
    desk.session.flush()
    jobs.add(desk.session, "delivery", f"delivery/{letter.id}", desk.now, {"letter": letter.id})
