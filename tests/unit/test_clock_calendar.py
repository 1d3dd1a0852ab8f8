"""What the daily jobs do when the calendar changes, when a year is not decreed, and after the planned release.

Times are in the office's zone (WITA); 2 March 2026 is a Monday.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.service import cases, decisions, promises
from bot.service.context import Context
from domain.office.profile import Office
from storage.tables import Application
from tests import casework
from tests.office_profiles import profile
from tests.queue_rows import take, tickets
from tests.talk import Talk, World
from tests.unit.case_rows import case
from tests.unit.clock_office import APPLICANT, HEAD, OFFICER, OTHER, at, issue, return_it, staffed, told, whom


@pytest.fixture
def office(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data")
    yield staffed(world)
    world.stop()


def day_off(*days: str) -> tuple[str, str]:
    """A change of the profile: days on which this office alone does not work."""
    blocks = "".join(f'\n[[days_off]]\ndate = {day}\nname = "Hari jadi"\n' for day in days)
    return "\n[to_confirm]", f"{blocks}\n[to_confirm]"


def change(world: World, folder: Path, *changes: tuple[str, str]) -> None:
    """The service is started again with another profile."""
    world.office = profile(folder, *changes)
    world.restart()


def sent_and_held(world: World) -> int:
    application_id = casework.submitted(world, APPLICANT)
    casework.do(world, OFFICER, casework.on(application_id, cases.claim))
    return application_id


def reject(ctx: Context, application: Application) -> None:
    decisions.decide(ctx, application, application.round, cases.REJECTED, ["Rancangan belum memadai."], [])


def test_a_day_off_moves_each_promise_once_and_everybody_is_told_once(office: World, tmp_path: Path) -> None:
    first, second = sent_and_held(office), casework.submitted(office, APPLICANT)
    at(office, date(2026, 3, 3))
    assert told(office, "promise") == []
    change(office, tmp_path, day_off("2026-04-08"))
    for hour in ("12:45", "13:00"):
        at(office, date(2026, 3, 3), hour)
        office.restart()
    assert {case(office, each).due_on for each in (first, second)} == {date(2026, 4, 22)}
    assert sorted(whom(office, "promise")) == sorted([APPLICANT, OFFICER, APPLICANT, OFFICER, OTHER, HEAD])
    assert told(office, "promise")[0] == (
        APPLICANT,
        "Kalender hari kerja berubah. Hasil pemeriksaan permohonan REK-2026-0001 kami sampaikan paling lambat "
        "22 April 2026, sebelumnya 21 April 2026.",
    )
    assert len([subject for _, subject, _ in office.mails() if subject.startswith("Janji hasil")]) == 2
    assert casework.audit_faults(office) == []


def test_a_day_that_is_worked_after_all_moves_the_promise_back_and_is_told_too(office: World, tmp_path: Path) -> None:
    application_id = sent_and_held(office)
    at(office, date(2026, 3, 3))
    both, one = day_off("2026-04-08", "2026-04-09"), day_off("2026-04-08")
    moves = (((both,), 23, "12:45"), ((), 21, "13:15"), ((one,), 22, "13:45"))
    for changes, due, hour in moves:
        change(office, tmp_path, *changes)
        at(office, date(2026, 3, 4), hour)
        assert case(office, application_id).due_on == date(2026, 4, due)
    assert whom(office, "promise") == [APPLICANT, OFFICER] * 3
    talk = Talk(office, OFFICER)
    talk.say("/periksa 1")
    talk.tap("Riwayat")
    assert "Janji hasil berubah dari 21 April 2026 menjadi 22 April 2026 karena kalender hari kerja" in talk.last


def test_a_promise_that_moves_within_a_year_of_estimates_says_so(office: World, tmp_path: Path) -> None:
    at(office, date(2026, 12, 1))
    casework.submitted(office, APPLICANT)
    change(office, tmp_path, day_off("2026-12-10"))
    at(office, date(2026, 12, 2))
    assert told(office, "promise")[0][1].endswith(
        "Tanggal itu perkiraan: hari libur tahun berikutnya belum ditetapkan."
    )


def test_nobody_is_told_at_night_or_of_a_decided_case(office: World, tmp_path: Path) -> None:
    application_id = sent_and_held(office)
    at(office, date(2026, 3, 3))
    change(office, tmp_path, day_off("2026-04-08"))
    at(office, date(2026, 3, 3), "22:00")
    assert told(office, "promise") == []
    issue(office, application_id)
    at(office, date(2026, 3, 4))
    assert told(office, "promise") == [] and case(office, application_id).due_on == date(2026, 4, 21)


def test_a_crash_between_two_pages_leaves_nothing_out_and_tells_nobody_twice(
    office: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.clock.PAGE", 1)
    application_ids = [sent_and_held(office) for _ in range(3)]
    at(office, date(2026, 3, 3))
    change(office, tmp_path, day_off("2026-04-08"))
    calls, update = iter((False, True)), promises.update

    def dies_at_the_second(ctx: Context, application: Application) -> None:
        if next(calls):
            raise RuntimeError("the process dies here")
        update(ctx, application)

    with monkeypatch.context() as patched:
        patched.setattr(promises, "update", dies_at_the_second)
        at(office, date(2026, 3, 4))
    assert [case(office, each).due_on.day for each in application_ids] == [22, 21, 21]
    at(office, date(2026, 3, 4), "14:00")
    assert [case(office, each).due_on.day for each in application_ids] == [22, 22, 22]
    assert whom(office, "promise") == [APPLICANT, OFFICER] * 3


def test_a_missing_year_is_told_once_a_month_from_october_to_the_admin_or_else_to_the_head(office: World) -> None:
    for month, day in ((9, 30), (10, 1), (10, 2), (11, 2)):
        at(office, date(2026, month, day))
    assert whom(office, "calendar") == [HEAD, HEAD]
    assert "tahun 2027 belum ada" in told(office, "calendar")[0][1]
    casework.join(office, "admin", "admin")
    at(office, date(2026, 12, 1))
    assert whom(office, "calendar") == [HEAD, HEAD, "admin"]


def test_after_the_planned_release_the_organiser_is_reminded_once_of_results_and_metadata(office: World) -> None:
    application_id = sent_and_held(office)
    issue(office, application_id)
    released = date(2026, 12, 15)  # "rilis_digital" of the survey
    at(office, released, "13:00")
    assert told(office, "results") == []
    for hour in ("09:30", "10:00"):
        at(office, date(2026, 12, 16), hour)
    (who, words), *more = told(office, "results")
    assert (who, more) == (APPLICANT, [])
    assert "Mohon serahkan hasil dan metadatanya kepada BPS Kabupaten Jeneponto melalui bps7304@bps.go.id" in words
    assert [subject for _, subject, _ in office.mails()].count("Hasil dan metadata kegiatan REK-2026-0001") == 1


def test_the_case_says_how_long_it_took_in_all_and_at_the_office(office: World) -> None:
    application_id = sent_and_held(office)
    talk = Talk(office, OFFICER)
    at(office, date(2026, 3, 4))
    return_it(office, application_id)
    at(office, date(2026, 3, 11))
    talk.say("/periksa 1")
    assert "Lama: 7 hari kerja, 2 di kantor dan 5 menunggu pemohon" in talk.last
    casework.answer_again(office, application_id)
    casework.resubmit(office, application_id)
    at(office, date(2026, 3, 12))
    casework.do(office, OFFICER, casework.on(application_id, reject))
    at(office, date(2026, 3, 17))
    talk.say("/periksa 1")
    assert "Lama: 8 hari kerja, 3 di kantor dan 5 menunggu pemohon" in talk.last


def test_a_number_for_a_day_that_has_become_a_day_off_ends_and_its_visitor_is_told_once(
    office: World, tmp_path: Path
) -> None:
    take(office, "tamu", day=date(2026, 3, 4))
    take(office, "tamu lain", day=date(2026, 3, 5))
    change(office, tmp_path, day_off("2026-03-04"))
    for hour in ("12:30", "13:00"):
        at(office, date(2026, 3, 3), hour)
    for who, count in (("tamu", 1), ("tamu lain", 0)):
        talk = Talk(office, who)
        asyncio.run(talk.news())
        said = "meja layanan tutup pada 4 Maret 2026, jadi nomor A-001 tidak berlaku lagi"
        assert sum(said in line for line in talk.lines(talk.told)) == count, who
    assert [ticket.state for ticket in tickets(office)] == ["closed", "waiting"]


def test_days_off_of_the_office_belong_to_years_that_are_not_decreed_too(tmp_path: Path) -> None:
    calendar = Office.load(profile(tmp_path, day_off("2027-04-07"))).calendar
    assert not calendar.is_working_day(date(2027, 4, 7)) and calendar.is_working_day(date(2027, 4, 8))
    assert not calendar.is_working_day(date(2026, 5, 1)), "the rest of the year stays"
