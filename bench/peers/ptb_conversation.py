"""python-telegram-bot: a ConversationHandler with one state for each question, and PicklePersistence.

The persistence writes its file once a minute and when the program ends: a crash loses up to a minute of answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from bench.form import BUTTONS, QUESTIONS
from bench.peers.environment import API, FIRST, FOLDER, PORT, TOKEN, WEBHOOK, WEBHOOK_PATH, take

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data) for text, data in BUTTONS.items()]])
Answer = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, int]]


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    assert update.message and context.user_data is not None
    context.user_data.clear()
    await update.message.reply_text(QUESTIONS[FIRST].prompt, reply_markup=KEYBOARD)
    return FIRST


def answer_to(index: int) -> Answer:
    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.message and context.user_data is not None
        data = context.user_data
        following, data["partial"], stored, text = take(index, data.get("partial", ""), update.message.text or "")
        if stored:
            data[QUESTIONS[index].code] = stored
        await update.message.reply_text(text, reply_markup=KEYBOARD)
        return following

    return answer


def build() -> Application[Any, Any, Any, Any, Any, Any]:
    persistence: PicklePersistence[Any, Any, Any] = PicklePersistence(f"{FOLDER}/conversation.pickle")
    builder = Application.builder().token(TOKEN).base_url(f"{API}/bot").persistence(persistence).updater(None)
    application = builder.build()
    words = filters.TEXT & ~filters.COMMAND
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("ajukan", start)],
            states={index: [MessageHandler(words, answer_to(index))] for index in range(len(QUESTIONS))},
            fallbacks=[CommandHandler("ajukan", start)],
            name="form",
            persistent=True,
        )
    )
    return application


async def serve() -> None:
    application = build()

    async def receive(request: web.Request) -> web.Response:
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return web.Response()

    app = web.Application()
    app.router.add_post(WEBHOOK_PATH, receive)
    async with application:
        await application.start()
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", PORT).start()
        await application.bot.set_webhook(WEBHOOK)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
