"""Serves an aiogram dispatcher on Telegram's webhook."""

from __future__ import annotations

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from bench.peers.environment import API, PORT, TOKEN, WEBHOOK, WEBHOOK_PATH


def serve(dispatcher: Dispatcher) -> None:
    """Until the process is stopped. The platform learns that an update was taken when it is stored, as with ours."""
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(API)))

    async def set_webhook() -> None:
        await bot.set_webhook(WEBHOOK)

    dispatcher.startup.register(set_webhook)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False).register(app, path=WEBHOOK_PATH)
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=PORT, access_log=None, print=None)
