"""The page of the satisfaction survey: shown, and its answers stored, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.pages import PageReader, SurveyPageView, UsedLink
from bot.pipeline.page_readers import conversation_of, used_link
from bot.service import surveys
from bot.service.access import ActionRefused
from bot.service.context import AppContext, Context
from domain.satisfaction import Scores, SurveyedService
from storage.unit import Session, Units


class SurveyPageService:
    """Implements `bot.pages.SurveyPages`."""

    def __init__(self, units: Units, app: AppContext, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._app = app
        self._clock = clock

    async def use_link(self, token: str) -> UsedLink | None:
        now = self._clock()
        return used_link(await self._units.write(lambda session: surveys.redeem(session, self._app, token, now)))

    async def show(self, reader: PageReader, service: SurveyedService, row_id: int) -> SurveyPageView | None:
        return await self.save(reader, service, row_id, {})

    async def save(
        self, reader: PageReader, service: SurveyedService, row_id: int, picked: Scores
    ) -> SurveyPageView | None:
        return await self._units.write(
            partial(self._save, reader=reader, service=service, row_id=row_id, picked=picked)
        )

    def _save(
        self, session: Session, reader: PageReader, service: SurveyedService, row_id: int, picked: Scores
    ) -> SurveyPageView | None:
        now, page = self._clock(), surveys.page_of(service, row_id)
        dialogue = conversation_of(session, self._app, surveys.LINKS, reader, page, now)
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
