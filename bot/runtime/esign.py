"""BSrE's Esign Client Service: its client, and the activation of the office's seal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import OperatorError
from bot.handlers.esign import EsignClient
from bot.runtime.process import Process
from bot.settings import Settings
from domain.letter_signing import EsignFailed
from storage import seal_activation

Answer = TypeVar("Answer")
#: seconds for one request
TIMEOUT = 60.0


def esign_client(settings: Settings) -> EsignClient:
    return EsignClient(
        settings.bsre_url, settings.bsre_user, settings.bsre_password, TIMEOUT, authority=settings.bsre_ca
    )


def request_activation(process: Process) -> None:
    """BSrE mails a code to whoever keeps the office's seal. Raises `OperatorError`."""
    subscriber = process.settings.bsre_seal
    _ask(process, lambda client: client.request_activation(subscriber))


def activate(process: Process, code: str) -> None:
    """The code is exchanged for an activation, which is kept encrypted. Raises `OperatorError`."""
    subscriber, keys = process.settings.bsre_seal, process.app.keys
    activation = _ask(process, lambda client: client.renew_activation(subscriber, code))
    process.units.write_now(lambda session: seal_activation.store(session, keys, activation))


def _ask(process: Process, ask: Callable[[EsignClient], Awaitable[Answer]]) -> Answer:
    if not (process.settings.bsre_url and process.settings.bsre_seal):
        raise OperatorError("PST_BSRE_SEAL: set it and PST_BSRE_URL; the README says what belongs there.")

    async def asked() -> Answer:
        client = esign_client(process.settings)
        try:
            return await ask(client)
        finally:
            await client.close()

    try:
        return asyncio.run(asked())
    except EsignFailed as failure:
        raise OperatorError(f"PST_BSRE_SEAL: BSrE has not done it ({failure.kind}).") from None
