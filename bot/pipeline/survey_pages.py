"""The page of the satisfaction survey: shown, and its answers stored, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.pages import SurveyPageView
from bot.service import surveys
from bot.service.access import ActionRefused
from bot.service.context import AppContext, Context
from domain.satisfaction import Scores, SurveyedService
from storage import dialogues
from storage.unit import Session, Units


class SurveyPageService:
    """Implements `bot.pages.SurveyPages`."""

    def __init__(self, units: Units, app: AppContext, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._app = app
        self._clock = clock

    async def show(self, channel: str, address: str, service: SurveyedService, row_id: int) -> SurveyPageView | None:
        return await self.save(channel, address, service, row_id, {})

    async def save(
        self, channel: str, address: str, service: SurveyedService, row_id: int, picked: Scores
    ) -> SurveyPageView | None:
        return await self._units.write(
            partial(self._save, channel=channel, address=address, service=service, row_id=row_id, picked=picked)
        )

    def _save(
        self, session: Session, channel: str, address: str, service: SurveyedService, row_id: int, picked: Scores
    ) -> SurveyPageView | None:
        now = self._clock()
        dialogue = dialogues.load(session, channel, address, now)
        if dialogue is None:
            return None
        ctx = Context(session, now, dialogue.sender, self._app)
        try:
            given = surveys.scores(ctx, service, row_id)
            for element, score in picked.items():
                given = surveys.record(ctx, service, row_id, element, score)
        except ActionRefused as refused:
            return SurveyPageView(ctx.locale, {}, refused.text)
        return SurveyPageView(ctx.locale, given)
