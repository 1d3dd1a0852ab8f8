"""Deletes the data of the actor at their request, and with it takes back their consent (UU 27/2022).

What stays, and why, is in docs/decisions/0042-deleted-data.md: letters and their register, the activity that was
examined, and the audit, which names people by numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.chat import Prompt
from bot.service import applications, audit, notices
from bot.service import people as accounts
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.people import CodeFault, ProvenMailbox
from domain.form.definition import Form
from domain.frozen import frozen
from domain.lifecycle import ENDED, WITHDRAWABLE
from domain.text import Json, Text, paragraphs
from storage import jobs, outbox, people, personal_data, ratings
from storage import officers as staff
from storage.tables import Address, Application, Complaint
from storage.unit import Session

JOB = "erase_chat"
#: how long the last message of an address may take to leave, before the address is forgotten all the same
LEAVES_WITHIN = timedelta(days=1)
#: between two looks whether it has left
LOOK_AGAIN = timedelta(minutes=1)
#: the question in which the applicant comments on a revision
_COMMENT = "catatan"


@frozen
class Obstacles:
    """What must end before the data can be deleted."""

    withdrawable: Sequence[Application]
    decided: Sequence[Application]  #: their letters are being prepared or are on their way
    complaints: Sequence[Complaint]
    is_staff: bool

    def __bool__(self) -> bool:
        return bool(self.withdrawable or self.decided or self.complaints or self.is_staff)


def obstacles(ctx: Context) -> Obstacles:
    open_cases = [one for one in personal_data.applications_of(ctx.session, ctx.person_id) if not _is_over(ctx, one)]
    return Obstacles(
        withdrawable=[one for one in open_cases if one.status in WITHDRAWABLE],
        decided=[one for one in open_cases if one.status not in WITHDRAWABLE],
        complaints=[one for one in personal_data.complaints_of(ctx.session, ctx.person_id) if one.state == "open"],
        is_staff=staff.get(ctx.session, ctx.person_id) is not None,
    )


#: said by the conversation in which it was confirmed, and in all others of the account
DONE = paragraphs(
    Text("✓ Data Anda sudah dihapus, dan persetujuan Anda sudah ditarik."),
    Text("Isi percakapan dan alamat percakapan ini ikut dihapus sesudah pesan ini terkirim."),
    Text("Surat yang sudah terbit, registernya, dan riwayat pemeriksaan tetap disimpan sebagai arsip."),
)


def confirm(ctx: Context, digits: str) -> CodeFault | None:
    """Deletes the data of the actor, if these are the digits of the code that was mailed for it. Raises
    `ActionRefused` where something must end before.
    """
    mailbox = accounts.own_mailbox(ctx)
    if mailbox is None:
        return "none"
    proof = accounts.check_code(ctx, mailbox.email, digits, "deletion")
    if not isinstance(proof, ProvenMailbox):
        return proof
    _erase(ctx)
    return None


def erase_unproven(ctx: Context, person_id: int) -> None:
    """The same for an actor without a proven mailbox. `person_id`: whose data the question was about. Raises
    `ActionRefused` for anybody else too.
    """
    if person_id != ctx.person_id or accounts.own_mailbox(ctx) is not None:
        raise ActionRefused(Text("Akun di percakapan ini sudah berubah. Silakan mulai lagi."))
    _erase(ctx)


def _erase(ctx: Context) -> None:
    """Everything in one transaction, except the messages, which a job deletes. The actor is somebody new afterwards."""
    addresses = personal_data.lock(ctx.session, ctx.person_id)
    if obstacles(ctx):
        raise ActionRefused(Text("Masih ada yang harus selesai dahulu. Tulis “hapus data saya” untuk melihatnya."))
    person = ctx.actor
    audit.record(ctx, person, "erase", after={"consent": "withdrawn"})
    sent = personal_data.sent_files_of(ctx.session, person.id)
    objects = _erase_cases(ctx) | set(personal_data.delete_files(ctx.session, files=sent, person_id=person.id))
    ids = [address.id for address in addresses]
    personal_data.end_jobs(ctx.session, ids, ctx.now)
    personal_data.forget_dialogues(ctx.session, ids)
    personal_data.erase(ctx.session, person, ctx.now)
    _leave(ctx, addresses, objects)


def _is_over(ctx: Context, application: Application) -> bool:
    """Nothing is awaited any more: a letter that was issued has also reached its applicant."""
    if application.status == "issued":
        return applications.is_letter_sent(ctx, application)
    return application.status in ENDED


def _erase_cases(ctx: Context) -> set[str]:
    """Of applications that have ended the activity stays; who asked, their contacts and their documents go. Returns
    the objects that may be unused now.
    """
    cases = personal_data.applications_of(ctx.session, ctx.person_id)
    for application in cases:
        named = personal_questions(ctx.app.form(application.form, application.version))
        for submission in personal_data.submissions_of(ctx.session, application.id):
            personal_data.clear_answers(ctx.session, submission, named)
        if (rating := ratings.get(ctx.session, application.id)) is not None:
            rating.comment = ""
        application.documents_deleted_at = ctx.now
    return set(personal_data.delete_files(ctx.session, *(one.id for one in cases)))


def personal_questions(form: Form) -> frozenset[str]:
    """Ids of the questions whose answers are about a person, or are documents."""
    return frozenset(
        question.id
        for question in form.questions.values()
        if question.personal_data or question.kind == "file" or question.id == _COMMENT
    )


def _leave(ctx: Context, addresses: Sequence[Address], objects: Collection[str]) -> None:
    """Each address belongs to somebody new from now on, and is told so. What was said there is hidden at once, and
    deleted by a job, which also forgets the address itself when nobody has written from it since.
    """
    for address in addresses:
        stranger = people.create(ctx.session, ctx.now)
        address.person_id, address.staff_since, address.undo_code = stranger.id, None, None
        outbox.hide_messages(ctx.session, address, ctx.now)
        if address.id == ctx.address.id:
            ctx.actor = stranger
        else:
            notices.queue(ctx, [address], Prompt(DONE, subject=Text("Data Anda sudah dihapus"), reason="erased"))
        arguments: dict[str, Json] = {
            "address": address.id,
            "person": stranger.id,
            "hidden": address.hidden_message_id,
            "began": ctx.now.isoformat(),
            "objects": list[Json](sorted(objects)),
        }
        jobs.add(ctx.session, JOB, f"{JOB}/{address.id}/{ctx.now.isoformat()}", ctx.now, arguments)


def forget_address(
    session: Session, address_id: int, person_id: int, hidden: int, began: datetime, now: datetime
) -> datetime | None:
    """Forgets where the person was reached, unless somebody has written from there since. `hidden`: the newest message
    of before. Returns when to look again, where the last message has not left yet.
    """
    address = session.get_one(Address, address_id, with_for_update=True)
    if address.person_id != person_id or personal_data.has_written(session, address_id, hidden):
        return None
    if personal_data.is_waiting(session, address_id) and now < began + LEAVES_WITHIN:
        return now + LOOK_AGAIN
    personal_data.forget_identifiers(session, address, now)
    return None
