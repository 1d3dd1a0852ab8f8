"""The guest book: what visitors say is sealed, read by the staff only, and gone when its days are over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.limits import DAILY
from bot.service import drafts, guest_book
from bot.service.access import ActionRefused
from domain.office.services import desk_services
from storage import guests, jobs
from storage.tables import AuditLine, Draft, GuestVisit
from tests.casework import APPLICANT, DIRECTOR, HEAD, OFFICER, do
from tests.guest_rows import ANSWERS, NAME, sign
from tests.talk import Talk, World


def visits(world: World) -> list[GuestVisit]:
    return world.process.units.write_now(lambda session: list(session.scalars(select(GuestVisit))))


def test_what_a_visitor_says_is_sealed_and_nowhere_else(world: World) -> None:
    do(world, APPLICANT, sign)
    [visit] = visits(world)
    assert guests.answers_of(world.process.app.keys, visit) == ANSWERS
    left = world.process.units.write_now(lambda session: list(session.scalars(select(Draft.answers))))
    assert left == [{}]
    world.stop()
    files = [path.read_bytes() for path in world.folder.rglob("*") if path.is_file()]
    world.start()
    assert files and not any(NAME.encode() in content for content in files)


@pytest.mark.parametrize("who,allowed", [(APPLICANT, False), (DIRECTOR, False), (OFFICER, True), (HEAD, True)])
def test_only_the_desk_reads_the_book_and_every_reading_is_recorded(world: World, who: str, allowed: bool) -> None:
    do(world, APPLICANT, sign)
    talk = Talk(world, who)
    talk.say("buku tamu")
    assert (NAME in talk.last) is allowed
    try:
        do(world, who, guest_book.read_today)
    except ActionRefused:
        assert not allowed
    query = select(AuditLine.after).where(AuditLine.act == "read_guest_book")
    lines = world.process.units.write_now(lambda session: list(session.scalars(query)))
    assert lines == [{"visits": [visits(world)[0].id]}] * 2 * allowed
    assert NAME not in str(lines)


def test_an_officer_writes_down_a_visitor_without_becoming_one(world: World) -> None:
    talk = Talk(world, OFFICER)
    for said in ("tamu", "1", NAME, "4", "Dinas Kesehatan", "3", "4", "2", "1990", "lewati", "lewati", "2", "2", "2"):
        talk.say(said)
    talk.tap("Kirim sekarang")
    [visit] = visits(world)
    assert visit.person_id is None and visit.recorded_by_id is not None
    assert "Kunjungan itu tercatat" in talk.last and NAME in talk.last
    assert do(world, OFFICER, guest_book.last_visit) is None


def test_nobody_fills_the_book_with_visits(world: World) -> None:
    most = DAILY["guest_visits_of_person"]
    for _ in range(most):
        do(world, APPLICANT, sign)
    with pytest.raises(ActionRefused):
        do(world, APPLICANT, sign)
    assert len(visits(world)) == most


def test_visits_are_deleted_when_their_days_are_over_and_what_was_not_sent_before(world: World) -> None:
    do(world, APPLICANT, sign)
    do(world, HEAD, lambda ctx: drafts.create(ctx, guest_book.FORM, ANSWERS))

    def left_after(days: int) -> tuple[int, int]:
        world.now += timedelta(days=days)
        world.process.units.write_now(lambda s: jobs.add(s, "forget", f"forget {world.now}", world.now, {}))
        asyncio.run(world.work())
        unsent = world.process.units.write_now(lambda session: list(session.scalars(select(Draft.answers))))
        return len(visits(world)), sum(map(bool, unsent))

    assert [left_after(days) for days in (29, 2, 330, 5)] == [(1, 1), (1, 0), (1, 0), (0, 0)]


def test_the_guest_book_offers_the_services_of_the_queue(world: World) -> None:
    asked = world.process.app.form(guest_book.FORM).questions["layanan"]
    assert [option.value for option in asked.options] == list(desk_services())
