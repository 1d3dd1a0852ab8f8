"""Reminders of applicants, and applications that end by themselves.

Times are in the office's zone (WITA); 2 March 2026 is a Monday.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.service import cases
from bot.service.access import ActionRefused
from storage.tables import AuditLine
from tests import casework
from tests.talk import START, Talk, World
from tests.unit.clock_office import APPLICANT, OFFICER, apply, at, issue, return_it, staffed, status, told, whom


@pytest.fixture
def office(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data")
    yield staffed(world)
    world.stop()


def test_the_applicant_is_reminded_in_chat_and_by_mail_on_the_offices_days(office: World) -> None:
    at(office, date(2026, 3, 2), "15:00")
    returned = date(2026, 3, 2)
    application_id = apply(office, date(2027, 3, 2))
    return_it(office, application_id)
    days = []
    for n in range(1, 92):
        before = len(told(office, "silent"))
        at(office, returned + timedelta(days=n))
        office.restart()
        days += [n] * (len(told(office, "silent")) - before)
    assert days == [7, 30, 63, 80]  # the 60th is the first of May, a Friday
    assert whom(office, "silent") == [APPLICANT] * 4
    reminders = [mail for mail in office.mails() if "menunggu perbaikan Anda" in mail[1]]
    assert [to for to, _, _ in reminders] == ["pemohon@example.go.id"] * 4
    assert reminders[0][2].startswith(
        f"Permohonan REK-2026-000{application_id} menunggu perbaikan dari Anda sejak 2 Maret 2026."
    )
    assert "0.1 Judul Kegiatan\nJelaskan." in reminders[0][2] and "paling lambat 2 Juni 2026" in reminders[0][2]
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
    casework.do(office, OFFICER, casework.on(application_id, cases.claim))
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
    begins = f"Application REK-2026-000{application_id} has been waiting for your revision"
    assert any(text.startswith(begins) for _, _, text in office.mails())


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
