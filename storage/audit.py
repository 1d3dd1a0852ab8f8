"""Append-only: who did what to which case. Each line carries the hash of the line before it, one chain a case."""

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

#: before the name of a case: the series that knows how many lines its chain has
SERIES = "audit/"


def append(
    session: Session,
    case: str,
    actor: str,
    act: str,
    now: datetime,
    before: Mapping[str, Json] | None = None,
    after: Mapping[str, Json] | None = None,
) -> None:
    """Adds one line to the case's chain. Its number comes from a series, which also locks the chain."""
    number = next_number(session, f"{SERIES}{case}")
    last = session.get(AuditLine, (case, number - 1))
    line = AuditLine(
        case=case,
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


def count(session: Session, case: str) -> int:
    """How many lines the chain of a case has."""
    series = session.get(NumberSeries, f"{SERIES}{case}")
    return series.last if series else 0


def lines(session: Session, case: str, last: int, size: int) -> list[AuditLine]:
    """Of one case, at most `size` lines up to the number `last`, in order: a piece of the primary key."""
    query = select(AuditLine).where(AuditLine.case == case, AuditLine.number <= last, AuditLine.number > last - size)
    return list(session.scalars(query.order_by(AuditLine.number)))


def moments(session: Session, case: str, *acts: str) -> list[tuple[str, datetime]]:
    """When these acts were done to a case, in order."""
    query = select(AuditLine.act, AuditLine.at).where(AuditLine.case == case, AuditLine.act.in_(acts))
    return [(act, at) for act, at in session.execute(query.order_by(AuditLine.number))]


def digest(line: AuditLine, before: str) -> str:
    """SHA-256 (hex) over the hash before and every column of the line."""
    at = line.at.astimezone(UTC).isoformat()
    facts = [before, line.case, line.number, at, line.actor, line.act, line.before, line.after]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(session: Session) -> tuple[int, int, list[tuple[str, int]]]:
    """Recomputes all chains: (cases, lines, the first line of each case that does not fit, or is gone)."""
    cases: dict[str, AuditLine] = {}
    broken: dict[str, int] = {}
    lines = 0
    in_order = select(AuditLine).order_by(AuditLine.case, AuditLine.number).execution_options(yield_per=500)
    for line in session.scalars(in_order):
        before = cases.get(line.case)
        follows = line.number == (before.number + 1 if before else 1)
        if not follows or line.hash != digest(line, before.hash if before else ""):
            broken.setdefault(line.case, line.number)
        cases[line.case] = line
        lines += 1
    counted = select(NumberSeries).where(NumberSeries.name.startswith(SERIES, autoescape=True))
    written = {series.name.removeprefix(SERIES): series.last for series in session.scalars(counted)}
    for case in {*written, *cases}:
        there = cases[case].number if case in cases else 0
        if there != written.get(case, 0):
            broken.setdefault(case, min(there, written.get(case, 0)) + 1)
    return len(cases), lines, sorted(broken.items())
