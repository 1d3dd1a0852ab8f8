"""The audit: who did what, when, before and after. Lines are only appended.

Each subject, such as "application/12", has a chain of its own. The signature of a line covers the line and the
signature of the line before it, so a changed or missing line is found, and nobody makes a line without the key.
`storage.audit_anchor` ties all lines to a file outside the database; `storage.audit_check` verifies both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.text import Json
from storage.number_series import next_number
from storage.secrets import Keys, Signer
from storage.tables import AuditLine, NumberSeries

#: beginning of the names of the series that count the lines of a chain; the chain's name follows
SERIES = "audit/"
#: versions of lines: version 0.1 wrote hashes without a key
HASHED, SIGNED = 1, 2


def append(
    session: Session,
    keys: Keys,
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
        version=SIGNED,
        hash="",
    )
    line.hash = digest(line, last.hash if last else "", signer(keys))
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


def newest_lines(session: Session, chains: Collection[str], acts: Collection[str], limit: int) -> Sequence[AuditLine]:
    """The newest lines with one of these acts in any of these chains, the newest first."""
    query = select(AuditLine).where(AuditLine.case.in_(chains), AuditLine.act.in_(acts))
    return session.scalars(query.order_by(AuditLine.at.desc(), AuditLine.case, AuditLine.number).limit(limit)).all()


def newest_time(session: Session, chain: str, actor: str, acts: Collection[str]) -> datetime | None:
    """When this actor wrote to a chain last, or anybody did one of these acts."""
    query = select(func.max(AuditLine.at)).where(AuditLine.case == chain)
    return session.scalar(query.where(or_(AuditLine.actor == actor, AuditLine.act.in_(acts))))


def signer(keys: Keys) -> Signer:
    return signers(keys)[0]


def signers(keys: Keys) -> list[Signer]:
    """Of the present key and of the former ones."""
    return keys.signers("audit")


def digest(line: AuditLine, before: str, sign: Signer) -> str:
    """64 hex digits over every column of the line and the digest of the line before it. Empty for an unknown version,
    which fits no line.
    """
    at = line.at.astimezone(UTC).isoformat()
    facts: list[Json] = [before, line.case, line.number, at, line.actor, line.act, line.before, line.after]
    match line.version:
        case 1:
            return hashlib.sha256(_written(facts).encode()).hexdigest()
        case 2:
            return sign(_written([line.version, *facts]))
    return ""


def _written(facts: list[Json]) -> str:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"))
