"""Settings of this installation, and leases for tasks that only one of its processes may do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from storage.tables import Lease, Setting
from storage.unit import insert_new

#: setting with the fingerprint of the key that the content is sealed with
KEY = "key"
#: settings with the moments of the last backup, and of the last deletion of old data
LAST_BACKUP, LAST_RETENTION = "last_backup", "last_retention"


def save_setting(session: Session, name: str, value: str) -> None:
    """Also right when another process saves the same name for the first time."""
    if not insert_new(session, Setting, {"name": name, "value": value}):
        session.execute(update(Setting).where(Setting.name == name).values(value=value))


def setting(session: Session, name: str) -> str:
    """Empty when nothing was saved."""
    saved = session.get(Setting, name)
    return saved.value if saved else ""


def moment(session: Session, name: str) -> datetime | None:
    """A time that was saved with `isoformat`; `None` when there is none."""
    saved = setting(session, name)
    return datetime.fromisoformat(saved) if saved else None


def write_probe(session: Session, now: datetime) -> None:
    """Writes a row, which shows that the database takes what people send."""
    save_setting(session, "probe", now.isoformat())


def acquire_lease(session: Session, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Whether `holder` has the lease until then. A holder renews its own lease; another's must have run out before."""
    if insert_new(session, Lease, {"name": name, "holder": holder, "until": until}):
        return True
    mine = session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.holder == holder, Lease.until <= now))
        .values(holder=holder, until=until)
    )
    return bool(mine.rowcount)  # type: ignore[attr-defined]
