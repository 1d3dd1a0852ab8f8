"""Verifies the audit: every chain, the rows that the chains are about, and the anchor outside the database.

It reads with a constant amount of memory, in one snapshot, on a connection that cannot write: nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from math import inf
from pathlib import Path

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from domain.text import Json
from storage import audit, audit_anchor
from storage.audit import HASHED, SERIES
from storage.audit_anchor import AnchorUnusable
from storage.secrets import Keys
from storage.tables import Application, AuditLine, NumberSeries, RegisterEntry

#: rows that are fetched at once
BATCH = 500
#: columns of an application that only its audited moves change
COMPARED = ("status", "verdict", "round")
_CHAIN_OF_APPLICATION = "application/"


@dataclass(slots=True)
class AuditReport:
    chains: int = 0
    lines: int = 0
    broken: dict[str, int] = field(default_factory=dict)  #: chain → the first line that does not fit or is missing
    differing: list[str] = field(default_factory=list)  #: rows that are not what their chain says
    anchor: str = ""  #: what the anchor says, in one sentence
    anchor_fits: bool = True

    @property
    def is_whole(self) -> bool:
        return not self.broken and not self.differing and self.anchor_fits


@dataclass(slots=True)
class _Story:
    """What the lines of one application say of its row and of its letter."""

    columns: dict[str, Json] = field(default_factory=dict)
    letters: dict[Json, tuple[Json, str]] = field(default_factory=dict)  #: number → identity and state, in order

    def add(self, line: AuditLine) -> None:
        self.columns |= {name: line.after[name] for name in COMPARED if name in line.after}
        number = line.after.get("letter_number")
        if line.act in {"issue", "replace_letter"}:
            if line.act == "replace_letter":
                self._end(line.before.get("letter_number"), "replaced")
            self.letters[number] = line.after.get("identity") or None, "valid"
        elif line.act == "revoke_letter":
            self._end(number, "revoked")

    def _end(self, number: Json, state: str) -> None:
        self.letters[number] = self.letters.get(number, (None, ""))[0], state


def verify(session: Session, keys: Keys, folder: Path) -> AuditReport:
    """`session`: one transaction that sees one snapshot. `folder`: where the anchor is."""
    report = AuditReport()
    stories: dict[int, _Story] = {}
    for chain, story in _chains(session, keys, report):
        report.chains += 1
        if (application_id := _application_id(chain)) is not None:
            stories[application_id] = story
        if len(stories) == BATCH:
            _compare_rows(session, stories, report)
            stories = {}
    _compare_rows(session, stories, report)
    _compare_counts(session, report)
    _find_without_chain(session, report)
    _check_anchor(session, keys, folder, report)
    return report


def _chains(session: Session, keys: Keys, report: AuditReport) -> Iterator[tuple[str, _Story]]:
    """Recomputes each chain."""
    signatures = _Signatures(keys)
    in_order = select(AuditLine).order_by(AuditLine.case, AuditLine.number).execution_options(yield_per=BATCH)
    for chain, lines in groupby(session.scalars(in_order), lambda line: line.case):
        number, hash, version, story = 0, "", HASHED, _Story()
        for line in lines:
            report.lines += 1
            follows = line.number == number + 1 and line.version >= version
            if not follows or not signatures.fit(line, hash):
                report.broken.setdefault(chain, line.number)
            number, hash, version = line.number, line.hash, line.version
            story.add(line)
        yield chain, story
    for chain, number in signatures.too_late():
        report.broken.setdefault(chain, number)


class _Signatures:
    """Lines are signed with the key of their time. Who has a former key must not add lines after it was changed."""

    def __init__(self, keys: Keys) -> None:
        self._signers = audit.signers(keys)  #: that of the present key first
        self._first = dict[int, int]()  #: age of a key → the first position of its lines
        self._last = dict[int, tuple[float, str, int]]()  #: age of a key → the last position, with chain and number

    def fit(self, line: AuditLine, before: str) -> bool:
        age = next(
            (age for age, sign in enumerate(self._signers) if line.hash == audit.digest(line, before, sign)), None
        )
        if age is not None and line.version != HASHED:
            at = line.position or inf
            self._last[age] = max(self._last.get(age, (0, "", 0)), (at, line.case, line.number))
            if line.position:
                self._first[age] = min(self._first.get(age, line.position), line.position)
        return age is not None

    def too_late(self) -> Iterator[tuple[str, int]]:
        """Of each former key its last line, where it stands behind one of a newer key."""
        for age, (at, chain, number) in self._last.items():
            if at > min((first for newer, first in self._first.items() if newer < age), default=inf):
                yield chain, number


def _application_id(chain: str) -> int | None:
    id = chain.removeprefix(_CHAIN_OF_APPLICATION)
    return int(id) if id != chain and id.isdecimal() else None


def _compare_rows(session: Session, stories: Mapping[int, _Story], report: AuditReport) -> None:
    rows = {row.id: row for row in session.scalars(select(Application).where(Application.id.in_(stories)))}
    of_entry = (RegisterEntry.number, RegisterEntry.identity, RegisterEntry.state)
    entered = RegisterEntry.application_id.in_(stories)
    signed = select(RegisterEntry.application_id, *of_entry).where(entered).order_by(RegisterEntry.id)
    letters: dict[int, dict[Json, tuple[Json, str]]] = {}
    for application_id, number, identity, state in session.execute(signed):
        letters.setdefault(application_id, {})[number] = identity, state
    for application_id, story in stories.items():
        row = rows.get(application_id)
        differing = ["missing"] if row is None else _differences(row, story)
        if letters.get(application_id, {}) != story.letters:
            differing.append("letter")
        report.differing += [f"{_CHAIN_OF_APPLICATION}{application_id}: {what}" for what in differing]


def _differences(row: Application, story: _Story) -> list[str]:
    return [name for name, value in story.columns.items() if getattr(row, name) != value]


def _compare_counts(session: Session, report: AuditReport) -> None:
    """Finds chains with more or fewer lines than were appended."""
    heads = select(AuditLine.case, func.max(AuditLine.number).label("last")).group_by(AuditLine.case).subquery()
    name = SERIES + heads.c.case
    counted = NumberSeries.name.startswith(SERIES, autoescape=True)
    of_series = select(NumberSeries.name, func.coalesce(heads.c.last, 0), NumberSeries.last).outerjoin(
        heads, name == NumberSeries.name
    )
    shorter = of_series.where(counted, func.coalesce(heads.c.last, 0) != NumberSeries.last)
    forged = select(name, heads.c.last, literal(0)).outerjoin(NumberSeries, NumberSeries.name == name)
    for query in (shorter, forged.where(NumberSeries.name.is_(None))):
        for series, there, written in session.execute(query):
            report.broken.setdefault(series.removeprefix(SERIES), min(there, written) + 1)


def _find_without_chain(session: Session, report: AuditReport) -> None:
    """Applications that nobody has sent, as far as the audit knows."""
    name = literal(_CHAIN_OF_APPLICATION) + cast(Application.id, String)
    query = select(Application.id).outerjoin(AuditLine, (AuditLine.case == name) & (AuditLine.number == 1))
    for id in session.scalars(query.where(AuditLine.case.is_(None))):
        report.differing.append(f"{_CHAIN_OF_APPLICATION}{id}: without audit")


def _check_anchor(session: Session, keys: Keys, folder: Path, report: AuditReport) -> None:
    try:
        known = audit_anchor.read(folder)
    except AnchorUnusable as error:
        report.anchor, report.anchor_fits = str(error), False
        return
    if known is None:
        report.anchor_fits = not audit_anchor.is_expected(session)
        report.anchor = (
            "there is no anchor yet; it is written while the service runs"
            if report.anchor_fits
            else f"the anchor, {audit_anchor.FILE}, is missing although it was written before"
        )
        return
    anchored = select(AuditLine.hash, AuditLine.version, AuditLine.position)
    in_order = anchored.where(AuditLine.position <= known.lines).order_by(AuditLine.position)
    found = audit_anchor.start(keys, known.hashed)
    for rows in session.execute(in_order.execution_options(yield_per=BATCH)).partitions():
        found = audit_anchor.extended(keys, found, (row.hash for row in rows))
    behind = report.lines - found.lines
    unsigned = (AuditLine.version == HASHED) & (func.coalesce(AuditLine.position, known.hashed + 1) > known.hashed)
    forged = session.scalar(select(func.count()).where(unsigned)) or 0
    report.anchor_fits = found == known and not forged
    report.anchor = (
        f"{known.lines - found.lines} anchored lines are missing"
        if found.lines < known.lines
        else "the anchored lines differ from the anchor"
        if found != known
        else f"{forged} lines have no signature although the anchor knows of fewer"
        if forged
        else f"the anchor is behind by {behind} lines, which were added since"
        if behind
        else "the anchor fits"
    )
