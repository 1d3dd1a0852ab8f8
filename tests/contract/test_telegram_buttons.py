"""Pressed buttons: the callback is answered, and the choice is shown in the message."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.chat import Choice, Prompt
from domain.text import Text
from tests.contract.telegram_harness import (
    LETTER,
    SITI,
    TelegramBackend,
    TelegramHarness,
    listening,
    until,
)
from tests.platforms.telegram import ButtonTap, ChatMessage
from tests.platforms.telegram.client import client

pytestmark = pytest.mark.usefixtures("short_pauses")

YES, NO, BACK = Choice("a:1", Text("Ya")), Choice("a:2", Text("Tidak")), Choice("n", Text("Kembali"), nav=True)


async def asked(telegram: TelegramHarness, **more: Any) -> ChatMessage:
    await telegram.sends(Prompt(Text("Pakai <ini>?"), (YES, NO, BACK), **more))
    return telegram.siti.answers[-1]


async def test_a_tap_is_answered_and_its_choice_shown_once_the_answer_is_out(telegram: TelegramHarness) -> None:
    backend = TelegramBackend()
    async with listening(telegram, backend):
        question = await asked(telegram)
        query = await telegram.siti.taps("Ya")
        assert isinstance(query, ButtonTap)
        await asyncio.wait_for(query.answered.wait(), 10)
        assert [(i.kind, i.tap, i.text, i.tapped_message_id) for i in backend.received] == [
            ("tap", "a:1", "Ya", str(question.id))
        ]
        assert question.buttons == ["Ya", "Tidak", "Kembali"]  # nothing proves yet that the tap had an effect
        await telegram.sends(Prompt(Text("Berikutnya"), (BACK,)))
        await until(lambda: question.edited)
        assert (question.text, question.buttons) == ("Pakai <ini>?\n\n✓ Ya", [])
        telegram.server.updates.redeliver()
        await until(lambda: not telegram.server.updates.unconfirmed)
        await telegram.sends(Prompt(Text("Lagi")))
        await asyncio.sleep(0.2)
    assert (question.text.count("✓"), telegram.server.unanswered, telegram.server.flagged) == (1, [], [])


async def test_a_tap_below_a_file_is_shown_in_its_caption(telegram: TelegramHarness) -> None:
    async with listening(telegram, TelegramBackend()):
        question = await asked(telegram, attachment=LETTER)
        await telegram.siti.taps("Tidak")
        await until(lambda: not telegram.server.unanswered)
        await telegram.sends(Prompt(Text("Berikutnya")))
        await until(lambda: question.edited)
    assert (question.text, question.buttons) == ("Pakai <ini>?\n\n✓ Tidak", [])
    assert question.document and telegram.server.flagged == []


async def test_a_message_keeps_its_formats_when_the_choice_is_shown(telegram: TelegramHarness) -> None:
    async with listening(telegram, TelegramBackend()), client(telegram.server) as bot:
        keyboard = {"inline_keyboard": [[{"text": "Ya", "callback_data": "a:1"}]]}
        await bot.says(SITI, "<b>Pakai</b> <i>ini</i>?", parse_mode="HTML", reply_markup=keyboard)
        (question,) = telegram.siti.reads()
        formats = question.entities
        await telegram.siti.taps("Ya")
        await until(lambda: not telegram.server.unanswered)
        await telegram.sends(Prompt(Text("Berikutnya")))
        await until(lambda: question.edited)
    assert (question.text, question.entities) == ("Pakai ini?\n\n✓ Ya", formats)
    assert len(formats) == 2 and telegram.server.flagged == []


async def test_a_message_that_is_itself_the_answer_keeps_its_buttons(telegram: TelegramHarness) -> None:
    backend = TelegramBackend()
    async with listening(telegram, backend):
        question = await asked(telegram)
        for label in ("Ya", "✓ Ya"):
            await telegram.siti.taps(label)
            await until(lambda: not telegram.server.unanswered)
            changed = Choice("a:1", Text("✓ Ya")) if label == "Ya" else YES
            prompt = Prompt(Text("Pakai <ini>?"), (changed, NO, BACK), edits_message=True)
            await telegram.sends(prompt, edits_message_id=str(question.id))
        telegram.server.updates.redeliver()
        await until(lambda: not telegram.server.updates.unconfirmed)
        await telegram.sends(Prompt(Text("Berikutnya")))
        await asyncio.sleep(0.2)
    assert (question.text, question.buttons) == ("Pakai <ini>?", ["Ya", "Tidak", "Kembali"])
    assert len(telegram.server.calls_of("editMessageText")) == 2 and telegram.server.flagged == []


async def test_a_tap_is_answered_once_also_when_it_comes_again_or_cannot_be_kept(telegram: TelegramHarness) -> None:
    backend = TelegramBackend()
    async with listening(telegram, backend):
        await asked(telegram)
        backend.refuses = {"Ya"}
        await telegram.siti.taps("Ya")
        await until(lambda: not telegram.server.unanswered)
        backend.refuses.clear()
        await until(lambda: backend.texts == ["Ya"])
        telegram.server.updates.redeliver()
        await until(lambda: not telegram.server.updates.unconfirmed)
    assert (backend.texts, len(telegram.server.calls_of("answerCallbackQuery"))) == (["Ya"], 1)
    assert telegram.server.flagged == []


async def test_a_tap_on_a_deleted_message_and_a_tap_that_is_too_old_are_harmless(telegram: TelegramHarness) -> None:
    backend = TelegramBackend()
    telegram.server.query_lifetime = 0
    telegram.server.forgiven.add("query is too old")
    async with listening(telegram, backend):
        question = await asked(telegram)
        question.deleted = True
        await telegram.siti.sends_callback("a:1", on=question)
        await until(lambda: backend.received and telegram.server.calls_of("answerCallbackQuery"))
        await telegram.sends(Prompt(Text("Berikutnya")))
        await telegram.siti.says("halo")
        await until(lambda: len(backend.received) == 2)
    assert (backend.received[0].tap, backend.received[0].text) == ("a:1", "") and telegram.server.flagged == []
