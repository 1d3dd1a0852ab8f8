"""A new application begins with the answers of an earlier one of the same person; what may have changed is asked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest

from bot.service import applications, drafts
from bot.service.applications import NotSubmitted
from bot.service.context import Context
from domain.form.copying import copy_answers
from domain.form.loading import FOLDER, REQUEST_FORM, load_forms, newest
from domain.office.profile import Office
from storage.tables import Draft
from tests.casework import do, half_filled, submitted
from tests.talk import Talk, World, draft_answers

FORM = newest(load_forms(Office.load().words), REQUEST_FORM)
CLEARED = {"tahun_kegiatan", "jadwal", "rilis_tercetak", "rilis_digital", "surat_permohonan", "instrumen"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("copies") / "data")
    yield world
    world.stop()


def copying(world: World, who: str) -> Talk:
    """Somebody who has just copied their only application."""
    submitted(world, who)
    talk = Talk(world, who)
    talk.press("apply:start")
    talk.tap("Salin permohonan lama")
    return talk


def newest_draft(world: World, who: str) -> Draft:
    return do(world, who, lambda ctx: drafts.list_unfinished(ctx, REQUEST_FORM)[0])


def test_what_changes_every_year_is_asked_and_the_rest_is_taken_over(world: World) -> None:
    talk = copying(world, "yuli")
    answers = draft_answers(world)
    assert "judul_kegiatan" in answers and "alamat_instansi" in answers
    assert CLEARED.isdisjoint(answers)
    assert "Blok 0" in talk.last and "Masih sama?" in talk.last and "0.4" in talk.last
    assert "0.5" not in talk.last, "a field that is kept is not asked about"
    talk.tap("Ya, sama")
    assert "0.2 Tahun" in talk.last


def test_one_answer_of_a_block_is_changed_and_the_others_are_confirmed_in_words(world: World) -> None:
    talk = copying(world, "ratna")
    talk.say("ya")
    talk.say("2028")
    assert "Blok II" in talk.last
    talk.say("ada yang berubah")
    assert "Butir mana yang berubah?" in talk.last
    talk.say("ya")
    assert "Masih sama?" in talk.last, "the word answers no question that was asked"
    talk.say("berubah")
    talk.tap("Ubah 2.2a")
    assert "Isian sekarang" in talk.last
    talk.say("Rahma Sari, S.K.M.")
    assert "Blok II" in talk.last and "2.2a Penanggung" not in talk.last and "2.2b" in talk.last
    talk.say("masih sama")
    assert "Blok II tetap sama" in talk.last and "3.1" in talk.last
    assert newest_draft(world, "ratna").answers["pj_teknis_nama"] == "Rahma Sari, S.K.M."


def test_the_number_of_a_question_changes_it_below_the_block(world: World) -> None:
    talk = copying(world, "nomor")
    talk.say("0.4")
    assert "Bagaimana data dikumpulkan?" in talk.last
    talk.tap("Tetap seperti ini")
    assert "Blok 0" in talk.last and "0.1" in talk.last and "0.4" not in talk.last


def test_other_words_and_a_restart_show_the_block_again(world: World) -> None:
    talk = copying(world, "ulang")
    talk.say("entahlah")
    assert "Masih sama?" in talk.last
    talk.say("menu")
    world.restart()
    talk.tap("Lanjutkan permohonan")
    assert "Blok 0" in talk.last and "Masih sama?" in talk.last


def test_a_button_that_is_older_than_a_change_shows_the_block_again(world: World) -> None:
    talk = copying(world, "lama")
    stale = talk.button("Ya, sama").value
    draft = newest_draft(world, "lama")

    def change_elsewhere(ctx: Context) -> None:
        mine = drafts.get_mine(ctx, draft.id)
        assert mine is not None
        drafts.record(ctx, mine, FORM.questions["sektor_kegiatan"], "kesehatan")

    do(world, "lama", change_elsewhere)
    talk.press(stale)
    assert "Isian berubah" in talk.last and "Masih sama?" in talk.last
    talk.tap("Ya, sama")
    talk.press(stale)
    assert "0.2 Tahun" in talk.last, "a second tap asks what is open"


def test_nothing_is_sent_before_every_copied_answer_was_confirmed(world: World) -> None:
    copying(world, "cepat")

    def fill_and_submit(ctx: Context) -> object:
        draft = drafts.list_unfinished(ctx, REQUEST_FORM)[0]
        path = drafts.whole_path(ctx, ctx.app.form(REQUEST_FORM), draft)
        draft.answers = {**{question.id: "x" for question in path}, **draft.answers}
        return applications.submit(ctx, draft)

    assert do(world, "cepat", fill_and_submit) == NotSubmitted("incomplete")


def test_the_check_screen_says_which_block_is_not_confirmed(world: World) -> None:
    talk = copying(world, "periksa")
    draft = newest_draft(world, "periksa")
    talk.press(f"form:{draft.id}:-:check:{draft.revision}")
    assert "Jawaban lama di blok 0 belum Anda periksa." in talk.last
    talk.tap("Lanjutkan mengisi")
    assert "Masih sama?" in talk.last


def test_of_several_applications_one_is_chosen_and_the_list_has_pages(world: World) -> None:
    for number in range(4):
        submitted(world, "sering", {"judul_kegiatan": f"Survei Kepuasan Layanan Nomor {number}"})
    talk = Talk(world, "sering")
    talk.press("apply:start")
    talk.tap("Salin permohonan lama")
    assert [f"Nomor {number}" in talk.last for number in range(4)] == [False, True, True, True]
    talk.tap("Berikutnya")
    assert "Nomor 0" in talk.last and "Nomor 1" not in talk.last
    talk.say("1")
    assert draft_answers(world)["judul_kegiatan"] == "Survei Kepuasan Layanan Nomor 0"


def test_the_application_of_somebody_else_is_never_copied(world: World) -> None:
    application_id = submitted(world, "pemilik", {"judul_kegiatan": "Survei Rahasia Milik Orang Lain"})
    submitted(world, "orang_lain")
    talk = Talk(world, "orang_lain")
    talk.press(f"apply:copy:{application_id}")
    assert "tidak dapat disalin" in talk.last
    assert "Rahasia" not in str(draft_answers(world))


def test_an_open_draft_is_asked_about_before_a_copy_sets_it_aside(world: World) -> None:
    application_id = submitted(world, "dua")
    half_filled(world, "tujuan", who="dua")
    talk = Talk(world, "dua")
    talk.press(f"apply:copy:{application_id}")
    assert "permohonan yang belum dikirim" in talk.last
    talk.tap("Mulai permohonan baru")
    talk.tap("Salin permohonan lama")
    assert "Masih sama?" in talk.last
    states = do(world, "dua", lambda ctx: [draft.state for draft in drafts.list_unsent(ctx, REQUEST_FORM).rows])
    assert states == ["open", "set_aside"]


def test_who_has_sent_nothing_is_not_asked(world: World) -> None:
    talk = Talk(world, "pertama")
    talk.press("apply:start")
    assert "Atas nama siapa" in talk.last


def test_every_question_of_the_form_says_what_copying_does() -> None:
    document = tomllib.loads((FOLDER / "recommendation_request.v1.toml").read_text(encoding="utf-8"))
    silent = [q["code"] for section in document["section"] for q in section["question"] if "copy" not in q]
    assert silent == []


def test_an_answer_that_no_longer_reads_is_asked_again_and_a_skip_stays() -> None:
    earlier = {"judul_kegiatan": "pendek", "eselon1": None, "eselon2": "Kepala Dinas", "tahun_kegiatan": 2026}
    copied = copy_answers(FORM, {**earlier, "catatan": None, "jadwal": {}})
    assert copied.answers == {"eselon1": None, "eselon2": "Kepala Dinas", "catatan": None}
    assert copied.unconfirmed == ("eselon2",)
