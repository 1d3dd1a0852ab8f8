"""The receiving side against the strict server, by polling and by webhook: an update counts as taken only after it is
stored.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channel import Upload
from tests.contract.telegram_harness import (
    SITI,
    Leases,
    TelegramBackend,
    TelegramHarness,
    listening,
    open_telegram,
    until,
)
from tests.platforms.telegram import bot_api, faults

pytestmark = pytest.mark.usefixtures("short_pauses")

SECRET = "rahasia-1234567890"
BUDI = 1002


@asynccontextmanager
async def by_webhook(backend: TelegramBackend) -> AsyncIterator[TelegramHarness]:
    """The receiving side behind a webhook, with its own web server."""
    async with bot_api() as server:
        server.user(SITI, "Siti").chat.started = True
        app = web.Application()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        port = await _free_port()
        async with open_telegram("webhook", f"http://127.0.0.1:{port}", SECRET, server) as telegram:
            app.add_routes(telegram.channel.receiver(backend, backend).routes())
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            try:
                async with listening(telegram, backend):
                    yield telegram
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
    async with open_telegram() as telegram, listening(telegram, backend):
        yield telegram


WAYS = {"polling": by_polling, "webhook": by_webhook}


# Both ways ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
async def test_messages_of_a_chat_come_in_order_and_chats_side_by_side(way: str) -> None:
    backend = TelegramBackend()
    backend.pause_before = 0.05
    async with WAYS[way](backend) as telegram:
        telegram.server.updates.to_double = 3
        for number in range(6):
            await telegram.siti.says(f"siti {number}")
            await telegram.server.user(BUDI, "Budi").says(f"budi {number}")
        await until(lambda: len(backend.texts) == 12 and not telegram.server.updates.unconfirmed)
    for name in ("siti", "budi"):
        assert [text for text in backend.texts if text.startswith(name)] == [f"{name} {n}" for n in range(6)]
    assert (backend.most_at_once, telegram.server.flagged) == (2, [])


@pytest.mark.parametrize("way", WAYS)
async def test_an_update_counts_as_taken_only_when_it_is_kept(way: str) -> None:
    backend = TelegramBackend()
    backend.refuses = {"dua"}
    async with WAYS[way](backend) as telegram:
        for words in ("satu", "dua", "tiga"):
            await telegram.siti.says(words)
        await until(lambda: "satu" in backend.texts)
        await asyncio.sleep(0.3)
        waiting = [update.payload["message"]["text"] for update in telegram.server.updates.unconfirmed]
        assert waiting[-2:] == ["dua", "tiga"] and "dua" not in backend.texts
        await telegram.server.user(BUDI, "Budi").says("lain")
        await until(lambda: "lain" in backend.texts)  # the failing message of one chat stops no other chat
        backend.refuses.clear()
        await until(lambda: not telegram.server.updates.unconfirmed)
    assert sorted(backend.texts) == ["dua", "lain", "satu", "tiga"] and telegram.server.flagged == []


@pytest.mark.parametrize("way", WAYS)
async def test_everything_a_person_does_arrives(way: str) -> None:
    backend = TelegramBackend()
    async with WAYS[way](backend) as telegram:
        message = await telegram.siti.says("/start gabung_AB12")
        await telegram.siti.edits(message, "/start")
        sent = await telegram.siti.sends_album(
            [("a.pdf", b"aa", "application/pdf"), ("b.pdf", b"b", "application/pdf")]
        )
        await telegram.siti.blocks()
        await telegram.siti.unblocks()
        await until(lambda: not telegram.server.updates.unconfirmed and len(backend.blocks) == 2)
        await until(lambda: "typing" in telegram.siti.chat.actions)
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


# Groups ---------------------------------------------------------------------------------------------------------------


async def test_a_group_is_told_once_that_the_bot_works_in_private_chats(telegram: TelegramHarness) -> None:
    backend = TelegramBackend()
    group = telegram.server.group(-77, kind="supergroup")
    async with listening(telegram, backend):
        await group.adds_bot(telegram.siti)
        await group.says(telegram.siti, "halo semua")
        await group.says(telegram.siti, "/start@another_bot")
        for command in ("/start", "/ajukan@uji_bot", "/status"):
            await group.says(telegram.siti, command)
        await telegram.siti.says("halo")
        await until(lambda: backend.texts == ["halo"] and group.answers)
        await until(lambda: not telegram.server.updates.unconfirmed)
    (said,) = group.answers
    assert said.text.startswith("Maaf, layanan ini hanya melayani percakapan pribadi")
    assert telegram.server.flagged == []


# Polling --------------------------------------------------------------------------------------------------------------


async def test_two_processes_poll_one_after_the_other(telegram: TelegramHarness) -> None:
    leases = Leases()
    first, second = TelegramBackend(leases), TelegramBackend(leases)
    async with (
        open_telegram(server=telegram.server) as other,
        listening(telegram, first) as task,
        listening(other, second),
    ):
        await telegram.siti.says("satu")
        await until(lambda: first.texts + second.texts == ["satu"])
        await asyncio.sleep(0.5)
        assert (second.texts, telegram.server.updates.conflicts) == ([], [])
        task.cancel()
        await telegram.siti.says("dua")
        await until(lambda: "dua" in second.texts)
        assert "dua" not in first.texts
    assert telegram.server.flagged == []


async def test_another_process_polls_after_the_lease_of_a_dead_process_has_ended(telegram: TelegramHarness) -> None:
    backend = TelegramBackend()
    begun = asyncio.get_running_loop().time()
    assert backend.leases.take("dead", f"telegram/{telegram.server.me['id']}/poll", 0.6)
    async with listening(telegram, backend):
        await telegram.siti.says("satu")
        await until(lambda: backend.texts == ["satu"])
    assert asyncio.get_running_loop().time() - begun > 0.6 and telegram.server.flagged == []
    assert backend.leases.take("next", f"telegram/{telegram.server.me['id']}/poll", 1)  # given back at the end


async def test_receiving_goes_on_after_every_fault_and_logs_one_line_for_each(telegram: TelegramHarness) -> None:
    backend = TelegramBackend()
    bad = [faults.internal(), faults.bad_gateway(), faults.cut(), faults.cut_answer(), faults.garbled(), faults.lost()]
    with capture_logs() as lines:
        async with listening(telegram, backend):
            for number, fault in enumerate((*bad, faults.refused("odd"), faults.hang(0.1))):
                struck = telegram.server.faults.on("getUpdates", fault)
                await telegram.siti.says(f"pesan {number}")
                await until(lambda: struck.used)  # noqa: B023
                await until(lambda: f"pesan {number}" in backend.texts)  # noqa: B023
            backend.down = True
            await telegram.siti.says("nanti")
            await asyncio.sleep(0.5)
            backend.down = False
            await until(lambda: "nanti" in backend.texts)
    told = [line["event"] for line in lines if line.get("what") == "telegram: asking for messages"]
    assert 0 < told.count("fails, is tried again") <= 8 and told[-1] == "works again"  # an ended lease logs nothing
    assert telegram.server.token not in str(lines) and telegram.server.flagged == []


@pytest.mark.parametrize(
    "status,says", [(401, "copy it from @BotFather again"), (409, "another program receives this bot's messages")]
)
async def test_the_log_says_what_an_operator_can_do(telegram: TelegramHarness, status: int, says: str) -> None:
    from tests.platforms.telegram.refusal import BotApiRefusal

    backend = TelegramBackend()
    telegram.server.faults.on("getUpdates", faults.BotApiFault("answer", refusal=BotApiRefusal(status)), times=2)
    with capture_logs() as lines:
        async with listening(telegram, backend):
            await telegram.siti.says("halo")
            await until(lambda: backend.texts == ["halo"])
    (began, ended) = [line for line in lines if line.get("what") == "telegram: asking for messages"]
    assert says in began["why"] and (ended["event"], ended["failures"]) == ("works again", 2)


async def test_an_unreadable_update_becomes_a_dead_letter_and_stops_no_other(
    telegram: TelegramHarness,
) -> None:
    backend = TelegramBackend()
    async with listening(telegram, backend):
        strange = {
            "message_id": 900,
            "date": "soon",
            "chat": telegram.siti.chat.described(),
            "from": telegram.siti.user,
        }
        telegram.server.update("message", telegram.siti.chat, strange)
        unknown = telegram.server.update("message", telegram.siti.chat, {"nothing": 1})
        await telegram.siti.says("halo")
        await until(lambda: not telegram.server.updates.unconfirmed and "halo" in backend.texts)
    assert [(i.kind, i.text) for i in backend.received] == [("other", ""), ("text", "halo")]
    assert unknown and [json.loads(part) for part in backend.dead_letters] == [unknown.payload]
    receiver = telegram.channel.receiver(backend, backend)
    assert not await receiver.retry(backend.dead_letters[0])
    readable = telegram.server.updates.history[0].payload | {"update_id": 7}
    assert await receiver.retry(json.dumps(readable).encode()) and len(backend.received) == 3


async def test_polling_removes_an_old_webhook_and_keeps_the_updates_that_wait(telegram: TelegramHarness) -> None:
    await telegram.server.updates.set_webhook("http://127.0.0.1:9/", "", 1)
    await telegram.siti.says("halo")
    backend = TelegramBackend()
    async with listening(telegram, backend):
        await until(lambda: backend.texts == ["halo"])
    assert telegram.server.calls_of("deleteWebhook")[0].params == {"drop_pending_updates": False}


# The route of the webhook ---------------------------------------------------------------------------------------------


async def test_the_webhook_is_set_with_its_secret_and_its_address_does_not_tell_it() -> None:
    backend = TelegramBackend()
    async with by_webhook(backend) as telegram:
        (call,) = telegram.server.calls_of("setWebhook")
        assert (call.params["secret_token"], call.params["max_connections"]) == (SECRET, 40)
        kinds = {"message", "edited_message", "callback_query", "my_chat_member"}
        assert SECRET not in call.params["url"] and set(call.params["allowed_updates"]) == kinds
        await telegram.siti.says("halo")
        await until(lambda: backend.texts == ["halo"])


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.handlers.telegram import receive

    monkeypatch.setattr(receive, "WEBHOOK_WITHIN", 0.2)

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    async with by_webhook(TelegramBackend()) as telegram, aiohttp.ClientSession() as browser:
        url = telegram.server.calls_of("setWebhook")[0].params["url"]
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with browser.post(url, data=trickle(), headers=headers) as answer:
            assert answer.status == 408


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
    async with by_webhook(backend) as telegram, aiohttp.ClientSession() as browser:
        url = telegram.server.calls_of("setWebhook")[0].params["url"]
        for headers, body, status in requests:
            async with browser.post(url, data=BytesIO(body), headers=headers) as answer:
                assert (answer.status, await answer.read() if status == 200 else b"") == (status, b""), (headers, body)
        backend.down = True
        update = await telegram.siti.says("halo")
        await until(lambda: telegram.server.updates.webhook and "500" in telegram.server.updates.webhook.last_error)
        backend.down = False
        await until(lambda: backend.texts == ["halo"] and not telegram.server.updates.unconfirmed)
        assert update.id == backend.received[0].sequence
