"""Two chains of the audit, what a verification reports of them, and a line that is forged."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from domain.text import Json
from storage import audit
from storage.audit import SIGNED
from storage.audit_check import AuditReport, verify
from storage.secrets import Keys
from storage.tables import AuditLine
from tests.talk import START, World

CASE, OTHER = "person/901", "person/902"
LINES = 5


def with_two_cases(world: World) -> World:
    """Appends the lines of two cases alternately."""

    def write(session: Session) -> None:
        for number in range(LINES):
            for case in (CASE, OTHER):
                after: dict[str, Json] = {"status": f"langkah {number}", "nilai": [1, 2.5, None, "é"]}
                audit.append(
                    session, keys_of(world), case, "person/1", "act", START + timedelta(seconds=number), {}, after
                )

    world.process.units.write_now(write)
    return world


def keys_of(world: World) -> Keys:
    return world.process.app.keys


def folder_of(world: World) -> Path:
    return world.process.settings.data_dir


def reported(world: World) -> AuditReport:
    """As the command reads it: on a connection that cannot write."""
    process = world.process
    return asyncio.run(process.units.read_snapshot(partial(verify, keys=keys_of(world), folder=folder_of(world))))


def forged(session: Session, case: str, number: int, version: int = SIGNED) -> AuditLine:
    """As somebody makes it who can write to the table, but does not have the key."""
    row = AuditLine(case=case, number=number, at=START, actor="person/9", act="forged", before={}, after={}, hash="")
    before, row.version = session.get(AuditLine, (case, number - 1)), version
    row.hash = audit.digest(row, before.hash if before else "", audit.signer(Keys(bytes(32))))
    return row
