"""The anchor of the audit: a file outside the database that says how many lines there were, and signs all of them.

After its commit, a line gets the next position among all lines. The value of the anchor is a chain over the signatures
of all lines in the order of their positions. So removed and replaced lines are found, also whole chains.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from domain.frozen import frozen
from storage.audit import SIGNED
from storage.private_files import FILE_MODE
from storage.secrets import Keys, sync_folder
from storage.statements import Statement
from storage.tables import AuditLine, Setting

FILE = "audit.anchor"
#: lines that get their position in one transaction
BATCH = 500
#: the setting that says that the file was written once; from then on a missing file is a finding
ANCHORED = "audit_anchored"


class AnchorUnusable(Exception):
    """The file cannot be read, or is missing although it was written before."""


@frozen
class Anchor:
    lines: int  #: how many lines are anchored: those with the positions 1 to `lines`
    hashed: int  #: how many of them, the first ones, have no signature, because version 0.1 wrote them
    value: str


def start(keys: Keys, hashed: int) -> Anchor:
    """The anchor of no line. `hashed`: how many lines version 0.1 wrote."""
    return Anchor(0, hashed, _signer(keys)(f"{hashed}"))


def extended(keys: Keys, anchor: Anchor, hashes: Iterable[str]) -> Anchor:
    """The anchor of these lines too. `hashes`: of the following lines, in order."""
    sign, lines, value = _signer(keys), anchor.lines, anchor.value
    for one in hashes:
        lines += 1
        value = sign(f"{value}/{lines}/{one}")
    return Anchor(lines, anchor.hashed, value)


def has_unanchored(session: Session) -> bool:
    return _UNANCHORED.first(session) is not None


def is_expected(session: Session) -> bool:
    """Whether the file was written once."""
    return session.get(Setting, ANCHORED) is not None


def number_lines(session: Session) -> int:
    """Gives the next positions to lines without one, the oldest first. Only one process may do this at a time. Returns
    how many got one.
    """
    query = select(AuditLine.case, AuditLine.number).where(AuditLine.position.is_(None))
    # the lines of version 0.1 come first, because the anchor counts them
    waiting = session.execute(
        query.order_by(AuditLine.version, AuditLine.at, AuditLine.case, AuditLine.number).limit(BATCH)
    ).all()
    newest = session.scalar(select(func.max(AuditLine.position))) or 0
    for position, (case, number) in enumerate(waiting, newest + 1):
        same = (AuditLine.case == case, AuditLine.number == number)
        session.execute(update(AuditLine).where(*same).values(position=position))
    return len(waiting)


def forget_positions(session: Session) -> None:
    """Before an anchor that begins anew: removed lines have left gaps."""
    session.execute(update(AuditLine).values(position=None))


def count_hashed(session: Session) -> int:
    """How many lines version 0.1 wrote."""
    return session.scalar(select(func.count()).where(AuditLine.version < SIGNED)) or 0


def hashes_after(session: Session, position: int) -> list[str]:
    """The signatures of at most `BATCH` numbered lines after this position, without a gap."""
    query = select(AuditLine.position, AuditLine.hash).where(AuditLine.position > position)
    found = session.execute(query.order_by(AuditLine.position).limit(BATCH)).all()
    return [hash for expected, (found_at, hash) in enumerate(found, position + 1) if found_at == expected]


def read(folder: Path) -> Anchor | None:
    """`None` when there is no file. Raises `AnchorUnusable` for a file that is damaged."""
    try:
        document = json.loads((folder / FILE).read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        raise AnchorUnusable(f"the anchor of the audit, {FILE}, cannot be read") from error
    match document:
        case {"lines": int(lines), "hashed": int(hashed), "value": str(value)}:
            return Anchor(lines, hashed, value)
    raise AnchorUnusable(f"the anchor of the audit, {FILE}, is damaged")


def write(folder: Path, anchor: Anchor) -> None:
    """The file is the old one or the new one, also after a crash."""
    part = folder / f"{FILE}.{uuid4().hex}"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w", encoding="ascii") as out:
        json.dump({"lines": anchor.lines, "hashed": anchor.hashed, "value": anchor.value}, out)
        out.flush()
        os.fsync(out.fileno())
    part.replace(folder / FILE)
    sync_folder(folder)


def _signer(keys: Keys) -> Callable[[str], str]:
    return keys.signer("audit anchor")


# Statements -----------------------------------------------------------------------------------------------------------

_UNANCHORED: Statement[int] = Statement(select(AuditLine.number).where(AuditLine.position.is_(None)).limit(1), int)
