"""What waits for a person comes first in the menu and the greeting, also for who was blocked when it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from storage.tables import OutboxRow
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    address_of,
    awaiting_issue,
    do,
    half_filled,
    issue,
    on,
    revision_requested,
)
from tests.talk import Talk, World

LETTER, REVISE = "Terima surat REK-2026-0001", "Perbaiki REK-2026-0001"


def deliver_letter(world: World) -> None:
    """Issued, drawn and queued to the applicant."""
    case = awaiting_issue(world)
    do(world, DIRECTOR, on(case, issue))
    asyncio.run(world.work())


def give_up_letter(world: World) -> None:
    """The applicant has blocked us, so the letter reached only the mailbox."""
    refused = update(OutboxRow).where(OutboxRow.reason == "letter").values(gave_up_at=world.now, failure="blocked")
    world.process.units.write_now(lambda session: session.execute(refused))


def while_blocked(world: World, act: Callable[[World], object]) -> None:
    """The applicant has blocked us meanwhile, so that nothing reaches them."""

    def block(session: Session) -> None:
        address_of(session, APPLICANT).blocked_at = world.now

    do(world, APPLICANT, lambda ctx: None)
    world.process.units.write_now(block)
    act(world)


@pytest.mark.parametrize("words", ["halo", "menu", "/start", "xyzzy"])
def test_an_open_revision_comes_first(world: World, words: str) -> None:
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    while_blocked(world, revision_requested)
    talk.say(words)
    assert "Permohonan REK-2026-0001 menunggu perbaikan dari Anda." in talk.last
    assert talk.labels()[0] == REVISE
    talk.tap(REVISE)
    assert "0.1" in talk.last and "Catatan pemeriksa" in talk.last


def test_an_unread_letter_comes_first_until_it_was_received(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    deliver_letter(world)
    give_up_letter(world)
    talk.say("halo")
    assert "Surat untuk REK-2026-0001 sudah terbit." in talk.last and talk.labels()[0] == LETTER
    talk.tap(LETTER)
    assert talk.told[-1].prompt.attachment is not None
    talk.say("menu")
    assert LETTER not in talk.labels() and "sudah terbit" not in talk.last


def test_a_letter_that_was_shown_does_not_wait(world: World) -> None:
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    deliver_letter(world)
    asyncio.run(talk.news())
    talk.say("menu")
    assert LETTER not in talk.labels()


def test_a_draft_comes_first_when_nothing_else_waits(world: World) -> None:
    half_filled(world, "tujuan")
    talk = Talk(world, APPLICANT)
    talk.say("halo")
    assert talk.labels()[0] == "Lanjutkan permohonan"
    revision_requested(world)
    talk.say("menu")
    assert talk.labels()[:2] == [REVISE, "Lanjutkan permohonan"]


def test_nothing_of_somebody_else_waits(world: World) -> None:
    revision_requested(world)
    stranger = Talk(world, "orang-lain")
    stranger.say("halo")
    assert "REK-2026-0001" not in stranger.last and REVISE not in stranger.labels()


def test_the_number_of_stars_rates_and_opens_nothing_of_an_older_menu(world: World) -> None:
    case = awaiting_issue(world)
    do(world, APPLICANT, lambda ctx: None)
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    do(world, DIRECTOR, on(case, issue))
    asyncio.run(world.work())
    asyncio.run(talk.news())
    assert "1 sampai 5 bintang" in talk.last
    talk.say("5")
    assert talk.last.startswith("Terima kasih. Anda memberi ★★★★★.")


def test_a_number_that_was_typed_before_the_stars_were_seen_is_about_the_menu(world: World) -> None:
    case = awaiting_issue(world)
    do(world, APPLICANT, lambda ctx: None)
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    do(world, DIRECTOR, on(case, issue))
    asyncio.run(world.work())
    talk.say("5")
    assert talk.last.startswith("Meja layanan buka")
