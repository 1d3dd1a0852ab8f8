"""How long people wait while `pst-bot backup` copies 100,000 applications, against the same without it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.bots import FIRST_PERSON, program, register
from bench.conversation import lift_limits, no_garbage_collection, talk
from bench.figures import Figure, percentile
from bench.form import OPENING, STEPS
from bench.rows import fill
from bot.runtime.channels import no_channel
from bot.runtime.process import open_process
from bot.settings import Settings
from tests.platforms.telegram import BotApi, bot_api
from tests.program import ROOT

PART, SUBJECT = "backup", "ours (SQLite)"
ROWS, PEOPLE = 100_000, 20
CONDITION = f"{ROWS:,} applications, {PEOPLE} people"
ALONE, MEANWHILE = "p99 without a backup", "p99 during a backup"
#: seconds that each person thinks before an answer
PACE = 0.5
PASSPHRASE = "a passphrase of the bench"


def measure(rounds: int) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as name:
        folder = Path(name)
        process = open_process(Settings(data_dir=folder / "var"), no_channel)
        fill(process.units, ROWS)
        process.units.write_now(lambda session: register(session, 2 * rounds * PEOPLE))
        process.units.dispose()
        alone, meanwhile, seconds = asyncio.run(_rounds(folder, rounds))
    return [
        Figure(PART, SUBJECT, CONDITION, ALONE, "ms", alone),
        Figure(PART, SUBJECT, CONDITION, MEANWHILE, "ms", meanwhile),
        Figure(PART, SUBJECT, CONDITION, "a backup, read back", "s", seconds),
    ]


async def _rounds(folder: Path, rounds: int) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Both kinds take turns, each time with other people."""
    alone, meanwhile, seconds = list[float](), list[float](), list[float]()
    async with bot_api(remember=100) as server:
        lift_limits(server)
        with program("run", folder, server, ""):
            for number in range(rounds):
                alone.append(await _fill_in(server, 2 * number))
                filling = asyncio.create_task(_fill_in(server, 2 * number + 1))
                while not filling.done():
                    seconds.append(await asyncio.to_thread(_copy, folder))
                meanwhile.append(await filling)
    return tuple(alone), tuple(meanwhile), tuple(seconds)


async def _fill_in(server: BotApi, group: int) -> float:
    """The 99th percentile in milliseconds of the people of one group."""
    first_id, waited = FIRST_PERSON + group * PEOPLE, list[float]()
    people = [server.user(first_id + place) for place in range(PEOPLE)]
    with no_garbage_collection():
        await asyncio.gather(*(talk(person, OPENING, [], PACE) for person in people))
        await asyncio.gather(*(talk(person, STEPS, waited, PACE) for person in people))
    return percentile(waited, 0.99) * 1000


def _copy(folder: Path) -> float:
    """As `pst-bot-backup.service` does it. Seconds."""
    file, began = folder / "copy.backup", time.perf_counter()
    command = ["nice", "-n", "10", sys.executable, "-m", "bot", "backup", str(file)]
    settings = {"PST_DATA_DIR": str(folder / "var"), "PST_BACKUP_PASSPHRASE": PASSPHRASE, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=os.environ | settings, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    file.unlink()
    return time.perf_counter() - began
