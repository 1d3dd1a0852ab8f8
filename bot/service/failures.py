"""Tells the head and the admin in chat what the service could not do, so that somebody mends it; and the person who
waits for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.chat import Prompt
from bot.service import notices
from domain.frozen import frozen
from domain.text import Text, joined
from storage import inbox, installation, officers, people
from storage.jobs import DueJob
from storage.secrets import Keys
from storage.tables import Address, Application, HeldAct, Letter, Officer
from storage.unit import Session

#: between two notices about failed messages
TELL_EVERY = timedelta(minutes=5)
_TOLD_AT = "failed_messages_told_at"


@frozen
class FailureWords:
    """What people are told of one kind of document that is not made."""

    document: Text  #: as whoever asked for it knows it
    otherwise: Text  #: how they get on without it


#: kind of job → its words. A letter's applicant is told when the letter is there; before that only the staff know.
DOCUMENTS: Mapping[str, FailureWords] = {
    "document": FailureWords(
        Text("surat pengantar"),
        Text("Anda juga dapat menulis surat pengantar sendiri, lalu mengirim pindaiannya di sini."),
    ),
    "form_file": FailureWords(Text("berkas formulir"), Text("Anda tetap dapat mengisi formulirnya di percakapan ini.")),
    "paper": FailureWords(Text("dokumen yang Anda minta"), Text("Silakan minta lagi nanti.")),
    "report": FailureWords(Text("laporan"), Text("Silakan minta lagi nanti.")),
    "satisfaction_report": FailureWords(Text("laporan survei kepuasan"), Text("Silakan minta lagi nanti.")),
    "romantik": FailureWords(Text("ekspor untuk Romantik"), Text("Silakan minta lagi nanti.")),
    "slip": FailureWords(Text("struk"), Text("Silakan minta lagi nanti.")),
    "complaint_receipt": FailureWords(Text("tanda terima pengaduan"), Text("Silakan minta lagi nanti.")),
    "receipt": FailureWords(
        Text("tanda terima"), Text("Permohonan Anda tetap kami proses, dan dapat Anda lihat dengan menulis: status")
    ),
}


def tell_given_up_job(session: Session, keys: Keys, now: datetime, job: DueJob) -> None:
    """A document was not made, or a letter not sent, however often it was tried."""
    letter_id = job.arguments.get("letter")
    letter = session.get(Letter, letter_id) if isinstance(letter_id, int) else None
    if letter is not None:
        text = Text(
            "Surat untuk permohonan %(number)s gagal disiapkan, jadi belum sampai kepada pemohon. "
            "Mohon pengelola sistem memeriksanya.",
            number=session.get_one(Application, letter.application_id).number,
        )
        _tell_staff(session, keys, now, text)
    elif words := DOCUMENTS.get(job.kind):
        failed = Text("Maaf, %(document)s Anda gagal kami buat.", document=words.document)
        told = Text("Petugas sudah diberi tahu.") if _staff(session) else None
        _tell_requester(session, keys, now, job, joined(" ", failed, told, words.otherwise))
        text = Text(
            "Dokumen yang diminta gagal dibuat: %(document)s. Mohon pengelola sistem memeriksanya.",
            document=words.document,
        )
        _tell_staff(session, keys, now, text)
    elif job.kind == "held_act":
        _tell_of_held_act(session, keys, now, job)


def _tell_of_held_act(session: Session, keys: Keys, now: datetime, job: DueJob) -> None:
    """What an officer or a director confirmed was not done. It still waits: they may undo it, and it is done when the
    job is run again. They are told as well.
    """
    held = session.get(HeldAct, job.arguments["held"])
    if held is None:
        return
    text = Text(
        "Yang dikonfirmasi untuk permohonan %(number)s gagal dijalankan, jadi belum ada yang diberi tahu. "
        "Mohon pengelola sistem memeriksanya.",
        number=session.get_one(Application, held.application_id).number,
    )
    actor = officers.get(session, session.get_one(Address, held.address_id).person_id)
    _tell_staff(session, keys, now, text, actor)


def tell_delayed_job(session: Session, keys: Keys, now: datetime, job: DueJob) -> None:
    """The first try failed, and the person who asked for a document waits for it in the chat."""
    if job.kind not in DOCUMENTS:
        return
    delayed = Text(
        "Dokumen Anda belum berhasil dibuat karena gangguan di pihak kami: %(document)s. Kami coba lagi, "
        "lalu mengirimnya.",
        document=DOCUMENTS[job.kind].document,
    )
    _tell_requester(session, keys, now, job, delayed)


def tell_failed_messages(session: Session, keys: Keys, now: datetime) -> bool:
    """Tells how many messages failed since the last notice, at most one notice in `TELL_EVERY`. The worker asks for it
    regularly, so that what fails in between is told too. False when nobody can be told.
    """
    if not _staff(session):
        return False
    failed = inbox.count_failed(session, installation.moment(session, _TOLD_AT))
    holder = secrets.token_hex(8)
    if not failed or not installation.acquire_lease(session, "failed_messages", holder, now, now + TELL_EVERY):
        return True
    text = Text(
        "Ada %(count)s pesan orang yang gagal ditangani. Pesannya tersimpan. "
        "Mohon pengelola sistem memeriksanya, lalu menjalankannya lagi.",
        count=failed,
    )
    _tell_staff(session, keys, now, text)
    installation.save_setting(session, _TOLD_AT, now.isoformat())
    return True


def _staff(session: Session) -> Sequence[Officer]:
    """Heads and admins who can be reached; everybody else of the staff where there are none."""
    return officers.reachable(session, "head", "admin") or officers.reachable(session)


def _tell_staff(session: Session, keys: Keys, now: datetime, text: Text, also: Officer | None = None) -> None:
    notice = Prompt(text, reason="failure")
    told = [*_staff(session), *((also,) if also else ())]
    for person_id in dict.fromkeys(officer.person_id for officer in told):
        for address in people.staff_addresses(session, person_id):
            notices.queue_at(session, keys, address, notice, now)


def _tell_requester(session: Session, keys: Keys, now: datetime, job: DueJob, text: Text) -> None:
    """Tells the address that asked for a document."""
    address_id = job.arguments.get("address")
    address = session.get(Address, address_id) if isinstance(address_id, int) else None
    if address is not None:
        notice = Prompt(text, reason="document")
        notices.queue_at(session, keys, address, notice, now)
