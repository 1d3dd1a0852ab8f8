"""Checks letters for whoever asks: by code in the register, and by file, which a child process reads."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256

from bot.pages import LetterUnreadable
from bot.service import letter_checks
from domain.letter_check import CheckedLetter, LetterAnswer, LetterReading, office_keys
from domain.letter_seal import public_text
from storage.inspection.process import LETTER_LIMITS, FileInspector
from storage.inspection.result import FileRefused
from storage.secrets import Keys
from storage.unit import Units

#: files that are read at the same time
_AT_ONCE = 2


class LetterCheckService:
    """Implements `bot.pages.LetterChecks`."""

    def __init__(self, units: Units, keys: Keys) -> None:
        self._units = units
        self._keys = office_keys(keys.letter_keys())
        self._inspector = FileInspector(LETTER_LIMITS, only_letters=True)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="letter-check")

    @property
    def public_keys(self) -> Sequence[str]:
        return [public_text(key.public) for key in self._keys]

    async def by_code(self, code: str) -> CheckedLetter | None:
        return await self._units.read(partial(letter_checks.by_code, code=code))

    async def by_file(self, content: bytes) -> LetterAnswer:
        """A file that we have sent is known by its hash; only another one is read."""
        digest = sha256(content).hexdigest()
        known = await self._units.read(partial(letter_checks.by_hash, sha256=digest))
        if known is not None:
            return known
        loop = asyncio.get_running_loop()
        reading = await loop.run_in_executor(self._threads, self._read, content)
        return await self._units.read(partial(letter_checks.by_reading, reading=reading, keys=self._keys))

    async def close(self, _app: object = None) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._inspector.close()

    def _read(self, content: bytes) -> LetterReading:
        try:
            return self._inspector.read_letter(content)
        except FileRefused as refusal:
            raise LetterUnreadable(refusal.reason) from None
