"""Every draft that was never sent can be found, taken up, or thrown away; beginning another one asks first."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.service import drafts
from storage.tables import Draft, File
from tests.casework import APPLICANT, FORM, do, half_filled
from tests.filling import at
from tests.samples import sample
from tests.talk import Talk, World

WHICH = "Anda mempunyai permohonan yang belum dikirim"
WHO, LEVEL = "apply:who:pemerintah", "apply:level:pemerintah:kabupaten"
LIST = "Isian yang belum dikirim"
TITLE = "Survei"


@pytest.fixture
def world(new_world: World) -> World:
    return new_world


@pytest.fixture
def talk(world: World) -> Talk:
    """Somebody who has filled half a form."""
    half_filled(world, "tujuan")
    talk = Talk(world, APPLICANT)
    talk.say("menu")
    return talk


def states(world: World) -> list[str]:
    return world.process.units.write_now(
        lambda session: list(session.scalars(select(Draft.state).where(Draft.form == FORM).order_by(Draft.id)))
    )


def begin_anew(talk: Talk) -> None:
    talk.press("apply:start")
    talk.tap("Mulai permohonan baru")
    talk.press(WHO)
    talk.press(LEVEL)


@pytest.mark.parametrize("words", ["lanjut", "Lanjutkan", "teruskan.", "continue", "lanjutkan isian"])
def test_a_word_goes_on_with_the_form_that_was_left(world: World, talk: Talk, words: str) -> None:
    talk.tap("Lanjutkan permohonan")
    talk.tap("Simpan & keluar")
    talk.press("guide:show")
    talk.say(words)
    assert "Kita lanjutkan dari sini" in talk.last and "3.2 " in talk.last, talk.last


def test_the_word_goes_on_from_the_list_of_sections_and_does_not_send(world: World, talk: Talk) -> None:
    talk.tap("Lanjutkan permohonan")
    talk.tap("Daftar isian")
    talk.say("lanjut")
    assert "3.2 " in talk.last
    talk.say("Mengukur kepuasan pasien atas pelayanan puskesmas. " * 6)
    assert "Kirim sekarang" in talk.labels()
    talk.say("lanjut")
    assert "Kirim sekarang" in talk.labels() and states(world) == ["open"]


def test_the_word_is_no_answer_to_the_open_question(world: World) -> None:
    talk = at(world, "eselon2", who="open")
    talk.say("lanjut")
    assert talk.last.count("\n2.1b ") == 1 and "✓" not in talk.last
    talk.say("kembali")
    assert "Isian sekarang" in talk.last
    talk.say("lanjut")
    assert talk.last.count("\n2.1b ") == 1, "the answer before stays, and the open question is asked"
    talk.say("ubah 0.3")
    assert "ditentukan oleh pertanyaan kelayakan" in talk.last and "2.1b " in talk.last, "the question stays open"


def test_the_word_says_so_where_nothing_was_left(world: World) -> None:
    talk = Talk(world, "nobody")
    for _ in range(2):
        talk.say("lanjut")
    assert "Tidak ada isian yang belum dikirim." in talk.last


def test_beginning_anew_after_the_question_asks_no_second_time(world: World, talk: Talk) -> None:
    begin_anew(talk)
    assert "0.1" in talk.last
    assert states(world) == ["set_aside", "open"]


@pytest.mark.parametrize("old", [(WHO,), (LEVEL,), (WHO, LEVEL), ("apply:new",), ("apply:new", WHO, LEVEL)], ids=str)
def test_old_buttons_of_eligibility_ask_before_they_replace_a_draft(
    world: World, talk: Talk, old: tuple[str, ...]
) -> None:
    for code in old:
        talk.press(code)
        assert WHICH in talk.last
    assert states(world) == ["open"]


def test_a_button_from_before_the_choice_asks_about_the_draft_that_was_begun_since(world: World, talk: Talk) -> None:
    begin_anew(talk)
    talk.press(WHO)
    assert WHICH in talk.last
    talk.press(LEVEL)
    assert WHICH in talk.last
    assert states(world) == ["set_aside", "open"]


def test_a_draft_opened_elsewhere_between_the_two_questions_is_asked_about(world: World) -> None:
    talk = Talk(world, APPLICANT)
    do(world, APPLICANT, lambda ctx: None)
    talk.press("apply:new")
    talk.press(WHO)
    half_filled(world, "tujuan")
    talk.press(LEVEL)
    assert WHICH in talk.last
    assert states(world) == ["open"]


@pytest.mark.parametrize("screen", ["menu", "status"])
def test_a_draft_that_was_set_aside_is_found_and_taken_up(world: World, talk: Talk, screen: str) -> None:
    begin_anew(talk)
    talk.say(screen)
    talk.tap(LIST)
    assert TITLE in talk.last and "(belum berjudul)" in talk.last
    talk.tap("Lanjutkan isian 2")
    assert "Selamat datang kembali" in talk.last and "Tujuan" in talk.last
    assert states(world) == ["open", "open"]
    talk.say("menu")
    talk.tap("Lanjutkan permohonan")
    assert "Tujuan" in talk.last  # the one that was taken up last


def test_a_draft_that_is_the_only_one_and_set_aside_is_offered_before_a_new_one(world: World, talk: Talk) -> None:
    do(world, APPLICANT, lambda ctx: drafts.set_aside(ctx, drafts.list_unfinished(ctx, FORM)[0]))
    talk.say("menu")
    assert LIST in talk.labels()
    talk.tap("Ajukan permohonan")
    assert WHICH in talk.last and TITLE in talk.last
    talk.tap("Lanjutkan permohonan itu")
    assert "Selamat datang kembali" in talk.last
    assert states(world) == ["open"]


def test_a_draft_is_thrown_away_after_the_question_with_its_answers_and_files(world: World, talk: Talk) -> None:
    def files() -> int:
        return world.process.units.write_now(lambda session: session.query(File).count())

    talk.press("apply:resume")
    talk.say("9.1")
    talk.send(("surat.pdf", sample("surat.pdf")))
    assert files() == 1
    talk.press("draft:list")
    talk.tap("Hapus isian 1")
    assert "tidak dapat dikembalikan" in talk.last
    talk.say("entah")
    assert "Silakan pilih salah satu." in talk.last
    talk.tap("Tidak jadi")
    assert states(world) == ["open"]
    talk.tap("Hapus isian 1")
    talk.tap("Ya, hapus")
    assert "sudah dihapus" in talk.last
    assert states(world) == ["discarded"]
    answers = world.process.units.write_now(lambda session: session.scalars(select(Draft.answers)).one())
    assert answers == {} and files() == 0
    assert LIST not in talk.labels()
    talk.press("form:1:-:next:1")
    assert "sudah tidak terbuka" in talk.last


def test_an_old_confirmation_does_not_throw_away_what_was_written_since(world: World, talk: Talk) -> None:
    talk.press("draft:list")
    talk.tap("Hapus isian 1")
    talk.press("apply:resume")
    talk.say("Mengukur kepuasan pengguna layanan kesehatan di kabupaten.")
    talk.tap("Ya, hapus")
    assert "Isian berubah sejak tombol itu dikirim." in talk.last
    assert states(world) == ["open"]


def test_nobody_opens_or_throws_away_a_draft_of_somebody_else(world: World, talk: Talk) -> None:
    stranger = Talk(world, "orang lain")
    stranger.press("draft:ask:1")
    assert TITLE not in stranger.last
    for code in ("draft:discard:1:1", "draft:discard:1:2", "draft:list:0", "draft:list:99", "apply:take:1"):
        stranger.press(code)
        assert TITLE not in stranger.last
    assert states(world) == ["open"]


def test_many_drafts_are_listed_page_by_page(world: World, talk: Talk) -> None:
    for _ in range(4):
        half_filled(world, "tujuan")
    talk.press("draft:list")
    assert "Lanjutkan isian 3" in talk.labels() and "Lanjutkan isian 4" not in talk.labels()
    talk.tap("Berikutnya")
    assert "Lanjutkan isian 2" in talk.labels() and "Lanjutkan isian 3" not in talk.labels()
