"""WhatsApp from end to end: the strict Cloud API server, the channel, and the real service with its outbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy import select

from storage.tables import Address
from tests.contract.whatsapp_harness import ID, WA
from tests.contract.whatsapp_office import Office, begins
from tests.samples import sample


async def test_a_conversation_has_one_message_a_step(office: Office) -> None:
    sari = office.server.user(ID, WA)
    steps: tuple[tuple[Callable[[], Awaitable[str]], str], ...] = (
        (lambda: sari.says("halo"), "Selamat datang"),
        (lambda: sari.taps("Ajukan permohonan"), "Atas nama siapa"),
        (lambda: sari.says("2"), "tingkat mana"),
        (sari.sends_voice, "tingkat mana"),
        (lambda: sari.sends_image(sample("photo.jpg")), "tingkat mana"),
        (lambda: sari.says("menu"), "Pilih salah satu"),
    )
    for say, answer in steps:
        await say()
        await sari.waits_for(answer)
        await office.settled()
        assert sari.outbound_in_step() == 1, [str(shown) for shown in sari.step]
    assert not sari.typing and len(sari.read) == 6
    assert {row.progress for row in await office.rows()} == {"read"}
    assert office.server.flagged == []


async def test_the_reply_to_who_writes_after_a_day_is_no_template(office: Office) -> None:
    office.approves_templates()
    sari = office.server.user(ID, WA)
    await begins(office, sari)
    office.server.clock.advance(25 * 3600)
    await sari.says("menu")
    shown = await sari.waits_for("Apa yang dapat kami bantu?")
    await office.settled()
    assert not shown.template and sari.outbound_in_step() == 1


async def test_news_after_a_day_knock_once_and_come_when_the_person_writes(office: Office) -> None:
    office.approves_templates()
    sari = office.server.user(ID, WA)
    await begins(office, sari)
    office.server.clock.advance(25 * 3600)
    before = len(sari.screen)
    await office.tells()
    await office.tells()
    (template,) = sari.screen[before:]
    assert template.template == "pst_permohonan" and "REK-2026-0001" in template.text
    await sari.says("ya")
    for _ in range(2):
        await sari.waits_for("Permohonan REK-2026-0001 selesai diperiksa.")
    await office.settled()
    assert [str(shown) for shown in sari.step].count("Permohonan REK-2026-0001 selesai diperiksa.") == 2
    assert office.server.flagged == []


async def test_two_names_of_one_person_are_one_conversation(office: Office) -> None:
    sari = office.server.user(None, WA)
    await begins(office, sari)
    sari.reveals(user_id=ID)
    await sari.says("2")
    await sari.waits_for("tingkat mana")
    sari.hides_phone()
    await sari.says("menu")
    await sari.waits_for("Apa yang dapat kami bantu?")
    await office.settled()
    addresses = await office.process.units.write(lambda session: session.scalars(select(Address)).all())
    assert [(address.external_id, address.alternate_address) for address in addresses] == [(ID, WA)]
    assert office.server.flagged == []
