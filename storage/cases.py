"""What officers see and do: the inbox by state, remarks, notes, letters. Named queries, each with its index.

`IN_WORK` is said as the partial index of what is in work says it: a database takes the index only then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from domain.lifecycle import ENDED
from domain.text import Json
from storage.tables import (
    IN_WORK,
    Application,
    Draft,
    File,
    Invite,
    JoinTries,
    Letter,
    Note,
    Officer,
    Person,
    Rating,
    Remark,
    Submission,
)


def inbox(session: Session, status: str, page: int, size: int) -> Sequence[Application]:
    """One page of a state, the most urgent first; one more than asked says that there is another page."""
    query = select(Application).where(IN_WORK, Application.status == status)
    return session.scalars(_most_urgent_first(query).offset(page * size).limit(size + 1)).all()


def held_by(session: Session, person_id: int, page: int, size: int) -> Sequence[Application]:
    """The same of what is in work in somebody's hands."""
    query = select(Application).where(IN_WORK, Application.officer_id == person_id)
    return session.scalars(_most_urgent_first(query).offset(page * size).limit(size + 1)).all()


def ended(session: Session, page: int, size: int) -> Sequence[Application]:
    """The same of what is not in work any more, the newest first: read backwards along the primary key."""
    query = select(Application).where(Application.status.in_(ENDED)).order_by(Application.id.desc())
    return session.scalars(query.offset(page * size).limit(size + 1)).all()


def search(session: Session, words: Sequence[str], page: int, size: int) -> Sequence[Application]:
    """The same of what is in work with all of the words."""
    where = func.lower(Application.number + " " + Application.title + " " + Application.organiser)
    query = select(Application).where(IN_WORK, *(where.contains(word.lower(), autoescape=True) for word in words))
    return session.scalars(_most_urgent_first(query).offset(page * size).limit(size + 1)).all()


def urgent(
    session: Session, statuses: Sequence[str], person_id: int, limit: int, *, of_all: bool
) -> Sequence[Application]:
    """The most urgent in these states, in this person's hands or nobody's, or `of_all`; never one of their own."""
    query = select(Application).where(IN_WORK, Application.status.in_(statuses), Application.person_id != person_id)
    if not of_all:
        query = query.where(or_(Application.officer_id == person_id, Application.officer_id.is_(None)))
    return session.scalars(_most_urgent_first(query).limit(limit)).all()


def _most_urgent_first(query: Select[Application]) -> Select[Application]:
    return query.order_by(Application.due_on, Application.id)


def counts(session: Session) -> dict[str, int]:
    """How many applications are in each state of work."""
    query = select(Application.status, func.count()).where(IN_WORK).group_by(Application.status)
    return {status: count for status, count in session.execute(query)}


def by_number(session: Session, number: str) -> Application | None:
    """Not locked: it is opened by its id."""
    return session.scalars(select(Application).where(Application.number == number)).first()


def submission(session: Session, application_id: int, revision: int) -> Submission | None:
    return session.get(Submission, (application_id, revision))


def draft_of(session: Session, application: Application) -> Draft:
    return session.get_one(Draft, application.draft_id, with_for_update=True)


def remarks(session: Session, application_id: int, *states: str) -> Sequence[Remark]:
    query = select(Remark).where(Remark.application_id == application_id)
    if states:
        query = query.where(Remark.state.in_(states))
    return session.scalars(query.order_by(Remark.id)).all()


def remark(session: Session, remark_id: int) -> Remark | None:
    return session.get(Remark, remark_id, with_for_update=True)


def notes(session: Session, application_id: int) -> Sequence[Note]:
    return session.scalars(select(Note).where(Note.application_id == application_id).order_by(Note.id)).all()


def letter(session: Session, application_id: int) -> Letter | None:
    """The newest letter of an application."""
    query = select(Letter).where(Letter.application_id == application_id).order_by(Letter.id.desc()).limit(1)
    return session.scalars(query).first()


def number_taken(session: Session, number: str, identity: str) -> bool:
    """Whether a letter bears this number already, or a recommendation this identity."""
    same = or_(Letter.number == number, Letter.identity == identity) if identity else Letter.number == number
    return session.scalars(select(Letter.id).where(same).limit(1)).first() is not None


def rating(session: Session, application_id: int) -> Rating | None:
    return session.get(Rating, application_id)


def rating_summary(session: Session) -> tuple[int, float]:
    """(number, mean) of all ratings."""
    count, mean = session.execute(select(func.count(), func.avg(Rating.stars))).one()
    return int(count), float(mean or 0)


def comments(session: Session, page: int, size: int) -> Sequence[Rating]:
    """Ratings with words, the newest first; one more than asked says that there is another page."""
    query = select(Rating).where(Rating.comment != "").order_by(Rating.created_at.desc(), Rating.application_id.desc())
    return session.scalars(query.offset(page * size).limit(size + 1)).all()


def officer(session: Session, person_id: int) -> Officer | None:
    """Somebody who has joined and is not revoked."""
    found = session.get(Officer, person_id)
    return found if found is not None and found.revoked_at is None else None


def names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What people are called: by the name they have at the desk, else by their own."""
    known = {person.id: person.name for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    return known | {o.person_id: o.name for o in session.scalars(select(Officer).where(Officer.person_id.in_(ids)))}


def file_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    return {file.id: file.name for file in session.scalars(select(File).where(File.id.in_(ids)))}


def letter_numbers(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Drafts have none."""
    return {letter.id: letter.number or "" for letter in session.scalars(select(Letter).where(Letter.id.in_(ids)))}


def staff(session: Session, *roles: str) -> Sequence[Officer]:
    query = select(Officer).where(Officer.revoked_at.is_(None)).order_by(Officer.person_id)
    return session.scalars(query.where(Officer.role.in_(roles)) if roles else query).all()


def each_others(session: Session, one: int, other: int) -> Sequence[Application]:
    """Applications in work of one of two people that lie in the other's hands."""
    crossed = or_(
        and_(Application.person_id == one, Application.officer_id == other),
        and_(Application.person_id == other, Application.officer_id == one),
    )
    return session.scalars(select(Application).where(IN_WORK, crossed)).all()


def invite(session: Session, digest: str) -> Invite | None:
    return session.scalars(select(Invite).where(Invite.code == digest).with_for_update()).first()


def join_tries(session: Session, address_id: int, now: datetime) -> JoinTries:
    found = session.get(JoinTries, address_id, with_for_update=True)
    if found is None:
        found = JoinTries(address_id=address_id, tries=0, last_at=now)
        session.add(found)
    return found


def own_file(session: Session, person_id: int, object_name: str) -> File | None:
    return session.scalars(select(File).where(File.object == object_name, File.person_id == person_id)).first()


def freeze(session: Session, application: Application, answers: dict[str, Json], now: datetime) -> None:
    """The next numbered revision of the answers."""
    session.add(
        Submission(application_id=application.id, revision=application.round, answers=answers, submitted_at=now)
    )
