"""The daily jobs. Times are in the office's zone (WITA); 2 March 2026 is a Monday."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.service.clock import daily_jobs
from bot.service.clock_run import ClockRun, DailyJob
from domain.office.working_days import months_later
from storage import clock
from storage.tables import SentReminder
from tests import casework
from tests.talk import START, World
from tests.unit.clock_office import (
    APPLICANT,
    HEAD,
    OFFICER,
    OTHER,
    apply,
    at,
    issue,
    return_it,
    staffed,
    told,
    whom,
    work_on,
)


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


@pytest.fixture
def office(world: World) -> World:
    return staffed(world)


@pytest.fixture
def on_postgres(postgres_database: str, tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data", database_url=postgres_database)
    yield staffed(world)
    world.stop()


def test_a_mistake_in_one_daily_job_stops_no_other(office: World) -> None:
    apply(office, date(2026, 3, 4), officer=None)
    when = "BEFORE INSERT ON sent_reminders WHEN NEW.key LIKE 'due/%'"
    fault = f"CREATE TRIGGER fault {when} BEGIN SELECT RAISE(ABORT, 'forced'); END"
    office.process.units.write_now(lambda session: session.execute(text(fault)))
    at(office, date(2026, 3, 3), "08:00")
    assert whom(office, "deadline") == [] and sorted(whom(office, "digest")) == [HEAD, OFFICER, OTHER]
    office.process.units.write_now(lambda session: session.execute(text("DROP TRIGGER fault")))
    at(office, date(2026, 3, 3), "08:30")
    assert len(whom(office, "deadline")) == len(whom(office, "digest")) == 3


def test_a_job_of_several_pages_does_all_of_them(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "PAGE", 2)
    at(office, date(2026, 3, 2), "15:45")
    application_ids = [apply(office, date(2026, 3, 4)) for _ in range(5)]
    issued = [apply(office, date(2026, 3, 4)) for _ in range(5)]
    for application_id in issued:
        issue(office, application_id)
    at(office, date(2026, 3, 4), "15:45")
    work_on(office, *application_ids)
    at(office, date(2026, 3, 6))
    work_on(office, *application_ids)
    assert (len(told(office, "overdue")), len(told(office, "rate"))) == (len(application_ids), len(issued))
    at(office, date(2026, 3, 9), "07:45")
    assert sorted(whom(office, "digest")) == [HEAD, OFFICER]


@pytest.mark.postgres
def test_two_processes_at_once_send_each_reminder_once_on_postgresql(
    on_postgres: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "PAGE", 2)
    at(on_postgres, date(2026, 3, 2), "15:45")
    for _ in range(3):
        held = apply(on_postgres, date(2026, 3, 11))
        return_it(on_postgres, apply(on_postgres, date(2027, 3, 2)))
        issue(on_postgres, apply(on_postgres, date(2026, 12, 1)))
        work_on(on_postgres, held, now=on_postgres.now + timedelta(days=4))
    units, app = on_postgres.process.units, on_postgres.process.app
    now = datetime(2026, 3, 9, 9, tzinfo=app.office.zone)

    async def run(job: DailyJob) -> None:
        cursor = await units.write(lambda session: job(ClockRun(session, app, now), None))
        while cursor is not None:
            cursor = await units.write(lambda session, after=cursor: job(ClockRun(session, app, now), after))  # type: ignore[misc]

    async def both() -> None:
        await asyncio.gather(*(run(job) for job in daily_jobs(app, now) for _ in range(2)))

    for _ in range(2):  # rows that the other run had locked come with the next run
        asyncio.run(both())
    counted = {reason: len(told(on_postgres, reason)) for reason in ("deadline", "silent", "rate", "digest")}
    assert counted == {"deadline": 3, "silent": 3, "rate": 3, "digest": 2}


def test_old_reminders_are_deleted(office: World) -> None:
    apply(office, date(2026, 3, 4))
    at(office, date(2026, 3, 4))
    count = lambda session: session.query(SentReminder).count()  # noqa: E731
    assert office.process.units.write_now(count) == 1
    assert casework.do(office, APPLICANT, lambda ctx: casework.withdraw(ctx, 1))
    at(office, date(2027, 5, 1))
    assert office.process.units.write_now(count) == 0


@pytest.mark.parametrize(
    "query,index",
    [
        (lambda s: clock.due_by(s, "submitted", date(2026, 3, 4), (date(2026, 3, 1), 1)), "ix_applications_work"),
        (lambda s: clock.returned(s, START, (date(2026, 3, 1), 1)), "ix_applications_work"),
        (lambda s: clock.issued(s, START, (START, 1)), "ix_applications_issued"),
        (lambda s: clock.count_by_status(s, 1), "ix_applications_work"),
        (lambda s: clock.most_urgent(s, 1, 3), "ix_applications_work"),
    ],
    ids=["promised", "returned", "issued", "counts", "urgent"],
)
def test_no_query_of_the_daily_jobs_reads_a_whole_table(
    world: World, query: Callable[[Session], object], index: str
) -> None:
    def plan(session: Session) -> str:
        statements: list[tuple[str, object]] = []
        connection = session.connection()
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.set_trace_callback(lambda statement: statements.append((statement, None)))
        query(session)
        raw.set_trace_callback(None)
        rows = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statements[-1][0])
        return "\n".join(str(row[3]) for row in rows)

    found = world.process.units.write_now(plan)
    assert index in found, found


@pytest.mark.parametrize(
    "day,months,later",
    [
        (date(2026, 3, 2), 3, date(2026, 6, 2)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
