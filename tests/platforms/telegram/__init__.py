"""A strict Bot API server on loopback, and the people who write to the bot. See README.md.

async with bot_api() as server:
    siti = server.user(1001, "Siti")
    await siti.says("halo")
    (greeting,) = await siti.waits_for(1)
    await siti.taps("Ajukan permohonan")
    assert server.flagged == []
"""

from tests.platforms.telegram import faults
from tests.platforms.telegram.chats import ButtonTap, ChatMessage
from tests.platforms.telegram.people import Group, TelegramUser
from tests.platforms.telegram.server import TOKEN, ApiCall, BotApi, bot_api
from tests.platforms.telegram.threaded import ThreadedBotApi, bot_api_in_thread

__all__ = [
    "TOKEN",
    "ApiCall",
    "BotApi",
    "ButtonTap",
    "ChatMessage",
    "Group",
    "TelegramUser",
    "ThreadedBotApi",
    "bot_api",
    "bot_api_in_thread",
    "faults",
]
