"""Documents: facts are read in one unit, drawn in a thread, stored, and sent in another unit."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.chat import Attachment, Choice, Prompt, prompt_to_json
from bot.runtime.process import Process
from bot.service.ratings import stars_of
from domain.catalogue import ISSUED, Entry
from domain.text import Text, paragraphs
from letters.cover_letter import CoverLetter
from locales import SOURCE
from storage import applications, catalogue, jobs, outbox, people
from storage.jobs import DueJob
from storage.tables import Address, Application, Draft, File, Letter, Person

COVER_LETTER = "surat-pengantar.pdf"

Queued = dict[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    facts: CoverLetter
    owner: str


async def render_cover_letter(process: Process, due: DueJob, now: datetime) -> None:
    """Filled from the draft, sent to the address that asked for it."""
    from letters import cover_letter  # fpdf2 is slow to import

    asked = await process.units.write(lambda session: _cover_facts(process, session, due, now))
    content = await asyncio.to_thread(cover_letter.render, asked.facts)
    name = await asyncio.to_thread(process.store.put, content, asked.owner)
    process.notify(
        await process.units.write(lambda s: _send_cover(process, s, due, now, asked.owner, name, len(content)))
    )


async def render_letter(process: Process, due: DueJob, now: datetime) -> None:
    """A letter, drawn from its frozen facts alone. Done twice, the second drawing is thrown away."""
    from letters.recommendation import Recommendation, render

    letter, owner = await process.units.write(lambda session: _letter(session, due))
    content = await asyncio.to_thread(lambda: render(Recommendation.of_json(letter.facts)))
    name = await asyncio.to_thread(process.store.put, content, owner)
    process.notify(await process.units.write(lambda s: _ready(process, s, due, now, owner, name, content)))


def _cover_facts(process: Process, session: Session, due: DueJob, now: datetime) -> Asked:
    draft = session.get_one(Draft, due.arguments["draft"])
    person = session.get_one(Person, draft.person_id)
    office = process.app.office
    answers = {name: str(value or "") for name, value in draft.answers.items() if isinstance(value, str | None)}
    facts = CoverLetter(
        day=now.astimezone(office.zone).date(),
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
    return Asked(facts, f"person/{person.id}")


def _send_cover(
    process: Process, session: Session, due: DueJob, now: datetime, owner: str, name: str, size: int
) -> Queued:
    if not jobs.finish(session, due.id, now):
        return {}
    address = session.get_one(Address, due.arguments["address"])
    file = _kept(session, address.person_id, owner, name, COVER_LETTER, size, now)
    ready = Prompt(
        Text(
            "Surat pengantar sudah siap. Silakan cetak di atas kop surat instansi, tanda tangani, "
            "lalu kirim kembali di sini."
        ),
        attachment=Attachment(file.id, file.name),
        reason="document",
    )
    outbox.add(session, process.app.keys, address, prompt_to_json(ready), now, reason="document", bulk=True)
    return outbox.queued_addresses(session)


def _letter(session: Session, due: DueJob) -> tuple[Letter, str]:
    letter = session.get_one(Letter, due.arguments["letter"])
    application = session.get_one(Application, letter.application_id)
    return letter, f"person/{application.person_id}"


def _ready(
    process: Process, session: Session, due: DueJob, now: datetime, owner: str, name: str, content: bytes
) -> Queued:
    """Compare and set, in one transaction with everything that people are told. `owner`: whom the content was encrypted
    for; the applicant may have become another person meanwhile.
    """
    if not jobs.finish(session, due.id, now):
        return {}
    letter, _ = _letter(session, due)
    application = session.get_one(Application, letter.application_id)
    title = letter.number.replace("/", "-") if letter.number else f"konsep-{application.number}"
    file = _kept(session, application.person_id, owner, name, f"surat-{title}.pdf", len(content), now)
    letter.state, letter.file_id, letter.sha256 = "ready", file.id, hashlib.sha256(content).hexdigest()
    if letter.stage == "issued":
        _deliver(process, session, application, letter, file, now)
    else:
        _show_draft(process, session, due, application, file, now)
    return outbox.queued_addresses(session)


def _show_draft(
    process: Process, session: Session, due: DueJob, application: Application, file: File, now: datetime
) -> None:
    """To the officer who decided, where they decided."""
    address = session.get_one(Address, due.arguments["address"])
    own = _kept(session, address.person_id, file.owner, file.object, file.name, file.size, now)
    text = Text("Konsep surat untuk %(number)s sudah siap.", number=application.number)
    prompt = Prompt(text, _next(application), attachment=Attachment(own.id, own.name), reason="draft_letter")
    outbox.add(session, process.app.keys, address, prompt_to_json(prompt), now, reason="draft_letter", bulk=True)


def _next(application: Application) -> tuple[Choice, ...]:
    """What its officer does with a draft."""
    if application.status != "letter_drafted":
        return ()
    return (
        Choice(f"case:send:{application.id}", Text("Kirim ke direktur")),
        Choice(f"letter:edit:{application.id}", Text("Ubah isi surat")),
        Choice(f"case:show:{application.id}", Text("Buka")),
    )


async def deliver_uploaded(process: Process, due: DueJob, now: datetime) -> None:
    """A letter that was signed outside is ready as it is."""
    process.notify(await process.units.write(lambda session: _uploaded(process, session, due, now)))


def _uploaded(process: Process, session: Session, due: DueJob, now: datetime) -> Queued:
    if not jobs.finish(session, due.id, now):
        return {}
    letter, _ = _letter(session, due)
    application = session.get_one(Application, letter.application_id)
    _deliver(process, session, application, letter, session.get_one(File, letter.file_id), now)
    return outbox.queued_addresses(session)


def _deliver(
    process: Process, session: Session, application: Application, letter: Letter, file: File, now: datetime
) -> None:
    """To every conversation of the applicant, and by e-mail; into the catalogue when the activity may go ahead."""
    person = session.get_one(Person, application.person_id)
    said = Text(
        "Surat untuk permohonan %(number)s sudah terbit, dengan nomor %(letter)s.",
        number=application.number,
        letter=letter.number or "",
    )
    rate = Text("Bagaimana layanan kami? Silakan beri 1 sampai 5 bintang.")
    attached = Attachment(file.id, file.name)
    in_chat = Prompt(paragraphs(said, rate), stars_of(application.id), attachment=attached, reason="letter")
    mail = Prompt(said, subject=said, attachment=attached, reason="letter")
    chats = people.chat_addresses(session, person.id)
    mailbox = people.get_or_create_mailbox(session, person.email, person.id, SOURCE, now)
    for address, prompt in [*((chat, in_chat) for chat in chats), (mailbox, mail)]:
        outbox.add(session, process.app.keys, address, prompt_to_json(prompt), now, reason="letter", bulk=True)
    if letter.identity:
        catalogue.load(session, [_entry(process, session, application, letter)])


def _entry(process: Process, session: Session, application: Application, letter: Letter) -> Entry:
    """Dated as the letter is."""
    day = date.fromisoformat(str(letter.facts["day"]))
    office = process.app.office
    frozen = applications.submission(session, application.id, application.round)
    answers = frozen.answers if frozen else {}
    return Entry(
        title=application.title,
        organiser=application.organiser,
        year=int(str(answers.get("tahun_kegiatan", day.year))),
        region=office.office.district,
        region_code=office.office.area,
        method=str(answers.get("cara_pengumpulan_data", "")),
        recommendation_identity=letter.identity or "",
        letter_number=letter.number or "",
        letter_date=day,
        status=ISSUED,
        source=office.office.name,
        note="",
    )


def _kept(session: Session, person_id: int, owner: str, name: str, title: str, size: int, now: datetime) -> File:
    row = File(person_id=person_id, object=name, owner=owner, name=title, kind="pdf", size=size, created_at=now)
    session.add(row)
    session.flush()
    return row


#: what draws a job of this kind
RENDER = {"document": render_cover_letter, "letter": render_letter, "delivery": deliver_uploaded}
