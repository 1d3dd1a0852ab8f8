"""WhatsApp: edited, deleted and quoted messages change the answer that they are about, and never the open question."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import Draft
from tests.casework import half_filled
from tests.contract.whatsapp_harness import ID, WA
from tests.contract.whatsapp_office import Office, begins, casework_of
from tests.platforms.whatsapp import User
from tests.platforms.whatsapp.screen import Shown

NAME, AGENCY = "Sari Contoh", "Dinas Kesehatan Kabupaten Jeneponto"


async def at_position(office: Office) -> tuple[User, str, str]:
    """Name and agency are answered, the position is asked. Returns the ids of the two answers."""
    sari = office.server.user(ID, WA)
    await begins(office, sari)
    ids = []
    for words in ("2", "1", "Ya, saya setuju", NAME, AGENCY):
        office.server.clock.advance(5)
        ids.append(await sari.says(words))
        await office.settled()
    assert "R.3" in str(sari.screen[-1])
    office.server.clock.advance(5)
    return sari, ids[-2], ids[-1]


async def answers(office: Office) -> Mapping[str, object]:
    def read(session: Session) -> Mapping[str, object]:
        return dict(session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one().answers)

    return await office.process.units.write(read)


async def step(office: Office, sari: User) -> list[str]:
    await office.settled()
    return [str(shown) for shown in sari.step]


async def test_an_edited_message_changes_the_answer_that_it_gave(office: Office) -> None:
    sari, name, _ = await at_position(office)
    await sari.edits(name, "Sari Dewi")
    (said,) = await step(office, sari)
    assert "✓ R.1 diubah: Sari Dewi" in said and "R.3" in said
    assert (await answers(office))["nama"] == "Sari Dewi" and "jabatan" not in await answers(office)
    await sari.edits(name, "x")
    (said,) = await step(office, sari)
    assert "Jawaban R.1 tetap: Sari Dewi" in said
    assert office.server.flagged == []


async def test_an_edit_that_changes_nothing_is_silent(office: Office) -> None:
    sari, name, _ = await at_position(office)
    await sari.edits(name, NAME)
    assert await step(office, sari) == []
    await sari.edits(name, f"  {NAME} ")
    assert await step(office, sari) == []
    await sari.says("Kepala Bidang Data")
    await sari.waits_for("✓ R.3: Kepala Bidang Data")


async def test_an_edit_of_what_was_no_answer_is_silent_or_says_so(office: Office) -> None:
    sari, *_ = await at_position(office)
    menu = await sari.says("/bantuan")
    await office.settled()
    await sari.edits(menu, "/bantuan")
    assert await step(office, sari) == []
    await sari.edits(menu, "/menu")
    (said,) = await step(office, sari)
    assert "tidak mengubah isian Anda" in said and "jabatan" not in await answers(office)


async def test_a_deleted_message_takes_no_answer_back_and_says_so(office: Office) -> None:
    sari, name, _ = await at_position(office)
    await sari.revokes(name)
    (said,) = await step(office, sari)
    assert f"Anda menghapus pesan yang menjawab R.1. Jawabannya tetap: {NAME}." in said and "R.3" in said
    assert (await answers(office))["nama"] == NAME
    help_id = await sari.says("bantuan")
    await office.settled()
    await sari.revokes(help_id)
    assert await step(office, sari) == []


async def test_an_edit_or_a_deletion_opens_no_window_and_releases_no_news(office: Office) -> None:
    office.approves_templates()
    sari, name, _ = await at_position(office)
    office.server.clock.advance(25 * 3600)
    await office.tells()
    assert sari.screen[-1].template == "pst_permohonan"
    await sari.revokes(name)
    assert "REK-2026-0001 selesai diperiksa." not in " ".join(await step(office, sari))


# Quoted messages ------------------------------------------------------------------------------------------------------


def asking(sari: User, code: str) -> Shown:
    """The message that asked this question."""
    return next(shown for shown in sari.screen if f"{code} " in str(shown) and f"✓ {code}" not in str(shown))


async def test_words_that_quote_a_question_change_its_answer(office: Office) -> None:
    sari, *_ = await at_position(office)
    await sari.says("Sari Dewi", answers=asking(sari, "R.1"))
    (said,) = await step(office, sari)
    assert "✓ R.1 diubah: Sari Dewi" in said and "R.3" in said
    await sari.says("Sari Dewi Lestari", answers=asking(sari, "R.1"))
    await office.settled()
    found = await answers(office)
    assert found["nama"] == "Sari Dewi Lestari" and "jabatan" not in found
    await sari.says("x", answers=asking(sari, "R.1"))
    (said,) = await step(office, sari)
    assert "Jawaban R.1 tetap: Sari Dewi Lestari" in said


async def test_words_that_quote_the_own_answer_change_it(office: Office) -> None:
    sari, _, agency = await at_position(office)
    await sari.says("Dinas Pendidikan Kabupaten Jeneponto", answers=agency)
    (said,) = await step(office, sari)
    assert "✓ R.2 diubah: Dinas Pendidikan Kabupaten Jeneponto" in said and "R.3" in said


async def test_words_that_quote_the_open_question_answer_it(office: Office) -> None:
    sari, *_ = await at_position(office)
    await sari.says("Kepala Bidang Data", answers=sari.screen[-1])
    await sari.waits_for("✓ R.3: Kepala Bidang Data")


async def test_words_that_quote_other_news_answer_no_question_unasked(office: Office) -> None:
    sari, *_ = await at_position(office)
    await office.tells()
    news = sari.screen[-1]
    await sari.says("baik, terima kasih", answers=news)
    (said,) = await step(office, sari)
    assert "mengutip pesan lain" in said and "“baik, terima kasih”" in said
    assert "jabatan" not in await answers(office)
    await sari.taps("Tidak, abaikan")
    await office.settled()
    await sari.says("Kepala Bidang Data", answers="wamid.dW5rbm93bi1tZXNzYWdl")
    (said,) = await step(office, sari)
    assert "Pakai untuk R.3?" in said
    await sari.says("ya")
    await sari.waits_for("✓ R.3: Kepala Bidang Data")


async def test_words_that_quote_a_long_text_or_a_file_ask_before_anything_changes(office: Office) -> None:
    sari = office.server.user(ID, WA)
    await sari.says("halo")
    await office.settled()
    half_filled(casework_of(office), "catatan")
    for words in ("menu", "Lanjutkan permohonan", "3.1", "tetap seperti ini", "9.1", "kembali"):
        office.server.clock.advance(5)
        await sari.says(words)
        await office.settled()
    office.server.clock.advance(5)
    before = await answers(office)
    await sari.says("Latar belakang yang lain sama sekali.", answers=asking(sari, "3.1"))
    (said,) = await step(office, sari)
    assert "Pakai untuk 3.1?" in said and await answers(office) == before
    await sari.taps("Tidak, abaikan")
    await office.settled()
    await sari.says("suratnya menyusul", answers=asking(sari, "9.1"))
    (said,) = await step(office, sari)
    assert "tidak cocok untuk 9.1" in said and await answers(office) == before


async def test_a_number_that_quotes_an_old_menu_means_its_choice(office: Office) -> None:
    sari, *_ = await at_position(office)
    menu = next(shown for shown in sari.screen if "Apa yang dapat kami bantu?" in str(shown))
    await sari.says("Status permohonan", answers=menu)
    await sari.waits_for("Anda belum mempunyai permohonan")
    assert "jabatan" not in await answers(office)
