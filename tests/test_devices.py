"""A new device is announced with a code that signs it out; every device can be signed out by itself."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversations import router
from bot.service import cover_letters, devices, people
from bot.service.context import Context
from domain.signer import Signer
from domain.text import Json
from storage import jobs
from storage.tables import Draft
from tests.casework import (
    DIRECTOR,
    HEAD,
    OFFICER,
    address_of,
    audit_faults,
    do,
    half_filled,
    join,
    letter_drafted,
    on,
    send,
    staffed,
    submitted,
)  # fmt: skip
from tests.filling import filling
from tests.mailbox_owners import DATA, NEW_EMAIL
from tests.talk import Talk, World

OWNER, OTHER, NEW = "budi", "asing", "baru"
OWNER_EMAIL = f"{OWNER}@example.go.id"


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def moved(world: World) -> Talk:
    """A new device that proved the mailbox of the owner, who has a draft."""
    filling(world, "judul_kegiatan", who=OWNER)
    device = Talk(world, NEW)
    device.say("halo")
    device.press("account:move")
    device.say(f"{OWNER}@example.go.id")
    device.say(world.code())
    assert person(world, NEW) == person(world, OWNER)
    return device


def person(world: World, who: str) -> int:
    return world.process.units.write_now(lambda session: address_of(session, who).person_id)


def undo_code(world: World) -> str:
    told = [text for to, subject, text in world.mails() if (to, "Percakapan baru" in subject) == (OWNER_EMAIL, True)]
    text = told[-1]
    found = re.search(r"^/bukansaya ([A-Z2-9]+)$", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_the_owner_is_told_by_mail_and_in_chat_and_the_code_signs_the_device_out(world: World) -> None:
    device = moved(world)
    owner = Talk(world, OWNER)
    asyncio.run(owner.news())
    assert "Percakapan baru tersambung ke akun Anda" in owner.last
    before = person(world, OWNER)
    somebody = Talk(world, "siapa saja")
    somebody.say("halo")
    somebody.say(f"/bukansaya {undo_code(world)}")
    assert somebody.last.startswith("Percakapan itu sudah dikeluarkan dari akun Anda.")
    assert person(world, NEW) != before == person(world, OWNER)
    device.say("menu")
    assert "Ajukan permohonan" in device.labels() and "Lanjutkan permohonan" not in device.labels()
    device.press("account:start")
    assert "belum terdaftar" in device.last
    somebody.say(f"/bukansaya {undo_code(world)}")
    assert somebody.last.startswith("Kode itu tidak berlaku.")
    assert audit_faults(world) == []


def prove(world: World, device: Talk, email: str) -> None:
    device.say("halo")
    device.press("account:move")
    device.say(email)
    device.say(world.code())


def test_the_code_signs_out_every_chat_that_came_with_an_account(world: World) -> None:
    """Somebody with two chats proves the owner's mailbox from one of them. Both owners are told."""
    filling(world, "judul_kegiatan", who=OWNER)
    filling(world, "judul_kegiatan", who=OTHER)
    second = Talk(world, NEW)
    prove(world, second, f"{OTHER}@example.go.id")
    world.now += timedelta(minutes=2)
    prove(world, Talk(world, OTHER), f"{OWNER}@example.go.id")
    assert person(world, OTHER) == person(world, NEW) == person(world, OWNER)
    told = {to: text for to, subject, text in world.mails() if "Percakapan baru" in subject}
    code = undo_code(world)
    assert f"/bukansaya {code}" in told[f"{OTHER}@example.go.id"], "the account that became a part of another"
    owner = Talk(world, OWNER)
    owner.say(f"/bukansaya {code}")
    assert len({person(world, who) for who in (OWNER, OTHER, NEW)}) == 3
    second.press("account:start")
    assert "belum terdaftar" in second.last
    assert audit_faults(world) == []


def test_the_former_mailbox_is_told_of_another_one_and_its_code_signs_the_device_out(world: World) -> None:
    device = moved(world)
    former = person(world, OWNER)
    answers: dict[str, Json] = {
        **DATA, "email": NEW_EMAIL, "identitas_jenis": ["SIM"], "identitas_akhir": "A123", "identitas_berlaku": None
    }  # fmt: skip
    do(world, NEW, lambda ctx: people.register(ctx, answers, people.ProvenMailbox(NEW_EMAIL)))
    to, subject, text = next(mail for mail in reversed(world.mails()) if "diganti" in mail[1])
    assert (to, subject) == (f"{OWNER}@example.go.id", "Alamat e-mail akun Anda diganti")
    found = re.search(r"^/bukansaya ([A-Z2-9]+)$", text, re.MULTILINE)
    assert found
    Talk(world, OWNER).say(f"/bukansaya {found[1]}")
    assert person(world, NEW) != former == person(world, OWNER)
    device.press("account:start")
    assert "belum terdaftar" in device.last


def test_signing_out_leaves_nothing_of_the_account_on_the_device(world: World) -> None:
    device = moved(world)
    device.press("account:start")
    device.tap("Keluar dari perangkat ini")
    assert "Keluar dari perangkat ini?" in device.last
    assert person(world, NEW) == person(world, OWNER)
    device.tap("Ya, keluar")
    assert device.last.startswith("Anda sudah keluar.") and person(world, NEW) != person(world, OWNER)
    shown = asyncio.run(world.process.history.conversation("console", NEW, 0, 100))
    assert [message.id for message in shown] == [device.seen]
    device.press("account:start")
    assert "belum terdaftar" in device.last


def test_the_command_asks_and_an_old_button_of_another_account_does_nothing(world: World) -> None:
    device = moved(world)
    device.say("keluar dari perangkat ini")
    stale = device.button("Ya, keluar").value
    device.tap("Ya, keluar")
    device.press("account:move")
    device.say(f"{OWNER}@example.go.id")
    world.now = world.now.replace(hour=world.now.hour + 1)
    device.say("menu")
    before = person(world, NEW)
    device.press(stale)
    assert person(world, NEW) == before


def test_an_officer_who_signs_out_has_no_role_there_any_more(world: World) -> None:
    join(world, HEAD, "head")
    submitted(world)
    head = Talk(world, HEAD)
    head.say("keluar dari perangkat ini")
    assert "diperlukan undangan baru" in head.last
    head.tap("Ya, keluar")
    assert head.told[-1].prompt.commands == "applicant"
    head.press("inbox:start")
    assert "hanya untuk petugas" in head.last


def test_work_goes_to_colleagues_of_who_signed_out_everywhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A director without a conversation signs outside of the chat; a head without one is not told of failures."""

    def broken(*_: object) -> None:
        raise RuntimeError("a deliberate fault")

    staffed(world)
    application = letter_drafted(world)
    for who in (HEAD, DIRECTOR):
        leaving = Talk(world, who)
        leaving.say("keluar dari perangkat ini")
        leaving.tap("Ya, keluar")
    with monkeypatch.context() as patch:
        patch.setattr(router, "on_message", broken)
        Talk(world, "pemohon lain").say("halo")
    officer = Talk(world, OFFICER)
    asyncio.run(officer.news())
    assert any("Ada 1 pesan" in line for line in officer.lines(officer.told))
    assert do(world, OFFICER, on(application, send)) is False


def test_a_cover_letter_does_not_follow_a_device_that_was_signed_out_meanwhile(world: World) -> None:
    half_filled(world, who=OWNER)

    def order(ctx: Context) -> None:
        draft = ctx.session.scalars(select(Draft).where(Draft.person_id == ctx.actor.id)).one()
        cover_letters.request(ctx, "cover_letter", draft, Signer())

    do(world, OWNER, order)
    assert do(world, OWNER, lambda ctx: devices.sign_out(ctx, ctx.actor.id))  # before the worker has drawn it
    device = Talk(world, OWNER)
    asyncio.run(world.work())
    asyncio.run(device.news())
    assert not any(message.prompt.attachment for message in device.told)
    assert world.process.units.write_now(jobs.failing) == []


def test_who_is_not_known_here_finds_the_way_to_their_applications_in_one_press(world: World) -> None:
    talk = Talk(world, "new browser")
    talk.say("status")
    talk.tap("Saya sudah pernah mendaftar")
    assert "Tulis alamat e-mail yang Anda pakai saat mendaftar." in talk.last
