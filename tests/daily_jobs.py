"""The daily jobs, run when a test says so."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.service.clock import daily_jobs
from bot.service.clock_run import ClockRun, DailyJob
from bot.service.context import AppContext
from tests.talk import World


def run_daily_jobs(world: World, moment: datetime) -> None:
    world.now = moment
    units, app = world.process.units, world.process.app
    for job in daily_jobs(app, moment):
        units.write_now(partial(run_page, app=app, now=moment, job=job))


def run_page(session: Session, app: AppContext, now: datetime, job: DailyJob) -> None:
    assert job(ClockRun(session, app, now), None) is None


def morning(day: int, hour: int = 10) -> datetime:
    """Of March 2026, in Makassar."""
    return datetime(2026, 3, day, hour - 8, 0, tzinfo=UTC)
