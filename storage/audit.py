"""The audit: who did what, when, before and after. Lines are only appended.

Each subject, such as "application/12", has a chain of its own. The hash of a line covers the line and the hash of the
line before it, so a changed or missing line is found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.text import Json
from storage.number_series import next_number
from storage.tables import AuditLine, NumberSeries

#: beginning of the names of the series that count the lines of a chain; the chain's name follows
SERIES = "audit/"


def append(
    session: Session,
    chain: str,
    actor: str,
    act: str,
    now: datetime,
    before: Mapping[str, Json] | None = None,
    after: Mapping[str, Json] | None = None,
) -> None:
    """Appends one line to a chain. Its number comes from a series, which also locks the chain."""
    number = next_number(session, f"{SERIES}{chain}")
    last = session.get(AuditLine, (chain, number - 1))
    line = AuditLine(
        case=chain,
        number=number,
        at=now,
        actor=actor,
        act=act,
        before=dict(before or {}),
        after=dict(after or {}),
        hash="",
    )
    line.hash = digest(line, last.hash if last else "")
    session.add(line)
    session.flush()


def count(session: Session, chain: str) -> int:
    """How many lines a chain has."""
    series = session.get(NumberSeries, f"{SERIES}{chain}")
    return series.last if series else 0


def lines(session: Session, chain: str, last: int, size: int) -> list[AuditLine]:
    """At most `size` lines of a chain, up to the number `last`, in order: a range of the primary key."""
    query = select(AuditLine).where(AuditLine.case == chain, AuditLine.number <= last, AuditLine.number > last - size)
    return list(session.scalars(query.order_by(AuditLine.number)))


def times_of(session: Session, chain: str, *acts: str) -> list[tuple[str, datetime]]:
    """(act, time) of the lines with these acts in a chain, in order."""
    query = select(AuditLine.act, AuditLine.at).where(AuditLine.case == chain, AuditLine.act.in_(acts))
    return [(act, at) for act, at in session.execute(query.order_by(AuditLine.number))]


def digest(line: AuditLine, before: str) -> str:
    """SHA-256 (hex) over every column of the line and the hash of the line before it."""
    at = line.at.astimezone(UTC).isoformat()
    facts = [before, line.case, line.number, at, line.actor, line.act, line.before, line.after]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(session: Session) -> tuple[int, int, list[tuple[str, int]]]:
    """Recomputes every chain. Returns the number of chains, the number of lines, and, for each broken chain, (chain,
    number) of the first line that does not fit or is missing.
    """
    newest: dict[str, AuditLine] = {}
    broken: dict[str, int] = {}
    lines = 0
    in_order = select(AuditLine).order_by(AuditLine.case, AuditLine.number).execution_options(yield_per=500)
    for line in session.scalars(in_order):
        before = newest.get(line.case)
        follows = line.number == (before.number + 1 if before else 1)
        if not follows or line.hash != digest(line, before.hash if before else ""):
            broken.setdefault(line.case, line.number)
        newest[line.case] = line
        lines += 1
    counted = select(NumberSeries).where(NumberSeries.name.startswith(SERIES, autoescape=True))
    written = {series.name.removeprefix(SERIES): series.last for series in session.scalars(counted)}
    for chain in {*written, *newest}:
        there = newest[chain].number if chain in newest else 0
        if there != written.get(chain, 0):
            broken.setdefault(chain, min(there, written.get(chain, 0)) + 1)
    return len(newest), lines, sorted(broken.items())
