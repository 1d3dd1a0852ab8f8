"""Sets up authenticators for whoever holds a one-time link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.service import authenticators
from bot.service.context import AppContext
from domain.authenticator import SetupKey
from storage.unit import Units


class AuthenticatorSetupService:
    """Implements `bot.pages.AuthenticatorSetup`."""

    def __init__(self, units: Units, app: AppContext, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._app = app
        self._clock = clock

    async def is_open(self, token: str) -> bool:
        return await self._units.write(partial(authenticators.is_open, app=self._app, token=token, now=self._clock()))

    async def redeem(self, token: str) -> SetupKey | None:
        return await self._units.write(partial(authenticators.redeem, app=self._app, token=token, now=self._clock()))
