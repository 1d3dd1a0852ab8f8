"""The queue at the desk from outside: nobody gets the number of somebody else, the order is kept, one person has one
number, and visitors are told in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.limits import DAILY
from bot.service import queue, queue_desk
from bot.service.access import ActionRefused
from bot.service.queue_news import code_of
from storage import jobs
from storage.tables import Message, OutboxRow, QueueDay
from tests.casework import HEAD, OFFICER, OTHER_OFFICER, do, staffed
from tests.queue_rows import TODAY, call, end, take, tickets, visitor
from tests.talk import START, Talk, World

SERVICES = ("rekomendasi", "konsultasi", "permintaan_data")
TAKERS, GIVEN = 200, 40


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    world = staffed(World(tmp_path / "data", database_url=url))
    yield world
    world.stop()


def told(talk: Talk) -> list[str]:
    """What a visitor was told since the last look."""
    before = len(talk.told)
    asyncio.run(talk.news())
    return [line for message in talk.told[before:] for line in talk.lines([message]) if line.startswith("Nomor ")]


def test_two_hundred_takers_at_once_get_two_hundred_numbers_in_one_order(both: World) -> None:
    """And nobody gets two, though everybody asks twice, while an officer gives numbers too. A long day, so that all of
    them fit into it.
    """
    office = both.process.app.office
    object.__setattr__(office.queue, "minutes_each", 1)
    asked = [(f"pengunjung {n % TAKERS}", SERVICES[n % len(SERVICES)]) for n in range(2 * TAKERS)]

    def give(service: str) -> str:
        return do(both, OFFICER, lambda ctx: code_of(queue_desk.give_number(ctx, service)))

    with ThreadPoolExecutor(16) as threads:
        at_desk = [threads.submit(give, SERVICES[n % len(SERVICES)]) for n in range(GIVEN)]
        taken = set(threads.map(lambda one: take(both, *one), asked))
        given = {one.result() for one in at_desk}
    found = tickets(both)
    assert len(found) == TAKERS + GIVEN and len(taken) == TAKERS and len(given) == GIVEN and not taken & given
    assert len({ticket.place for ticket in found}) == len(found)
    for service in SERVICES:
        numbers = [ticket.number for ticket in found if ticket.service == service]
        assert numbers == list(range(1, len(numbers) + 1)), "the order of the numbers is the order of the calls"


def test_two_officers_at_once_call_different_numbers_and_a_second_press_calls_nobody(both: World) -> None:
    for n in range(6):
        take(both, f"pengunjung {n}")
    together = Barrier(4)

    def press(who: str, calls: int) -> str:
        together.wait(10)
        try:
            called = do(both, who, lambda ctx: queue_desk.call_next(ctx, calls))
            return code_of(called) if called else ""
        except ActionRefused:
            return "refused"

    pressers = (OFFICER, OFFICER, OTHER_OFFICER, OTHER_OFFICER)
    for n in range(1, 6):
        calls = do(both, OFFICER, queue_desk.calls_today)
        with ThreadPoolExecutor(len(pressers)) as threads:
            pressed = list(threads.map(lambda who: press(who, calls), pressers))  # noqa: B023
        assert sorted(pressed) == [f"A-00{n}", "refused", "refused", "refused"]
        end(both, who=pressers[pressed.index(f"A-00{n}")])


def test_an_absent_visitor_is_called_again_after_three_others_and_then_no_more(world: World) -> None:
    for n in range(5):
        take(world, f"pengunjung {n}")
    order = []
    for _ in range(6):
        order.append(call(world))
        end(world, "absent" if order[-1] == "A-001" else "serve")
    assert order == ["A-001", "A-002", "A-003", "A-004", "A-001", "A-005"]
    assert {ticket.number: ticket.state for ticket in tickets(world)}[1] == "missed"


def test_visitors_are_told_once_at_three_before_when_next_and_when_called(world: World) -> None:
    talks = [Talk(world, f"pengunjung {n}") for n in range(6)]
    for talk in talks:
        take(world, talk.address)
    last = talks[-1]
    heard = []
    for _ in range(6):
        call(world)
        heard += told(last)
        end(world)
    assert heard == [
        "Nomor A-006: tinggal 3 orang di depan Anda.",
        "Nomor A-006: giliran berikutnya. Silakan bersiap di dekat meja layanan.",
        "Nomor A-006 dipanggil. Silakan ke meja layanan sekarang.",
    ]


def test_news_of_the_queue_is_not_sent_late(world: World) -> None:
    take(world, "pengunjung")
    call(world)
    query = select(OutboxRow.expires_at).join(Message, Message.id == OutboxRow.message_id)
    [expires_at] = world.process.units.write_now(
        lambda session: session.scalars(query.where(OutboxRow.reason == "queue")).all()
    )
    assert expires_at == world.now + timedelta(minutes=30)


def test_nobody_takes_numbers_all_day_and_a_number_of_another_day_is_the_one(world: World) -> None:
    assert take(world, "budi", day=date(2026, 3, 3)) == "A-001"
    assert take(world, "budi") == "A-001" and len(tickets(world)) == 1

    def take_and_give_back(session: Session) -> str:
        ctx = visitor(world, session, "andi")
        try:
            return queue.cancel(ctx, queue.take(ctx, "rekomendasi", TODAY).id).state
        except ActionRefused as refused:
            return refused.text.msgid

    done = [world.process.units.write_now(take_and_give_back) for _ in range(100)]
    assert done.count("cancelled") == DAILY["queue_numbers_of_person"]
    assert len(tickets(world)) == 1 + DAILY["queue_numbers_of_person"]


def test_nobody_moves_a_number_all_day_either(world: World) -> None:
    """Every other day has a number less for everybody else."""
    take(world, "budi")
    talk, said = Talk(world, "budi"), []
    for _ in range(10):
        [ticket] = [each for each in tickets(world) if each.state == "waiting"]
        talk.press(f"queue:moved:{ticket.id}:{20260303 if ticket.day == TODAY else 20260302}")
        said.append("terlalu sering mengambil atau memindahkan nomor" in talk.last)
        assert "Nomor antrean Anda:" in talk.last, "the number stays"
    assert said.index(True) == DAILY["queue_numbers_of_person"] - 1 and all(said[said.index(True) :])
    assert len(tickets(world)) == DAILY["queue_numbers_of_person"]


@pytest.mark.parametrize(
    "at,day,given",
    [
        (timedelta(), "2026-03-02", True),
        (timedelta(), "2026-03-09", True),  # the fifth working day after today
        (timedelta(), "2026-03-10", False),
        (timedelta(), "2026-03-07", False),  # a Saturday
        (timedelta(), "2026-03-01", False),
        (timedelta(days=14), "2026-03-19", False),  # a holiday
        (timedelta(hours=6, minutes=29), "2026-03-02", True),
        (timedelta(hours=6, minutes=30), "2026-03-02", False),  # closing time
        (timedelta(hours=-8), "2026-03-02", True),  # in the night before
    ],
)
def test_numbers_are_given_for_the_hours_of_the_desk(world: World, at: timedelta, day: str, given: bool) -> None:
    world.now = START + at
    try:
        take(world, "pengunjung", day=date.fromisoformat(day))
        taken = True
    except ActionRefused:
        taken = False
    assert taken is given


def test_a_day_is_full_when_the_next_call_would_come_after_closing_time(world: World) -> None:
    """From 09.00 to 15.30 are 26 quarters of an hour."""
    codes = []
    for n in range(40):
        try:
            codes.append(take(world, f"pengunjung {n}"))
        except ActionRefused:
            break
    assert len(codes) == 26


def test_the_estimate_follows_the_pace_of_the_day(world: World) -> None:
    for n in range(6):
        take(world, f"pengunjung {n}")
    for _ in range(3):
        call(world)
        world.now += timedelta(minutes=4)
        end(world)

    def expected(session: Session) -> timedelta:
        ctx = visitor(world, session, "pengunjung 5")
        ticket = queue.my_ticket(ctx)
        assert ticket is not None
        standing = queue.standing(ctx, ticket)
        assert standing.expected_at is not None and standing.ahead == 2
        return standing.expected_at - world.now

    assert world.process.units.write_now(expected) == timedelta(minutes=8)


def test_the_number_of_somebody_else_is_neither_given_back_nor_moved_nor_called(world: World) -> None:
    take(world, "budi")
    [ticket] = tickets(world)
    talk = Talk(world, "orang asing")
    for code in ("queue:back", "queue:ask", "queue:move", "desk:again", "desk:served", "desk:absent"):
        talk.press(f"{code}:{ticket.id}")
        assert "A-001" not in talk.last
    talk.press(f"queue:moved:{ticket.id}:20260303")
    talk.press("desk:next:0")
    assert "hanya untuk petugas" in talk.last
    assert [each.state for each in tickets(world)] == ["waiting"]
    call(world)
    for who in (OTHER_OFFICER, HEAD):
        other = Talk(world, who)
        other.press(f"desk:served:{ticket.id}")
        assert "tidak sedang Anda layani" in other.last


def test_nobody_is_called_before_the_desk_opens_and_after_it_has_closed(world: World) -> None:
    """Not even by a button that is still on the screen."""
    world.now = START - timedelta(hours=2)
    take(world, "pengunjung 0")
    take(world, "pengunjung 1")
    desk = Talk(world, OFFICER)
    for at, said in ((-2.0, "Meja layanan belum buka."), (6.5, "Antrean hari ini sudah ditutup.")):
        world.now = START + timedelta(hours=at)
        desk.press("desk:next:0")
        assert desk.last.count(said) == 1 and "Panggil berikutnya" not in desk.labels()
    assert {ticket.state for ticket in tickets(world)} == {"waiting"}
    world.now = START + timedelta(hours=6, minutes=29)
    desk.press("desk:next:0")
    assert "Memanggil A-001." in desk.last


def test_an_absence_after_closing_time_promises_no_second_call(world: World) -> None:
    take(world, "pengunjung")
    call(world)
    world.now = START + timedelta(hours=6, minutes=40)
    desk = Talk(world, OFFICER)
    desk.press(f"desk:absent:{tickets(world)[0].id}")
    assert "A-001 tidak hadir, dan meja layanan sudah tutup. Nomor itu berakhir." in desk.last
    assert tickets(world)[0].state == "missed"
    assert told(Talk(world, "pengunjung"))[-1].endswith("Silakan ambil nomor untuk hari lain.")


def test_after_closing_the_queue_closes_itself_and_the_next_day_begins_anew(both: World) -> None:
    for n in range(3):
        take(both, f"pengunjung {n}")
    call(both)
    both.now = START + timedelta(hours=6, minutes=45)
    run_job(both)
    assert [ticket.state for ticket in tickets(both)] == ["called", "closed", "closed"]
    assert "nomor A-002 belum terpanggil" in closing_news(both, "pengunjung 1")
    both.now += timedelta(hours=16)
    run_job(both)
    assert [ticket.state for ticket in tickets(both)] == ["closed", "closed", "closed"]
    assert take(both, "pengunjung 1", day=date(2026, 3, 3)) == "A-001"
    days = both.process.units.write_now(lambda session: list(session.scalars(select(QueueDay.closed_at))))
    assert days.count(None) == 1
    both.now += timedelta(days=40)
    run_job(both, "forget")
    assert {ticket.person_id for ticket in tickets(both)} == {None}, "numbers keep nobody's name for long"


def closing_news(world: World, name: str) -> str:
    talk = Talk(world, name)
    asyncio.run(talk.news())
    return talk.last


def run_job(world: World, kind: str = "clock") -> None:
    world.process.units.write_now(lambda session: jobs.add(session, kind, f"{kind} {world.now}", world.now, {}))
    asyncio.run(world.work())


def test_three_absences_in_a_row_keep_their_order(world: World) -> None:
    for n in range(6):
        take(world, f"pengunjung {n}")
    for _ in range(3):
        call(world)
        end(world, "absent")
    assert [ticket.number for ticket in tickets(world)] == [4, 1, 2, 3, 5, 6]
