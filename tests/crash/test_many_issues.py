"""Sixty-four letters are issued at once, and the process dies three times in the middle of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, func, select, update
from sqlalchemy.orm import Session

from bot.actions import code
from bot.actions.officer import ConfirmIssue
from bot.service import cases
from storage.tables import Job, Letter
from tests.casework import audit_faults, awaiting_issue, staffed
from tests.crash.deaths import start_again, start_to_die
from tests.crash.page import Page, until
from tests.crash.prepared_data import leave_nothing_to_do
from tests.crash.scripts import ALL
from tests.crash.snapshot import conversation
from tests.page_cookies import address_of, token_of
from tests.service import Service
from tests.talk import Talk, World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

MANY = 64
TOKENS = [token_of(f"direktur{number}") for number in range(8)]
#: in the middle of a transaction, perhaps of several messages, and right after one; counted in messages
DEATHS = (("handle.after", "19"), ("commit.after", "14"), ("handle.after", "7"))


#: on PostgreSQL many issue at once in tests/unit/test_cases_at_once.py; here the process dies too
DATABASES = ["sqlite", *([pytest.param("postgresql", marks=pytest.mark.postgres)] if ALL else [])]


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Its address; empty: the one in the data folder."""
    yield "" if request.param == "sqlite" else request.getfixturevalue("postgres_database")


def test_numbers_have_no_gap_and_no_double_though_the_process_dies_in_between(database: str, tmp_path: Path) -> None:
    buttons = _prepare(tmp_path, database)
    service = Service(tmp_path)
    try:
        asyncio.run(_issue(service, database, buttons))
    finally:
        service.kill()
    world = World(tmp_path / "var", database_url=database, now=datetime.now(UTC))
    try:
        world.process.units.write_now(_nothing_is_missing_or_double)
        assert audit_faults(world) == []
        said = [words for token in TOKENS for _, _, words in conversation(world, address_of(token))]
        assert sum(words.startswith("✓ Surat terbit.") for words in said) == MANY
    finally:
        world.stop()


def _prepare(folder: Path, database: str) -> list[str]:
    """Returns the codes of the last buttons. What came before them was shown, sent and drawn."""
    world = staffed(World(folder / "var", database_url=database, now=datetime.now(UTC) - timedelta(hours=2)))
    for token in TOKENS:
        talk = Talk(world, address_of(token), "webchat")
        talk.say("halo")
        talk.say(f"/gabung {world.invite('director', token.strip('_'))}")
    for n in range(MANY):
        awaiting_issue(world, cases.REJECTED if n % 4 == 0 else cases.FEASIBLE)

    def close(session: Session) -> None:
        session.execute(update(Job).where(Job.kind == "letter").values(done_at=world.now))
        leave_nothing_to_do(session, world.now)

    def buttons(session: Session) -> list[str]:
        drafts = session.scalars(select(Letter).order_by(Letter.id))
        return [code(ConfirmIssue(letter.application_id, letter.id, 1)) for letter in drafts]

    world.process.units.write_now(close)
    last_buttons = world.process.units.write_now(buttons)
    world.stop()
    return last_buttons


async def _issue(service: Service, database: str, buttons: list[str]) -> None:
    """By eight directors at once, each of whom presses eight buttons without waiting."""
    environment = {"PST_DATABASE_URL": database}
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(Page(service.url, token)) for token in TOKENS]
        for page, button in zip(pages * (MANY // len(pages)), buttons, strict=True):
            await page.press(button, "Ya, terbitkan")
        for death in DEATHS:
            await asyncio.to_thread(start_to_die, service, *death, **environment)
        assert 0 < _issued(service.folder, database) < MANY, "nothing was left to do: this tests nothing"
        await asyncio.to_thread(start_again, service, **environment)
        await until(lambda: all(page.idle for page in pages), within=60)
        await until(lambda: _issued(service.folder, database) == MANY, within=60)  # a page hears when it is stored


def _issued(folder: Path, database: str) -> int:
    """How many letters are. Looks from outside at a running process."""
    engine = create_engine(database or f"sqlite:///{folder / 'var' / 'pst.db'}", poolclass=NullPool)
    with engine.connect() as connection:
        return connection.scalars(select(func.count()).where(Letter.stage == "issued")).one()


def _nothing_is_missing_or_double(session: Session) -> None:
    issued = session.scalars(select(Letter).where(Letter.stage == "issued")).all()
    serials = sorted(int(str(letter.number).split("/")[0].removeprefix("B-")) for letter in issued)
    identities = sorted(int(letter.identity.rpartition(".")[2]) for letter in issued if letter.identity)
    assert serials == list(range(1, MANY + 1))
    assert identities == list(range(1, MANY * 3 // 4 + 1))
