"""Keeps the anchor of the audit, a file in the data folder, at the newest line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from bot.pipeline.loops import run_for_ever
from bot.pipeline.watch import DatabaseWatch
from storage import audit, audit_anchor, installation
from storage.audit_anchor import Anchor, AnchorUnusable
from storage.secrets import Keys
from storage.unit import Session, Units

#: only one process extends the anchor
LEASE = timedelta(seconds=5)


class AuditAnchor:
    def __init__(self, units: Units, keys: Keys, folder: Path, clock: Callable[[], datetime]) -> None:
        """`folder`: where the file is."""
        self._units = units
        self._keys = keys
        self._folder = folder
        self._clock = clock
        self._holder = uuid4().hex
        self._behind = asyncio.Event()  #: there are lines after the anchor

    async def run(self, watch: DatabaseWatch) -> None:
        """Never returns. A missing or damaged file stays as it is, for `pst-bot audit verify` to say so."""
        watch.add(lambda session, _now: audit_anchor.has_unanchored(session), lambda _is_behind: self._behind.set())
        await run_for_ever("the anchor of the audit", self._extend_when_behind)

    async def _extend_when_behind(self) -> None:
        await self._behind.wait()
        self._behind.clear()
        await self.extend()

    async def extend(self) -> None:
        """Anchors all lines that are committed. Raises `AnchorUnusable`."""
        while await self._units.write(self._number_lines):
            pass
        anchor = known = await self._units.read(self._read)
        while hashes := await self._units.read(partial(audit_anchor.hashes_after, position=anchor.lines)):
            anchor = audit_anchor.extended(self._keys, anchor, hashes)
        if anchor.lines > known.lines:
            await asyncio.to_thread(audit_anchor.write, self._folder, anchor)
            await self._units.write(partial(installation.save_setting, name=audit_anchor.ANCHORED, value="1"))

    async def begin_anew(self) -> int:
        """Anchors the lines that are there, whatever the file says, and returns how many. A line of the operator tells
        of it. For a command, after a backup was put back.
        """
        now = self._clock()

        def record(session: Session) -> Anchor:
            audit.append(session, self._keys, "installation", "operator", "anchor", now)
            audit_anchor.forget_positions(session)
            return audit_anchor.start(self._keys, audit_anchor.count_hashed(session))

        anchor = await self._units.write(record)
        await asyncio.to_thread(audit_anchor.write, self._folder, anchor)
        await self.extend()
        return (await self._units.read(self._read)).lines

    def _number_lines(self, session: Session) -> int:
        """0 also while another process does it."""
        now = self._clock()
        if not installation.acquire_lease(session, "audit anchor", self._holder, now, now + LEASE):
            return 0
        return audit_anchor.number_lines(session)

    def _read(self, session: Session) -> Anchor:
        known = audit_anchor.read(self._folder)
        if known is None and audit_anchor.is_expected(session):
            raise AnchorUnusable(f"{audit_anchor.FILE} is missing: put it back from the backup")
        return known or audit_anchor.start(self._keys, audit_anchor.count_hashed(session))
