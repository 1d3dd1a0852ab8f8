"""Brings the files that people send into the file store: spools or fetches, inspects and stores them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import structlog

from bot.channel import FetchFailed, TooLarge, Upload
from bot.chat import IncomingFile
from bot.limits import Sender, TokenBucketLimiter
from domain.files import SENT_KINDS
from storage.disk_objects import FILES
from storage.files import FileStore
from storage.inspection.process import FileInspector
from storage.inspection.result import MAX_BYTES, FileRefused
from storage.objects import StoreAway
from storage.secrets import Keys, SealBroken
from storage.spool import SPOOL, StreamTooLarge, spool, unspool

log = structlog.get_logger()

#: seconds between the attempts to fetch one file; later messages of the same address wait
FETCH_PAUSES = (1.0, 4.0, 15.0)
#: files that are inspected at the same time
INSPECTIONS = 2

Fetch = Callable[[str], AsyncIterator[bytes]]


class MediaPipeline:
    def __init__(
        self,
        store: FileStore,
        keys: Keys,
        data_dir: Path,
        fetches: Mapping[str, Fetch],
        limiter: TokenBucketLimiter,
    ) -> None:
        """`fetches`: channel → the function that fetches a file from its platform."""
        self._store = store
        self._keys = keys
        self._files = data_dir / FILES
        self._spool = self._files / SPOOL
        self._fetches = fetches
        self._limiter = limiter
        self._inspector = FileInspector()
        self._threads = ThreadPoolExecutor(INSPECTIONS, thread_name_prefix="inspection")

    def close(self) -> None:
        """Starts no more inspections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._inspector.close()

    async def spool(self, chunks: AsyncIterator[bytes]) -> str:
        """Stores the bytes encrypted, as they arrive; returns the name for `Upload.spooled`. Raises `TooLarge`."""
        try:
            path = await spool(self._files, chunks, MAX_BYTES, self._keys)
        except StreamTooLarge:
            raise TooLarge from None
        return path.name

    def can_fetch(self, channel: str, uploads: Sequence[Upload]) -> bool:
        """Whether every upload is in the spool, or can be fetched by this process."""
        return channel in self._fetches or not any(upload.remote for upload in uploads)

    async def process(self, channel: str, upload: Upload, owner: str, *, is_asked: bool) -> IncomingFile:
        """Returns the inspected file, or the reason why it was refused.

        A file at a platform is fetched only when we asked for one (`is_asked`). Its bytes are reserved before that;
        those that did not come are given back.
        """
        if upload.remote and not is_asked:
            return IncomingFile(upload.name, upload.size, refused="not_asked")
        if upload.size > MAX_BYTES:
            return IncomingFile(upload.name, upload.size, refused="too_large")
        if not upload.remote:
            return await self._inspect(upload, owner)
        sender, reserved = Sender(owner), upload.size or MAX_BYTES
        if not self._reserve(sender, reserved):
            return IncomingFile(upload.name, upload.size, refused="too_many")
        unused = reserved
        try:
            taken = await self._fetch_and_inspect(channel, upload, owner)
            unused = 0 if taken.refused == "too_large" else max(0, reserved - taken.size)
            return taken
        finally:
            self._limiter.give_back("upload_bytes", sender, unused)

    def _reserve(self, sender: Sender, size: int) -> bool:
        if not self._limiter.take("upload_bytes", sender, size):
            return False
        if self._limiter.take("uploads", sender):
            return True
        self._limiter.give_back("upload_bytes", sender, size)
        return False

    async def _fetch_and_inspect(self, channel: str, upload: Upload, owner: str) -> IncomingFile:
        try:
            fetched = replace(upload, spooled=await self._fetched(channel, upload))
        except TooLarge:
            return IncomingFile(upload.name, upload.size, refused="too_large")
        except FetchFailed as failure:
            log.warning("a file could not be fetched", channel=channel, why=str(failure))
            return IncomingFile(upload.name, 0, refused="unfetched")
        try:
            return await self._inspect(fetched, owner)
        finally:
            self.discard(fetched)

    def discard(self, upload: Upload) -> None:
        """Deletes the spool file, once its message is handled."""
        if upload.spooled:
            (self._spool / upload.spooled).unlink(missing_ok=True)

    async def _fetched(self, channel: str, upload: Upload) -> str:
        """The name in the spool of a file that was fetched from its platform. Raises `FetchFailed` and `TooLarge`."""
        for pause in FETCH_PAUSES:
            try:
                return await self.spool(self._fetches[channel](upload.remote))
            except FetchFailed as failure:
                if failure.kind == "gone":
                    raise
                await asyncio.sleep(pause)
        return await self.spool(self._fetches[channel](upload.remote))

    async def _inspect(self, upload: Upload, owner: str) -> IncomingFile:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._inspected, upload, owner)

    def _inspected(self, upload: Upload, owner: str) -> IncomingFile:
        """Decrypts, inspects and stores one spool file. Slow: call it in a thread."""
        try:
            content = unspool(self._spool / upload.spooled, self._keys)
        except (FileNotFoundError, SealBroken):
            return IncomingFile(upload.name, 0, refused="damaged")
        try:
            good = self._inspector.inspect(upload.name, content, SENT_KINDS)
        except FileRefused as refusal:
            return IncomingFile(upload.name, len(content), refused=refusal.reason)
        try:
            name = self._store.put(good.content, owner)
        except StoreAway:  # the log says that once
            return IncomingFile(upload.name, len(content), refused="unstored")
        return IncomingFile(
            good.name,
            len(good.content),
            good.kind,
            name,
            owner,
            good.pages,
            returned_form=good.returned_form,
            sha256=sha256(content).hexdigest(),
            letter=good.letter,
        )
