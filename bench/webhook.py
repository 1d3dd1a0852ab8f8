"""WhatsApp's webhook with 64 deliveries open at once: how many are acknowledged in a second, and how late."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bench.bots import wait_for_port
from bench.conversation import no_garbage_collection
from bench.figures import Figure, percentile
from bench.processes import running
from tests.platforms.whatsapp import graph_server
from tests.platforms.whatsapp.payloads import Event
from tests.platforms.whatsapp.webhook import Webhook
from tests.service import free_port

AT_ONCE = 64
MESSAGES = 10  #: of each person
PART, SUBJECT, CONDITION = "webhook", "ours (SQLite)", f"{AT_ONCE} at once"


def measure(rounds: int) -> list[Figure]:
    found = [asyncio.run(_one_round()) for _ in range(rounds)]
    rates, latest = zip(*found, strict=True)
    return [
        Figure(PART, SUBJECT, CONDITION, "acknowledged", "/s", rates),
        Figure(PART, SUBJECT, CONDITION, "p99", "ms", latest),
    ]


async def _one_round() -> tuple[float, float]:
    """Acknowledged a second; the 99th percentile of the waiting times in milliseconds."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as name:
        folder = Path(name)
        async with graph_server(f"http://127.0.0.1:{port}/whatsapp") as server:
            server.limits.per_second, server.limits.pair_every = 1_000_000, 0
            settings = {"PST_DATA_DIR": str(folder / "var"), "PST_LISTEN": f"127.0.0.1:{port}", "PST_LOG": "warning"}
            command = [sys.executable, "-m", "bench.ours", "run"]
            with running(command, folder, {**settings, **server.environment}):
                await asyncio.to_thread(wait_for_port, f"http://127.0.0.1:{port}/health", folder)
                people = [server.user(f"ID.{100 + n}", f"62812{n:06}") for n in range(AT_ONCE)]
                events = [[user.event("text", {"body": f"halo {n}"}) for n in range(MESSAGES)] for user in people]
                with no_garbage_collection():
                    began = time.perf_counter()
                    done = await asyncio.gather(*(_post_all(server.webhook, own) for own in events))
                    seconds = time.perf_counter() - began
        waited = [delay for delays in done for delay in delays]
        _check_kept(folder / "var" / "pst.db", len(waited))
    return len(waited) / seconds, percentile(waited, 0.99) * 1000


async def _post_all(webhook: Webhook, events: Sequence[Event]) -> list[float]:
    """One after the other, as the platform does for one person. Gives the seconds until each was acknowledged."""
    deliveries = [await webhook.post([event]) for event in events]
    assert {answer for delivery in deliveries for answer in delivery.answers} == {200}
    return [delay for delivery in deliveries for delay in delivery.seconds]


def _check_kept(database: Path, wanted: int) -> None:
    """What was acknowledged is in the database, once."""
    with closing(sqlite3.connect(database)) as connection:
        (kept,) = connection.execute("SELECT count(DISTINCT external_id) FROM inbox").fetchone()
    assert kept == wanted, f"{wanted} were acknowledged, {kept} are kept"
