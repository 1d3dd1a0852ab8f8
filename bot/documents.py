"""Documents on request: facts are read in one unit, drawn in a thread, stored, and sent in another unit."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversations.types import Attachment, Prompt, prompt_to_json
from bot.process import Process
from desk.text import Text
from letters.cover_letter import CoverLetter
from storage import jobs, outbox
from storage.jobs import Due
from storage.tables import Address, Draft, File, Person

NAME = "surat-pengantar.pdf"


@dataclass(frozen=True, slots=True)
class Asked:
    facts: CoverLetter
    owner: str


async def render(process: Process, due: Due, now: datetime) -> None:
    """The cover letter, filled from the draft, sent to the address that asked for it."""
    from letters import cover_letter

    asked = await process.units.write(lambda session: _facts(process, session, due, now))
    content = await asyncio.to_thread(cover_letter.render, asked.facts)
    name = await asyncio.to_thread(process.store.put, content, asked.owner)
    queued = await process.units.write(lambda session: _send(process, session, due, now, name, len(content)))
    process.wake(queued)


def _facts(process: Process, session: Session, due: Due, now: datetime) -> Asked:
    draft = session.get_one(Draft, due.arguments["draft"])
    person = session.get_one(Person, draft.person_id)
    office = process.house.office
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


def _send(
    process: Process, session: Session, due: Due, now: datetime, name: str, size: int
) -> dict[int, tuple[str, str]]:
    if not jobs.finish(session, due.id, now):
        return {}
    address = session.get_one(Address, due.arguments["address"])
    file = File(
        person_id=address.person_id,
        object=name,
        owner=f"person/{session.get_one(Draft, due.arguments['draft']).person_id}",
        name=NAME,
        kind="pdf",
        size=size,
        created_at=now,
    )
    session.add(file)
    session.flush()
    ready = Prompt(
        Text(
            "Surat pengantar sudah siap. Silakan cetak di atas kop surat instansi, tanda tangani, lalu kirim "
            "kembali di sini."
        ),
        attachment=Attachment(file.id, file.name),
    )
    outbox.add(session, process.house.keys, address, prompt_to_json(ready), now, reason="document", bulk=True)
    return outbox.queued(session)
