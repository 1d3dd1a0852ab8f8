"""What a service costs beside messages: doing nothing, starting, and drawing letters."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from bench.bots import FIRST_PERSON, SECRET, wait_for_port
from bench.conversation import lift_limits
from bench.figures import Figure
from bench.processes import Meter, running
from bench.rows import fill_drafts
from bot.runtime.channels import no_channel
from bot.runtime.process import open_process
from bot.settings import Settings
from letters import cover_letter, recommendation
from letters.cover_letter import CoverLetter
from letters.recommendation import Activity, Letterhead, LetterSigner, Recommendation, SampleDesign
from tests.platforms.telegram import BotApi, bot_api
from tests.service import free_port

DRAFTS = 100_000
SUBJECT = "ours (SQLite)"
RUN = (sys.executable, "-m", "bot", "run")


def _settings(folder: Path, port: int) -> dict[str, str]:
    return {"PST_DATA_DIR": str(folder / "var"), "PST_LISTEN": f"127.0.0.1:{port}", "PST_LOG": "warning"}


def _telegram(server: BotApi, port: int) -> dict[str, str]:
    return {
        "PST_TELEGRAM_TOKEN": server.token,
        "PST_TELEGRAM_API_BASE": server.url,
        "PST_TELEGRAM_MODE": "webhook",
        "PST_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "PST_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def measure_idle(rounds: int, seconds: float) -> list[Figure]:
    """The service with Telegram's webhook, while nobody writes."""
    found = [asyncio.run(_idle(seconds)) for _ in range(rounds)]
    cpu, wake_ups = zip(*found, strict=True)
    return [
        Figure("idle", SUBJECT, "Telegram webhook", "CPU", "%", cpu),
        Figure("idle", SUBJECT, "Telegram webhook", "wake-ups", "/s", wake_ups),
    ]


async def _idle(seconds: float) -> tuple[float, float]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pst-bench-") as name:
        folder = Path(name)
        async with bot_api() as server:
            with running(RUN, folder, {**_settings(folder, port), **_telegram(server, port)}) as process:
                await asyncio.to_thread(wait_for_port, f"http://127.0.0.1:{port}/health", folder)
                await asyncio.sleep(10)  # what follows a start
                meter = Meter(process.pid)
                cpu, wake_ups = meter.cpu_seconds(), meter.wake_ups()
                await asyncio.sleep(seconds)
                return (
                    (meter.cpu_seconds() - cpu) / seconds * 100,
                    (meter.wake_ups() - wake_ups) / seconds,
                )


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
    with running(RUN, folder, _settings(folder, port)):
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
        with running(RUN, folder, {**_settings(folder, port), **_telegram(server, port)}):
            await person.waits_for(lambda message: message.from_bot, 60)
            return time.perf_counter() - began


def measure_letters(rounds: int) -> list[Figure]:
    """The processor time of one document, after the first of the process."""
    drawn: Mapping[str, tuple[float, ...]] = {
        "letter of recommendation": _draw(rounds, letter=True),
        "cover letter": _draw(rounds, letter=False),
    }
    return [Figure("letters", "ours", name, "CPU", "ms", values) for name, values in drawn.items()]


def _draw(rounds: int, *, letter: bool) -> tuple[float, ...]:
    taken = []
    for _ in range(rounds * 5 + 1):
        began = time.process_time()
        _ = recommendation.render(LETTER) if letter else cover_letter.render(COVER_LETTER)
        taken.append((time.process_time() - began) * 1000)
    return tuple(taken[1:])


LETTER = Recommendation(
    stage="issued",
    demo=False,
    letterhead=Letterhead(
        ("BADAN PUSAT STATISTIK", "KABUPATEN JENEPONTO"),
        "BPS Kabupaten Jeneponto",
        "Jl. Pelita No. 58, Bontosunggu 92311",
        "083299397188",
        "jenepontokab.bps.go.id",
        "bps7304@bps.go.id",
    ),
    number="B-90/7304/KS.200/2026",
    place="Bontosunggu",
    day=date(2026, 3, 2),
    attachments="1 (satu) berkas",
    recipient="Kepala Dinas Kesehatan Kabupaten Jeneponto",
    recipient_place="Jeneponto",
    legal_basis=(("UU 16/1997", "Statistik"), ("PP 51/1999", "Penyelenggaraan Statistik")),
    application="REK-2026-0012",
    application_day=date(2026, 1, 5),
    activity=Activity(
        title="Survei Kepuasan Pelayanan Kesehatan Kabupaten Jeneponto",
        organiser="Dinas Kesehatan Kabupaten Jeneponto",
        year="2027",
        approach="Survei sampel",
        methods="Wawancara, pengamatan (observasi)",
        tools="Computer-assisted Personal Interviewing (CAPI)",
        area="Kecamatan Binamu dan Kecamatan Kelara",
        schedule=(("Perencanaan", "1 Februari 2026 – 28 Februari 2026"), ("Pengolahan", "1 Mei 2026 – 31 Mei 2026")),
        units=(("Unit sampel", "Rumah tangga"), ("Unit analisis", "Kecamatan")),
        sample=SampleDesign("Stratified Random Sampling", "List Frame", "600 dari 12.000 rumah tangga", "RSE 3,5 %"),
    ),
    verdict="layak",
    grounds=("Kegiatan ini tidak tumpang tindih dengan kegiatan lain.", "Konsep dan definisinya jelas."),
    remarks=("Judul publikasi agar sama dengan judul kegiatan.",),
    identity="V-26.7304.001",
    signer=LetterSigner("Direktur Diseminasi Statistik", "Dr. Contoh", "Pembina Utama Muda", "19700101 199501 2 001"),
    signed=True,
    obligations=("Mencantumkan identitas rekomendasi pada kuesioner.", "Menyerahkan hasil dan metadata kepada BPS."),
    copies=("Kepala BPS Provinsi Sulawesi Selatan", "Kepala Bappeda Kabupaten Jeneponto"),
)
COVER_LETTER = CoverLetter(
    day=date(2026, 3, 2),
    place="Jeneponto",
    addressee="Kepala BPS Provinsi Sulawesi Selatan",
    addressee_address="Jl. Haji Bau No. 6, Makassar 90125",
    office="BPS Kabupaten Jeneponto",
    title="Survei Kepuasan Masyarakat Kabupaten Jeneponto",
    year="2026",
    institution="Dinas Komunikasi dan Informatika",
    address="Jl. Lanto Dg. Pasewang No. 34",
    phone="+62 419 21001",
    email="kominfo@example.go.id",
    applicant="Nama Contoh, S.Si.",
    position="Kepala Bidang Statistik Sektoral",
)
