"""Both Telegram libraries work with the Bot API server of the tests."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from tests.platforms.telegram import BotApi, Group, TelegramUser, bot_api, faults

SITI = 1001


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with bot_api() as server:
        yield server


async def everything(server: BotApi, siti: TelegramUser, group: Group) -> dict[str, int]:
    """Does everything that a phone can do. Gives the number of updates for each kind."""
    await siti.says("/start gabung_AB12")
    message = await siti.says("Kaji 😀")
    await siti.edits(message, "Kajian")
    await siti.says("balasan", reply_to=message.id)
    await siti.forwards("diteruskan")
    await siti.sends_document("surat.pdf", b"%PDF", "application/pdf", "Ini suratnya")
    await siti.sends_photo(b"JPEG", "Foto")
    await siti.sends_album([b"1", b"2"], "Album")
    await siti.sends_album([("a.pdf", b"a", "application/pdf"), ("b.pdf", b"b", "application/pdf")])
    await siti.shares_contact()
    await siti.shares_contact(own=False)
    await siti.sends_voice()
    await siti.sends_video_note()
    await siti.sends_video()
    await siti.sends_sticker()
    await siti.sends_location()
    await siti.sends_poll()
    await siti.blocks()
    await siti.unblocks()
    await group.adds_bot(siti)
    await group.says(siti, "Halo semua")
    await (await group.migrates(-1007)).removes_bot(siti)
    await server.channel(-1008).posts("Pengumuman")
    return {"message": 22, "edited_message": 1, "my_chat_member": 4, "channel_post": 1}


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 6)).save(content, "PNG")
    return content.getvalue()


async def test_aiogram_and_the_server_understand_each_other(server: BotApi) -> None:
    from aiogram import Bot, types
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramBadRequest, TelegramMigrateToChat, TelegramRetryAfter

    siti = server.user(SITI, "Siti", username="siti_jeneponto")
    kinds = await everything(server, siti, server.group(-7))
    async with Bot(server.token, AiohttpSession(api=TelegramAPIServer.from_base(server.url))) as bot:
        assert (await bot.get_me()).id == server.me["id"]
        updates = await bot.get_updates(
            allowed_updates=["message", "edited_message", "callback_query", "my_chat_member"]
        )
        assert {kind: sum(update.event_type == kind for update in updates) for kind in kinds} == kinds
        album = [u.message.document for u in updates if u.message and u.message.media_group_id and u.message.document]
        file = await bot.get_file(album[1].file_id)
        assert file.file_path is not None
        downloaded = await bot.download_file(file.file_path)
        assert (album[1].file_name, downloaded.read() if downloaded else None) == ("b.pdf", b"b")
        rows = [[types.InlineKeyboardButton(text="Ya", callback_data="1")]]
        keyboard = types.InlineKeyboardMarkup(inline_keyboard=rows)
        await bot.send_message(SITI, "<b>Pilih</b>", parse_mode="HTML", reply_markup=keyboard)
        await siti.taps("Ya")
        query = (await bot.get_updates(offset=updates[-1].update_id + 1))[0].callback_query
        assert query is not None
        assert isinstance(query.message, types.Message)
        assert query.message.html_text == "<b>Pilih</b>"
        await bot.answer_callback_query(query.id)
        await bot.edit_message_reply_markup(chat_id=SITI, message_id=query.message.message_id)
        sent = await bot.send_document(SITI, types.BufferedInputFile(b"%PDF", 'surat "a".pdf'), caption="Surat")
        assert sent.document is not None
        await bot.send_document(SITI, sent.document.file_id)
        await bot.send_photo(SITI, types.BufferedInputFile(picture(), "a.png"))
        scope = types.BotCommandScopeChat(chat_id=SITI)
        await bot.set_my_commands([types.BotCommand(command="start", description="Mulai")], scope, "id")
        assert [command.command for command in await bot.get_my_commands(scope, "id")] == ["start"]
        assert (await bot.get_chat(SITI)).username == "siti_jeneponto"
        assert (server.flagged, server.unanswered) == ([], [])
        assert [message.document for message in siti.answers[1:3]] == [('surat "a".pdf', b"%PDF")] * 2
        with pytest.raises(TelegramBadRequest, match="message is not modified"):
            await bot.edit_message_text(
                "Pilih", chat_id=SITI, message_id=query.message.message_id, entities=query.message.entities
            )
        with pytest.raises(TelegramMigrateToChat) as moved:
            await bot.send_message(-7, "a")
        assert moved.value.migrate_to_chat_id == -1007
        server.faults.on("sendMessage", faults.throttled(3))
        with pytest.raises(TelegramRetryAfter) as throttled:
            await bot.send_message(SITI, "a")
        assert throttled.value.retry_after == 3


async def test_python_telegram_bot_and_the_server_understand_each_other(
    server: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, error
    from telegram.ext import AIORateLimiter, ExtBot

    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it, `retry_after` gives a deprecation warning
    siti = server.user(SITI, "Siti")
    kinds = await everything(server, siti, server.group(-7))
    limiter = AIORateLimiter(max_retries=0)
    api, files = f"{server.url}/bot", f"{server.url}/file/bot"
    async with ExtBot(server.token, base_url=api, base_file_url=files, rate_limiter=limiter) as bot:
        updates = await bot.get_updates()
        assert {kind: sum(getattr(u, kind) is not None for u in updates) for kind in kinds} == kinds
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data="1")]])
        await bot.send_message(SITI, "<b>Surat</b> sudah terbit", parse_mode="HTML", reply_markup=keyboard)
        sent = await bot.send_document(SITI, b"%PDF", "Surat", filename="surat.pdf")
        assert sent.document is not None
        await bot.send_document(SITI, sent.document.file_id)
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"%PDF"
        assert server.flagged == []
        notice, *letters = siti.answers
        assert (notice.text, notice.buttons, notice.entities[0]["type"]) == ("Surat sudah terbit", ["Ya"], "bold")
        assert [letter.document for letter in letters] == [("surat.pdf", b"%PDF")] * 2
        await siti.blocks()
        with pytest.raises(error.Forbidden, match="bot was blocked by the user"):
            await bot.send_message(SITI, "a")
        server.faults.on("sendMessage", faults.throttled(3))
        with pytest.raises(error.RetryAfter):
            await bot.send_message(SITI, "a")
        server.faults.on("sendMessage", faults.bad_gateway())
        with pytest.raises(error.NetworkError):
            await bot.send_message(SITI, "a")
