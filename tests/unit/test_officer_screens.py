"""An officer's phone: few taps, the next useful button first, nothing lost by a refusal or a question in between."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.service import cases
from domain.text import Json
from storage.tables import Application, Letter, Remark
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    OFFICER,
    answer_again,
    awaiting_issue,
    closed,
    do,
    letter_drafted,
    read_all,
    resubmit,
    revision_requested,
    staffed,
    submitted,
    under_review,
    withdraw,
)
from tests.office_profiles import profile
from tests.talk import Talk, World
from tests.unit.check_cases import VARIABLE


def opened(world: World, application_id: int, who: str = OFFICER) -> Talk:
    talk = Talk(world, who)
    talk.press(f"case:show:{application_id}")
    return talk


# Reading --------------------------------------------------------------------------------------------------------------


def test_the_next_block_a_remark_and_all_fine_are_one_tap_away(world: World) -> None:
    application_id = submitted(world)
    talk = Talk(world, OFFICER)
    talk.press(f"case:claim:{application_id}")
    assert talk.labels()[:2] == ["Baca blok 0 · Identitas Kegiatan", "Tulis catatan"]
    assert "Semua baik" not in talk.labels()
    assert "Blok yang belum Anda buka: 0, I, II, III, IV, V, VI, VII, VIII, IX, X" in talk.last
    talk.press(f"verdict:fine:{application_id}")
    assert "Buka dahulu semua blok." in talk.last and "Ya, putuskan" not in talk.labels()
    talk.press(f"case:show:{application_id}")
    talk.tap(talk.labels()[0])
    blocks = 0
    while (clear := talk.labels()[0]).endswith(" jelas"):
        assert any(label.startswith("Catat ") for label in talk.labels())
        assert ("Semua baik" in talk.labels()) == (clear == "Blok X jelas")
        talk.tap(clear)
        blocks += 1
        assert f"✓ {clear}." in talk.last
    assert blocks == 11 and "belum Anda buka" not in talk.last
    talk.tap("Semua baik")
    talk.tap("Ya, putuskan")
    assert world.process.units.write_now(lambda s: s.get_one(Application, 1).verdict) == cases.FEASIBLE


def test_reading_goes_on_where_it_stopped(world: World) -> None:
    application_id = under_review(world)
    talk = Talk(world, OFFICER)
    talk.press(f"examine:block:{application_id}:blok_iii")
    talk.tap("Kembali")
    assert talk.labels()[0] == "Baca blok IV · Desain Kegiatan"
    talk.say("3.2")
    assert talk.last.startswith("3.2 Tujuan")
    talk.tap("Catat 3.2")
    talk.say("Tujuan belum jelas.")
    talk.tap("Simpan")
    assert "tersimpan" in talk.last and talk.labels()[0] == "Baca blok IV · Desain Kegiatan"


def test_every_answer_can_be_read_to_the_last_letter_and_row(world: World) -> None:
    words = "Latar belakang yang panjang. " * 100
    rows: list[Json] = [{**VARIABLE, "nama": f"Variabel nomor {n}"} for n in range(1, 21)]
    application_id = submitted(world, APPLICANT, {"latar_belakang": words.strip(), "variabel": rows})
    talk = Talk(world, DIRECTOR)  # who reads, and remarks on nothing
    talk.press(f"examine:block:{application_id}:blok_iii")
    assert "huruf)" in talk.last and "Catat 3.1" not in talk.labels()
    talk.tap("Baca 3.1")
    assert words.strip() in talk.last
    talk.press(f"examine:block:{application_id}:blok_iii")
    talk.tap("Baca 3.4")
    seen = talk.last
    for _ in range(2):
        talk.tap("Baris berikutnya")
        seen += talk.last
    assert [f"Variabel nomor {n} " in seen for n in range(1, 21)] == [True] * 20
    assert "Baris berikutnya" not in talk.labels()


def test_the_rules_look_at_the_day_of_the_application(world: World) -> None:
    application_id = submitted(world)
    world.now += timedelta(days=250)  # the survey is in the field by now
    talk = Talk(world, OFFICER)
    talk.press(f"examine:block:{application_id}:blok_iii")
    assert "Pemeriksaan otomatis" not in talk.last
    late = submitted(world, "terlambat")
    talk.press(f"examine:block:{late}:blok_iii")
    assert "sebelum pengumpulan data dimulai. Mohon penjelasan, atau perbaikan jadwal. [R-III-04]" in talk.last
    assert "emeriksa akan" not in talk.last, "words for the applicant"
    read_all(world, OFFICER)
    talk.press(f"case:claim:{late}")
    talk.tap("Semua baik")
    assert "Pemeriksaan otomatis menemukan" in talk.last


def test_a_verdict_names_what_the_officer_has_not_opened(world: World) -> None:
    application_id = submitted(world)
    talk = Talk(world, OFFICER)
    talk.press(f"case:claim:{application_id}")
    talk.press(f"examine:block:{application_id}:blok_0")
    talk.press(f"verdict:taken:{application_id}:layak")
    talk.say("Rancangan memadai.")
    talk.tap("Lanjut")
    talk.tap("Tidak ada")
    assert "Blok yang belum Anda buka: I, II, III, IV, V, VI, VII, VIII, IX, X" in talk.last
    assert "Ya, putuskan" in talk.labels(), "it is said, not forbidden"


# Remarks --------------------------------------------------------------------------------------------------------------


def test_each_remark_stands_beside_the_answer_before_and_after_and_is_closed_alone(world: World) -> None:
    questions = ("judul_kegiatan", "tujuan", "eselon2", "uji_coba")
    application_id = revision_requested(world, *questions)
    answer_again(world, application_id, judul_kegiatan="Survei Kepuasan Pasien Rumah Sakit Jeneponto")
    resubmit(world, application_id)
    talk = Talk(world, OFFICER)
    talk.say("halo")
    talk.tap("Periksa")  # of the notice
    assert "Sebelumnya: Survei Kepuasan Pasien Puskesmas" in talk.last
    assert "Sekarang: Survei Kepuasan Pasien Rumah Sakit" in talk.last
    assert "Jawaban pemohon: Sudah sesuai dengan pedoman." in talk.last
    assert talk.labels() == [
        "Terima jawaban 1 (0.1)", "Terima jawaban 2 (3.2)", "Terima jawaban 3 (2.1b)", "Tutup semua (4)",
        *(label for number in (1, 2, 3) for label in (f"Tanya lagi {number}", f"Usulkan isian {number}")),
        "Catatan 1 fatal", "Catatan 2 fatal", "Catatan 3 fatal", "Berikutnya", "Kembali",
    ]  # fmt: skip
    for number, code in ((1, "0.1"), (2, "3.2"), (3, "2.1b")):
        talk.tap(f"Terima jawaban {number} ({code})")
        assert f"Catatan {code} ditutup" in talk.last
    assert "Catatan 4: " in talk.last, "the number of a remark stays when others are closed"
    talk.tap("Terima jawaban 4 (6.1)")
    assert "Semua catatan sudah ditutup" in talk.last and "Semua baik" not in talk.labels()
    assert "Blok yang belum Anda buka: 0" in talk.last, "the block whose answer has changed"
    talk.tap("Baca blok 0 · Identitas Kegiatan")
    assert "Semua baik" in talk.labels()


def test_help_and_empty_words_in_the_middle_of_a_remark_lose_nothing(world: World) -> None:
    talk = opened(world, under_review(world))
    talk.tap("Tulis catatan")
    for words, answer in (("99.9", "tidak ada di formulir"), ("bantuan", "Catatan untuk butir mana"), ("3.2", "3.2 ")):
        talk.say(words)
        assert answer in talk.last
    for words in ("bantuan", "...", "x" * 8001):
        talk.say(words)
        assert "Tulis catatan Anda" in talk.last and "3.2 Tujuan" in talk.last
    talk.say("Tujuan belum jelas.")
    talk.tap("Simpan")
    texts = world.process.units.write_now(lambda session: [row.text for row in session.query(Remark)])
    assert texts == ["Tujuan belum jelas."]


# Deciding -------------------------------------------------------------------------------------------------------------


def test_nobody_writes_grounds_for_a_verdict_that_would_be_refused(world: World) -> None:
    application_id = under_review(world, "tujuan")
    talk = opened(world, application_id)
    talk.tap("Putuskan")
    talk.tap("Layak")
    assert "belum ditutup" in talk.last and f"REK-2026-{application_id:04d}" in talk.last
    for tap in ("fine:{}", "ground:{}:layak:1", "taken:{}:layak", "final:{}:layak", "heed:{}:1"):
        talk.press(f"verdict:{tap.format(application_id)}")
        assert "Ya, putuskan" not in talk.labels() and talk.told[-1].prompt.expects is None, tap


def test_only_the_verdict_on_the_screen_is_decided(world: World) -> None:
    application_id = under_review(world)
    talk = opened(world, application_id)
    talk.tap("Semua baik")
    talk.tap("Tidak jadi")
    talk.press(f"verdict:final:{application_id}:layak")
    talk.press(f"verdict:heed:{application_id}:1")
    assert "Apa hasil pemeriksaannya?" in talk.last
    talk.tap("Ditolak")
    talk.tap("Data yang dituju sudah tersedia dari kegiatan statistik lain.")
    talk.tap("Tidak ada")
    talk.press(f"verdict:final:{application_id}:layak")  # of an earlier message
    assert "Apa hasil pemeriksaannya?" in talk.last
    assert world.process.units.write_now(lambda s: s.get_one(Application, application_id).status) == "under_review"


def test_a_drafted_letter_gets_other_words_and_a_new_draft(world: World) -> None:
    application_id = letter_drafted(world)
    talk = opened(world, application_id)
    talk.tap("Ubah isi surat")
    talk.tap("Ubah yang perlu diperhatikan")
    talk.say("Lakukan uji coba.\n-\nLaporkan hasilnya.")
    talk.tap("Simpan")
    talk.tap("Ubah isi surat")
    talk.tap("Ubah alasan")
    talk.say("Rancangan sudah sangat jelas.")
    talk.tap("Simpan")
    letters = world.process.units.write_now(lambda session: [row.facts for row in session.query(Letter)])
    assert [(facts["grounds"], facts["remarks"]) for facts in letters] == [
        (["Rancangan memadai."], []),
        (["Rancangan memadai."], ["Lakukan uji coba.", "Laporkan hasilnya."]),
        (["Rancangan sudah sangat jelas."], ["Lakukan uji coba.", "Laporkan hasilnya."]),
    ]
    assert [message.prompt.reason for message in talk.told].count("draft_letter") == 3
    talk.tap("Kirim ke direktur")
    talk.press(f"letter:edit:{application_id}")
    assert "tidak dapat dilakukan" in talk.last and "Status: Menunggu terbit" in talk.last


# Finding --------------------------------------------------------------------------------------------------------------


def test_applications_are_found_by_number_by_words_and_in_lists(world: World) -> None:
    found(world)


@pytest.mark.postgres
def test_they_are_found_on_postgresql_too(postgres_database: str, tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "data", database_url=postgres_database))
    found(world)
    world.stop()


def found(world: World) -> None:
    application_ids = [
        submitted(world, f"p{n}", {"judul_kegiatan": f"Survei Ternak 100% Wilayah {n}"}) for n in range(7)
    ]
    held, done = under_review(world), closed(world)
    talk = Talk(world, OFFICER)
    talk.say("halo")  # draws the letters
    talk.say("/periksa 3")
    assert talk.last.startswith("REK-2026-0003")
    for words in ("ternak 100%", "/berkas TERNAK wilayah", "/periksa rek-2026-000 ternak"):
        talk.say(words)
        assert talk.labels()[:6] == [f"REK-2026-{application_id:04d}" for application_id in application_ids[:6]], words
    talk.tap("Berikutnya")
    assert talk.labels() == ["REK-2026-0007", "Sebelumnya", "Semua berkas"]
    for words, answer in (("100_", "dengan kata “100_”"), ("REK-2026-0099", "REK-2026-0099 tidak ada")):
        talk.say(words)
        assert answer in talk.last
    talk.tap("Berkas saya")
    assert talk.labels() == [f"REK-2026-{held:04d}", "Semua berkas"] and "Anda" in talk.last
    talk.tap("Semua berkas")
    talk.tap("Selesai")
    assert f"REK-2026-{done:04d} · " in talk.last and "· Selesai" in talk.last
    talk.say("berkas")
    assert talk.labels()[:3] == [f"REK-2026-{application_id:04d}" for application_id in application_ids[:3]]
    for odd in ("inbox:list:mine:x", "inbox:list:nothing:0", "inbox:found:0", "inbox:list:ended:999999"):
        talk.press(odd)
        assert "Berkas permohonan" in talk.last, odd


def test_pages_go_on_where_the_last_one_ended_and_old_buttons_still_count_pages(world: World) -> None:
    numbers = [f"REK-2026-{submitted(world, f'p{n}'):04d}" for n in range(14)]
    talk = Talk(world, OFFICER)
    talk.press("inbox:list:submitted:0")
    assert talk.labels()[:7] == [*numbers[:6], "Berikutnya"]
    for n in (1, 3):
        do(world, f"p{n}", partial(withdraw, application_id=n + 1))
    talk.tap("Berikutnya")
    assert talk.labels() == [*numbers[6:12], "Sebelumnya", "Berikutnya", "Semua berkas"]
    talk.tap("Berikutnya")
    assert talk.labels() == [*numbers[12:], "Sebelumnya", "Semua berkas"]
    talk.tap("Sebelumnya")
    assert talk.labels()[:6] == numbers[6:12]
    talk.tap("Sebelumnya")
    assert talk.labels() == [numbers[0], numbers[2], *numbers[4:8], "Berikutnya", "Semua berkas"]
    talk.press("inbox:list:submitted:1")
    assert talk.labels() == [*numbers[8:14], "Sebelumnya", "Semua berkas"]


def test_what_waits_for_the_director_comes_first_for_the_director(world: World) -> None:
    submitted(world)
    application_id = awaiting_issue(world)
    talk = Talk(world, DIRECTOR)
    talk.say("berkas")
    talk.tap("Tidak dicantumkan")
    assert talk.labels()[0] == f"REK-2026-{application_id:04d}" and "Berkas saya" not in talk.labels()


# The promised day -----------------------------------------------------------------------------------------------------


def due(world: World, application_id: int) -> date:
    return world.process.units.write_now(lambda session: session.get_one(Application, application_id).due_on)


def test_the_promise_moves_only_where_the_clock_pauses(world: World, tmp_path: Path) -> None:
    pauses = profile(tmp_path, ("pauses_during_revision = false", "pauses_during_revision = true"))
    pausing = staffed(World(tmp_path / "pausing", office=pauses))
    for office, days in ((world, 0), (pausing, 5)):
        application_id = revision_requested(office)
        before = due(office, application_id)
        office.now += timedelta(days=7)
        answer_again(office, application_id)
        resubmit(office, application_id)
        calendar = office.process.app.office.calendar
        assert calendar.working_days_between(before, due(office, application_id)) == days
        office.now += timedelta(days=2)
        assert "Lama: 7 hari kerja, 2 di kantor dan 5 menunggu pemohon" in opened(office, application_id).last
    pausing.stop()
