"""The daily jobs. Times are in the office's zone (WITA); 2 March 2026 is a Monday."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import locales
from bot.chat import prompt_from_json
from bot.service import cases, decisions, revisions
from bot.service.access import ActionRefused
from bot.service.clock import ClockRun, DailyJob, daily_jobs
from bot.service.context import Context
from domain.office.working_days import months_later
from domain.permissions import Role
from storage import clock, jobs, messages, people
from storage.tables import Address, Application, AuditLine, Message, Person, SentReminder
from tests import casework
from tests.talk import START, Talk, World

APPLICANT, OFFICER, OTHER, HEAD, DIRECTOR = "pemohon", "petugas", "rekan", "kepala", "direktur"
STAFF: Mapping[str, Role] = {OFFICER: "officer", OTHER: "officer", HEAD: "head"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data")
    yield world
    world.stop()


@pytest.fixture
def office(world: World) -> World:
    return staffed(world)


@pytest.fixture
def on_postgres(postgres_database: str, tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data", database_url=postgres_database)
    yield staffed(world)
    world.stop()


def staffed(world: World) -> World:
    """One applicant, two officers and the head, each with a phone."""
    casework.do(world, APPLICANT, lambda ctx: None)
    for name, role in STAFF.items():
        casework.join(world, name, role)
    world.process.units.write_now(lambda session: jobs.add(session, "clock", "clock", world.now, {}))
    return world


def person(session: Session, name: str) -> Person:
    query = select(Person).join(Address, Address.person_id == Person.id).where(Address.external_id == name)
    return session.scalars(query).one()


def apply(world: World, due_on: date, *, officer: str | None = OFFICER) -> int:
    """An application with this promised day, assigned to an officer if one is named."""
    application_id = casework.submitted(world, APPLICANT)
    if officer is not None:
        casework.do(world, officer, casework.on(application_id, cases.claim))
    promise(world, application_id, due_on)
    return application_id


def promise(world: World, application_id: int, due_on: date) -> None:
    """Sets another promised day than thirty working days after the application was sent."""
    world.process.units.write_now(
        lambda session: setattr(session.get_one(Application, application_id), "due_on", due_on)
    )


def return_it(world: World, application_id: int) -> None:
    """The officer requests a revision, now."""
    casework.remark(world, application_id, "judul_kegiatan", "Jelaskan.", who=OFFICER)
    casework.do(world, OFFICER, casework.on(application_id, revisions.request_revision))


def draft_letter(world: World, application_id: int) -> None:
    def decide(ctx: Context, application: Application) -> None:
        decisions.decide(ctx, application, application.round, cases.FEASIBLE, ["Rancangan memadai."], [])

    casework.do(world, OFFICER, casework.on(application_id, decide))


def send_letter(world: World, application_id: int) -> None:
    """Sends the letter to the director, who joins when the first letter needs one."""
    if world.found_at.get(DIRECTOR) is None:
        world.found_at[DIRECTOR] = ("console", DIRECTOR)
        casework.join(world, DIRECTOR, "director")
    draft_letter(world, application_id)
    casework.do(world, OFFICER, casework.on(application_id, casework.send))


def issue(world: World, application_id: int, *, drawn: bool = True) -> None:
    """Issues the letter now. `drawn`: the worker draws and delivers it."""
    send_letter(world, application_id)
    casework.do(world, DIRECTOR, casework.on(application_id, casework.issue))
    if drawn:
        run(world)


def status(world: World, application_id: int) -> str:
    return world.process.units.write_now(lambda session: session.get_one(Application, application_id).status)


def at(world: World, day: date, hour: str = "12:30") -> None:
    """Sets the time and runs the jobs that are due. In the afternoon there is no digest."""
    world.now = datetime.combine(day, time.fromisoformat(hour), world.process.app.office.zone)
    run(world)


def run(world: World) -> None:
    async def work() -> None:
        while await world.worker.work_once():
            pass

    asyncio.run(work())


def told(world: World, reason: str) -> list[tuple[str, str]]:
    """(who, words) of every notice for this reason in a conversation so far."""
    in_chats = select(Message, Address.external_id).join(Address).where(Address.channel != people.MAIL)
    query = in_chats.order_by(Message.id)
    found = []
    for message, who in world.process.units.write_now(lambda session: session.execute(query).all()):
        if message.direction == "out":
            prompt = prompt_from_json(messages.unseal_body(world.process.app.keys, message.body, message.address_id))
            if prompt.reason == reason:
                found.append((who, locales.say(prompt.text, message.locale)))
    return found


def whom(world: World, reason: str) -> list[str]:
    return [who for who, _ in told(world, reason)]


def test_the_officer_is_reminded_once_on_each_day_left_and_not_again_after_a_restart(office: World) -> None:
    apply(office, date(2026, 4, 21))
    calendar = office.process.app.office.calendar
    day, marks = date(2026, 3, 25), []
    while day <= date(2026, 4, 21):
        before = len(told(office, "deadline"))
        for hour in ("12:30", "13:00"):
            at(office, day, hour)
            office.restart()
        if len(told(office, "deadline")) > before:
            marks.append(calendar.working_days_between(day, date(2026, 4, 21)))
        assert len(told(office, "deadline")) <= before + 1
        day += timedelta(days=1)
    assert marks == [10, 5, 2, 0]
    assert whom(office, "deadline") == [OFFICER] * 4
    words = [words for _, words in told(office, "deadline")]
    assert words[1].endswith("dijanjikan paling lambat 21 April 2026, 5 hari kerja lagi.")
    assert words[3].startswith("Pengingat: hari ini hari terakhir")


def test_an_unassigned_case_reminds_everybody_who_can_claim_it(office: World) -> None:
    apply(office, date(2026, 3, 4), officer=None)
    at(office, date(2026, 3, 2))
    assert sorted(whom(office, "deadline")) == [HEAD, OFFICER, OTHER]


def test_a_case_of_an_officer_who_left_reminds_the_other_officers(office: World) -> None:
    apply(office, date(2026, 3, 4))
    office.process.units.write_now(
        lambda session: session.execute(
            text("UPDATE officers SET revoked_at = joined_at WHERE person_id = :id"),
            {"id": person(session, OFFICER).id},
        )
    )
    at(office, date(2026, 3, 2))
    assert sorted(whom(office, "deadline")) == [HEAD, OTHER]


def test_nobody_is_reminded_on_a_holiday_or_outside_office_hours(office: World) -> None:
    apply(office, date(2026, 3, 27))
    saturday, nyepi, working = date(2026, 3, 14), date(2026, 3, 19), date(2026, 3, 25)
    for day, hour in ((saturday, "12:30"), (nyepi, "12:30"), (working, "07:29")):
        at(office, day, hour)
    assert told(office, "deadline") == []
    at(office, working, "15:29")
    assert whom(office, "deadline") == [OFFICER]
    at(office, date(2026, 3, 27), "15:30")
    assert whom(office, "deadline") == [OFFICER]


def test_of_missed_reminders_only_the_newest_is_sent_late(office: World) -> None:
    apply(office, date(2026, 3, 17))
    at(office, date(2026, 3, 12))
    assert [words.rpartition(", ")[2] for _, words in told(office, "deadline")] == ["3 hari kerja lagi."]


def test_the_head_is_told_of_an_overdue_case_once_each_working_day(office: World) -> None:
    apply(office, date(2026, 3, 13))
    for day in (14, 15, 16, 17, 18):  # a weekend; the 18th is joint leave
        for hour in ("13:00", "14:00"):
            at(office, date(2026, 3, day), hour)
    assert [(who, words.rpartition(", ")[2]) for who, words in told(office, "overdue")] == [
        (HEAD, "lewat 1 hari kerja."),
        (HEAD, "lewat 2 hari kerja."),
    ]


def test_a_decided_case_reminds_nobody(office: World) -> None:
    draft_letter(office, apply(office, date(2026, 3, 3)))
    at(office, date(2026, 3, 3))
    at(office, date(2026, 3, 5))
    assert told(office, "deadline") == told(office, "overdue") == []


def test_the_applicant_is_reminded_in_chat_and_by_mail_on_the_offices_days(office: World) -> None:
    at(office, date(2026, 3, 2), "15:00")
    returned = date(2026, 3, 2)
    application_id = apply(office, date(2027, 3, 2))
    return_it(office, application_id)
    mails = len(office.mails())
    days = []
    for n in range(1, 92):
        before = len(told(office, "silent"))
        at(office, returned + timedelta(days=n))
        office.restart()
        days += [n] * (len(told(office, "silent")) - before)
    assert days == [7, 30, 63, 80]  # the 60th is the first of May, a Friday
    assert whom(office, "silent") == [APPLICANT] * 4
    reminders = office.mails()[mails:]
    assert [to for to, _, _ in reminders] == ["pemohon@example.go.id"] * 4
    assert reminders[0][2].startswith(
        f"Permohonan REK-2026-000{application_id} menunggu perbaikan dari Anda sejak 2 Maret 2026."
    )
    assert "paling lambat 2 Juni 2026" in reminders[0][2]
    talk = Talk(office, APPLICANT)
    asyncio.run(talk.news())
    assert talk.button("Perbaiki sekarang").value == f"revise:start:{application_id}"


def test_the_days_until_a_reminder_start_again_with_each_request(office: World) -> None:
    application_id = apply(office, date(2027, 3, 2))
    return_it(office, application_id)
    at(office, date(2026, 3, 9))
    casework.answer_again(office, application_id, judul_kegiatan="Survei Kesehatan Ibu Kabupaten Jeneponto")
    casework.resubmit(office, application_id)
    at(office, date(2026, 4, 10))
    assert len(told(office, "silent")) == 1
    return_it(office, application_id)
    at(office, date(2026, 4, 13))
    assert len(told(office, "silent")) == 1
    at(office, date(2026, 4, 17))
    assert len(told(office, "silent")) == 2


def test_a_reminder_has_the_readers_language(office: World) -> None:
    application_id = apply(office, date(2027, 3, 2))
    office.process.units.write_now(
        lambda session: session.execute(
            text("UPDATE addresses SET locale = 'en' WHERE external_id = :who"), {"who": APPLICANT}
        )
    )
    return_it(office, application_id)
    at(office, date(2026, 3, 9))
    assert office.mails()[-1][2].startswith(f"Application REK-2026-000{application_id} ")


def test_after_three_months_the_officer_is_asked_once_and_confirms_the_expiry(office: World) -> None:
    application_id = apply(office, date(2027, 3, 2))
    return_it(office, application_id)
    talk = Talk(office, OFFICER)
    assert "Nyatakan kedaluwarsa" not in talk.lines(talk.press(f"case:show:{application_id}", id="show"))
    at(office, date(2026, 6, 2))
    assert told(office, "expire") == []
    for hour in ("12:30", "13:00"):
        at(office, date(2026, 6, 3), hour)
        office.restart()
    assert whom(office, "expire") == [OFFICER]
    asyncio.run(talk.news())
    talk.tap("Buka", id="open")
    talk.tap("Nyatakan kedaluwarsa", id="ask")
    assert status(office, application_id) == "revision_requested"
    talk.tap("Ya, kedaluwarsa", id="expire")
    assert status(office, application_id) == "expired"
    assert talk.last.startswith("✓ Permohonan dinyatakan kedaluwarsa.")
    assert whom(office, "expired") == [APPLICANT]
    assert "kami tutup karena catatan petugas belum dijawab selama 3 bulan" in office.mails()[-1][2]


def test_nobody_can_let_an_application_expire_too_early(office: World) -> None:
    application_id = apply(office, date(2027, 3, 2))
    return_it(office, application_id)
    office.now = START + timedelta(days=80)
    with pytest.raises(ActionRefused):
        casework.do(office, OFFICER, casework.on(application_id, casework.expire))
    assert status(office, application_id) == "revision_requested"


def test_an_applicant_cannot_let_their_own_application_expire(office: World) -> None:
    application_id = apply(office, date(2027, 3, 2))
    return_it(office, application_id)
    office.now = START + timedelta(days=100)
    Talk(office, APPLICANT).press(f"case:expire:{application_id}", id="press")
    assert status(office, application_id) == "revision_requested"


def test_the_digest_comes_once_on_working_mornings_only(office: World) -> None:
    apply(office, date(2026, 12, 1))
    for day in range(13, 26):  # a weekend, three holidays, a weekend, two days of joint leave
        for hour in ("07:14", "07:30", "09:00", "11:59"):
            at(office, date(2026, 3, day), hour)
        office.restart()
    working = [13, 16, 17, 25]
    assert whom(office, "digest").count(OFFICER) == len(working)


def test_an_officer_without_any_conversation_stops_no_reminder(office: World) -> None:
    """They joined without registering, and signed out of the only conversation that they had."""
    newcomer = Talk(office, "magang")
    newcomer.say(f"/gabung {office.invite('officer', 'Magang')}")
    newcomer.say("keluar dari perangkat ini")
    newcomer.tap("Ya, keluar")
    apply(office, date(2026, 3, 4), officer=None)
    at(office, date(2026, 3, 3), "08:00")
    assert sorted(whom(office, "digest")) == sorted(whom(office, "deadline")) == [HEAD, OFFICER, OTHER]


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


def test_the_digest_counts_assigned_and_unassigned_cases_and_the_head_sees_all(office: World) -> None:
    for n in range(4):
        apply(office, date(2026, 12, 4 - n))
    send_letter(office, apply(office, date(2026, 12, 20)))
    at(office, date(2026, 3, 2), "12:00")
    assert told(office, "digest") == []
    at(office, date(2026, 3, 3), "07:30")
    assert whom(office, "digest") == [OFFICER, HEAD]
    words = dict(told(office, "digest"))[OFFICER].splitlines()
    assert words[2:4] == ["Sedang diperiksa: 4", "Menunggu terbit: 1"]
    assert [line.split(" · ")[0] for line in words if line.startswith("•")] == [f"• REK-2026-000{n}" for n in (4, 3, 2)]
    apply(office, date(2026, 12, 1), officer=None)
    at(office, date(2026, 3, 4), "07:30")
    assert whom(office, "digest")[2:] == [OFFICER, OTHER, HEAD]


def test_a_person_who_has_not_rated_is_asked_once_more_after_three_days(office: World) -> None:
    application_id = apply(office, date(2026, 12, 1))
    issue(office, application_id)
    at(office, date(2026, 3, 4))
    assert told(office, "rate") == []
    for day in (6, 9):
        at(office, date(2026, 3, day))
        office.restart()
    assert whom(office, "rate") == [APPLICANT]
    talk = Talk(office, APPLICANT)
    asyncio.run(talk.news())
    talk.tap("★★★★ 4 bintang", id="stars")
    assert status(office, application_id) == "closed"


def test_a_rated_application_is_not_asked_about(office: World) -> None:
    application_id = apply(office, date(2026, 12, 1))
    issue(office, application_id)
    Talk(office, APPLICANT).press(f"rating:stars:{application_id}:5", id="stars")
    at(office, date(2026, 3, 9))
    assert told(office, "rate") == []


def test_an_issued_application_is_closed_by_the_system_after_thirty_days(office: World) -> None:
    application_id = apply(office, date(2026, 12, 1))
    issue(office, application_id)
    at(office, date(2026, 3, 31))
    assert status(office, application_id) == "issued"
    at(office, date(2026, 4, 2))
    assert status(office, application_id) == "closed"
    last = select(AuditLine.actor, AuditLine.act).where(AuditLine.case == f"application/{application_id}")
    assert office.process.units.write_now(lambda session: session.execute(last).all())[-1] == ("system", "close")


def test_a_letter_that_is_not_drawn_yet_asks_for_no_rating(office: World) -> None:
    application_id = apply(office, date(2026, 12, 1))
    issue(office, application_id, drawn=False)
    office.process.units.write_now(lambda session: session.execute(text("UPDATE jobs SET due_at = '2027-01-01'")))
    at(office, date(2026, 3, 9))
    at(office, date(2026, 4, 9))
    assert told(office, "rate") == []
    assert status(office, application_id) == "issued"


def test_a_job_of_several_pages_does_all_of_them(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "PAGE", 2)
    monkeypatch.setattr("bot.service.clock.PAGE", 2)
    at(office, date(2026, 3, 2), "15:45")
    application_ids = [apply(office, date(2026, 3, 4)) for _ in range(5)]
    issued = [apply(office, date(2026, 3, 4)) for _ in range(5)]
    for application_id in issued:
        issue(office, application_id)
    at(office, date(2026, 3, 6))
    assert (len(told(office, "overdue")), len(told(office, "rate"))) == (len(application_ids), len(issued))
    at(office, date(2026, 3, 9), "07:45")
    assert sorted(whom(office, "digest")) == [HEAD, OFFICER]


@pytest.mark.postgres
def test_two_processes_at_once_send_each_reminder_once_on_postgresql(
    on_postgres: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "PAGE", 2)
    monkeypatch.setattr("bot.service.clock.PAGE", 2)
    at(on_postgres, date(2026, 3, 2), "15:45")
    for _ in range(3):
        apply(on_postgres, date(2026, 3, 11))
        return_it(on_postgres, apply(on_postgres, date(2027, 3, 2)))
        issue(on_postgres, apply(on_postgres, date(2026, 12, 1)))
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
