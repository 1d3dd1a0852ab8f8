"""The guest book. What visitors answered is sealed with the installation's key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain import json_bytes
from domain.text import Json
from storage.secrets import Keys
from storage.tables import GuestVisit

_PURPOSE = "guest book"


def add(session: Session, keys: Keys, visit: GuestVisit, answers: Mapping[str, Json]) -> None:
    """Stores a visit with its answers."""
    visit.answers = b""
    session.add(visit)
    session.flush()  # the seal is bound to the row's id
    visit.answers = keys.seal(_PURPOSE, json_bytes.dump(dict(answers)), _bound_to(visit))
    session.flush()


def answers_of(keys: Keys, visit: GuestVisit) -> dict[str, Json]:
    """Raises `SealBroken`."""
    answers: dict[str, Json] = json_bytes.load(keys.open(_PURPOSE, visit.answers, _bound_to(visit)))
    return answers


def newest_of_person(session: Session, person_id: int) -> GuestVisit | None:
    query = select(GuestVisit).where(GuestVisit.person_id == person_id).order_by(GuestVisit.id.desc())
    return session.scalars(query.limit(1)).first()


def of_day(session: Session, day: date, limit: int, service: str = "") -> Sequence[GuestVisit]:
    """The newest visits of a day first, of all services or of one."""
    query = select(GuestVisit).where(GuestVisit.day == day).order_by(GuestVisit.id.desc()).limit(limit)
    return session.scalars(query.where(GuestVisit.service == service) if service else query).all()


def count_of_day(session: Session, day: date) -> int:
    return session.scalar(select(func.count()).where(GuestVisit.day == day)) or 0


def _bound_to(visit: GuestVisit) -> str:
    return f"visit/{visit.id}"
