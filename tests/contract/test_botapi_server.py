"""The Bot API server of the tests is itself held to what Telegram does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.botapi import TOKEN, BotApi, bot_api

Json = dict[str, Any]

PERSON = 1001


class Client:
    """A bot without a library."""

    def __init__(self, server: BotApi, http: aiohttp.ClientSession) -> None:
        self.server, self.http = server, http

    async def ask(self, method: str, **params: Any) -> Json:
        async with self.http.post(f"{self.server.url}/bot{TOKEN}/{method}", json=params) as answer:
            body: Json = await answer.json()
        assert answer.status == (200 if body["ok"] else body["error_code"])
        return body

    async def result(self, method: str, **params: Any) -> Any:
        body = await self.ask(method, **params)
        assert body["ok"], body
        return body["result"]

    async def says(self, text: str = "Halo", chat: int = PERSON, **params: Any) -> int:
        sent = await self.result("sendMessage", chat_id=chat, text=text, **params)
        return int(sent["message_id"])


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        yield server


@pytest.fixture
async def bot(server: BotApi) -> AsyncIterator[Client]:
    """Its person has written once already, and that update is confirmed."""
    async with aiohttp.ClientSession() as http:
        client = Client(server, http)
        await server.user(PERSON, "Siti").says("/start")
        update = (await client.result("getUpdates"))[0]
        assert await client.result("getUpdates", offset=update["update_id"] + 1) == []
        yield client


def buttons(*labels: str) -> Json:
    return {"inline_keyboard": [[{"text": label, "callback_data": f"d:{label}"} for label in labels]]}


async def test_a_tap_carries_the_message_as_the_bot_last_edited_it(server: BotApi, bot: Client) -> None:
    siti = server.user(PERSON)
    number = await bot.says("Pilih <b>satu</b>", parse_mode="HTML", reply_markup=buttons("Ya", "Tidak"))
    await bot.result(
        "editMessageText", chat_id=PERSON, message_id=number, text="Yakin?", reply_markup=buttons("Tidak", "Ya")
    )
    query = await siti.taps("Ya")
    (update,) = await bot.result("getUpdates")
    asked = update["callback_query"]
    assert (asked["data"], asked["message"]["text"], asked["from"]["id"]) == ("d:Ya", "Yakin?", PERSON)
    assert server.unanswered == [query]
    await bot.result("answerCallbackQuery", callback_query_id=asked["id"], text="Baik")
    assert (server.unanswered, siti.toasts, server.flagged) == ([], ["Baik"], [])


@pytest.mark.parametrize("as_form", [True, False])
async def test_nested_parameters_come_as_json_in_forms_too(server: BotApi, bot: Client, as_form: bool) -> None:
    form = {"chat_id": str(PERSON), "text": "Pilih", "reply_markup": json.dumps(buttons("Ya"))}
    data: Any = aiohttp.FormData(form, default_to_multipart=as_form)
    async with bot.http.post(f"{server.url}/bot{TOKEN}/sendMessage", data=data) as answer:
        assert (await answer.json())["result"]["reply_markup"] == buttons("Ya")
    assert server.user(PERSON).answers[-1].buttons == ["Ya"]
