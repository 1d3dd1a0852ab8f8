"""What Telegram shows around the conversation: the menus of commands, by language and role, and the bot's own texts."""

from __future__ import annotations

from aiogram.methods import DeleteMyCommands, SetMyCommands, SetMyDescription, SetMyShortDescription
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot import commands
from bot.channel import PlatformEvents
from bot.handlers.telegram.client import AiogramClient
from bot.handlers.telegram.updates import NAME
from domain.permissions import RANKS, Role
from domain.text import Text
from locales import SOURCE, SUPPORTED, say

#: the role without a menu of its own
EVERYBODY: Role = "applicant"

#: Telegram shows it to a person who has not written yet; at most 512 characters
DESCRIPTION = Text(
    "Layanan Rekomendasi Kegiatan Statistik BPS. Di sini instansi pemerintah memberitahukan survei, sensus, atau "
    "kompilasi data yang direncanakan, lalu memperoleh surat rekomendasi. Layanan ini gratis. Tekan Mulai."
)
#: Telegram shows it in the bot's profile and when somebody shares the bot; at most 120 characters
ABOUT = Text("Layanan Rekomendasi Kegiatan Statistik BPS: ajukan, lengkapi, pantau. Gratis.")

#: (our locale, Telegram's code); Telegram shows what has no code to everybody whose language has nothing of its own
LANGUAGES = tuple((locale, None if locale == SOURCE else locale) for locale in SUPPORTED)


async def set_up(client: AiogramClient) -> list[str]:
    """Sets what everybody sees. Gives a line for each part. Raises `BotApiError`."""
    done = []
    scope = BotCommandScopeAllPrivateChats()
    for locale, code in LANGUAGES:
        menu, description, about = _menu(EVERYBODY, locale), say(DESCRIPTION, locale), say(ABOUT, locale)
        await client.execute(SetMyCommands(commands=menu, scope=scope, language_code=code))
        await client.execute(SetMyDescription(description=description, language_code=code))
        await client.execute(SetMyShortDescription(short_description=about, language_code=code))
        names = " ".join(f"/{command.command}" for command in menu)
        done += [f"{locale}: {names}", f"{locale}: {description}", f"{locale}: {about}"]
    return done


async def set_chat_menu(client: AiogramClient, chat_id: int, role: str) -> None:
    """Sets the menu of one chat, which replaces everybody's menu there. Raises `BotApiError`."""
    scope = BotCommandScopeChat(chat_id=chat_id)
    known = next((one for one in RANKS if one == role), EVERYBODY)
    for locale, code in LANGUAGES:
        if known == EVERYBODY:
            await client.execute(DeleteMyCommands(scope=scope, language_code=code))
        else:
            menu = _menu(known, locale)
            await client.execute(SetMyCommands(commands=menu, scope=scope, language_code=code))


async def set_menus(client: AiogramClient, events: PlatformEvents) -> None:
    """Sets everybody's menu and the menus of the staff. Raises `BotApiError`."""
    await set_up(client)
    for address, role in await events.staff(NAME):
        await set_chat_menu(client, int(address), role)


def _menu(role: Role, locale: str) -> list[BotCommand]:
    return [BotCommand(command=word, description=say(line, locale)) for word, line in commands.menu(role)]
