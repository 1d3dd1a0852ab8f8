"""Starting on Telegram: the token, the webhook, menus and texts, and the command that sets them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from bot.cli import main
from bot.errors import OperatorError
from tests.contract.telegram_harness import (
    SITI,
    TelegramBackend,
    TelegramHarness,
    listening,
    open_telegram,
    until,
)
from tests.platforms.telegram import BotApi, bot_api, faults

pytestmark = pytest.mark.usefixtures("short_pauses")

ROOT = Path(__file__).parent.parent.parent
SECRET = "rahasia-1234567890"


async def test_menus_and_texts_are_set_for_everybody_and_for_the_staff(telegram: TelegramHarness) -> None:
    backend = TelegramBackend()
    backend.officers = [(str(SITI), "director"), ("1", "officer")]  # the second one has never written to the bot
    telegram.server.forgiven.add("chat not found")
    with capture_logs():
        async with listening(telegram, backend):
            await until(lambda: ("short_description", "en") in telegram.server.names)
            await until(lambda: (f"chat:{SITI}", "en") in telegram.server.commands)
    menus = {key: [command["command"] for command in menu] for key, menu in telegram.server.commands.items()}
    everybody = [
        "start",
        "ajukan",
        "status",
        "cari",
        "antrean",
        "tamu",
        "cek",
        "pengaduan",
        "konsultasi",
        "bahasa",
        "batal",
        "bantuan",
        "data",
    ]
    assert menus["all_private_chats", ""] == menus["all_private_chats", "en"] == everybody
    of_directors = ["berkas", "periksa", "penilaian", "statistik", "laporan", "register", "autentikator"]
    assert menus[f"chat:{SITI}", ""] == [*of_directors, *everybody]
    descriptions = {telegram.server.names[name, code] for name, code in telegram.server.names}
    assert len(descriptions) == 4  # two texts in two languages
    assert telegram.server.flagged == []


async def test_a_wrong_token_is_named_at_the_start(telegram: TelegramHarness) -> None:
    for server_token in ("7000000001:another-token-of-the-same-bot-1234", "8000000001:another-bot-altogether-1234567"):
        telegram.server.token, token = server_token, telegram.server.token
        receiver = telegram.channel.receiver(TelegramBackend(), TelegramBackend())
        with pytest.raises(OperatorError, match=r"PST_TELEGRAM_TOKEN: .* @BotFather"):
            await receiver.start()
        telegram.server.token = token


async def test_a_webhook_that_telegram_refuses_is_named_at_the_start() -> None:
    async with open_telegram("webhook", "http://192.0.2.1", SECRET) as telegram:
        with pytest.raises(OperatorError, match=r"PST_PUBLIC_URL: .*HTTPS"):
            await telegram.channel.receiver(TelegramBackend(), TelegramBackend()).start()


async def test_a_start_tries_again_until_telegram_answers(telegram: TelegramHarness) -> None:
    backend = TelegramBackend()
    telegram.server.faults.on("getMe", faults.cut(), times=3)
    await telegram.siti.says("halo")
    with capture_logs() as lines:
        async with listening(telegram, backend):
            assert backend.links == []
            await until(lambda: backend.texts == ["halo"] and backend.links)
    told = [
        (line["event"], line.get("failures")) for line in lines if line.get("what") == "telegram: asking who we are"
    ]
    assert told == [("fails, is tried again", None), ("works again", 3)]


async def run_setup(server: BotApi, token: str) -> Any:
    environment = {"PST_TELEGRAM_TOKEN": token, "PST_TELEGRAM_API_BASE": server.url}
    return await asyncio.to_thread(CliRunner().invoke, main, ["telegram", "setup"], env=environment)


async def test_the_command_sets_menus_and_texts_and_prints_them() -> None:
    async with bot_api(token="7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") as server:
        done = await run_setup(server, server.token)
        assert done.exit_code == 0, done.output
        assert "id: /start /ajukan" in done.output and "en: The BPS service" in done.output
        assert (server.flagged, len(server.commands), len(server.names)) == ([], 2, 4)
        wrong = await run_setup(server, server.token.replace("A", "B"))
        none = await run_setup(server, "")
        server.faults.on("*", faults.internal())
        broken = await run_setup(server, server.token)
    for failed, says in ((wrong, "does not know this token"), (none, "is not set"), (broken, "did not take it")):
        assert (failed.exit_code, len(failed.stderr.strip().splitlines())) == (2, 1), failed.output
        assert says in failed.stderr


def test_without_a_token_no_library_of_telegram_is_imported() -> None:
    code = "import sys, bot.cli, bot.runtime.web, bot.runtime.worker, bot.handlers.telegram; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"aiogram", "telegram", "httpx"} & {name.split(".")[0] for name in loaded.split()}
