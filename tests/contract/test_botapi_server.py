"""The Bot API server of the tests treats requests as Telegram does."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.platforms.telegram import BotApi, bot_api, bot_api_in_thread
from tests.platforms.telegram.client import BareClient, client

Json = dict[str, Any]

SITI, STRANGER, KNOWN = 1001, 1002, 1003


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    """A server that knows a person who has never written to the bot."""
    async with bot_api() as server:
        server.user(KNOWN)
        yield server


@pytest.fixture
async def bot(server: BotApi) -> AsyncIterator[BareClient]:
    """Siti has written (message 1); the bot has answered "Halo" (2) and sent a keyboard (3)."""
    async with client(server) as bot:
        siti = server.user(SITI, "Siti")
        await siti.says("/start")
        await bot.says(SITI, "Halo")
        await bot.says(SITI, "Pilih", reply_markup=buttons("Ya", "Tidak"))
        await bot.result("getUpdates", offset=-1)
        await bot.result("getUpdates", offset=server.updates.history[-1].id + 1)
        siti.reads()
        yield bot


def buttons(*labels: str) -> Json:
    return {"inline_keyboard": [[{"text": label, "callback_data": f"d:{label}"} for label in labels]]}


def button(**button: Any) -> Json:
    return {"text": "Halo", "reply_markup": {"inline_keyboard": [[button]]}}


def commands(*names: str, **params: Any) -> Json:
    return {"commands": [{"command": name, "description": "Mulai"} for name in names], **params}


#: (method, parameters, part of the error text); messages without `chat_id` go to Siti
REFUSALS: list[tuple[str, Json, str]] = [
    # parameters
    ("sendMessage", {}, "sendMessage: parameter text is required"),
    ("sendMessage", {"text": 7}, "sendMessage.text must be a String"),
    ("sendMessage", {"text": "a", "txt": "b"}, "sendMessage has no parameter txt"),
    ("sendMessage", {"text": "a", "reply_to_message_id": 1}, "no parameter reply_to_message_id"),
    ("sendMessage", {"text": "a", "chat_id": "siti"}, "sendMessage.chat_id must be an Integer"),
    ("sendMessage", {"text": "a", "chat_id": ""}, "chat_id is empty"),
    ("sendMessage", {"text": "a", "protect_content": "yes"}, "protect_content must be a Boolean"),
    ("sendMessage", {"text": "a", "link_preview_options": {"is_off": True}}, "LinkPreviewOptions has no field is_off"),
    ("sendMessage", {"text": "a", "reply_markup": "{"}, "expected as JSON"),
    ("sendMessage", {"text": "a", "reply_markup": {"inline_keyboard": [{"text": "Ya"}]}}, "a list expected"),
    ("sendMessage", button(callback_data="1"), "InlineKeyboardButton): parameter text is required"),
    ("sendMessage", button(text="Ya", data="1"), "InlineKeyboardButton has no field data"),
    ("sendMessage", {"text": "a", "reply_markup": {"remove_keyboard": False}}, "remove_keyboard must be True"),
    # chats
    ("sendMessage", {"text": "a", "chat_id": STRANGER}, "Bad Request: chat not found"),
    ("sendMessage", {"text": "a", "chat_id": KNOWN}, "Forbidden: bot can't initiate conversation with a user"),
    # texts
    ("sendMessage", {"text": " \n "}, "message text is empty"),
    ("sendMessage", {"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ("sendMessage", {"text": "😀" * 2048 + "a"}, "message is too long"),
    ("sendMessage", {"text": "<b>a", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
    ("sendMessage", {"text": "_a_", "parse_mode": "Markdown"}, "parse_mode Markdown is not used"),
    (
        "sendMessage",
        {"text": "ab", "entities": [{"type": "bold", "offset": 1, "length": 2}]},
        "can't parse entities: entity beginning at UTF-16 offset 1 ends after the end",
    ),
    ("sendMessage", {"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    # keyboards
    ("sendMessage", button(text="Ya", callback_data="é" * 32 + "x"), "BUTTON_DATA_INVALID"),
    ("sendMessage", button(text="Ya", callback_data=""), "BUTTON_DATA_INVALID"),
    ("sendMessage", button(text=" ", callback_data="1"), "button: text is empty"),
    ("sendMessage", button(text="Ya"), "Text buttons are unallowed in the inline keyboard"),
    ("sendMessage", button(text="Ya", callback_data="1", url="https://bps.go.id"), "more than one action"),
    ("sendMessage", button(text="Ya", url="bps"), "Wrong HTTP URL"),
    ("sendMessage", {"text": "a", "reply_markup": {"inline_keyboard": [[]]}}, "with an empty row"),
    ("sendMessage", {"text": "a", "reply_markup": buttons(*"123456789")}, "more than 8 buttons in a row"),
    (
        "sendMessage",
        {"text": "a", "reply_markup": {"inline_keyboard": buttons("1")["inline_keyboard"] * 101}},
        "reply markup is too long",
    ),
    ("sendMessage", {"text": "a", "reply_markup": {"keyboard": []}}, "must have at least one button"),
    # files
    ("sendDocument", {"document": "BQACxyz"}, "wrong file identifier/HTTP URL specified"),
    ("sendDocument", {"document": "attach://surat"}, "no such file in the request"),
    ("getFile", {"file_id": "BQACxyz"}, "wrong file_id or the file is temporarily unavailable"),
    # edits, deletions, callback answers, chat actions
    ("editMessageText", {"message_id": 99, "text": "a"}, "message to edit not found"),
    ("editMessageText", {"message_id": 1, "text": "a"}, "message can't be edited"),
    ("editMessageText", {"message_id": 2, "text": "Halo "}, "message is not modified: specified new message content"),
    ("editMessageText", {"message_id": 3, "text": "Pilih", "reply_markup": buttons("Ya", "Tidak")}, "not modified"),
    ("editMessageText", {"text": "a"}, "message identifier is not specified"),
    ("editMessageCaption", {"message_id": 2, "caption": "a"}, "there is no caption in the message to edit"),
    ("editMessageReplyMarkup", {"message_id": 2}, "message is not modified"),
    ("deleteMessage", {"message_id": 99}, "message to delete not found"),
    ("answerCallbackQuery", {"callback_query_id": "99"}, "query is too old and response timeout expired or query ID"),
    ("sendChatAction", {"action": "thinking"}, "wrong parameter action in request"),
    # the bot itself
    ("setMyCommands", commands("Mulai"), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands("mulai-lagi"), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands("a" * 33), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands("a", "b", "a"), "BOT_COMMAND_INVALID: a more than once"),
    ("setMyCommands", commands(*(f"c{n}" for n in range(101))), "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", commands("a", scope={"type": "chat"}), "BotCommandScope chat needs ['chat_id']"),
    ("setMyCommands", commands("a", scope={"type": "chat", "chat_id": STRANGER}), "chat not found"),
    ("setMyCommands", commands("a", language_code="ind"), "LANG_CODE_INVALID"),
    ("setMyDescription", {"description": "x" * 513}, "DESCRIPTION_INVALID"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "SHORT_DESCRIPTION_INVALID"),
    ("setMyName", {"name": "x" * 65}, "NAME_INVALID"),
    ("setWebhook", {"url": "http://192.0.2.1/telegram"}, "An HTTPS URL must be provided for webhook"),
    ("setWebhook", {"url": "https://a.test", "secret_token": "rahasia!"}, "secret token contains unallowed characters"),
    ("getUpdates", {"limit": 101}, "limit must be between 1 and 100"),
    ("getUpdates", {"allowed_updates": ["messages"]}, "there are no updates of kind messages"),
]
TO_A_CHAT = ("send", "edit", "deleteMessage")


async def test_what_telegram_refuses_is_refused_and_flagged_and_changes_nothing(
    server: BotApi, bot: BareClient
) -> None:
    siti = server.user(SITI)
    before = repr(siti.screen)
    for method, params, description in REFUSALS:
        to_siti = {"chat_id": SITI} if method.startswith(TO_A_CHAT) else {}
        body = await bot.ask(method, **(to_siti | params))
        assert not body["ok"], (method, params)
        assert description in body["description"], (method, params)
        assert len(server.flagged) == 1, server.flagged
        assert description in server.flagged.pop()
    assert repr(siti.screen) == before
    assert (server.commands, server.names, siti.unread) == ({}, {}, [])


#: (method, parameters) that are just within the limits, or unusual but correct
TAKEN: list[tuple[str, Json]] = [
    ("sendMessage", {"text": "😀" * 2048}),
    ("sendMessage", {"text": "&lt;" * 4096, "parse_mode": "html"}),
    ("sendMessage", button(text="Ya", callback_data="é" * 32)),
    ("sendMessage", button(text="Situs", url="https://bps.go.id/id?a=1&b=2")),
    ("sendMessage", {"text": "a", "reply_markup": {"inline_keyboard": buttons("1")["inline_keyboard"] * 100}}),
    ("sendMessage", {"text": "a", "reply_markup": {"keyboard": [[{"text": "Nomor", "request_contact": True}]]}}),
    ("sendMessage", {"text": "a", "reply_markup": {"remove_keyboard": True}}),
    ("sendMessage", {"text": "a", "reply_parameters": {"message_id": 99, "allow_sending_without_reply": True}}),
    ("sendMessage", {"text": "ab", "entities": [{"type": "bold", "offset": 0, "length": 2}]}),
    ("editMessageText", {"message_id": 2, "text": "<i>Halo</i>", "parse_mode": "HTML"}),
    ("editMessageText", {"message_id": 3, "text": "Pilih"}),
    ("deleteMessage", {"message_id": 2}),
    ("sendChatAction", {"action": "upload_document"}),
    ("setMyCommands", commands("a" * 32, "b_2", scope={"type": "chat", "chat_id": SITI}, language_code="id")),
    ("deleteMyCommands", {"scope": {"type": "all_private_chats"}}),
    ("setMyDescription", {"description": "x" * 512, "language_code": "en"}),
    ("setChatMenuButton", {"menu_button": {"type": "commands"}}),
]


async def test_what_is_just_within_the_limits_is_taken(server: BotApi, bot: BareClient) -> None:
    for method, params in TAKEN:
        to_siti = {"chat_id": SITI} if method.startswith(TO_A_CHAT) else {}
        await bot.result(method, **(to_siti | params))
    assert server.flagged == []
    assert server.user(SITI).answers[0].buttons == [], "an edit without a keyboard takes it away"


async def test_spaces_around_a_text_go_and_its_entities_move(server: BotApi, bot: BareClient) -> None:
    await bot.says(SITI, "  <b>Ya </b>, <i> baik </i>\n", parse_mode="HTML")
    said = server.user(SITI).answers[-1]
    assert said.text == "Ya ,  baik"
    assert [(entity["offset"], entity["length"]) for entity in said.entities] == [(0, 3), (5, 5)]


async def test_a_tap_carries_the_message_as_the_bot_last_edited_it(server: BotApi, bot: BareClient) -> None:
    siti = server.user(SITI)
    await bot.result("editMessageText", chat_id=SITI, message_id=3, text="Yakin?", reply_markup=buttons("Tidak", "Ya"))
    query = await siti.taps("Ya")
    (update,) = await bot.result("getUpdates")
    asked = update["callback_query"]
    assert (asked["data"], asked["message"]["text"], asked["from"]["id"]) == ("d:Ya", "Yakin?", SITI)
    assert server.unanswered == [query]
    await bot.result("answerCallbackQuery", callback_query_id=asked["id"], text="x" * 200)
    assert (server.unanswered, siti.toasts, server.flagged) == ([], ["x" * 200], [])
    with pytest.raises(AssertionError, match="no button 'Mungkin'"):
        await siti.taps("Mungkin")


async def test_a_tap_is_answered_once_soon_and_shortly(server: BotApi, bot: BareClient) -> None:
    siti = server.user(SITI)
    first, second, third = [await siti.taps(label) for label in ("Ya", "d:Tidak", "Ya")]
    server.query_lifetime = 0.0
    for query, text, reason in ((first, "", "too old"), (second, "x" * 201, "MESSAGE_TOO_LONG"), (third, "", "")):
        server.query_lifetime = 0.0 if query is first else 60.0
        body = await bot.ask("answerCallbackQuery", callback_query_id=query.id, text=text)
        assert reason in body.get("description", "")
    assert server.unanswered == [first, second]
    assert "too old" in (await bot.ask("answerCallbackQuery", callback_query_id=third.id))["description"]
    assert len(server.flagged) == 3


async def test_a_refusal_can_be_forgiven_where_a_killed_bot_repeats_itself(server: BotApi, bot: BareClient) -> None:
    server.forgiven.add("message is not modified")
    assert not (await bot.ask("editMessageText", chat_id=SITI, message_id=2, text="Halo"))["ok"]
    assert (server.flagged, len(server.refused)) == ([], 1)


@pytest.mark.parametrize("multipart", [True, False])
async def test_nested_parameters_come_as_json_in_forms_too(server: BotApi, bot: BareClient, multipart: bool) -> None:
    form = {"chat_id": str(SITI), "text": "Pilih", "protect_content": "true", "reply_markup": json.dumps(buttons("Ya"))}
    data = aiohttp.FormData(form, default_to_multipart=multipart)
    async with bot.http.post(bot.url("sendMessage"), data=data) as answer:
        assert (await answer.json())["result"]["reply_markup"] == buttons("Ya")
    call = server.calls_of("sendMessage", SITI)[-1]
    assert call.params == {"chat_id": SITI, "text": "Pilih", "protect_content": True, "reply_markup": buttons("Ya")}
    assert call.wire == form


@pytest.mark.parametrize(
    ("path", "status"),
    [("bot1:wrong/getMe", 401), ("bot{token}/getHim", 404), ("file/bot{token}/documents/x", 404), ("getMe", 404)],
)
async def test_a_wrong_address_is_refused(server: BotApi, bot: BareClient, path: str, status: int) -> None:
    async with bot.http.get(f"{server.url}/{path.format(token=server.token)}") as answer:
        assert (answer.status, (await answer.json())["error_code"]) == (status, status)


async def test_a_document_goes_up_once_and_then_by_its_identity(server: BotApi, bot: BareClient) -> None:
    siti = server.user(SITI)
    sent = await bot.uploads(
        "sendDocument", "document", 'surat "1".pdf', b"%PDF\r\n--\r\n", chat_id=str(SITI), caption="Ini"
    )
    document = sent["result"]["document"]
    assert (document["file_name"], document["file_size"], document["mime_type"]) == (
        'surat "1".pdf',
        10,
        "application/pdf",
    )
    await bot.result("sendDocument", chat_id=SITI, document=document["file_id"])
    first, again = siti.reads()
    assert first.document == again.document == ('surat "1".pdf', b"%PDF\r\n--\r\n")
    assert [call.files for call in server.calls_of("sendDocument")] == [{"document": ('surat "1".pdf', 10)}, {}]
    assert (await bot.ask("sendPhoto", chat_id=SITI, photo=document["file_id"]))["error_code"] == 400


async def test_files_have_limits_both_ways(server: BotApi, bot: BareClient) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 6)).save(picture, "PNG")
    siti = {"chat_id": str(SITI)}
    assert (await bot.uploads("sendPhoto", "photo", "a.png", picture.getvalue(), **siti))["ok"]
    assert server.flagged == []
    for method, field, content, code in (
        ("sendPhoto", "photo", b"no picture", 400),
        ("sendPhoto", "photo", picture.getvalue() + bytes(10 * 1024 * 1024), 413),
        ("sendDocument", "document", b"", 400),
        ("sendDocument", "document", bytes(50 * 1024 * 1024 + 1), 413),
        ("sendDocument", "surat", b"x", 400),
    ):
        assert (await bot.uploads(method, field, "x", content, **siti))["error_code"] == code
    assert (await bot.uploads("sendPhoto", "photo", "a.png", picture.getvalue(), **siti, caption="x" * 1024))["ok"]
    long = await bot.uploads("sendPhoto", "photo", "a.png", picture.getvalue(), **siti, caption="x" * 1025)
    assert long["description"] == "Bad Request: message caption is too long"
    stray = await bot.uploads("sendMessage", "surat", "a.pdf", b"x", **siti, text="Ini suratnya")
    assert stray["description"] == "Bad Request: sendMessage: nothing refers to the file surat"
    large = await server.user(SITI).sends_document("besar.pdf", b"", size=20 * 1024 * 1024 + 1)
    small = await server.user(SITI).sends_document("kecil.pdf", b"isi", "application/pdf")
    assert "file is too big" in (await bot.ask("getFile", file_id=large.body["document"]["file_id"]))["description"]
    path = (await bot.result("getFile", file_id=small.body["document"]["file_id"]))["file_path"]
    async with bot.http.get(f"{server.url}/file/bot{server.token}/{path}") as answer:
        assert await answer.read() == b"isi"


async def test_a_bot_learns_that_it_was_blocked_or_that_a_group_moved(server: BotApi, bot: BareClient) -> None:
    siti, group = server.user(SITI), server.group(-7, "Rapat")
    await siti.blocks()
    refused = await bot.ask("sendMessage", chat_id=SITI, text="a")
    assert (refused["error_code"], refused["description"]) == (403, "Forbidden: bot was blocked by the user")
    await siti.unblocks()
    await bot.says(SITI, "Selamat datang kembali")
    supergroup = await group.migrates(-1007)
    moved = await bot.ask("sendMessage", chat_id=-7, text="a")
    assert moved["parameters"] == {"migrate_to_chat_id": -1007}
    await bot.says(-1007, "Halo semua")
    assert supergroup.answers[-1].text == "Halo semua"
    await group.removes_bot(siti)
    kinds = [next(reversed(update.payload)) for update in server.updates.history]
    assert kinds == ["message", "my_chat_member", "my_chat_member", "message", "message", "my_chat_member"]
    assert server.flagged == []


async def test_breaches_of_the_rates_are_recorded_and_refused_if_wanted(server: BotApi, bot: BareClient) -> None:
    for number in range(3):
        await bot.says(SITI, str(number))
    assert server.rates.breaches == []
    await bot.says(SITI, "terlalu cepat")
    assert server.rates.breaches == [f"too many messages to chat {SITI}: 1 s too early"]
    server.rates.refuse = True
    throttled = await bot.ask("sendMessage", chat_id=SITI, text="a")
    assert (throttled["error_code"], throttled["parameters"]) == (429, {"retry_after": 1})
    assert throttled["description"] == "Too Many Requests: retry after 1"
    group = server.group(-7)
    server.rates.refuse = False
    for number in range(21):
        await bot.says(group.chat.id, str(number))
    assert len([line for line in server.rates.breaches if "chat -7" in line]) == 1


async def test_waiting_says_what_was_there_instead(server: BotApi, bot: BareClient) -> None:
    siti = server.user(SITI)
    started = time.monotonic()
    with pytest.raises(AssertionError, match=r"(?s)waited 0.05 s for 'Selesai' in chat 1001; unread: \[\].*Pilih"):
        await siti.waits_for("Selesai", within=0.05)
    assert time.monotonic() - started < 5
    waiting = asyncio.create_task(siti.waits_for("Selesai"))
    await bot.says(SITI, "Sebentar")
    await bot.result("editMessageText", chat_id=SITI, message_id=2, text="Selesai")
    await bot.says(SITI, "Terakhir")
    assert (await waiting).id == 2
    assert [message.text for message in await siti.waits_for(1)] == ["Terakhir"]


def test_a_test_without_a_loop_can_use_it_too() -> None:
    with bot_api_in_thread(remember=1) as thread:
        siti = thread.server.user(SITI)
        thread.run(siti.says("halo"))

        async def answer() -> None:
            async with client(thread.server) as bot:
                await bot.says(SITI, "Halo")
                await bot.says(SITI, "Halo juga")

        asyncio.run(answer())
        assert thread.run(siti.waits_for("juga")).text == "Halo juga"
        assert [call.params["text"] for call in thread.server.calls] == ["Halo juga"]


async def test_the_server_runs_alone_with_a_terminal_as_the_phone() -> None:
    command = (sys.executable, "-m", "tests.platforms.telegram")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        assert process.stdin and process.stdout
        base, token = [(await process.stdout.readline()).decode().strip().partition("=")[2] for _ in range(2)]
        process.stdin.write(b"halo\n")
        async with aiohttp.ClientSession() as http:
            async with http.post(f"{base}/bot{token}/getUpdates", json={"timeout": 20}) as answer:
                assert (await answer.json())["result"][0]["message"]["text"] == "halo"
            request = {"chat_id": SITI, "text": "Pilih", "reply_markup": buttons("Ya")}
            async with http.post(f"{base}/bot{token}/sendMessage", json=request) as answer:
                assert answer.status == 200
        assert [(await process.stdout.readline()).decode() for _ in range(2)] == ["< Pilih\n", "  [Ya]\n"]
    finally:
        process.kill()
        await process.wait()
