"""`/health` writes a row, but strangers cannot make it write often. On an address of its own the service says more:
what it cannot do, and what it counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text

from bot.errors import OperatorError
from bot.handlers.webchat import Notifier
from bot.runtime.check import installation
from bot.runtime.health_site import HealthRoutes, health_site
from bot.runtime.web import application
from tests.talk import Talk, World

Client = TestClient[web.Request, web.Application]


@asynccontextmanager
async def monitored(world: World) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(HealthRoutes(world.process, world.clock).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


def run(world: World, *statements: str) -> None:
    world.process.units.write_now(lambda session: [session.execute(text(one)) for one in statements])


async def test_a_flood_of_questions_about_the_health_writes_one_row(tmp_path: Path) -> None:
    world = World(tmp_path)
    commits: list[object] = []
    event.listen(world.process.units.engine, "commit", commits.append)
    async with TestClient(TestServer(application(world.process, Notifier()))) as client:
        statuses = [answer.status for answer in await asyncio.gather(*(client.get("/health") for _ in range(50)))]
        assert (set(statuses), len(commits)) == ({200}, 1)
        for path in ("/metrics", "/health/ready", "/health/live"):
            assert (await client.get(path)).status == 404, "not on the address that everybody reaches"
    await world.close()


_JOB = (
    "INSERT INTO jobs (kind, key, due_at, arguments, attempts, failure, gave_up_at) "
    "VALUES ('letter', '{key}', '2026-03-02 00:00:00.000000', '{{}}', {attempts}, '{failure}', {gave_up})"
)
_MESSAGE = (
    "INSERT INTO messages (id, address_id, direction, at, locale, body, external_id) "
    "VALUES ({id}, 1, 'out', '2026-03-02 00:00:00.000000', 'id', 'x', '')"
)
_UNSENT = (
    "INSERT INTO outbox (message_id, address_id, channel, reason, bulk, not_before, attempts, failure, "
    "edits_message_id, remote_ids, progress) VALUES ({id}, 1, '{channel}', 'result', 1, '2026-03-03 00:00:00.000000', "
    "1, 'unreachable', '', '[]', '')"
)
_INBOX = (
    "INSERT INTO inbox (channel, external_id, address, state, error, received_at) "
    "VALUES ('webchat', '{state}', 'x', '{state}', '', '2026-03-02 00:00:00.000000')"
)

#: what happens → the check that says so, its state, and a part of what it says
TROUBLE: dict[str, tuple[Callable[[World], object], str, str, str]] = {
    "a mail is tried again and again": (
        lambda world: run(world, _MESSAGE.format(id=901), _UNSENT.format(id=901, channel="email")),
        *("mail", "warning", "the oldest mail has waited for 36"),
    ),
    "Telegram is away": (
        lambda world: run(world, _MESSAGE.format(id=902), _UNSENT.format(id=902, channel="telegram")),
        *("outbox", "warning", "the oldest message has waited for 36"),
    ),
    "a letter was given up": (
        lambda world: run(world, _JOB.format(key="a", attempts=5, failure="OSError", gave_up="'2026-03-02'")),
        *("jobs", "warning", "0 are tried again, 1 were given up"),
    ),
    "a message failed": (
        lambda world: run(world, _INBOX.format(state="failed")),
        *("messages", "warning", "1 failed"),
    ),
    "nobody does the jobs": (
        lambda world: run(world, _JOB.format(key="b", attempts=0, failure="", gave_up="NULL")),
        *("worker", "wrong", "the oldest job has been due for 36"),
    ),
}


async def test_readiness_names_each_trouble_and_refuses_only_where_nothing_can_be_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"smtp_url": "smtp://127.0.0.1:9", "telegram_token": f"1:{'x' * 35}"}
    world = World(tmp_path, settings=settings)
    await world.process.inbound.receive(Talk(world).incoming_tap("menu"))
    async with monitored(world) as client:

        async def ready() -> tuple[int, dict[str, dict[str, str]]]:
            answer = await client.get("/health/ready")
            return answer.status, (await answer.json())["checks"]

        status, checks = await ready()
        assert status == 200 and {check["state"] for check in checks.values()} == {"ok"}, checks
        assert set(checks) == {"files", "database", "disk", "worker", "outbox", "mail", "jobs", "messages"}
        for name, (happen, check, state, detail) in TROUBLE.items():
            happen(world)
            status, checks = await ready()
            assert checks[check]["state"] == state and detail in checks[check]["detail"], (name, checks)
            assert status == (503 if state == "wrong" else 200), name
        run(world, "DELETE FROM jobs")
        assert (await ready())[0] == 200
        for limit in ("FEW", "TOO_FEW"):
            monkeypatch.setattr(installation, limit, 1 << 62)
        status, checks = await ready()
        assert status == 503 and checks["disk"]["state"] == "wrong"
        assert (await client.get("/health/live")).status == 200, "a restart frees no disk"
    await world.close()


async def test_the_metrics_count_what_happened_and_name_nobody(tmp_path: Path) -> None:
    world = World(tmp_path)
    talk = Talk(world, "siti@example.go.id")
    for number in range(3):
        await world.process.inbound.receive(talk._incoming("text", f"m{number}", False, text="halo"))
    run(world, _INBOX.format(state="failed"), _MESSAGE.format(id=901), _UNSENT.format(id=901, channel="email"))
    await world.work()
    async with monitored(world) as client:
        answer = await client.get("/metrics")
        said = await answer.text()
    families = text_string_to_metric_families(said)
    found = {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}
    assert found["pst_messages_received_total", "console"] == 3
    assert found["pst_step_seconds_count",] == found["pst_step_seconds_bucket", "+Inf"] == 3
    assert 0 < found["pst_step_seconds_sum",] < 60
    assert found["pst_inbox_failed",] == 1 and found["pst_check_ok", "messages"] == 0
    assert found["pst_outbox_age_seconds", "email"] == pytest.approx(3600, abs=60)
    assert found["process_resident_memory_bytes",] > 0
    assert "siti" not in said
    await world.close()


async def test_an_address_that_is_taken_is_the_operators_mistake(tmp_path: Path) -> None:
    async with TestServer(web.Application()) as other:
        world = World(tmp_path, settings={"health_listen": f"127.0.0.1:{other.port}"})
        with pytest.raises(OperatorError, match="PST_HEALTH_LISTEN"):
            async with health_site(world.process):
                pass
        await world.close()
