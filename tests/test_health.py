"""`/health` writes a row, but strangers cannot make it write often."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import event

from bot.handlers.webchat import Notifier
from bot.runtime.web import application
from tests.talk import World


async def test_a_flood_of_questions_about_the_health_writes_one_row(tmp_path: Path) -> None:
    world = World(tmp_path)
    commits: list[object] = []
    event.listen(world.process.units.engine, "commit", commits.append)
    async with TestClient(TestServer(application(world.process, Notifier()))) as client:
        statuses = [answer.status for answer in await asyncio.gather(*(client.get("/health") for _ in range(50)))]
        assert (set(statuses), len(commits)) == ({200}, 1)
    await world.process.close()
