"""What a service costs beside messages: doing nothing, starting, and drawing letters."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.bots import FIRST_PERSON, SECRET, wait_for_port
from bench.conversation import lift_limits
from bench.figures import Figure
from bench.processes import Meter, running
from bench.rows import fill_drafts
from bot.runtime.channels import no_channel
from bot.runtime.process import open_process
from bot.settings import Settings
from domain.letter_check import judge, office_keys
from domain.letter_seal import SealedFacts, seal, seal_file
from letters import cover_letter, recommendation
from letters.signing import OfficeCertificate, make_demo, sign
from storage.inspection.inspect import inspect_letter
from tests.platforms.telegram import BotApi, bot_api
from tests.sample_letters import ACTIVITY, COVER_LETTER, ISSUED
from tests.service import free_port

DRAFTS = 100_000
SUBJECT = "ours (SQLite)"
PROGRAM = (sys.executable, "-m", "bot")
RUN = (*PROGRAM, "run")


def settings(folder: Path, port: int) -> dict[str, str]:
    return {"PST_DATA_DIR": str(folder / "var"), "PST_LISTEN": f"127.0.0.1:{port}", "PST_LOG": "warning"}


def telegram_settings(server: BotApi, port: int) -> dict[str, str]:
    return {
        "PST_TELEGRAM_TOKEN": server.token,
        "PST_TELEGRAM_API_BASE": server.url,
        "PST_TELEGRAM_MODE": "webhook",
        "PST_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "PST_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def measure_idle(rounds: int, seconds: float) -> list[Figure]:
    """The service with Telegram's webhook, while nobody writes."""
    cpu, wake_ups = zip(*asyncio.run(_idle(rounds, seconds)), strict=True)
    return [
        Figure("idle", SUBJECT, "Telegram webhook", "CPU", "%", cpu),
        Figure("idle", SUBJECT, "Telegram webhook", "wake-ups", "/s", wake_ups),
    ]


async def _idle(rounds: int, seconds: float) -> list[tuple[float, float]]:
    """One process, watched several times in succession."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as name:
        folder = Path(name)
        async with bot_api() as server:
            with running(RUN, folder, {**settings(folder, port), **telegram_settings(server, port)}) as process:
                await asyncio.to_thread(wait_for_port, f"http://127.0.0.1:{port}/health", folder)
                await asyncio.sleep(20)  # what follows a start: after 15 s the connection to Telegram is closed
                meter = Meter(process.pid)
                return [await _watched(meter, seconds) for _ in range(rounds)]


async def _watched(meter: Meter, seconds: float) -> tuple[float, float]:
    """The share of a processor in percent, and wake-ups a second."""
    cpu, wake_ups = meter.cpu_seconds(), meter.wake_ups()
    await asyncio.sleep(seconds)
    return (meter.cpu_seconds() - cpu) / seconds * 100, (meter.wake_ups() - wake_ups) / seconds


def measure_start(rounds: int) -> list[Figure]:
    """From the command to the first answer, with 100,000 open drafts in the database."""
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as name:
        folder = Path(name)
        process = open_process(Settings(data_dir=folder / "var"), no_channel)
        fill_drafts(process.units, DRAFTS)
        process.units.dispose()
        without = tuple(_start(folder) for _ in range(rounds))
        with_telegram = tuple(_on_copy(folder, number) for number in range(rounds))
    condition = f"{DRAFTS:,} drafts"
    return [
        Figure("start", SUBJECT, condition, "first page of the web chat", "s", without),
        Figure("start", SUBJECT, condition, "first reply on Telegram", "s", with_telegram),
    ]


def _start(folder: Path) -> float:
    port = free_port()
    began = time.perf_counter()
    with running(RUN, folder, settings(folder, port)):
        wait_for_port(f"http://127.0.0.1:{port}/", folder)
        return time.perf_counter() - began


def _on_copy(folder: Path, number: int) -> float:
    """Each time with data that does not know the message yet: a second one of the same id would be a redelivery."""
    copy = folder.with_name(f"{folder.name}-{number}")
    shutil.copytree(folder, copy)
    try:
        return asyncio.run(_start_with_telegram(copy))
    finally:
        shutil.rmtree(copy)


async def _start_with_telegram(folder: Path) -> float:
    """The message was sent before the start; it is answered when the service has set its webhook."""
    port = free_port()
    async with bot_api() as server:
        lift_limits(server)
        person = server.user(FIRST_PERSON)
        await person.says("halo")
        began = time.perf_counter()
        with running(RUN, folder, {**settings(folder, port), **telegram_settings(server, port)}):
            await person.waits_for(lambda message: message.from_bot, 60)
            return time.perf_counter() - began


def measure_letters(rounds: int) -> list[Figure]:
    """The processor time of one document, after the first of the process."""
    drawn: Mapping[str, tuple[float, ...]] = {
        "letter of recommendation": _measure(rounds, lambda: recommendation.draw(ISSUED)),
        "cover letter": _measure(rounds, lambda: cover_letter.render(COVER_LETTER)),
        **_sign_and_check(rounds),
    }
    return [Figure("letters", "ours", name, "CPU", "ms", values) for name, values in drawn.items()]


def _sign_and_check(rounds: int) -> Mapping[str, tuple[float, ...]]:
    """Sealing and signing a letter that is drawn, and reading it as the inspecting child does."""
    now, key = datetime.now(UTC), Ed25519PrivateKey.generate()
    facts = SealedFacts(
        "A" * 26, ISSUED.number, ISSUED.identity, now.date(), "layak", "certificate", ACTIVITY.title, ACTIVITY.organiser
    )
    with TemporaryDirectory() as folder:
        certificate = OfficeCertificate(Path(folder) / "bench.p12", "bench")
        make_demo(certificate.path, certificate.password, "BPS", now)
        text = seal(facts, key, "https://pst.example.go.id/verify/")
        drawn = recommendation.draw(ISSUED, qr=text)

        def signed() -> bytes:
            return sign(seal_file(drawn.content, text, key), certificate, drawn.stamp, ISSUED.place, now)

        content, office = signed(), office_keys([key.public_key()])
        return {
            "letter sealed and signed": _measure(rounds, signed),
            "signed letter checked": _measure(rounds, lambda: judge(inspect_letter(content), office)),
        }


def _measure(rounds: int, act: Callable[[], object]) -> tuple[float, ...]:
    """Milliseconds of processor time, without the first time."""
    taken = []
    for _ in range(rounds * 5 + 1):
        began = time.process_time()
        act()
        taken.append((time.process_time() - began) * 1000)
    return tuple(taken[1:])
