"""Nobody becomes somebody else: only an address that a code went to counts as proven."""

from __future__ import annotations

import pytest

from bot.service import people
from bot.service.access import ActionRefused
from bot.service.people import ProvenMailbox
from storage.tables import Draft
from tests.casework import do
from tests.filling import filling
from tests.mailbox_owners import ATTACKER, DATA, LOCKED, NEW_EMAIL, VICTIM, VICTIM_EMAIL, emails
from tests.talk import Talk, World

REST = {"identitas_jenis": "sim", "identitas_akhir": "A123", "identitas_berlaku": "2028-12-31"}


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def registering(world: World, email: str = NEW_EMAIL) -> Talk:
    """Somebody whose registration names `email` and waits for the code. The address was message 10."""
    do(world, VICTIM, lambda ctx: None)
    talk = filling(world, "email", "registration", DATA, who=ATTACKER)
    talk.do("text", text=email, sequence=10)
    for words in ("SIM", "A123", "31/12/2028"):
        talk.say(words)
    talk.tap("Kirim")
    assert f"ke {email}" in talk.last
    return talk


def assert_nobody_moved(world: World, before: dict[str, int], talk: Talk) -> None:
    after = emails(world)
    assert after[VICTIM_EMAIL] == before[VICTIM_EMAIL] == do(world, VICTIM, lambda ctx: ctx.actor.id)
    assert do(world, ATTACKER, lambda ctx: ctx.actor.id) != before[VICTIM_EMAIL]


def test_an_edited_answer_does_not_become_the_proven_address(world: World) -> None:
    talk = registering(world)
    before, code = emails(world), world.code()
    talk.do("edit", text=VICTIM_EMAIL, sequence=10)
    assert talk.last.startswith(LOCKED) and f"ke {NEW_EMAIL}" in talk.last
    talk.say(code)
    assert_nobody_moved(world, before, talk)
    assert emails(world)[NEW_EMAIL] == do(world, ATTACKER, lambda ctx: ctx.actor.id)


def test_another_tab_cannot_change_the_registration_while_the_code_is_out(world: World) -> None:
    talk = registering(world)
    before, code = emails(world), world.code()
    for label in ("Ubah R.5 Alamat e-mail", "Simpan & keluar", "Kirim"):
        talk.tap(label)
        assert talk.last.startswith(LOCKED)
    talk.say(code)
    assert_nobody_moved(world, before, talk)
    assert NEW_EMAIL in emails(world)


def test_another_device_that_changes_the_address_makes_the_code_prove_nothing(world: World) -> None:
    talk = registering(world)
    before, code = emails(world), world.code()
    draft = world.process.units.write_now(lambda session: session.query(Draft).one().id)

    def change(ctx):  # type: ignore[no-untyped-def]
        from bot.service import drafts

        drafts.unlock(ctx, draft)
        row = drafts.get_mine(ctx, draft)
        assert row is not None
        drafts.record(ctx, row, ctx.app.form("registration").questions["email"], VICTIM_EMAIL)

    do(world, ATTACKER, change)
    talk.say(code)
    assert f"Isian berubah setelah kode dikirim ke {NEW_EMAIL}" in talk.last
    assert emails(world) == before
    talk.tap("Kirim")
    assert f"ke {VICTIM_EMAIL}" in talk.last


def test_the_way_that_the_sentence_names_opens_the_address_and_the_old_code_is_void(world: World) -> None:
    talk = registering(world)
    code = world.code()
    talk.tap("Ganti alamat e-mail")
    talk.say("lain@example.go.id")
    talk.tap("Kirim")
    talk.say(code)
    assert set(emails(world)) == {f"{ATTACKER}@example.go.id", VICTIM_EMAIL}
    world.now += people.RESEND_AFTER
    talk.tap("Kirim ulang kode")
    talk.say(world.code())
    assert "data Anda sudah tersimpan" in talk.last and "lain@example.go.id" in emails(world)


def test_the_service_refuses_another_address_than_the_proven_one(world: World) -> None:
    with pytest.raises(ActionRefused, match="berbeda dengan alamat yang menerima kode"):
        do(
            world,
            ATTACKER,
            lambda ctx: people.register(ctx, {**DATA, **REST, "email": VICTIM_EMAIL}, ProvenMailbox(NEW_EMAIL)),
        )
