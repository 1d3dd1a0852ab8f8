"""Staff find their work and their commands; who joins tells the name, and a director what letters say beside it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.handlers.whatsapp.render import payloads
from bot.service import consultations, live_chats
from locales import SUPPORTED
from storage.tables import Letter, Officer
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    HEAD,
    OFFICER,
    awaiting_issue,
    do,
    half_filled,
    issue,
    join,
    on,
    revision_requested,
    staffed,
    submitted,
)
from tests.talk import Talk, World
from tests.whatsapp_screens import screen_faults


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


def test_staff_begin_with_what_waits_for_them_and_reach_the_applicants_menu(world: World) -> None:
    staffed(world)
    submitted(world)
    talk = Talk(world, OFFICER)
    for words in ("halo", "menu", "batal"):
        talk.say(words)
        assert talk.last.count("Siti, Anda masuk sebagai petugas.") == 1 and "Selamat datang" not in talk.last, words
        assert "Menunggu Anda:\n• REK-2026-0001" in talk.last and "Antrean hari ini: 0 menunggu" in talk.last
        assert talk.labels()[:3] == ["REK-2026-0001", "Berkas permohonan", "Antrean"], words
    talk.tap("REK-2026-0001")
    assert "Status: Baru masuk" in talk.last
    talk.say("menu")
    talk.tap("Layanan pemohon")
    assert "Ajukan permohonan" in talk.labels() and "Datang ke kantor" in talk.labels()


@pytest.mark.parametrize(
    ("who", "offered", "kept_away"),
    [
        (OFFICER, {"Berkas permohonan", "Antrean", "Buku tamu", "Pengaduan"}, {"Laporan"}),
        (HEAD, {"Berkas permohonan", "Antrean", "Buku tamu", "Pengaduan", "Laporan"}, set()),
        (DIRECTOR, {"Berkas permohonan"}, {"Antrean", "Buku tamu", "Pengaduan"}),
        ("admin", {"Layanan pemohon"}, {"Berkas permohonan", "Antrean", "Buku tamu", "Pengaduan"}),
    ],
)
def test_each_role_is_offered_what_it_may_do(world: World, who: str, offered: set[str], kept_away: set[str]) -> None:
    staffed(world)
    join(world, "admin", "admin")
    talk = Talk(world, who)
    talk.say("menu")
    assert offered <= set(talk.labels()) and kept_away.isdisjoint(talk.labels())
    talk.say("bantuan")
    assert ("/berkas: Daftar berkas permohonan" in talk.last) == (who != "admin")
    assert "Anda dapat menulis kapan saja" in talk.last


def test_with_everything_waiting_the_first_screens_are_lists_on_whatsapp(world: World) -> None:
    """A list has ten rows: what is left out stands in the text, and can be typed."""
    staffed(world)
    for _ in range(3):
        submitted(world)
    revision_requested(world, "judul_kegiatan")
    half_filled(world)
    half_filled(world)
    do(world, "tamu", lambda ctx: live_chats.begin(ctx, "Halo", ()).id)
    do(world, "tamu", lambda ctx: consultations.ask(ctx, "Berapa sampel?").consultation.id)
    for who, listed in ((HEAD, "Berkas permohonan"), (APPLICANT, "Perbaiki REK-2026-0004")):
        talk = Talk(world, who)
        talk.say("menu")
        prompt = talk.told[-1].prompt
        for locale in SUPPORTED:
            assert screen_faults(prompt, locale) == []
        shown = payloads(prompt, "id")[-1]
        assert shown["type"] == "interactive" and listed in str(shown), "a list, not numbers to be typed"


def test_an_applicant_sees_no_command_of_the_staff(world: World) -> None:
    talk = Talk(world)
    talk.say("halo")
    talk.say("bantuan")
    assert "/berkas" not in talk.last and "Perintah untuk petugas" not in talk.last
    talk.press("menu:services")
    assert "Ajukan permohonan" in talk.labels()


def test_a_number_alone_opens_the_case_wherever_the_officer_stands(world: World) -> None:
    staffed(world)
    submitted(world)
    talk = Talk(world, OFFICER)
    for before in ("halo", "antrean", "/statistik", "bantuan"):
        talk.say(before)
        talk.say("REK-2026-0001")
        assert "Status: Baru masuk" in talk.last, before


def test_nobody_works_without_a_name(world: World) -> None:
    staffed(world)
    application_id = submitted(world)
    talk = Talk(world, "baru")
    talk.say(f"/gabung {world.invite('officer', '')}")
    assert "Siapa nama lengkap Anda?" in talk.last
    talk.press(f"case:claim:{application_id}")
    assert "Siapa nama lengkap Anda?" in talk.last, "an act under no name"
    talk.say("7")
    assert "Nama terdiri atas huruf, misalnya Siti Aminah, S.ST." in talk.last
    talk.say("Rina, S.ST.")
    assert "✓ Tersimpan." in talk.last
    talk.press(f"case:claim:{application_id}")
    assert "sekarang Anda pegang" in talk.last
    talk.tap("Riwayat")
    assert "Rina, S.ST. mengambil" in talk.last and "person/" not in talk.last


@pytest.mark.parametrize(
    ("typed", "rank", "nip"),
    [
        ("Pembina Tk. I (IV/b)\nNIP 19700101 199501 2 001", "Pembina Tk. I (IV/b)", "197001011995012001"),
        ("197001011995012001", "", "197001011995012001"),
        ("Pembina", "Pembina", ""),
    ],
)
def test_a_director_tells_what_the_letter_says_below_the_name(world: World, typed: str, rank: str, nip: str) -> None:
    staffed(world)
    talk = Talk(world, "direktur baru")
    talk.say(f"/gabung {world.invite('director', 'Dr. Contoh')}")
    assert "pangkat dan NIP" in talk.last
    for wrong in ("19700101", "Pembina\nUtama\nMuda", "1\n2"):
        talk.say(wrong)
        assert "pangkat dan NIP" in talk.last, wrong
    talk.say(typed)
    assert "Berkas permohonan" in talk.last
    application_id = awaiting_issue(world)
    do(world, "direktur baru", on(application_id, issue))
    signer = world.process.units.write_now(
        lambda session: session.scalars(select(Letter).where(Letter.stage == "issued")).one().facts["signer"]
    )
    assert signer == {"title": "Direktur Diseminasi Statistik", "name": "Dr. Contoh", "rank": rank, "nip": nip}


def test_a_director_who_wants_neither_is_asked_once(world: World) -> None:
    talk = Talk(world, "direktur baru")
    talk.say(f"/gabung {world.invite('director', 'Dr. Contoh')}")
    talk.tap("Tidak dicantumkan")
    talk.say("/berkas")
    assert talk.last.startswith("Berkas permohonan")
    kept = world.process.units.write_now(lambda session: session.scalars(select(Officer)).one())
    assert kept.letter_signer is not None and (kept.letter_signer["rank"], kept.letter_signer["nip"]) == ("", "")
