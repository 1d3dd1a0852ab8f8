"""Files that the service has stored."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import File
from tests.talk import World


def content(world: World, kind: str) -> bytes:
    """The newest file of a kind."""

    def read(session: Session) -> tuple[str, str]:
        file = session.scalars(select(File).where(File.kind == kind).order_by(File.id.desc()).limit(1)).one()
        return file.object, file.owner

    return world.process.store.read(*world.process.units.write_now(read))
