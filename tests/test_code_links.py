"""The link in the mail with a code, and what the chat says when no mail arrives: strangers never delay the owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import cast

import pytest

import locales
from bot.chat import Incoming, IncomingKind
from bot.limits import DAILY
from bot.runtime.channels import mail_channel
from bot.service import people
from storage import continuations
from tests.casework import do
from tests.filling import filling
from tests.mailbox_owners import DATA, EMAIL, OWNER, STRANGER, asking, wrong
from tests.platforms.smtp.sink import smtp_sink
from tests.talk import Talk, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data")
    do(world, OWNER, lambda ctx: None)
    yield world
    world.stop()


LINK = "https://contoh.go.id/kode/"


def with_links(world: World) -> None:
    """The console of these tests is opened by links, as the other channels are."""
    save = partial(continuations.save_proof_link, channel="console", link=LINK + "{code}")
    world.process.units.write_now(save)


def token(world: World) -> str:
    """Of the link in the newest mail."""
    found = re.search(f"^{LINK}([A-Z2-9]{{32}})$", world.mails()[-1][2], re.MULTILINE)
    assert found, world.mails()[-1][2]
    return found[1]


def test_after_ten_wrong_codes_only_the_link_works_once_and_only_where_it_was_asked_for(world: World) -> None:
    with_links(world)
    device, other = asking(world, STRANGER), Talk(world, "peramban lain")
    for _ in range(2):
        for _ in range(people.CODE_ATTEMPTS):
            device.say(wrong(world))
        world.now += people.PAUSE_AFTER_ATTEMPTS
        device.tap("Kirim ulang kode")
    device.say(world.code())
    assert "Pakai tautan di e-mail terbaru kami" in device.last
    link = token(world)
    other.say("halo")
    other.say(f"/kode {link}")
    assert "Tautan itu tidak berlaku di sini" in other.last
    device.say(f"/kode {link}")
    assert "Selamat datang kembali" in device.last
    device.say(f"/kode {link}")
    assert "Tautan itu tidak berlaku di sini" in device.last


def test_a_link_ends_with_its_code_and_finishes_a_registration_that_waits(world: World) -> None:
    with_links(world)
    device = asking(world, STRANGER)
    link = token(world)
    world.now += people.CODE_LIFETIME
    device.say(f"/kode {link}")
    assert "Tautan itu tidak berlaku di sini" in device.last
    new = filling(world, "email", "registration", DATA, who="baru")
    for words in ("lain@example.go.id", "SIM", "A123", "31/12/2028"):
        new.say(words)
    new.tap("Kirim")
    new.say("menu")
    new.say(f"/kode {token(world)}")
    assert "data Anda sudah tersimpan" in new.last


def test_strangers_never_delay_the_owner(world: World) -> None:
    for n in range(3):
        stranger = asking(world, f"orang lain {n}")
        for _ in range(people.CODE_ATTEMPTS):
            stranger.say(wrong(world))
        for _ in range(20):  # refused each time, and not counted for the mailbox
            stranger.tap("Kirim ulang kode")
            world.now += timedelta(seconds=60)
    owner = asking(world, "perangkat baru")
    assert "sudah mengirim kode delapan angka" in owner.last and "Kode berikutnya" not in owner.last
    owner.say(world.code())
    assert "Selamat datang kembali" in owner.last


def test_too_many_wrong_codes_of_many_strangers_leave_the_owner_the_link(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cast("dict[str, int]", DAILY), "wrong_codes_in_all", 4)
    with_links(world)
    for n in range(2):
        stranger = asking(world, f"orang lain {n}")
        for _ in range(3):
            stranger.say(wrong(world))
    owner = asking(world, "perangkat baru")
    owner.say(world.code())
    assert "Pakai tautan di e-mail terbaru kami" in owner.last
    owner.say(f"/kode {token(world)}")
    assert "Selamat datang kembali" in owner.last


async def test_a_mailbox_that_refuses_our_mail_is_told_in_the_chat_known_or_not(tmp_path: Path) -> None:
    async with smtp_sink({"rcpt": "550 5.1.1 No such user"}) as sink:
        settings = {"smtp_url": f"smtp://127.0.0.1:{sink.port}"}
        world = World(tmp_path / "data", channels=mail_channel, settings=settings)
        do(world, OWNER, lambda ctx: None)
        told = [await refused_in_chat(world, email) for email in (EMAIL, "belum.ada@example.go.id")]
        assert told[0] == told[1] and "ditolak oleh penyedia e-mail" in told[0]
        await world.close()
    assert sink.mails == []


async def refused_in_chat(world: World, email: str) -> str:
    """What the chat says last, when somebody asks there for a code to this mailbox."""
    inbound, who = world.process.inbound, f"peminta {email}"
    for n, (kind, words) in enumerate((("text", "halo"), ("tap", "account:move"), ("text", email))):
        said = {"tap": words} if kind == "tap" else {"text": words}
        await inbound.receive(
            Incoming(f"{who}/{n}", "console", who, world.now, cast("IncomingKind", kind), last_seen_id=2**40, **said)  # type: ignore[arg-type]
        )
    await world.process.deliverer.idle()
    shown = await world.process.history.conversation("console", who, 0, 100)
    return locales.say(shown[-1].prompt.text, "id")
