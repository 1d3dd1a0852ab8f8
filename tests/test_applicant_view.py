"""The case shows its applicant and how to reach them; each reading is audited, and the card is another tap."""

from __future__ import annotations

from datetime import date

import pytest

from bot.chat import Link
from storage.tables import Person
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    OFFICER,
    OTHER_OFFICER,
    audited,
    do,
    submitted,
    under_review,
)
from tests.talk import Talk, World


def registered(world: World, **columns: object) -> None:
    """The applicant, with these facts of the registration."""

    def write(person: Person) -> None:
        for name, value in columns.items():
            setattr(person, name, value)

    do(world, APPLICANT, lambda ctx: write(ctx.actor))


def test_the_case_shows_who_applied_and_three_ways_to_reach_them(world: World) -> None:
    submitted(world)
    application_id = submitted(world)
    registered(world, phone="+6281234567890", position="Kepala Seksi", identity_kind="sim", identity_last4="0012")
    registered(world, identity_valid_until=date(2028, 12, 31))
    Talk(world, APPLICANT).say("halo")
    talk = Talk(world, OFFICER)
    talk.press(f"case:show:{application_id}")
    assert "Pemohon: Pemohon" in talk.last and "0012" not in talk.last and "+62812" not in talk.last
    assert "read_applicant" not in audited(world, application_id), "the screen of the case shows only the name"
    talk.tap("Pemohon")
    for words in ("Pemohon REK-2026-0002", "Kepala Seksi", "Dinas Kesehatan Kabupaten Jeneponto", "+6281234567890"):
        assert words in talk.last, words
    assert "pemohon@example.go.id" in talk.last and "Permohonan sebelumnya: 1" in talk.last
    assert "Terakhir menulis lewat Terminal, 2 Maret 2026" in talk.last and "0012" not in talk.last
    link = talk.told[-1].prompt.link
    assert isinstance(link, Link) and link.url == "https://wa.me/6281234567890"
    talk.tap("Kartu identitas")
    assert "SIM" in talk.last and "0012" in talk.last and "31 Desember 2028" in talk.last
    assert audited(world, application_id)[-2:] == ["read_applicant", "read_identity"]
    talk.tap("Kembali")
    talk.tap("Riwayat")
    assert "Siti membaca data pemohon." in talk.last and "Siti membaca kartu identitas pemohon." in talk.last


def test_what_is_not_known_is_said_and_gives_no_link(world: World) -> None:
    application_id = submitted(world)
    registered(world, email="")
    talk = Talk(world, OFFICER)
    talk.press(f"applicant:show:{application_id}")
    assert "Nomor telepon dan e-mail tidak tercatat." in talk.last and talk.told[-1].prompt.link is None
    talk.tap("Kartu identitas")
    assert "tidak tercatat" in talk.last


@pytest.mark.parametrize(
    ("who", "sees_contacts", "sees_card"),
    [(OTHER_OFFICER, True, True), (DIRECTOR, True, False), (APPLICANT, False, False), ("orang lain", False, False)],
)
def test_who_sees_the_applicant_and_the_card(world: World, who: str, sees_contacts: bool, sees_card: bool) -> None:
    application_id = under_review(world)
    registered(world, phone="+6281234567890", identity_kind="ktp", identity_last4="9876")
    talk = Talk(world, who)
    talk.press(f"applicant:show:{application_id}")
    assert ("+6281234567890" in talk.last) == sees_contacts
    assert ("Kartu identitas" in talk.labels()) == sees_card
    talk.press(f"applicant:identity:{application_id}")
    assert ("9876" in talk.last) == sees_card
