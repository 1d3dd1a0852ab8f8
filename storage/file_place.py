"""Whose files lie in an object store.

A database and the place of its files name each other by an identifier, so that no service takes, or sweeps, the files
of another one: one that was put back from a backup beside it, or that was given the same place by mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import installation
from storage.objects import StoreAway
from storage.tables import File, Setting
from storage.unit import Units, insert_new

if TYPE_CHECKING:
    from storage.s3_objects import S3Objects

#: setting with the identifier; absent while the files lie in the data folder
PLACE = "file_place"


class PlaceWrong(Exception):
    """The settings name another place than that of this database's files. The message says what to do."""


def ensure(units: Units, store: S3Objects | None) -> None:
    """Takes an empty place for a database without files. Raises `PlaceWrong`, and `StoreAway` for a place that was
    never seen; one that is known may be away.
    """
    known = units.read_now(lambda session: installation.setting(session, PLACE))
    if store is None:
        if known:
            raise PlaceWrong("The files of this service lie in an object store; set PST_FILES_URL to it again.")
        return
    try:
        found = store.mark()
    except StoreAway:
        if known:
            return
        raise
    if not found:
        _take(units, store)
    elif found != known:
        raise PlaceWrong(
            f"{store.place} holds the files of another service; "
            "give each database a place of its own with PST_FILES_URL."
        )


def require(session: Session, mark: str) -> None:
    """Before anything is swept. `mark`: of the place. Raises `PlaceWrong`."""
    if installation.setting(session, PLACE) != mark:
        raise PlaceWrong("PST_FILES_URL holds the files of another service; nothing is deleted there.")


def take_anew(units: Units, store: S3Objects | None) -> None:
    """For a database and files that were put back together: they have nothing to do with another service any more."""
    identifier = uuid4().hex

    def save(session: Session) -> None:
        if store is None:
            session.execute(delete(Setting).where(Setting.name == PLACE))
        else:
            installation.save_setting(session, PLACE, identifier)

    units.write_now(save)
    if store is not None:
        store.write_mark(identifier)


def _take(units: Units, store: S3Objects) -> None:
    """Also again, when its mark was not written."""

    def save(session: Session) -> str | None:
        if session.scalar(select(File.id).limit(1)) is not None:
            return None
        insert_new(session, Setting, {"name": PLACE, "value": uuid4().hex})  # another process may start at this moment
        return installation.setting(session, PLACE)

    identifier = units.write_now(save)
    if identifier is None:
        raise PlaceWrong(
            f"The files of this service do not lie at {store.place}; correct PST_FILES_URL, or move them: "
            "pst-bot backup, then pst-bot restore with this setting."
        )
    store.write_mark(identifier)
