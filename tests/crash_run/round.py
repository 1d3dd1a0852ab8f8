"""One round: an installation, its people, and what goes wrong meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from tests.casework import half_filled, join
from tests.crash.page import Page
from tests.crash.prepared_data import leave_nothing_to_do
from tests.crash.scripts import LEFT
from tests.crash.telegram_phone import TelegramPlatform, telegram
from tests.crash.whatsapp_phone import WhatsApp, whatsapp
from tests.crash_run import checks
from tests.crash_run.installation import Installation, installed
from tests.crash_run.people import (
    APPLICANTS,
    DIRECTOR,
    OFFICERS,
    PEOPLE,
    Disorder,
    PagePerson,
    Person,
    Phone,
    Round,
    TelegramPerson,
    WhatsAppPerson,
)
from tests.crash_run.troubles import Troubles
from tests.page_cookies import address_of, token_of
from tests.postgres import OwnCluster
from tests.talk import World

#: seconds in which everything is done with after the last trouble
SETTLED_WITHIN = 120.0
#: updates of Telegram that come again at once
AT_ONCE = 20


@dataclass(frozen=True)
class Kind:
    """What a round runs on."""

    database: str
    mode: str  #: how Telegram's updates come

    def __str__(self) -> str:
        processes = "run" if self.database == "sqlite" else "2 fronts, 1 worker"
        return f"{self.database} ({processes}), Telegram by {self.mode}"


KINDS = tuple(Kind(database, mode) for mode in ("polling", "webhook") for database in ("postgresql", "sqlite"))


@dataclass
class Outcome:
    """What happened in a round."""

    kind: Kind
    facts: checks.Facts
    faults: Sequence[str]
    seconds: float = 0.0
    troubled: float = 0.0  #: seconds in which things went wrong
    failed_starts: int = 0
    kills: Counter[str] = field(default_factory=Counter)  #: process → how often it died
    points: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    disorder: Counter[str] = field(default_factory=Counter)
    told: int = 0  #: messages on the screens
    said: int = 0  #: messages in the tables
    standing: str = ""  #: how the installation stood in the end


@dataclass
class Beginnings:
    """Data folders and databases at the beginning of a round."""

    folder: Path
    cluster: OwnCluster
    made: int = 0

    def prepare(self, database: str) -> None:
        world = World(
            self.folder / database,
            database_url=self._url(self._new("prepared")) if database == "postgresql" else "",
            now=datetime.now(UTC) - timedelta(hours=2),
        )
        for number, (name, channel) in enumerate(PEOPLE.items()):
            world.found_at[name] = (channel, address(name, number))
        for name in OFFICERS:
            join(world, name, "officer")
        join(world, DIRECTOR, "director")
        for name in APPLICANTS:
            half_filled(world, *LEFT, who=name)
        world.process.units.write_now(lambda session: leave_nothing_to_do(session, world.now))
        world.stop()

    def database(self) -> str:
        """The address of a new copy of the prepared database."""
        self.made += 1
        url = self._url(self._new(f"round_{self.made}", "TEMPLATE prepared"))
        self._tell("CHECKPOINT")  # else the sequences of a copy go back when the server is killed
        return url

    def drop(self, url: str) -> None:
        self._tell(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _new(self, name: str, how: str = "") -> str:
        self._tell(f"CREATE DATABASE {name} {how}")
        return name

    def _url(self, name: str) -> str:
        return self.cluster.url.removesuffix("/postgres") + f"/{name}"

    def _tell(self, statement: str) -> None:
        with psycopg.connect(self._url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement.encode())


def address(name: str, number: int) -> str:
    """What the service knows somebody by."""
    match PEOPLE[name]:
        case "telegram":
            return str(1000 + number)
        case "whatsapp":
            return f"ID.{1000 + number}"
        case _:
            return address_of(token_of(name))


async def play(
    beginnings: Beginnings, kind: Kind, folder: Path, chance: random.Random, *, kills: int = 0, end: float = 0.0
) -> Outcome:
    """`kills`: trouble ends after so many, or at the moment `end` (monotonic); 0: nothing goes wrong."""
    began = time.monotonic()
    is_sqlite = kind.database == "sqlite"
    url = "" if is_sqlite else await asyncio.to_thread(beginnings.database)
    cluster = None if is_sqlite else beginnings.cluster
    async with AsyncExitStack() as stack:
        bot_api = await stack.enter_async_context(telegram(kind.mode))
        graph = await stack.enter_async_context(whatsapp())
        bot_api.forgives()
        prepared = beginnings.folder / kind.database
        here = installed(prepared, folder, kind.database, url, cluster, bot_api, graph, chance)
        installation = await stack.enter_async_context(here)
        disorder = Disorder(chance if kills else None)
        people = await _people(stack, installation, bot_api, graph, disorder)
        installation.start()
        troubles = Troubles(installation, chance)
        try:
            await _go_through(installation, Round(people), troubles, kills, end)
            await _everything_comes_again(installation)
            await installation.stop()
            outcome = await asyncio.to_thread(_judge, installation, people, kind)
        except Exception as error:  # what died until then counts all the same
            standing = installation.standing
            outcome = Outcome(kind, {}, [f"it did not come to its end: {_reason(error)}"], standing=standing)
    outcome.seconds, outcome.troubled = time.monotonic() - began, troubles.seconds
    outcome.failed_starts = installation.failed_starts
    outcome.kills = Counter({life.name: life.kills for life in installation.lives})
    outcome.points, outcome.troubles, outcome.disorder = installation.points, troubles.counts, disorder.counts
    if url:
        await asyncio.to_thread(beginnings.drop, url)
    return outcome


def _reason(error: BaseException) -> str:
    """Of a group: of each of them."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_reason(each) for each in error.exceptions)
    return f"{type(error).__name__}: {error}"


async def _people(
    stack: AsyncExitStack, installation: Installation, bot_api: TelegramPlatform, graph: WhatsApp, disorder: Disorder
) -> dict[str, Person]:
    fronts = [life.service.url for life in installation.lives if not life.name.endswith("worker")]
    people = {}
    for number, (name, channel) in enumerate(PEOPLE.items()):
        phone: Phone
        if channel == "telegram":
            phone = TelegramPerson(bot_api, number, disorder)
        elif channel == "whatsapp":
            phone = WhatsAppPerson(graph, number, disorder)
        else:
            page = await stack.enter_async_context(Page(fronts[number % len(fronts)], token_of(name)))
            phone = PagePerson(page, name)
        people[name] = Person(name, phone, installation)
    return people


async def _go_through(installation: Installation, whole: Round, troubles: Troubles, kills: int, end: float) -> None:
    trouble = asyncio.create_task(troubles.run(kills, end)) if kills else None
    try:
        await whole.goes()
    finally:
        if trouble is not None:
            trouble.cancel()
            await asyncio.gather(trouble, return_exceptions=True)
    await _until_settled(installation)
    if trouble is not None and not trouble.cancelled():
        trouble.result()


async def _until_settled(installation: Installation) -> None:
    until = time.monotonic() + SETTLED_WITHIN
    while await installation.unsettled() or not all(network.taken for network in installation.networks):
        assert time.monotonic() < until, (
            f"not done: {await installation.unsettled()}, {[network.taken for network in installation.networks]}"
        )
        await asyncio.sleep(0.1)


async def _everything_comes_again(installation: Installation) -> None:
    """In another order; it must change nothing."""
    counts = "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM audit), (SELECT count(*) FROM inbox)"
    before = await asyncio.to_thread(installation.rows, counts)
    updates = installation.telegram.server.updates
    for end in range(len(updates.history), 0, -AT_ONCE):
        updates.redeliver(*updates.history[max(0, end - AT_ONCE) : end])
        await _until_settled(installation)
    await installation.whatsapp.repeats()
    await _until_settled(installation)
    after = await asyncio.to_thread(installation.rows, counts)
    assert before == after, f"what came again had an effect: {before}, then {after}"


def _judge(installation: Installation, people: Mapping[str, Person], kind: Kind) -> Outcome:
    world = checks.opened(installation)
    try:
        found = checks.faults(world, installation, people)
        told = sum(len(person.phone.shown) for person in people.values())
        said = world.process.units.write_now(lambda session: len(checks.all_said(world, session)))
        return Outcome(kind, checks.facts(world), found, told=told, said=said, standing=installation.standing)
    finally:
        world.stop()
