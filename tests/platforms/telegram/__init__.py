"""A strict Bot API server of our own on loopback, and the people who write to the bot.

async with bot_api() as server:
    siti = server.user(1001, "Siti")
    await siti.says("halo")
    (greeting,) = await siti.waits_for(1)
    await siti.taps("Ajukan permohonan")
    assert server.flagged == []
"""

from tests.platforms.telegram import faults
from tests.platforms.telegram.aside import Aside, bot_api_aside
from tests.platforms.telegram.chats import Message, Query
from tests.platforms.telegram.people import Group, Person
from tests.platforms.telegram.server import TOKEN, BotApi, Call, bot_api

__all__ = [
    "TOKEN",
    "Aside",
    "BotApi",
    "Call",
    "Group",
    "Message",
    "Person",
    "Query",
    "bot_api",
    "bot_api_aside",
    "faults",
]
