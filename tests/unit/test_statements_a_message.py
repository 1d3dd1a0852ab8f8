"""How many statements a message takes, from the channel to the settled reply."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.channel import Capabilities, Delivered, Outgoing, RateLimit
from bot.chat import Incoming
from tests.casework import APPLICANT
from tests.filling import filling
from tests.talk import World, draft_answers

#: what the database is told besides statements
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


class Recorder:
    """A channel with rate limits, as a platform has them, that sends nowhere."""

    name = "console"
    capabilities = Capabilities(RateLimit(10, 0.1), RateLimit(100, 0.001))

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def send(self, outgoing: Outgoing) -> Delivered:
        self.sent.append(outgoing)
        return Delivered((str(outgoing.id),))


@contextmanager
def statements_of(world: World) -> Iterator[list[str]]:
    """Everything that SQLite is told on the writer's connection."""
    told: list[str] = []
    connection = world.process.units.engine.raw_connection()
    driver = connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(told.append)
    connection.close()  # back into the pool, which has no other
    try:
        yield told
    finally:
        driver.set_trace_callback(None)


def test_an_answer_takes_eight_statements_and_its_delivery_one(tmp_path: Path) -> None:
    channel = Recorder()
    world = World(tmp_path / "data", channels=lambda *_: {channel.name: channel})
    filling(world, "eselon1")

    async def answer(words: str) -> None:
        id, process = f"answer {words}", world.process
        await process.inbound.receive(Incoming(id, channel.name, APPLICANT, world.now, "text", text=words))
        await process.deliverer.idle()

    asyncio.run(answer("Sekretariat Daerah"))
    asyncio.run(answer("(0411) 123456"))  # the next question offers what the person's row knows, which is one more
    with statements_of(world) as told:
        asyncio.run(answer("dinkes@example.go.id"))
    statements = [statement for statement in told if not statement.startswith(TRANSACTION)]
    assert draft_answers(world)["email_instansi"] == "dinkes@example.go.id" and len(channel.sent) == 4
    assert len(statements) <= 8 + 1, "\n".join(statements)
    assert told.count("COMMIT") == 2, "one with the answer and its claimed reply, one with the delivery"
    world.stop()
