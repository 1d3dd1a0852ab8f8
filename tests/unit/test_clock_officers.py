"""Reminders and the digest of officers.

Times are in the office's zone (WITA); 2 March 2026 is a Monday.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.talk import Talk, World
from tests.unit.clock_office import (
    HEAD,
    OFFICER,
    OTHER,
    apply,
    at,
    draft_letter,
    person,
    send_letter,
    staffed,
    told,
    whom,
    work_on,
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data")
    yield staffed(world)
    world.stop()


def test_the_officer_is_reminded_once_on_each_day_left_and_not_again_after_a_restart(office: World) -> None:
    application_id = apply(office, date(2026, 4, 21))
    calendar = office.process.app.office.calendar
    day, marks = date(2026, 3, 25), []
    while day <= date(2026, 4, 21):
        before = len(told(office, "deadline"))
        for hour in ("12:30", "13:00"):
            office.now = datetime.combine(day, time(0), office.process.app.office.zone)
            work_on(office, application_id)
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
