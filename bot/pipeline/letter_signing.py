"""Signs letters with BSrE for whoever holds a one-time link. Between two units of work the service is asked; what it
sends back is read in a child process, as every file that comes from outside.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.pages import EsignService
from bot.pipeline.commit import DeliveryNotifier, write_and_notify
from bot.service import letter_signing
from bot.service.context import AppContext
from bot.service.documents import StoredDocument
from bot.service.letter_signing import OpenedSigning
from domain.letter_check import LetterReading
from domain.letter_signing import (
    CODE_SENT,
    FAILURES,
    FILES_AWAY,
    EsignFailed,
    LetterToSign,
    SigningOutcome,
    SigningSecret,
    SigningState,
)
from domain.text import Text
from storage import seal_activation
from storage.files import FileStore
from storage.inspection.process import LETTER_LIMITS, FileInspector
from storage.inspection.result import FileRefused
from storage.objects import StoreAway
from storage.unit import Session, Units


class LetterSigningService:
    """Implements `bot.pages.LetterSigning`."""

    def __init__(
        self,
        units: Units,
        app: AppContext,
        store: FileStore,
        esign: EsignService,
        notify: DeliveryNotifier,
        clock: Callable[[], datetime],
        subscriber: str = "",
    ) -> None:
        """`subscriber`: of the office's seal, which letters get before they are signed; empty: none."""
        self._units = units
        self._app = app
        self._store = store
        self._esign = esign
        self._notify = notify
        self._clock = clock
        self._subscriber = subscriber
        self._sealing = asyncio.Lock()
        self._inspector = FileInspector(LETTER_LIMITS, only_letters=True)

    async def letter(self, token: str) -> LetterToSign | None:
        return await self._units.write(partial(letter_signing.show, app=self._app, token=token, now=self._clock()))

    async def send_code(self, token: str, nik: str) -> SigningOutcome | None:
        opened = await self._redeem(token)
        if opened is None:
            return None
        try:
            await self._esign.send_code(nik)
        except EsignFailed as failure:
            return await self._go_on(opened, FAILURES[failure.kind])
        return await self._go_on(opened, CODE_SENT, "code_sent")

    async def sign(self, token: str, nik: str, secret: SigningSecret) -> SigningOutcome | None:
        opened = await self._redeem(token)
        if opened is None:
            return None
        try:
            pdf = await asyncio.to_thread(self._store.read, opened.object, opened.owner)
            if self._subscriber:
                pdf = await self._seal(pdf, opened.place)
            signed = await self._esign.sign(pdf, nik, secret, opened.place)
            return await self._finish(opened, signed)
        except EsignFailed as failure:
            return await self._go_on(opened, FAILURES[failure.kind])
        except StoreAway:
            return await self._go_on(opened, FILES_AWAY)

    async def close(self, _app: object = None) -> None:
        self._inspector.close()

    async def _seal(self, pdf: bytes, place: str) -> bytes:
        """Each activation is used once and gives the next one, which is stored before anything else happens."""
        async with self._sealing:
            keys = self._app.keys
            activation = await self._units.read(lambda session: seal_activation.read(session, keys))
            if not activation:
                raise EsignFailed("seal")
            following = await self._esign.renew_activation(self._subscriber, activation)
            await self._units.write(lambda session: seal_activation.store(session, keys, following))
            return await self._esign.seal(pdf, self._subscriber, following, place)

    async def _redeem(self, token: str) -> OpenedSigning | None:
        return await self._units.write(partial(letter_signing.redeem, app=self._app, token=token, now=self._clock()))

    async def _go_on(self, opened: OpenedSigning, text: Text, state: SigningState = "failed") -> SigningOutcome:
        """The letter is not signed yet; there is another link to it."""
        now = self._clock()
        go_on = partial(letter_signing.go_on, app=self._app, opened=opened, now=now, text=text, state=state)
        return await self._units.write(go_on)

    async def _finish(self, opened: OpenedSigning, signed: bytes) -> SigningOutcome:
        reading = await asyncio.to_thread(self._read, signed)
        stored = await asyncio.to_thread(self._store.put, signed, opened.owner)
        document = StoredDocument.of(signed, stored, opened.owner)

        def finish(session: Session) -> SigningOutcome:
            return letter_signing.finish(session, self._app, opened, self._clock(), document, reading)

        return await write_and_notify(self._units, self._notify, finish)

    def _read(self, signed: bytes) -> LetterReading | None:
        """`None` also for what is no readable PDF."""
        try:
            return self._inspector.read_letter(signed)
        except FileRefused:
            return None
