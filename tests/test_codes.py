"""Codes that prove a mailbox: how often they may be wrong, how many are mailed, and what one mailbox is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.limits import DAILY
from bot.service import officers, people
from bot.service.context import Context, context_at
from domain.mailboxes import mailbox_of, shared_mailbox_of
from tests.casework import OFFICER, address_of, do, staffed, under_review
from tests.mailbox_owners import EMAIL, OWNER, STRANGER, asking, wrong
from tests.talk import Talk, World

TOO_MANY = "Hari ini sudah terlalu banyak kode yang salah."


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    world = World(tmp_path / "data", database_url=url)
    do(world, OWNER, lambda ctx: None)
    yield world
    world.stop()


def test_a_stranger_has_ten_wrong_codes_a_day_across_resends_and_the_owner_keeps_theirs(world: World) -> None:
    stranger = asking(world, STRANGER)
    for _ in range(3):
        for _ in range(people.CODE_ATTEMPTS):
            stranger.say(wrong(world))
        world.now += people.PAUSE_AFTER_ATTEMPTS
        stranger.tap("Kirim ulang kode")
    stranger.say(world.code())
    assert stranger.last.startswith(TOO_MANY)
    world.now += people.RESEND_AFTER
    owner = asking(world, "perangkat baru")
    owner.say(world.code())
    assert "Selamat datang kembali" in owner.last
    world.now += timedelta(days=1)
    stranger.tap("Kirim ulang kode")
    stranger.say(world.code())
    assert not stranger.last.startswith(TOO_MANY)


def test_fifty_wrong_codes_at_once_count_as_fifty(world: World) -> None:
    asking(world, STRANGER)
    code = wrong(world)

    def guess(_: int) -> object:
        return world.process.units.write_now(lambda session: people.check_code(asker(world, session), EMAIL, code))

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(guess, range(50)))
    assert outcomes.count("wrong") == people.CODE_ATTEMPTS - 1
    assert outcomes.count("used_up") == 50 - people.CODE_ATTEMPTS + 1


def asker(world: World, session: Session) -> Context:
    return context_at(session, world.process.app, world.now, address_of(session, STRANGER))


def test_only_so_many_codes_are_asked_for_from_one_chat_on_one_day(world: World) -> None:
    talk = Talk(world, STRANGER)
    talk.say("halo")
    for n in range(DAILY["mails_from_address"] + 1):
        world.now += people.RESEND_AFTER
        talk.press("account:move")
        talk.say(f"alamat{n}@example.go.id")
    assert talk.last.startswith("Hari ini sudah terlalu banyak kode yang diminta.")
    assert "mengirim kode" not in talk.last


def test_another_writing_of_an_address_is_the_same_person(world: World) -> None:
    device = Talk(world, STRANGER)
    device.say("halo")
    device.press("account:move")
    device.say("BUDI@Example.go.id")
    device.say(world.code())
    assert "Selamat datang kembali, Budi" in device.last


@pytest.mark.parametrize(
    ("email", "person", "limit"),
    [
        ("Budi@Contoh.go.id", "budi@contoh.go.id", "budi@contoh.go.id"),
        ("budi+a@contoh.go.id", "budi+a@contoh.go.id", "budi@contoh.go.id"),
        ("bu.di@gmail.com", "bu.di@gmail.com", "budi@gmail.com"),
        ("bu.di+b@googlemail.com", "bu.di+b@googlemail.com", "budi@gmail.com"),
        ("bu.di@contoh.id", "bu.di@contoh.id", "bu.di@contoh.id"),
        ("budi@bücher.example", "budi@xn--bcher-kva.example", "budi@xn--bcher-kva.example"),
    ],
)
def test_one_mailbox_has_one_name(email: str, person: str, limit: str) -> None:
    assert (mailbox_of(email), shared_mailbox_of(email)) == (person, limit)


def test_a_revoked_officer_loses_files_and_old_messages(world: World) -> None:
    staffed(world)
    application_id = under_review(world)
    officer = Talk(world, OFFICER)
    officer.press(f"verdict:fine:{application_id}")
    officer.tap("Ya, putuskan")
    asyncio.run(officer.news())
    attached = [m.prompt.attachment for m in officer.told if m.prompt.attachment is not None]
    assert attached
    file = attached[-1].file_id
    read = world.process.history.attachment
    assert asyncio.run(read("console", OFFICER, file)) is not None
    do(world, OFFICER, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    assert asyncio.run(read("console", OFFICER, file)) is None
    shown = asyncio.run(world.process.history.conversation("console", OFFICER, 0, 100))
    assert [m.prompt.reason for m in shown] == ["revoked"]
