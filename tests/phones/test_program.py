"""The real program and a platform, as an operator sees them."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.platforms import telegram, whatsapp
from tests.platforms.telegram import bot_api
from tests.platforms.whatsapp import graph_server
from tests.program import run
from tests.service import Service, from_nothing

SECRET = "a-webhook-secret-of-the-tests"
WRONG = "7000000001:a-token-that-the-platform-does-not-know"

#: what goes wrong at Telegram while somebody says a word, and is got over
TROUBLE = (
    ("getUpdates", telegram.faults.internal()),
    ("getUpdates", telegram.faults.cut_answer()),
    ("sendMessage", telegram.faults.bad_gateway()),
)


def is_one_line(answer: subprocess.CompletedProcess[str], *secrets: str) -> bool:
    """An operator's mistake, which tells no secret."""
    line = answer.stderr.strip()
    return answer.returncode == 2 and line.startswith("pst-bot: ") and "\n" not in line and not told(line, *secrets)


def traces(log: str, event: str) -> list[str]:
    """The trace ids of these lines, each once."""
    return list(dict.fromkeys(re.findall(rf"{event} .*trace_id=(\w+)", log)))


def told(words: str, *secrets: str) -> list[str]:
    return [secret for secret in secrets if secret in words]


async def settled(database: Path) -> None:
    """Everything that was to be sent is sent, and noted."""
    async with asyncio.timeout(30):
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            while connection.execute("SELECT 1 FROM outbox WHERE sent_at IS NULL").fetchall():
                await asyncio.sleep(0.05)


async def test_telegram_with_two_processes_of_which_one_dies(tmp_path: Path) -> None:
    async with bot_api() as server:
        setting = {"PST_TELEGRAM_TOKEN": server.token, "PST_TELEGRAM_API_BASE": server.url, "PST_LOG": "debug"}
        done = await asyncio.to_thread(run, tmp_path, "telegram", "setup", **setting)
        assert "/ajukan" in done.stdout and server.commands and done.returncode == 0, done.stderr
        siti = server.user(1001, "Siti")
        first, second = Service(tmp_path, "run"), Service(tmp_path, "run")
        first.launch = from_nothing("run")
        try:
            await asyncio.to_thread(first.start, **setting)
            for method, fault in TROUBLE:
                server.faults.on(method, fault)
            await siti.says("halo")
            await siti.waits_for("Apa yang dapat kami bantu?", 60)
            await asyncio.to_thread(second.start, **setting)
            await siti.taps("Pengaduan")
            await siti.waits_for("Meja Pengaduan", 60)
            await settled(tmp_path / "var" / "pst.db")  # else the next answer waits for what this process has in hand
            await asyncio.to_thread(first.kill)
            asked = await siti.says("menu")
            await siti.waits_for(lambda message: message.id > asked.id, 60)
            await server.wait_until_confirmed()
        finally:
            for service in (first, second):
                await asyncio.to_thread(service.stop)
        assert (server.flagged, server.conflicts, server.faults.planned) == ([], [], [])
        by_webhook = {"PST_TELEGRAM_MODE": "webhook", "PST_TELEGRAM_WEBHOOK_SECRET": SECRET}
        try:
            await asyncio.to_thread(first.start, **setting, **by_webhook, PST_PUBLIC_URL=first.url)
            await siti.says("pengaduan")
            await siti.waits_for("Meja Pengaduan", 60)
        finally:
            await asyncio.to_thread(first.stop)
        assert (server.flagged, server.unanswered) == ([], [])
        assert told(first.log, server.token, SECRET, server.token.partition(":")[2]) == []
        setting |= {"PST_TELEGRAM_TOKEN": WRONG, "PST_LISTEN": f"127.0.0.1:{first.port}"}
        refused = await asyncio.to_thread(run, tmp_path, "run", **setting)
        assert is_one_line(refused, WRONG) and "PST_TELEGRAM_TOKEN" in refused.stderr, refused.stderr


async def test_whatsapp_with_what_goes_wrong_on_the_way(tmp_path: Path) -> None:
    printed = await asyncio.to_thread(run, tmp_path, "whatsapp", "templates")
    service = Service(tmp_path, "run")
    service.launch = from_nothing("run")
    async with graph_server(f"{service.url}whatsapp") as server:
        for name, language, body in re.findall(r"name: +(\S+)\nlanguage: +(\S+)\n.*\nbody: +(.+)", printed.stdout):
            server.approve(name, language, body)
        assert "{{1}}" in printed.stdout and printed.returncode == 0
        sari = server.user("ID.1349", "628120000001", "Sari")
        server.faults.next(whatsapp.faults.HTML)
        server.faults.next(whatsapp.faults.CUT)
        server.faults.next(whatsapp.faults.MALFORMED, on="read")
        try:
            await asyncio.to_thread(service.start, **server.environment, PST_LOG="debug")
            verification = await server.webhook.verify()
            assert verification.body == verification.challenge
            await sari.says("halo")
            await sari.waits_for("Apa yang dapat kami bantu?", 60)
            await sari.taps("Pengaduan")
            await sari.waits_for("Meja Pengaduan", 60)
            await server.webhook.settled()
        finally:
            await asyncio.to_thread(service.stop)
        assert (server.flagged, server.webhook.given_up) == ([], [])
        secrets = (server.token, server.secret, server.webhook.verify_token)
        assert told(service.log, *secrets, "Sari", "628120000001", "wamid.") == []
        handled, left = (traces(service.log, event) for event in ("a message was handled", "a message left"))
        assert len(handled) == 2 and handled == left, service.log
        setting = server.environment | {"PST_LISTEN": f"127.0.0.1:{service.port}", "PST_WHATSAPP_TOKEN": WRONG}
        refused = await asyncio.to_thread(run, tmp_path, "run", **setting)
        assert is_one_line(refused, WRONG, *secrets) and "PST_WHATSAPP_TOKEN" in refused.stderr, refused.stderr
    refused = await asyncio.to_thread(run, tmp_path, "whatsapp", "templates", PST_WHATSAPP_TEMPLATES="Not A Name")
    assert is_one_line(refused) and "PST_WHATSAPP_TEMPLATES" in refused.stderr, refused.stderr
