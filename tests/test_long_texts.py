"""A long text is taken with one message; what follows it is added, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.service import drafts
from bot.service.context import Context
from tests.casework import FORM, do
from tests.filling import at, filling
from tests.talk import World, draft_answers

LONG = "Dinas memerlukan data kepuasan pelanggan untuk menyusun rencana kerja tahun berikutnya di daerah. " * 2
TEXT = LONG.strip()
MORE = "Selain itu, data ini dipakai oleh beberapa instansi lain di daerah."


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("long") / "data")
    yield world
    world.stop()


def stored(world: World) -> object:
    return draft_answers(world).get("latar_belakang")


def test_one_message_that_is_long_enough_is_the_answer(world: World) -> None:
    talk = filling(world, "latar_belakang", who="one")
    talk.say(TEXT)
    assert stored(world) == TEXT
    assert f"✓ 3.1 tersimpan ({len(TEXT)} huruf)." in talk.last and "1.2a Telepon" in talk.last
    assert "Tambah kalimat di 3.1" in talk.labels()


def test_of_a_short_message_is_told_how_much_is_missing_and_the_next_one_completes_it(world: World) -> None:
    talk = filling(world, "latar_belakang", who="short")
    talk.say("Data kepuasan pelanggan belum ada di sini.")
    assert "Baru 42 huruf, kurang 108 lagi. Kirim lanjutannya." in talk.last and "Selesai" not in talk.labels()
    talk.say("selesai")
    assert stored(world) is None and "terlalu pendek" in talk.last
    world.restart()
    talk.say(TEXT)
    assert stored(world) == f"Data kepuasan pelanggan belum ada di sini.\n{TEXT}"


def test_messages_of_a_burst_go_on_with_the_text_that_the_first_one_answered(world: World) -> None:
    talk = filling(world, "latar_belakang", who="burst")
    talk.say(TEXT)
    talk.say(MORE, unseen=True)
    assert stored(world) == f"{TEXT}\n{MORE}"
    assert f"✓ 3.1 tersimpan ({len(TEXT) + len(MORE) + 1} huruf)." in talk.last and "1.2a Telepon" in talk.last
    talk.say("(0419) 21234")
    assert draft_answers(world)["telepon_instansi"] == "(0419) 21234", "what was sent later answers the next question"


@pytest.mark.parametrize("words", ["terima kasih", "4.6", "ganti 0.1", "berapa lama prosesnya?"])
def test_what_is_no_part_of_the_text_is_not_added_to_it(world: World, words: str) -> None:
    talk = filling(world, "latar_belakang", who=words)
    talk.say(TEXT)
    talk.say(words, unseen=True)
    assert stored(world) == TEXT


def test_a_text_that_was_changed_elsewhere_meanwhile_is_not_continued(world: World) -> None:
    talk = filling(world, "latar_belakang", who="elsewhere")
    talk.say(TEXT)
    draft_id = int(talk.button("Kembali").value.split(":")[1])

    def change(ctx: Context) -> None:
        draft = drafts.get_mine(ctx, draft_id)
        assert draft is not None
        drafts.record(ctx, draft, ctx.app.form(FORM).questions["latar_belakang"], LONG)

    do(world, "elsewhere", change)
    talk.say(MORE, unseen=True)
    assert stored(world) == LONG and "belum dipakai" in talk.last


@pytest.mark.parametrize("way", ["Kalimat terakhir kami.", "Batal", "Kembali"])
def test_a_sentence_is_added_from_the_next_question(world: World, way: str) -> None:
    talk = filling(world, "latar_belakang", who=way)
    talk.say(TEXT)
    talk.tap("Tambah kalimat di 3.1")
    assert TEXT in talk.last and "Tulis kalimat tambahannya." in talk.last
    world.restart()
    talk.say(way)
    assert stored(world) == (f"{TEXT}\n{way}" if way.startswith("Kalimat") else TEXT)
    assert ("1.2a Telepon" in talk.last) == (way != "Kembali")


def test_a_sentence_that_would_be_too_much_is_not_taken(world: World) -> None:
    talk = filling(world, "latar_belakang", who="much")
    talk.say("Kata " * 1590)
    talk.tap("Tambah kalimat di 3.1")
    talk.say(TEXT)
    assert "Pesan terakhir belum kami pakai" in talk.last and "paling banyak 8.000" in talk.last
    assert "Tulis kalimat tambahannya." in talk.last and TEXT not in str(stored(world))


def test_the_last_long_text_is_continued_from_the_screen_of_sections(world: World) -> None:
    talk = filling(world, "catatan", who="last")
    talk.say("Catatan pertama kami.")
    assert "Tambah kalimat di 10.1" in talk.labels()
    talk.say("Catatan kedua kami.", unseen=True)
    assert draft_answers(world)["catatan"] == "Catatan pertama kami.\nCatatan kedua kami."


def test_what_follows_a_reply_that_was_seen_is_no_part_of_the_text_although_another_reply_was_sent_since(
    world: World,
) -> None:
    talk = at(world, "catatan", who="seen")
    talk.say("Catatan pertama kami.")
    assert "Kirim sekarang" in talk.labels()
    talk.say("REK-2026-0009")
    assert "REK-2026-0009" in talk.last and "Kirim sekarang" in talk.labels()
    talk.say("Catatan kedua kami.", unseen=True)
    assert draft_answers(world)["catatan"] == "Catatan pertama kami."


def test_yes_to_the_question_whether_words_are_added_or_replace_the_text_is_no_part_of_it(world: World) -> None:
    talk = filling(world, "latar_belakang", who="yes")
    talk.say(TEXT)
    talk.say("ganti 3.1")
    talk.say(MORE)
    talk.say("ya")
    assert "Silakan pilih salah satu." in talk.last and f"{MORE}\n\nApakah tulisan baru" in talk.last
    talk.tap("Tambahkan di akhir")
    assert stored(world) == f"{TEXT}\n{MORE}"
