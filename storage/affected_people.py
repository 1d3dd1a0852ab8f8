"""Who would be affected if the data leaked: everybody of whom something is kept, with the kinds of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from domain.frozen import frozen
from storage import guests
from storage.secrets import Keys
from storage.tables import Address, Application, Complaint, Consultation, Draft, File, GuestVisit, Message, Person


@frozen
class AffectedPerson:
    """Texts may be empty: somebody may have written once, without saying who they are."""

    person_id: int | None  #: nobody: a visitor whom an officer wrote into the guest book
    name: str
    email: str
    phone: str
    channels: str
    kinds: str


#: kind of data, as the notice calls it → whether a person has some
_KINDS = {
    "percakapan": exists().where(Address.person_id == Person.id, Message.address_id == Address.id),
    "isian": exists().where(Draft.person_id == Person.id, Draft.state != "discarded"),
    "permohonan": exists().where(Application.person_id == Person.id),
    "berkas": exists().where(File.person_id == Person.id),
    "buku tamu": exists().where(GuestVisit.person_id == Person.id),
    "konsultasi": exists().where(Consultation.person_id == Person.id),
    "pengaduan": exists().where(Complaint.person_id == Person.id),
}
#: rows that are fetched at once
_BATCH = 500


def affected_people(session: Session, keys: Keys, person_ids: Collection[int]) -> Iterator[AffectedPerson]:
    """All of them, or only these people."""
    yield from _known_people(session, person_ids)
    if not person_ids:
        yield from _written_down_visitors(session, keys)


def _written_down_visitors(session: Session, keys: Keys) -> Iterator[AffectedPerson]:
    """Whoever is in the guest book without a chat of their own; somebody who came often, once."""
    query = select(GuestVisit).where(GuestVisit.person_id.is_(None)).order_by(GuestVisit.id)
    seen = set[tuple[str, ...]]()
    for visit in session.scalars(query.execution_options(yield_per=_BATCH)):
        answers = guests.answers_of(keys, visit)
        name, email, phone = (str(answers.get(field) or "") for field in ("nama", "email", "telepon"))
        if (name, email, phone) not in seen:
            seen.add((name, email, phone))
            yield AffectedPerson(None, name, email, phone, "", "data diri, buku tamu")


def _known_people(session: Session, person_ids: Collection[int]) -> Iterator[AffectedPerson]:
    kinds = [condition.label(f"kind_{number}") for number, condition in enumerate(_KINDS.values())]
    query = (
        select(Person, *kinds).where(Person.merged_into_id.is_(None), Person.erased_at.is_(None)).order_by(Person.id)
    )
    if person_ids:
        query = query.where(Person.id.in_(person_ids))
    for row in session.execute(query.execution_options(yield_per=_BATCH)):
        person, has = row[0], row[1:]
        kept = ["data diri"] * bool(person.name) + [kind for kind, is_kept in zip(_KINDS, has, strict=True) if is_kept]
        if kept:
            channels = session.scalars(select(Address.channel).where(Address.person_id == person.id).distinct())
            yield AffectedPerson(
                person.id, person.name, person.email, person.phone, ", ".join(sorted(channels)), ", ".join(kept)
            )
