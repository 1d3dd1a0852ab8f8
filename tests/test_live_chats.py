"""A visitor talks with an officer in the chat: waiting, claimed, both ways, handed over, ended, and looked after."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.chat import IncomingFile
from bot.runtime import retention
from bot.service import live_chats, officers
from bot.service.access import ActionRefused
from storage.tables import AuditLine, File, LiveChat, LiveMessage
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    OFFICER,
    OTHER_OFFICER,
    audit_faults,
    audited,
    do,
    join,
    staffed,
    under_review,
)
from tests.made_files import pdf
from tests.talk import START, Talk, World

ASKED = "Bagaimana menghitung sampel?"
VISITOR = "tamu"


def news(*talks: Talk) -> None:
    for talk in talks:
        asyncio.run(talk.news())


def chats(world: World) -> list[LiveChat]:
    return world.process.units.write_now(lambda s: list(s.scalars(select(LiveChat).order_by(LiveChat.id))))


def wait(world: World, who: str = VISITOR, words: str = ASKED) -> Talk:
    talk = Talk(world, who)
    talk.say("bicara dengan petugas")
    talk.say(words)
    return talk


def talking(world: World, who: str = VISITOR) -> tuple[Talk, Talk]:
    """A conversation that an officer has claimed."""
    officer = Talk(world, OFFICER)
    officer.say("menu")
    visitor = wait(world, who)
    news(officer)
    officer.tap("Terima percakapan")
    news(visitor)
    return visitor, officer


def test_a_visitor_waits_is_claimed_and_both_talk_while_the_bot_is_silent(world: World) -> None:
    first, visitor, officer = wait(world, "lain"), wait(world), Talk(world, OFFICER)
    assert "Yang menunggu sebelum Anda: 0" in first.last and "Yang menunggu sebelum Anda: 1" in visitor.last
    officer.say("/percakapan")
    officer.press(f"live_desk:claim:{chats(world)[1].id}")
    assert ASKED in officer.last
    news(visitor)
    assert "Siti, petugas kami" in visitor.last
    assert visitor.say("menu") == [] and visitor.say("status") == [], "the bot is silent"
    news(officer)
    assert officer.last.endswith(": status")
    assert officer.say("Pakai rumus Slovin, ya.") == []
    officer.do("edit", text="Pakai rumus Slovin.")
    assert officer.last.startswith("Perubahan pesan tidak diteruskan kepada pengunjung.")
    officer.do("other")
    assert "Silakan kirim tulisan, foto, berkas, atau pesan suara." in officer.last
    news(visitor)
    assert visitor.last == "Siti (petugas): Pakai rumus Slovin, ya." and visitor.labels() == ["Balas", "Akhiri"]
    visitor.say("akhiri")
    assert "sudah diakhiri" in visitor.last and "Ajukan permohonan" in visitor.labels()
    news(officer)
    assert "mengakhiri percakapan" in officer.last
    officer.say("Masih di sana?")
    assert "sudah berakhir" in officer.last
    officer.say("menu")
    assert "Anda masuk sebagai petugas" in officer.last, "nobody is held in a conversation that is over"
    assert [chat.state for chat in chats(world)] == ["waiting", "ended"] and audit_faults(world) == []


def test_until_somebody_takes_it_both_sides_are_told_that_nobody_reads(world: World) -> None:
    officer, visitor = Talk(world, OFFICER), wait(world)
    assert "belum ada yang menerima percakapan ini" in visitor.last
    visitor.say("Populasinya 120 puskesmas.")
    assert visitor.last.endswith("Tersimpan. Belum ada petugas yang menerima percakapan ini.")
    assert visitor.labels() == ["Akhiri"]
    officer.say("/berkas")
    assert "tidak sampai" not in officer.last, "a command is meant for nobody else"
    for words in ("halo", "Ada yang bisa kami bantu?", "terima kasih"):
        officer.say(words)
        assert "Tulisan Anda tidak sampai kepada Pengunjung" in officer.last, words
        assert officer.labels().count("Terima percakapan") == 1, words
    wait(world, "lain")
    officer.say("Ada yang bisa kami bantu?")
    assert "tidak sampai kepada pengunjung. Buka dulu" in officer.last
    officer.tap("Percakapan dengan pengunjung")
    officer.press(f"live_desk:claim:{chats(world)[0].id}")
    news(visitor)
    assert visitor.say("Terima kasih.") == [], "somebody reads it"
    Talk(world, "lain").say("akhiri")
    officer.say("/berkas")
    officer.say("Pakai rumus Slovin.")
    assert "tidak sampai kepada Pengunjung" in officer.last and "Buka percakapan" in officer.labels()
    officer.tap("Buka percakapan")
    assert "Populasinya 120 puskesmas." in officer.last
    visitor.say("akhiri")
    officer.say("/berkas")
    officer.say("Pakai rumus Slovin.")
    assert "tidak sampai" not in officer.last, "nobody waits"
    other = Talk(world, "orang lain")
    wait(world)
    assert "tidak sampai" not in str([message.prompt.text for message in other.say("Ada yang bisa dibantu?")])


def test_files_go_both_ways_and_are_those_of_who_got_them(world: World) -> None:
    visitor, officer = talking(world)
    assert visitor.send(("kuesioner.pdf", pdf())) == []
    news(officer)
    assert "mengirim kuesioner.pdf" in officer.last and officer.told[-1].prompt.attachment is not None
    assert visitor.send(("virus.exe", b"MZ\x90\x00")) != [] and "virus.exe" in visitor.last
    officer.send(("contoh.pdf", pdf(pages=2)))
    news(visitor)
    assert "Siti (petugas) mengirim contoh.pdf" in visitor.last
    owner = world.process.units.write_now(
        lambda s: {f.name: f.person_id for f in s.scalars(select(File).order_by(File.id))}
    )
    assert owner["kuesioner.pdf"] == do(world, OFFICER, lambda ctx: ctx.person_id)


def test_a_file_that_was_sent_while_nobody_had_claimed_comes_with_the_claim(world: World) -> None:
    visitor, officer = wait(world), Talk(world, OFFICER)
    visitor.send(("rancangan.pdf", pdf()))
    officer.say("/menu")
    assert "Menunggu berbicara dengan petugas: 1" in officer.last
    officer.tap("Percakapan dengan pengunjung")
    officer.press(f"live_desk:claim:{chats(world)[0].id}")
    news(officer)
    attached = [m.prompt.attachment.name for m in officer.told if m.prompt.attachment is not None]
    assert attached == ["rancangan.pdf"]
    world.now += timedelta(days=40)
    asyncio.run(retention.run(world.process, world.now))
    names = world.process.units.write_now(lambda s: [file.person_id for file in s.scalars(select(File))])
    assert do(world, OFFICER, lambda ctx: ctx.person_id) not in names, "what officers got goes with the conversation"
    assert world.process.units.write_now(lambda s: list(s.scalars(select(LiveMessage.id)))) == []


def test_a_restart_in_the_middle_loses_nothing(world: World) -> None:
    visitor, officer = talking(world)
    world.restart()
    visitor.say("Saya lanjut bertanya.")
    world.restart()
    news(officer)
    assert officer.last.endswith(": Saya lanjut bertanya.")


def test_an_officer_has_several_and_hands_one_over_to_a_colleague(world: World) -> None:
    visitor, officer = talking(world)
    other = wait(world, "lain", "Jam berapa buka?")
    news(officer)
    officer.tap("Terima percakapan")
    officer.say("Pukul delapan.")
    news(visitor, other)
    assert "Pukul delapan." in other.last and "Pukul delapan." not in visitor.last
    officer.press(f"live_desk:open:{chats(world)[0].id}")
    assert ASKED in officer.last
    officer.tap("Serahkan")
    officer.tap("Rahmat")
    assert "✓ Percakapan diserahkan kepada Rahmat." in officer.last
    colleague = Talk(world, OTHER_OFFICER)
    colleague.say("menu")
    news(colleague)
    colleague.press(f"live_desk:open:{chats(world)[0].id}")
    colleague.say("Saya lanjutkan.")
    news(visitor)
    assert "Rahmat (petugas): Saya lanjutkan." in visitor.last
    officer.press(f"live_desk:open:{chats(world)[0].id}")
    assert "tidak Anda pegang" in officer.last
    colleague.say("/brkas Budi")
    news(visitor)
    assert "Perintah itu tidak ada" in colleague.last and "Budi" not in visitor.last
    colleague.say("/menu")
    assert "Anda masuk sebagai petugas" in colleague.last, "a command leaves it"
    colleague.press(f"live_desk:end:{chats(world)[0].id}")
    news(visitor)
    assert "Petugas mengakhiri percakapan" in visitor.last


def test_outside_the_desk_hours_it_is_said_when_it_is_read_and_it_waits_until_then(world: World) -> None:
    world.now = START + timedelta(hours=9)  # 18.00 on a Monday
    visitor = wait(world)
    assert "Pesan Anda menunggu sampai kantor buka: 3 Maret 2026" in visitor.last
    officer = Talk(world, OFFICER)
    officer.say("/menu")
    world.now = START + timedelta(hours=23)  # 08.00 on Tuesday
    asyncio.run(world.work())
    news(officer)
    assert "ingin berbicara dengan petugas" in officer.last
    assert chats(world)[0].state == "waiting" and "Terima percakapan" in officer.labels()
    world.now += timedelta(hours=8)
    asyncio.run(world.work())
    news(visitor)
    assert "belum ada petugas yang dapat menerima" in visitor.last and chats(world)[0].state == "ended"


def test_nobody_takes_it_or_nobody_writes_any_more(world: World) -> None:
    visitor, officer = talking(world)
    world.now += timedelta(minutes=20)
    visitor.say("Sebentar.")
    world.now += timedelta(minutes=20)
    asyncio.run(world.work())
    assert chats(world)[0].state == "open", "the last message counts"
    world.now += timedelta(minutes=11)
    asyncio.run(world.work())
    news(visitor, officer)
    assert "sudah lama tidak ada pesan" in visitor.last and "sudah lama tidak ada pesan" in officer.last
    ended = select(AuditLine.actor).where(AuditLine.act == "end_talk")
    assert world.process.units.write_now(lambda s: list(s.scalars(ended))) == ["system"], "nobody has ended it"
    visitor.say("halo?")
    assert "sudah berakhir" in visitor.last


def test_the_conversation_of_an_applicant_belongs_to_the_case(world: World) -> None:
    application_id = under_review(world)
    visitor, officer = talking(world, APPLICANT)
    officer.say("Kapan hasilnya dipakai?")
    officer.tap("Buka permohonan")
    officer.tap("Percakapan")
    assert f"Pemohon: {ASKED}" in officer.last and "Siti: Kapan hasilnya dipakai?" in officer.last
    assert [act for act in audited(world, application_id) if "talk" in act] == ["talk", "read_talk"]
    news(visitor)
    assert visitor.last == "Siti (petugas): Kapan hasilnya dipakai?"


def test_who_may_not_talk_neither_claims_reads_nor_writes(world: World) -> None:
    talking(world)
    chat_id = chats(world)[0].id
    for who in (DIRECTOR, APPLICANT, "orang lain", OTHER_OFFICER):
        other = Talk(world, who)
        for act in ("claim", "open", "end", "give"):
            other.press(f"live_desk:{act}:{chat_id}")
            assert ASKED not in other.last, (who, act)
        for act in ("resume", "end"):
            other.press(f"live_chat:{act}:{chat_id}")
            assert "sudah berakhir" in other.last, (who, act)
        with pytest.raises(ActionRefused):
            do(world, who, lambda ctx: live_chats.answer(ctx, chat_id, "Halo", ()))
    assert chats(world)[0].state == "open"


def test_an_officer_who_left_gives_the_visitor_back_to_the_others(world: World) -> None:
    visitor, officer = talking(world)
    person_id = do(world, OFFICER, lambda ctx: ctx.person_id)
    keys = world.process.app.keys
    world.process.units.write_now(lambda session: officers.revoke(session, keys, person_id, world.now))
    visitor.say("Masih ada?")
    assert chats(world)[0].state == "waiting" and chats(world)[0].officer_id is None
    assert officer.address == OFFICER


def test_an_officer_who_has_another_role_now_hears_nothing_more_and_is_not_held(world: World) -> None:
    visitor, officer = talking(world)
    join(world, OFFICER, "director")
    visitor.say("Masih ada?")
    news(officer)
    assert "Masih ada?" not in "\n".join(officer.lines(officer.told))
    assert (chats(world)[0].state, chats(world)[0].officer_id) == ("waiting", None)
    officer.say("Halo")
    assert "tidak termasuk wewenang peran Anda" in officer.last
    officer.say("menu")
    assert "wewenang" not in officer.last


def test_before_it_begins_a_command_leaves_and_is_not_passed_on(world: World) -> None:
    visitor = Talk(world, VISITOR)
    for words in ("menu", "/start", "batal", "kembali", "lewati", "selesai"):
        visitor.say("bicara dengan petugas")
        visitor.say(words)
        assert "Ajukan permohonan" in visitor.labels(), words
    visitor.say("bicara dengan petugas")
    visitor.say("bicara dengan petugas")
    assert "Tulis keperluan Anda" in visitor.last and chats(world) == []
    visitor.say("Halo")
    assert len(chats(world)) == 1, "a greeting begins it"
    tablet, person_id = Talk(world, "tablet"), do(world, VISITOR, lambda ctx: ctx.person_id)
    do(world, "tablet", lambda ctx: setattr(ctx.address, "person_id", person_id))
    tablet.say("bicara dengan petugas")
    assert "di perangkat lain" in tablet.last and "Ajukan permohonan" in tablet.labels()


def test_a_visitor_neither_begins_without_end_nor_writes_without_end(world: World) -> None:
    visitor = Talk(world, VISITOR)
    for _ in range(11):
        visitor.say("bicara dengan petugas")
        visitor.say("Halo")
        visitor.say("akhiri")
    assert len(chats(world)) == 10
    visitor.say("bicara dengan petugas")
    visitor.say("Halo")
    assert "terlalu sering" in visitor.last and "Ajukan permohonan" in visitor.labels(), "and is not held there"
    talk = wait(world, "lain")
    talk.say("x" * 3001)
    assert "belum diteruskan" in talk.last
    said = world.process.units.write_now(lambda s: list(s.scalars(select(LiveMessage.body))))
    assert len(said) == 11 and all(ASKED.encode() not in body for body in said), "sealed"


def test_a_conversation_is_left_with_a_button_and_gone_back_to(world: World) -> None:
    visitor, officer = talking(world)
    visitor.press("menu:show")
    assert "Ajukan permohonan" in visitor.labels()
    officer.say("Masih di sana?")
    news(visitor)
    visitor.tap("Balas")
    assert visitor.say("Ya.") == []
    visitor.press("menu:show")
    visitor.say("bicara dengan petugas")
    assert "sedang berbicara dengan petugas" in visitor.last


@pytest.mark.postgres
def test_of_two_officers_at_once_one_claims_and_both_sides_write_at_once(
    tmp_path: Path, postgres_database: str
) -> None:
    world = staffed(World(tmp_path / "data", database_url=postgres_database))
    chat_id = do(world, VISITOR, lambda ctx: live_chats.begin(ctx, ASKED, ()).id)

    def claim(who: str) -> str:
        try:
            do(world, who, lambda ctx: live_chats.claim(ctx, chat_id))
        except ActionRefused:
            return ""
        return who

    nothing: tuple[IncomingFile, ...] = ()
    with ThreadPoolExecutor(4) as threads:
        claimed = [who for who in threads.map(claim, (OFFICER, OTHER_OFFICER) * 2) if who]
        assert len(set(claimed)) == 1
        wrote = threads.submit(do, world, claimed[0], lambda ctx: live_chats.answer(ctx, chat_id, "Halo", nothing))
        said = threads.submit(do, world, VISITOR, lambda ctx: live_chats.say(ctx, chat_id, "Halo juga", nothing))
        assert wrote.exception(timeout=20) is None and said.exception(timeout=20) is None
    world.stop()
