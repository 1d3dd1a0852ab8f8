"""Nobody becomes somebody else on the strict servers: edits while a code is out, and links that are forwarded."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from bot.runtime.channels import every_channel
from bot.service import drafts
from bot.service.context import Context
from tests.casework import context_of, do
from tests.mailbox_owners import DATA, LOCKED, NEW_EMAIL, VICTIM, VICTIM_EMAIL, emails
from tests.phones.live import Live
from tests.phones.telegram import TelegramNetwork
from tests.platforms.telegram import ChatMessage, TelegramUser, bot_api
from tests.service import free_port
from tests.talk import World

WITHIN = 20.0  #: seconds, on a busy machine
STEP = timedelta(seconds=10)  #: between two messages of a person; the rate limit of a chat follows this clock
NOT_HERE = "Tautan itu tidak berlaku di sini"


def registration_up_to_the_address(world: World, user: TelegramUser) -> str:
    """The code of a button that asks the attacker, who is not registered, for their address."""
    world.found_at["penyerang"] = ("telegram", str(user.chat.id))

    def begin(ctx: Context) -> str:
        person = ctx.actor
        person.email = person.mailbox = ""
        person.email_proven_at = person.registered_at = None
        draft = drafts.create(ctx, "registration", DATA)
        return f"form:{draft.id}:{ctx.app.form('registration').questions['email'].code}:help:0"

    return world.process.units.write_now(lambda session: begin(context_of(world, session, "penyerang")))


async def test_an_edit_and_a_forwarded_link_prove_nothing_on_telegram(tmp_path: Path) -> None:
    async with bot_api() as server:
        port = free_port()
        world = World(
            tmp_path / "data", channels=every_channel, settings=TelegramNetwork(server, "polling").settings(port)
        )
        live = Live(world, port)
        await live.open()
        attacker, other = server.user(1001, "Penyerang", "id"), server.user(1002, "Orang lain", "id")
        try:
            await told(live, attacker, "/start", "Selamat datang")
            button = registration_up_to_the_address(world, attacker)
            do(world, VICTIM, lambda ctx: None)
            before = emails(world)
            world.now += STEP
            await attacker.sends_callback(button, on=attacker.screen[-1])
            await attacker.waits_for("lamat e-mail", WITHIN)
            address = await answered(live, attacker, NEW_EMAIL)
            for words in ("SIM", "A123", "31/12/2028"):
                await answered(live, attacker, words)
            world.now += STEP
            await attacker.taps("Kirim")
            await attacker.waits_for(f"ke {NEW_EMAIL}", WITHIN)
            world.now += STEP
            await attacker.edits(address, VICTIM_EMAIL)
            await attacker.waits_for(LOCKED, WITHIN)
            link = re.search(r"\?start=(kode_[A-Z2-9]{32})$", world.mails()[-1][2], re.MULTILINE)
            assert link, world.mails()[-1][2]
            await told(live, other, f"/start {link[1]}", NOT_HERE)
            await told(live, attacker, f"/start {link[1]}", "data Anda sudah tersimpan")
            await told(live, attacker, f"/start {link[1]}", NOT_HERE)
            assert emails(world) == before | {NEW_EMAIL: do(world, "penyerang", lambda ctx: ctx.actor.id)}
            assert server.flagged == []
        finally:
            await live.close()


async def told(live: Live, user: TelegramUser, words: str, answer: str) -> None:
    live.world.now += STEP
    await user.says(words)
    await user.waits_for(answer, WITHIN)


async def answered(live: Live, user: TelegramUser, words: str) -> ChatMessage:
    """The person's own message, when the service has answered it."""
    live.world.now += STEP
    said = await user.says(words)
    await user.waits_for(lambda message: message.id > said.id, WITHIN)
    return said
