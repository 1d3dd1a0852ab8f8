"""The receiving side against the strict server, by polling and by webhook: an update counts as taken only after it is
stored.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from click.testing import CliRunner
from structlog.testing import capture_logs

from bot.channel import Upload
from bot.chat import Choice, Prompt
from bot.cli import main
from bot.errors import OperatorError
from domain.text import Text
from tests.contract.telegram_harness import (
    LETTER,
    SITI,
    Leases,
    TelegramBackend,
    TelegramHarness,
    listening,
    telegram,
    until,
)
from tests.platforms.telegram import BotApi, ButtonTap, ChatMessage, bot_api, faults
from tests.platforms.telegram.client import client

ROOT = Path(__file__).parent.parent.parent
SECRET = "rahasia-1234567890"
BUDI = 1002

YES, NO, BACK = Choice("a:1", Text("Ya")), Choice("a:2", Text("Tidak")), Choice("n", Text("Kembali"), nav=True)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortens pauses and leases."""
    from bot.handlers.telegram import receive

    monkeypatch.setattr(receive, "PAUSES", (0.02, 0.04))
    monkeypatch.setattr(receive, "LEASE", 1.0)
    monkeypatch.setattr(receive, "RENEWAL", 0.2)


@pytest.fixture
async def harness() -> AsyncIterator[TelegramHarness]:
    async with telegram() as harness:
        yield harness


@asynccontextmanager
async def by_webhook(backend: TelegramBackend) -> AsyncIterator[TelegramHarness]:
    """The receiving side behind a webhook, with its own web server."""
    async with bot_api() as server:
        server.user(SITI, "Siti").chat.started = True
        app = web.Application()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        port = await _free_port()
        async with telegram("webhook", f"http://127.0.0.1:{port}", SECRET, server) as harness:
            app.add_routes(harness.channel.receiver(backend, backend).routes())
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            try:
                async with listening(harness, backend):
                    yield harness
            finally:
                await runner.cleanup()


async def _free_port() -> int:
    probe = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port: int = probe.sockets[0].getsockname()[1]
    probe.close()
    await probe.wait_closed()
    return port


@asynccontextmanager
async def by_polling(backend: TelegramBackend) -> AsyncIterator[TelegramHarness]:
    async with telegram() as harness, listening(harness, backend):
        yield harness


WAYS = {"polling": by_polling, "webhook": by_webhook}


# Both ways ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
async def test_messages_of_a_chat_come_in_order_and_chats_side_by_side(way: str) -> None:
    backend = TelegramBackend()
    backend.pause_before = 0.05
    async with WAYS[way](backend) as harness:
        harness.server.updates.to_double = 3
        for number in range(6):
            await harness.siti.says(f"siti {number}")
            await harness.server.user(BUDI, "Budi").says(f"budi {number}")
        await until(lambda: len(backend.texts) == 12 and not harness.server.updates.unconfirmed)
    for name in ("siti", "budi"):
        assert [text for text in backend.texts if text.startswith(name)] == [f"{name} {n}" for n in range(6)]
    assert (backend.most_at_once, harness.server.flagged) == (2, [])


@pytest.mark.parametrize("way", WAYS)
async def test_an_update_counts_as_taken_only_when_it_is_kept(way: str) -> None:
    backend = TelegramBackend()
    backend.refuses = {"dua"}
    async with WAYS[way](backend) as harness:
        for words in ("satu", "dua", "tiga"):
            await harness.siti.says(words)
        await until(lambda: "satu" in backend.texts)
        await asyncio.sleep(0.3)
        waiting = [update.payload["message"]["text"] for update in harness.server.updates.unconfirmed]
        assert waiting[-2:] == ["dua", "tiga"] and "dua" not in backend.texts
        await harness.server.user(BUDI, "Budi").says("lain")
        await until(lambda: "lain" in backend.texts)  # the failing message of one chat stops no other chat
        backend.refuses.clear()
        await until(lambda: not harness.server.updates.unconfirmed)
    assert sorted(backend.texts) == ["dua", "lain", "satu", "tiga"] and harness.server.flagged == []


@pytest.mark.parametrize("way", WAYS)
async def test_everything_a_person_does_arrives(way: str) -> None:
    backend = TelegramBackend()
    async with WAYS[way](backend) as harness:
        message = await harness.siti.says("/start gabung_AB12")
        await harness.siti.edits(message, "/start")
        sent = await harness.siti.sends_album([("a.pdf", b"aa", "application/pdf"), ("b.pdf", b"b", "application/pdf")])
        await harness.siti.blocks()
        await harness.siti.unblocks()
        await until(lambda: not harness.server.updates.unconfirmed and len(backend.blocks) == 2)
        await until(lambda: "typing" in harness.siti.chat.actions)
    assert [(i.kind, i.text, i.sequence) for i in backend.received] == [
        ("text", "/gabung AB12", message.id),
        ("edit", "/start", message.id),
        ("file", "", sent[0].id),
        ("file", "", sent[1].id),
    ]
    assert len({i.group for i in backend.received[2:]}) == 1 != len({i.id for i in backend.received})
    files = [message.file for message in sent if message.file]
    assert list(backend.uploads.values()) == [
        (Upload(file.name, remote=file.id, size=len(file.content)),) for file in files
    ]
    assert backend.blocks == [(str(SITI), True), (str(SITI), False)] and backend.links == [
        "https://t.me/uji_bot?start={word}_{code}"
    ]


# Taps -----------------------------------------------------------------------------------------------------------------


async def asked(harness: TelegramHarness, **more: Any) -> ChatMessage:
    await harness.sends(Prompt(Text("Pakai <ini>?"), (YES, NO, BACK), **more))
    return harness.siti.answers[-1]


async def test_a_tap_is_answered_and_its_choice_shown_once_the_answer_is_out(harness: TelegramHarness) -> None:
    backend = TelegramBackend()
    async with listening(harness, backend):
        question = await asked(harness)
        query = await harness.siti.taps("Ya")
        assert isinstance(query, ButtonTap)
        await asyncio.wait_for(query.answered.wait(), 10)
        assert [(i.kind, i.tap, i.text, i.tapped_message_id) for i in backend.received] == [
            ("tap", "a:1", "Ya", str(question.id))
        ]
        assert question.buttons == ["Ya", "Tidak", "Kembali"]  # nothing proves yet that the tap had an effect
        await harness.sends(Prompt(Text("Berikutnya"), (BACK,)))
        await until(lambda: question.edited)
        assert (question.text, question.buttons) == ("Pakai <ini>?\n\n✓ Ya", [])
        harness.server.updates.redeliver()
        await until(lambda: not harness.server.updates.unconfirmed)
        await harness.sends(Prompt(Text("Lagi")))
        await asyncio.sleep(0.2)
    assert (question.text.count("✓"), harness.server.unanswered, harness.server.flagged) == (1, [], [])


async def test_a_tap_below_a_file_is_shown_in_its_caption(harness: TelegramHarness) -> None:
    async with listening(harness, TelegramBackend()):
        question = await asked(harness, attachment=LETTER)
        await harness.siti.taps("Tidak")
        await until(lambda: not harness.server.unanswered)
        await harness.sends(Prompt(Text("Berikutnya")))
        await until(lambda: question.edited)
    assert (question.text, question.buttons) == ("Pakai <ini>?\n\n✓ Tidak", [])
    assert question.document and harness.server.flagged == []


async def test_a_message_keeps_its_formats_when_the_choice_is_shown(harness: TelegramHarness) -> None:
    async with listening(harness, TelegramBackend()), client(harness.server) as bot:
        keyboard = {"inline_keyboard": [[{"text": "Ya", "callback_data": "a:1"}]]}
        await bot.says(SITI, "<b>Pakai</b> <i>ini</i>?", parse_mode="HTML", reply_markup=keyboard)
        (question,) = harness.siti.reads()
        formats = question.entities
        await harness.siti.taps("Ya")
        await until(lambda: not harness.server.unanswered)
        await harness.sends(Prompt(Text("Berikutnya")))
        await until(lambda: question.edited)
    assert (question.text, question.entities) == ("Pakai ini?\n\n✓ Ya", formats)
    assert len(formats) == 2 and harness.server.flagged == []


async def test_a_message_that_is_itself_the_answer_keeps_its_buttons(harness: TelegramHarness) -> None:
    backend = TelegramBackend()
    async with listening(harness, backend):
        question = await asked(harness)
        for label in ("Ya", "✓ Ya"):
            await harness.siti.taps(label)
            await until(lambda: not harness.server.unanswered)
            changed = Choice("a:1", Text("✓ Ya")) if label == "Ya" else YES
            prompt = Prompt(Text("Pakai <ini>?"), (changed, NO, BACK), edits_message=True)
            await harness.sends(prompt, edits_message_id=str(question.id))
        harness.server.updates.redeliver()
        await until(lambda: not harness.server.updates.unconfirmed)
        await harness.sends(Prompt(Text("Berikutnya")))
        await asyncio.sleep(0.2)
    assert (question.text, question.buttons) == ("Pakai <ini>?", ["Ya", "Tidak", "Kembali"])
    assert len(harness.server.calls_of("editMessageText")) == 2 and harness.server.flagged == []


async def test_a_tap_is_answered_once_also_when_it_comes_again_or_cannot_be_kept(harness: TelegramHarness) -> None:
    backend = TelegramBackend()
    async with listening(harness, backend):
        await asked(harness)
        backend.refuses = {"Ya"}
        await harness.siti.taps("Ya")
        await until(lambda: not harness.server.unanswered)
        backend.refuses.clear()
        await until(lambda: backend.texts == ["Ya"])
        harness.server.updates.redeliver()
        await until(lambda: not harness.server.updates.unconfirmed)
    assert (backend.texts, len(harness.server.calls_of("answerCallbackQuery"))) == (["Ya"], 1)
    assert harness.server.flagged == []


async def test_a_tap_on_a_deleted_message_and_a_tap_that_is_too_old_are_harmless(harness: TelegramHarness) -> None:
    backend = TelegramBackend()
    harness.server.query_lifetime = 0
    harness.server.forgiven.add("query is too old")
    async with listening(harness, backend):
        question = await asked(harness)
        question.deleted = True
        await harness.siti.sends_callback("a:1", on=question)
        await until(lambda: backend.received and harness.server.calls_of("answerCallbackQuery"))
        await harness.sends(Prompt(Text("Berikutnya")))
        await harness.siti.says("halo")
        await until(lambda: len(backend.received) == 2)
    assert (backend.received[0].tap, backend.received[0].text) == ("a:1", "") and harness.server.flagged == []


# Groups ---------------------------------------------------------------------------------------------------------------


async def test_a_group_is_told_once_that_the_bot_works_in_private_chats(harness: TelegramHarness) -> None:
    backend = TelegramBackend()
    group = harness.server.group(-77, kind="supergroup")
    async with listening(harness, backend):
        await group.adds_bot(harness.siti)
        await group.says(harness.siti, "halo semua")
        await group.says(harness.siti, "/start@another_bot")
        for command in ("/start", "/ajukan@uji_bot", "/status"):
            await group.says(harness.siti, command)
        await harness.siti.says("halo")
        await until(lambda: backend.texts == ["halo"] and group.answers)
        await until(lambda: not harness.server.updates.unconfirmed)
    (said,) = group.answers
    assert said.text.startswith("Maaf, layanan ini hanya melayani percakapan pribadi")
    assert harness.server.flagged == []


# Polling --------------------------------------------------------------------------------------------------------------


async def test_two_processes_poll_one_after_the_other(harness: TelegramHarness) -> None:
    leases = Leases()
    first, second = TelegramBackend(leases), TelegramBackend(leases)
    async with telegram(server=harness.server) as other, listening(harness, first) as task, listening(other, second):
        await harness.siti.says("satu")
        await until(lambda: first.texts + second.texts == ["satu"])
        await asyncio.sleep(0.5)
        assert (second.texts, harness.server.updates.conflicts) == ([], [])
        task.cancel()
        await harness.siti.says("dua")
        await until(lambda: "dua" in second.texts)
        assert "dua" not in first.texts
    assert harness.server.flagged == []


async def test_another_process_polls_after_the_lease_of_a_dead_process_has_ended(harness: TelegramHarness) -> None:
    backend = TelegramBackend()
    begun = asyncio.get_running_loop().time()
    assert backend.leases.take("dead", f"telegram/{harness.server.me['id']}/poll", 0.6)
    async with listening(harness, backend):
        await harness.siti.says("satu")
        await until(lambda: backend.texts == ["satu"])
    assert asyncio.get_running_loop().time() - begun > 0.6 and harness.server.flagged == []
    assert backend.leases.take("next", f"telegram/{harness.server.me['id']}/poll", 1)  # given back at the end


async def test_receiving_goes_on_after_every_fault_and_logs_one_line_for_each(harness: TelegramHarness) -> None:
    backend = TelegramBackend()
    bad = [faults.internal(), faults.bad_gateway(), faults.cut(), faults.cut_answer(), faults.garbled(), faults.lost()]
    with capture_logs() as lines:
        async with listening(harness, backend):
            for number, fault in enumerate((*bad, faults.refused("odd"), faults.hang(0.1))):
                struck = harness.server.faults.on("getUpdates", fault)
                await harness.siti.says(f"pesan {number}")
                await until(lambda: struck.used)  # noqa: B023
                await until(lambda: f"pesan {number}" in backend.texts)  # noqa: B023
            backend.down = True
            await harness.siti.says("nanti")
            await asyncio.sleep(0.5)
            backend.down = False
            await until(lambda: "nanti" in backend.texts)
    told = [line for line in lines if line["event"] == "telegram: cannot ask for messages"]
    assert 0 < len(told) <= 8  # a poll that ends with its lease logs nothing
    assert harness.server.token not in str(lines) and harness.server.flagged == []


@pytest.mark.parametrize(
    "status,says", [(401, "copy it from @BotFather again"), (409, "another program receives this bot's messages")]
)
async def test_the_log_says_what_an_operator_can_do(harness: TelegramHarness, status: int, says: str) -> None:
    from tests.platforms.telegram.refusal import BotApiRefusal

    backend = TelegramBackend()
    harness.server.faults.on("getUpdates", faults.BotApiFault("answer", refusal=BotApiRefusal(status)), times=2)
    with capture_logs() as lines:
        async with listening(harness, backend):
            await harness.siti.says("halo")
            await until(lambda: backend.texts == ["halo"])
    assert [says in line["why"] for line in lines if "why" in line] == [True, True]


async def test_an_unreadable_update_becomes_a_dead_letter_and_stops_no_other(
    harness: TelegramHarness,
) -> None:
    backend = TelegramBackend()
    async with listening(harness, backend):
        strange = {"message_id": 900, "date": "soon", "chat": harness.siti.chat.described(), "from": harness.siti.user}
        harness.server.update("message", harness.siti.chat, strange)
        unknown = harness.server.update("message", harness.siti.chat, {"nothing": 1})
        await harness.siti.says("halo")
        await until(lambda: not harness.server.updates.unconfirmed and "halo" in backend.texts)
    assert [(i.kind, i.text) for i in backend.received] == [("other", ""), ("text", "halo")]
    assert unknown and [json.loads(part) for part in backend.dead_letters] == [unknown.payload]
    receiver = harness.channel.receiver(backend, backend)
    assert not await receiver.retry(backend.dead_letters[0])
    readable = harness.server.updates.history[0].payload | {"update_id": 7}
    assert await receiver.retry(json.dumps(readable).encode()) and len(backend.received) == 3


async def test_polling_removes_an_old_webhook_and_keeps_the_updates_that_wait(harness: TelegramHarness) -> None:
    await harness.server.updates.set_webhook("http://127.0.0.1:9/", "", 1)
    await harness.siti.says("halo")
    backend = TelegramBackend()
    async with listening(harness, backend):
        await until(lambda: backend.texts == ["halo"])
    assert harness.server.calls_of("deleteWebhook")[0].params == {"drop_pending_updates": False}


# Starting -------------------------------------------------------------------------------------------------------------


async def test_menus_and_texts_are_set_for_everybody_and_for_the_staff(harness: TelegramHarness) -> None:
    backend = TelegramBackend()
    backend.officers = [(str(SITI), "director"), ("1", "officer")]  # the second one has never written to the bot
    harness.server.forgiven.add("chat not found")
    with capture_logs():
        async with listening(harness, backend):
            await until(lambda: ("short_description", "en") in harness.server.names)
            await until(lambda: (f"chat:{SITI}", "en") in harness.server.commands)
    menus = {key: [command["command"] for command in menu] for key, menu in harness.server.commands.items()}
    everybody = ["start", "ajukan", "status", "cari", "pengaduan", "bahasa", "batal", "bantuan"]
    assert menus["all_private_chats", ""] == menus["all_private_chats", "en"] == everybody
    assert menus[f"chat:{SITI}", ""] == ["berkas", "periksa", "penilaian", "statistik", *everybody]
    descriptions = {harness.server.names[name, code] for name, code in harness.server.names}
    assert len(descriptions) == 4  # two texts in two languages
    assert harness.server.flagged == []


async def test_a_wrong_token_is_named_at_the_start(harness: TelegramHarness) -> None:
    for server_token in ("7000000001:another-token-of-the-same-bot-1234", "8000000001:another-bot-altogether-1234567"):
        harness.server.token, token = server_token, harness.server.token
        receiver = harness.channel.receiver(TelegramBackend(), TelegramBackend())
        with pytest.raises(OperatorError, match=r"PST_TELEGRAM_TOKEN: .* @BotFather"):
            await receiver.start()
        harness.server.token = token


async def test_a_webhook_that_telegram_refuses_is_named_at_the_start() -> None:
    async with telegram("webhook", "http://192.0.2.1", SECRET) as harness:
        with pytest.raises(OperatorError, match=r"PST_PUBLIC_URL: .*HTTPS"):
            await harness.channel.receiver(TelegramBackend(), TelegramBackend()).start()


async def test_a_start_tries_again_until_telegram_answers(harness: TelegramHarness) -> None:
    backend = TelegramBackend()
    harness.server.faults.on("getMe", faults.cut(), times=3)
    await harness.siti.says("halo")
    with capture_logs() as lines:
        async with listening(harness, backend):
            assert backend.links == []
            await until(lambda: backend.texts == ["halo"] and backend.links)
    assert [line["event"] for line in lines].count("telegram: cannot be reached yet") == 3


# The route of the webhook ---------------------------------------------------------------------------------------------


async def test_the_webhook_is_set_with_its_secret_and_its_address_does_not_tell_it() -> None:
    backend = TelegramBackend()
    async with by_webhook(backend) as harness:
        (call,) = harness.server.calls_of("setWebhook")
        assert (call.params["secret_token"], call.params["max_connections"]) == (SECRET, 40)
        kinds = {"message", "edited_message", "callback_query", "my_chat_member"}
        assert SECRET not in call.params["url"] and set(call.params["allowed_updates"]) == kinds
        await harness.siti.says("halo")
        await until(lambda: backend.texts == ["halo"])


async def test_the_webhook_takes_only_what_telegram_sends() -> None:
    backend = TelegramBackend()
    good = b'{"update_id": 1, "message": {"text": "x"}}'
    told = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    requests: list[tuple[dict[str, str], bytes, int]] = [
        ({}, good, 403),
        ({"X-Telegram-Bot-Api-Secret-Token": "rahasia-lain"}, good, 403),
        ({"X-Telegram-Bot-Api-Secret-Token": "rahasia-é"}, good, 403),
        (told, b"", 400),
        (told, b"\xff{", 400),
        (told, b"[" * 100_000, 400),
        (told, b"[]", 400),
        (told, b'{"update_id": "1"}', 400),
        (told, b" " * (1024 * 1024 + 1), 413),
        (told, good, 200),
        (told, b'{"update_id": 2}', 200),
    ]
    async with by_webhook(backend) as harness, aiohttp.ClientSession() as browser:
        url = harness.server.calls_of("setWebhook")[0].params["url"]
        for headers, body, status in requests:
            async with browser.post(url, data=BytesIO(body), headers=headers) as answer:
                assert (answer.status, await answer.read() if status == 200 else b"") == (status, b""), (headers, body)
        backend.down = True
        update = await harness.siti.says("halo")
        await until(lambda: harness.server.updates.webhook and "500" in harness.server.updates.webhook.last_error)
        backend.down = False
        await until(lambda: backend.texts == ["halo"] and not harness.server.updates.unconfirmed)
        assert update.id == backend.received[0].sequence


# Commands -------------------------------------------------------------------------------------------------------------


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
