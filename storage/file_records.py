"""The rows of stored files. Their bytes are in `storage.files`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage.tables import UNSENT_FILE, Address, Application, File, Officer


def add(
    session: Session,
    person_id: int,
    object: str,
    owner: str,
    name: str,
    kind: str,
    size: int,
    now: datetime,
    application_id: int | None = None,
) -> File:
    """`object`: its name in the file store. `owner`: for whom the bytes are encrypted. `size`: bytes.

    `application_id`: of a copy for a member of the staff, the case that its reader must be allowed to read.
    """
    file = File(person_id=person_id, object=object, owner=owner, name=name, kind=kind, size=size, created_at=now)
    file.application_id = application_id
    session.add(file)
    session.flush()
    return file


def add_unsent(
    session: Session, person_id: int, object: str, owner: str, name: str, kind: str, size: int, now: datetime
) -> File:
    """The same for a file that is attached to a text which is not sent yet."""
    file = add(session, person_id, object, owner, name, kind, size, now)
    file.unsent_since = now
    session.flush()
    return file


def unsent_of(session: Session, person_id: int, file_ids: Collection[int]) -> Sequence[File]:
    """Those among these files that this person has attached and not sent, the oldest first."""
    query = select(File).where(File.id.in_(file_ids), File.person_id == person_id, UNSENT_FILE).order_by(File.id)
    return session.scalars(query.with_for_update()).all()


def of_person(session: Session, person_id: int, object_name: str) -> File | None:
    """This person's row for a stored object."""
    return session.scalars(select(File).where(File.object == object_name, File.person_id == person_id)).first()


def names(session: Session, file_ids: Collection[int]) -> dict[int, str]:
    return {file.id: file.name for file in session.scalars(select(File).where(File.id.in_(file_ids)))}


async def read_of_address(
    session: AsyncSession, channel: str, external_id: str, file_id: int
) -> tuple[File, Address, Officer | None, Application | None] | None:
    """A file of the person who has this address; `None` for the file of anybody else. Of a copy for the staff also the
    role of this person and the case.
    """
    query = (
        select(File, Address, Officer, Application)
        .join(Address, Address.person_id == File.person_id)
        .outerjoin(Officer, Officer.person_id == File.person_id)
        .outerjoin(Application, Application.id == File.application_id)
        .where(Address.channel == channel, Address.external_id == external_id, File.id == file_id)
    )
    row = (await session.execute(query)).first()
    return None if row is None else (row[0], row[1], row[2], row[3])


def unreferenced(session: Session, objects: Collection[str]) -> list[str]:
    """The stored objects among these that no row names."""
    referenced = set(session.scalars(select(File.object).where(File.object.in_(objects))))
    return [name for name in objects if name not in referenced]
