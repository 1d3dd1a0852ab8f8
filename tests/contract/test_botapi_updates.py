"""The Bot API server of the tests delivers updates as Telegram does, and fails as a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.platforms.telegram import BotApi, TelegramUser, bot_api, faults
from tests.platforms.telegram.client import BareClient, client
from tests.platforms.telegram.faults import BotApiFault
from tests.platforms.telegram.updates import FIRST_ID

Json = dict[str, Any]

SITI, BUDI = 1001, 1002


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        yield server


@pytest.fixture
async def bot(server: BotApi) -> AsyncIterator[BareClient]:
    async with client(server) as bot:
        yield bot


async def say(person: TelegramUser, *texts: str) -> None:
    for text in texts:
        await person.says(text)


def texts(updates: list[Json]) -> list[str]:
    return [update["message"]["text"] for update in updates]


# getUpdates


async def test_an_update_comes_again_until_it_is_confirmed(server: BotApi, bot: BareClient) -> None:
    await say(server.user(SITI), "a", "b", "c")
    first = await bot.result("getUpdates", limit=2)
    assert [(update["update_id"], update["message"]["message_id"]) for update in first] == [
        (FIRST_ID, 1),
        (FIRST_ID + 1, 2),
    ]
    assert texts(await bot.result("getUpdates")) == ["a", "b", "c"]
    assert texts(await bot.result("getUpdates", offset=FIRST_ID + 1)) == ["b", "c"]
    assert texts(await bot.result("getUpdates", offset=-1)) == ["c"]
    assert await bot.result("getUpdates", offset=FIRST_ID + 3) == []
    assert (server.flagged, server.updates.unconfirmed) == ([], [])


async def test_a_long_poll_wakes_at_once(server: BotApi, bot: BareClient) -> None:
    poll = asyncio.create_task(bot.result("getUpdates", timeout=50))
    await until(lambda: server.calls_of("getUpdates"))
    await asyncio.sleep(0.01)
    assert not poll.done()
    await server.user(SITI).says("a")
    assert texts(await asyncio.wait_for(poll, 15)) == ["a"]


async def test_what_was_never_delivered_must_not_be_confirmed(server: BotApi, bot: BareClient) -> None:
    await say(server.user(SITI), "a", "b")
    await bot.result("getUpdates", limit=1)
    await bot.result("getUpdates", offset=FIRST_ID + 2)
    assert server.flagged == [f"update {FIRST_ID + 1} was confirmed before it was delivered"]


async def test_of_two_pollers_the_first_is_told_and_both_are_recorded(server: BotApi, bot: BareClient) -> None:
    first = asyncio.create_task(bot.ask("getUpdates", timeout=50))
    await until(lambda: server.calls_of("getUpdates"))
    second = asyncio.create_task(bot.result("getUpdates", timeout=50))
    ended = await asyncio.wait_for(first, 15)
    assert ended["error_code"] == 409
    assert ended["description"].startswith("Conflict: terminated by other getUpdates request")
    await server.user(SITI).says("a")
    assert texts(await second) == ["a"]
    assert (len(server.conflicts), server.flagged) == (1, [])


async def test_a_poller_that_died_is_no_conflict(server: BotApi, bot: BareClient) -> None:
    async with aiohttp.ClientSession() as dying:
        poll = asyncio.create_task(dying.post(bot.url("getUpdates"), json={"timeout": 50}))
        await until(lambda: server.calls_of("getUpdates"))
        poll.cancel()
    await until(lambda: not server.updates.polled)
    await bot.result("getUpdates")
    assert server.conflicts == []


async def test_only_the_kinds_that_were_asked_for_come(server: BotApi, bot: BareClient) -> None:
    siti = server.user(SITI)
    await bot.result("getUpdates", allowed_updates=["edited_message"])
    message = await siti.says("a")
    await siti.edits(message, "b")
    (update,) = await bot.result("getUpdates", allowed_updates=[])
    assert update["edited_message"]["text"] == "b"
    await siti.says("c")
    assert len(await bot.result("getUpdates")) == 2


# webhook


@dataclass
class WebhookBot:
    """A bot behind a webhook. `script`: the statuses of its first answers; then it takes every update."""

    url: str = ""
    script: list[int] = field(default_factory=list)
    pause: float = 0.0
    bodies: list[Json] = field(default_factory=list)
    tried: list[int] = field(default_factory=list)
    secrets: set[str | None] = field(default_factory=set)
    busy: int = 0
    busiest: int = 0

    async def take(self, request: web.BaseRequest) -> web.Response:
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        body: Json = await request.json()
        self.tried.append(body["update_id"])
        await asyncio.sleep(self.pause)
        self.busy -= 1
        if self.script:
            return web.Response(status=self.script.pop(0))
        self.bodies.append(body)
        return web.Response()

    @property
    def ids(self) -> list[int]:
        return [body["update_id"] - FIRST_ID for body in self.bodies]


@asynccontextmanager
async def webhook() -> AsyncIterator[WebhookBot]:
    hook = WebhookBot()
    runner = web.ServerRunner(web.Server(hook.take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram/x"
    try:
        yield hook
    finally:
        await runner.cleanup()


async def until(happened: Callable[[], object], within: float = 15) -> None:
    async with asyncio.timeout(within):
        while not happened():
            await asyncio.sleep(0.002)


async def test_a_webhook_gets_what_waited_and_what_comes(server: BotApi, bot: BareClient) -> None:
    siti = server.user(SITI)
    await say(siti, "a", "b")
    async with webhook() as hook:
        await bot.result("setWebhook", url=hook.url, secret_token="Rahasia-1", allowed_updates=["message"])
        await siti.says("c")
        await server.wait_until_confirmed()
        assert (texts(hook.bodies), hook.secrets) == (["a", "b", "c"], {"Rahasia-1"})
        assert server.updates.unconfirmed == []
        info = await bot.result("getWebhookInfo")
        assert (info["url"], info["pending_update_count"], "last_error_message" in info) == (hook.url, 0, False)
        refused = await bot.ask("getUpdates")
        assert refused["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
        assert len(server.flagged) == 1
        await bot.result("deleteWebhook")
        await siti.says("d")
        assert texts(await bot.result("getUpdates")) == ["d"]
        assert len(hook.bodies) == 3


async def test_a_webhook_that_fails_gets_it_again_in_the_order_of_the_chat(server: BotApi, bot: BareClient) -> None:
    server.updates.webhook_pause = 0.001
    async with webhook() as hook:
        hook.script = [500, 302, 404]
        await bot.result("setWebhook", url=hook.url)
        await say(server.user(SITI), "a", "b")
        await until(lambda: len(hook.bodies) == 2)
        assert texts(hook.bodies) == ["a", "b"]
        assert hook.tried == [FIRST_ID] * 4 + [FIRST_ID + 1]
        assert server.flagged == []


async def test_a_webhook_is_given_up_after_its_tries(server: BotApi, bot: BareClient) -> None:
    server.updates.webhook_pause, server.updates.webhook_tries = 0.001, 3
    async with webhook() as hook:
        hook.script = [500] * 3
        await bot.result("setWebhook", url=hook.url)
        await say(server.user(SITI), "a", "b")
        await until(lambda: hook.bodies)
        assert (texts(hook.bodies), hook.tried) == (["b"], [FIRST_ID] * 3 + [FIRST_ID + 1])
        assert [update.id for update in server.updates.given_up] == [FIRST_ID]


async def test_a_webhook_gets_chats_side_by_side_up_to_its_limit(server: BotApi, bot: BareClient) -> None:
    people = [server.user(SITI + number) for number in range(6)]
    async with webhook() as hook:
        hook.pause = 0.02
        await bot.result("setWebhook", url=hook.url, max_connections=3)
        for person in people:
            await say(person, "1", "2")
        await until(lambda: len(hook.bodies) == 12)
        assert hook.busiest == 3
        for person in people:
            assert texts([body for body in hook.bodies if body["message"]["from"] == person.user]) == ["1", "2"]


# held, reordered and repeated updates


@asynccontextmanager
async def polling(server: BotApi, bot: BareClient) -> AsyncIterator[Callable[[], Awaitable[list[int]]]]:
    """A function that reads all waiting updates as a correct bot does, and gives their numbers from 0."""
    offset = 0

    async def read() -> list[int]:
        nonlocal offset
        found: list[int] = []
        while updates := await bot.result("getUpdates", offset=offset, limit=2):
            found += [update["update_id"] - FIRST_ID for update in updates]
            offset = max(offset, *(update["update_id"] + 1 for update in updates))
        return found

    yield read


@asynccontextmanager
async def posted(server: BotApi, bot: BareClient) -> AsyncIterator[Callable[[], Awaitable[list[int]]]]:
    async with webhook() as hook:
        await bot.result("setWebhook", url=hook.url)

        async def read() -> list[int]:
            await until(lambda: not server.updates.pending)
            found, hook.bodies = hook.ids, []
            return found

        yield read


@pytest.mark.parametrize("way", [polling, posted])
async def test_updates_are_held_turned_round_doubled_and_redelivered(server: BotApi, bot: BareClient, way: Any) -> None:
    siti, budi = server.user(SITI), server.user(BUDI)
    async with way(server, bot) as read:
        server.updates.hold(SITI)
        await say(siti, "0", "1", "2")
        await budi.says("3")
        assert await read() == [3]
        server.updates.release(reversed)
        assert await read() == [2, 1, 0]
        assert await read() == []
        server.updates.deliver_twice(2)
        await say(siti, "4", "5", "6")
        assert sorted(await read()) == [4, 4, 5, 5, 6]
        server.updates.redeliver()
        server.updates.redeliver(*server.updates.history[:2])
        assert await read() == [6, 0, 1]
        assert await read() == []
        server.updates.hold(SITI, BUDI)
        await say(budi, "7")
        with pytest.raises(AssertionError, match="not confirmed within"):
            await server.wait_until_confirmed(within=0.05)
        server.updates.release()
        assert await read() == [7]
    assert server.flagged == []


# faults


#: (fault, the status or the exception that the client sees, whether the message was sent)
SEEN: list[tuple[BotApiFault, int | type[Exception], bool]] = [
    (faults.forbidden(), 403, False),
    (faults.throttled(7), 429, False),
    (faults.refused("PEER_ID_INVALID"), 400, False),
    (faults.migrated(-1007), 400, False),
    (faults.internal(), 500, False),
    (faults.bad_gateway(), 502, False),
    (faults.hang(5), TimeoutError, False),
    (faults.hang(5, performed=True), TimeoutError, True),
    (faults.hang(0.01), aiohttp.ServerDisconnectedError, False),
    (faults.hang(0.01, performed=True), 200, True),
    (faults.cut(), aiohttp.ClientConnectionError, False),
    (faults.cut_answer(), aiohttp.ClientPayloadError, True),
    (faults.lost(), aiohttp.ClientConnectionError, True),
    (faults.garbled(), ValueError, True),
]


async def test_a_fault_strikes_as_often_as_it_should_and_does_what_it_says(server: BotApi, bot: BareClient) -> None:
    """It strikes two calls after a successful one; it strikes no other method, and no other chat when it has one."""
    siti = server.user(SITI)
    await say(siti, "hai")
    await say(server.user(BUDI), "hai")

    async def send(text: str, chat: int = SITI, patience: float = 30) -> int:
        request, timeout = {"chat_id": chat, "text": text}, aiohttp.ClientTimeout(total=patience)
        async with bot.http.post(bot.url("sendMessage"), json=request, timeout=timeout) as answer:
            if answer.content_type == "application/json":
                assert (await answer.json())["ok"] == (answer.status == 200)
            return answer.status

    for fault, seen, performed, chat in [(*row, chat) for row in SEEN for chat in (SITI, None)]:
        struck = server.faults.on("sendMessage", fault, times=2, chat=chat, after=1)
        await bot.result("sendChatAction", chat_id=SITI, action="typing")
        if chat:
            assert await send("ke orang lain", chat=BUDI) == 200
        assert await send("sebelum") == 200
        for _ in range(2):
            if isinstance(seen, int):
                assert await send("dalam") == seen
            else:
                with pytest.raises(seen):
                    await send("dalam", patience=0.2 if seen is TimeoutError else 30)
        assert struck.used == 2
        assert await send("sesudah") == 200
        said = [message.text for message in siti.reads()]
        assert said == ["sebelum", *(["dalam"] * 2 if performed else []), "sesudah"], struck
    assert (server.flagged, server.faults.planned) == ([], [])


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (faults.bad_gateway(), aiohttp.ClientResponseError),
        (faults.cut(), aiohttp.ClientConnectionError),
        (faults.cut_answer(), aiohttp.ClientPayloadError),
    ],
)
async def test_a_download_can_fail(server: BotApi, bot: BareClient, fault: BotApiFault, seen: type[Exception]) -> None:
    sent = await server.user(SITI).sends_document("surat.pdf", b"%PDF isi", "application/pdf")
    path = (await bot.result("getFile", file_id=sent.body["document"]["file_id"]))["file_path"]

    async def download() -> bytes:
        address = f"{server.url}/file/bot{server.token}/{path}"
        async with bot.http.get(address, raise_for_status=True) as answer:
            return await answer.read()

    server.faults.on("download", fault, times=2)  # aiohttp itself repeats a request when a kept connection is closed
    with pytest.raises(seen):
        await download()
    server.faults.clear()
    assert await download() == b"%PDF isi"


async def test_a_cut_answer_to_a_poll_loses_nothing(server: BotApi, bot: BareClient) -> None:
    await say(server.user(SITI), "a")
    server.faults.on("getUpdates", faults.cut_answer())
    with pytest.raises(aiohttp.ClientPayloadError):
        await bot.result("getUpdates")
    assert texts(await bot.result("getUpdates")) == ["a"]
