"""What Telegram shows around the conversation: the menus of commands, by language and role, and the bot's own texts."""

from __future__ import annotations

from typing import Any

from bot import commands
from bot.channel import PlatformEvents
from bot.commands import Audience
from bot.handlers.telegram.api import Replies
from bot.handlers.telegram.receive import NAME
from domain.text import Text
from locales import SOURCE, SUPPORTED, say

#: the role without a menu of its own
EVERYBODY = "applicant"

#: shown to somebody who has not written yet; at most 512 signs
DESCRIPTION = Text(
    "Layanan Rekomendasi Kegiatan Statistik BPS. Di sini instansi pemerintah memberitahukan survei, sensus, atau "
    "kompilasi data yang direncanakan, lalu memperoleh surat rekomendasi. Layanan ini gratis. Tekan Mulai."
)
#: shown in the bot's profile and when it is shared; at most 120 signs
ABOUT = Text("Layanan Rekomendasi Kegiatan Statistik BPS: ajukan, lengkapi, pantau. Gratis.")

#: Telegram shows the menu without a language to everybody who has none of their own
LANGUAGES = tuple((locale, "" if locale == SOURCE else locale) for locale in SUPPORTED)


async def set_up(api: Replies) -> list[str]:
    """Sets what everybody sees; gives a line for each part. Raises `ApiFailed`."""
    done = []
    for locale, code in LANGUAGES:
        await api.ask(
            "setMyCommands", commands=_menu("everybody", locale), scope={"type": "all_private_chats"}, **_in(code)
        )
        await api.ask("setMyDescription", description=say(DESCRIPTION, locale), **_in(code))
        await api.ask("setMyShortDescription", short_description=say(ABOUT, locale), **_in(code))
        names = " ".join(f"/{name}" for name, _ in commands.menu("everybody"))
        done += [f"{locale}: {names}", f"{locale}: {say(DESCRIPTION, locale)}", f"{locale}: {say(ABOUT, locale)}"]
    return done


async def menu_of(api: Replies, chat: int, role: str) -> None:
    """The menu of one chat, which stands before everybody's. Raises `ApiFailed`."""
    scope = {"type": "chat", "chat_id": chat}
    for locale, code in LANGUAGES:
        if role == EVERYBODY:
            await api.ask("deleteMyCommands", scope=scope, **_in(code))
        else:
            await api.ask("setMyCommands", commands=_menu("staff", locale), scope=scope, **_in(code))


async def menus(api: Replies, events: PlatformEvents) -> None:
    """Everybody's, and those of the office's people. Raises `ApiFailed`."""
    await set_up(api)
    for address, role in await events.staff(NAME):
        await menu_of(api, int(address), role)


def _menu(audience: Audience, locale: str) -> list[dict[str, str]]:
    return [{"command": word, "description": say(line, locale)} for word, line in commands.menu(audience)]


def _in(code: str) -> dict[str, Any]:
    return {"language_code": code} if code else {}
