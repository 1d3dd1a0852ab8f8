"""Seals everything that is stored anew with the present key, page by page.

A row of the installation says how far it is. It changes together with the page, so that it goes on after a crash.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import RowMapping, Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from domain.frozen import frozen
from storage import audit, installation, seal_activation, threads, waiting_files
from storage.files import FileStore
from storage.secrets import Keys, SealBroken
from storage.tables import (
    Authenticator,
    Base,
    File,
    GuestVisit,
    InboxRow,
    LiveMessage,
    Message,
    Setting,
    UnknownPhrase,
    WaitingFile,
)
from storage.waiting_files import ComingMessage

#: rows, and files, of one transaction
PAGE, FILE_PAGE = 500, 20
#: the setting that says how far it is
PROGRESS = "key_rotation"
FILES = File.__tablename__


@frozen
class SealedColumns:
    """What is sealed in one table: for which purpose, and what the seal of a row is bound to."""

    columns: Sequence[str]
    purpose: str
    bound_to: Callable[[RowMapping], str]


#: table → what is sealed in it; a test finds columns that are missing here
SEALED = {
    InboxRow.__tablename__: SealedColumns(["payload"], "inbox", lambda row: f"{row['channel']}/{row['external_id']}"),
    Message.__tablename__: SealedColumns(["body"], "message", lambda row: str(row["address_id"])),
    LiveMessage.__tablename__: SealedColumns(
        ["body"], threads.PURPOSE, lambda row: threads.sealed_for(row["chat_id"], row["consultation_id"])
    ),
    GuestVisit.__tablename__: SealedColumns(["answers"], "guest book", lambda row: f"visit/{row['id']}"),
    UnknownPhrase.__tablename__: SealedColumns(["words"], "unknown phrase", lambda row: str(row["digest"])),
    Authenticator.__tablename__: SealedColumns(
        ["secret", "pending_secret"], "authenticator", lambda row: str(row["person_id"])
    ),
    WaitingFile.__tablename__: SealedColumns(
        ["payload"],
        waiting_files.PURPOSE,
        lambda row: ComingMessage(row["channel"], row["address"], row["message_id"]).sealed_for(row["place"]),
    ),
}
#: in this order; the files come last
PARTS = (*SEALED, FILES)


@frozen
class Progress:
    part: str
    after: int | str | None  #: primary key of the last row that is done; `None`: none is


@frozen
class Page:
    following: Progress | None  #: `None`: everything is done
    done: int
    broken: int  #: damaged before, and left as they are
    replaced: Sequence[str] = ()  #: objects of the file store to delete now


def progress(session: Session, keys: Keys) -> Progress:
    """The beginning, unless a change to the present key was stopped."""
    saved = installation.setting(session, PROGRESS)
    found = json.loads(saved) if saved else {}
    if found.get("key") != keys.fingerprint():
        return Progress(PARTS[0], None)
    return Progress(found["part"], found["after"])


def seal_page(session: Session, keys: Keys, store: FileStore, at: Progress) -> Page:
    """Seals one page anew, and keeps where the next one begins."""
    size = FILE_PAGE if at.part == FILES else PAGE
    table = Base.metadata.tables[at.part]
    [key] = table.primary_key.columns
    query = select(table).order_by(key).limit(size)
    rows = session.execute(query if at.after is None else query.where(key > at.after)).mappings().all()
    if at.part == FILES:
        broken, replaced = _move_files(session, store, rows)
    else:
        broken, replaced = _seal_rows(session, keys, table, rows), []
    following = Progress(at.part, rows[-1][key.name]) if len(rows) == size else _next_part(at.part)
    if following is not None:
        document = {"key": keys.fingerprint(), "part": following.part, "after": following.after}
        installation.save_setting(session, PROGRESS, json.dumps(document))
    return Page(following, len(rows) - broken, broken, replaced)


def finish(session: Session, keys: Keys, now: datetime) -> None:
    """From now on the database belongs to the present key."""
    if code := seal_activation.read(session, keys):
        seal_activation.store(session, keys, code)
    audit.append(session, keys, "installation", "operator", "rotate key", now)
    installation.save_setting(session, installation.KEY, keys.fingerprint())
    session.execute(delete(Setting).where(Setting.name == PROGRESS))


def _next_part(part: str) -> Progress | None:
    number = PARTS.index(part) + 1
    return Progress(PARTS[number], None) if number < len(PARTS) else None


def _seal_rows(session: Session, keys: Keys, table: Table, rows: Sequence[RowMapping]) -> int:
    """Returns how many are damaged."""
    sealed, [key], renewed = SEALED[table.name], table.primary_key.columns, list[dict[str, object]]()
    for row in rows:
        bound_to = sealed.bound_to(row)
        with suppress(SealBroken):
            values = {name: _sealed_anew(keys, sealed.purpose, row[name], bound_to) for name in sealed.columns}
            renewed.append({"of_key": row[key.name], **values})
    if renewed:
        session.connection().execute(update(table).where(key == bindparam("of_key")), renewed)
    return len(rows) - len(renewed)


def _sealed_anew(keys: Keys, purpose: str, value: bytes | None, bound_to: str) -> bytes | None:
    return None if value is None else keys.seal(purpose, keys.open(purpose, value, bound_to), bound_to)


def _move_files(session: Session, store: FileStore, rows: Sequence[RowMapping]) -> tuple[int, list[str]]:
    """The present key gives files other names. Returns how many are damaged or missing, and the objects that no row
    names any more.
    """
    broken, replaced = 0, list[str]()
    for name, owner in dict.fromkeys((row["object"], row["owner"]) for row in rows):
        try:
            present = store.put(store.read(name, owner), owner)
        except (SealBroken, FileNotFoundError):
            broken += 1
            continue
        if present != name:
            session.execute(update(File).where(File.object == name).values(object=present))
            replaced.append(name)
    return broken, replaced
