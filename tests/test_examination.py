"""The examination with one thumb: blocks called clear, findings as remarks, remarks closed, a request taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.service import cases, remarks, revisions
from bot.service.access import ActionRefused
from storage.tables import Remark
from tests.casework import (
    APPLICANT,
    OFFICER,
    OTHER_OFFICER,
    answer_again,
    do,
    on,
    remark,
    resubmit,
    revision_requested,
    status,
    submitted,
    under_review,
)
from tests.talk import Talk, World

#: "Survei" in the title of a compilation, and a title without the year
FINDINGS = {"judul_kegiatan": "Kompilasi Kepuasan Pasien 2026"}


def rows(world: World) -> list[Remark]:
    return world.process.units.write_now(lambda s: list(s.scalars(select(Remark).order_by(Remark.id))))


def test_a_finding_becomes_a_remark_in_one_tap_in_the_officers_words(world: World) -> None:
    application_id = submitted(world, APPLICANT, FINDINGS)
    do(world, OFFICER, on(application_id, cases.claim))
    talk = Talk(world, OFFICER)
    talk.press(f"examine:block:{application_id}:blok_0")
    offered = [label for label in talk.labels() if label.startswith("Catat R-")]
    assert offered, talk.last
    button = talk.button(offered[0]).value
    talk.tap(offered[0])
    (made,) = rows(world)
    assert f"Catat {made.rule}" == offered[0] and made.text in talk.last and "✓ Catatan 1 untuk" in talk.last
    assert offered[0] not in talk.labels()
    talk.press(button)
    assert "sudah menjadi catatan" in talk.last and len(rows(world)) == 1, "an old button makes no second remark"
    talk.press(f"remark:closed:{application_id}:{made.id}:1")
    talk.press(f"examine:block:{application_id}:blok_0")
    assert offered[0] in talk.labels(), "a closed remark leaves the finding"


def test_no_rule_that_found_nothing_becomes_a_remark(world: World) -> None:
    application_id = under_review(world)
    talk = Talk(world, OFFICER)
    for rule in ("R-III-10", "R-XX", "R-ID-03"):
        talk.press(f"examine:finding:{application_id}:blok_0:{rule}")
        assert "sudah tidak ada" in talk.last
    assert rows(world) == []


def test_all_remarks_are_closed_at_once_but_none_that_came_later(world: World) -> None:
    application_id = under_review(world, "tujuan", "judul_kegiatan")
    talk = Talk(world, OFFICER)
    talk.press(f"remark:open:{application_id}")
    remark(world, application_id, "uji_coba")
    talk.tap("Tutup semua (2)")
    assert "✓ 2 catatan ditutup." in talk.last and "Catatan 3 (6.1)" in talk.last
    assert [(row.number, row.state) for row in rows(world)] == [(1, "closed"), (2, "closed"), (3, "open")]
    remark(world, application_id, "tujuan")
    assert rows(world)[-1].number == 4, "a number is not used again"


def test_a_request_is_shown_whole_and_a_later_remark_is_not_sent_unseen(world: World) -> None:
    application_id = under_review(world, "tujuan")
    talk = Talk(world, OFFICER)
    talk.press(f"case:revision:{application_id}")
    assert "Catatan 1: Mohon dijelaskan." in talk.last and status(world, application_id) == "under_review"
    remark(world, application_id, "judul_kegiatan", "Judulnya kurang lengkap.")
    talk.tap("Ya, minta perbaikan")
    assert "Catatannya sudah berubah" in talk.last and "Judulnya kurang lengkap." in talk.last
    assert status(world, application_id) == "under_review"
    talk.tap("Ya, minta perbaikan")
    assert status(world, application_id) == "revision_requested"


def test_a_request_is_taken_back_and_the_applicant_told_and_asked_again_later(world: World) -> None:
    application_id = revision_requested(world, "tujuan")
    applicant, talk = Talk(world, APPLICANT), Talk(world, OFFICER)
    applicant.say("halo")
    old = applicant.button("Perbaiki sekarang").value
    talk.press(f"case:show:{application_id}")
    talk.tap("Tarik permintaan")
    assert status(world, application_id) == "revision_requested"
    talk.tap("Ya, tarik")
    assert status(world, application_id) == "under_review" and "Catatan 1 (3.2)" in talk.last
    assert "menarik kembali permintaan perbaikan" in world.mails()[-1][2]
    applicant.press(old)
    assert "tidak menunggu perbaikan" in applicant.last
    talk.press(f"case:revision:{application_id}")
    talk.tap("Ya, minta perbaikan")
    answer_again(world, application_id, tujuan="Tujuan yang lebih jelas.")
    resubmit(world, application_id)
    assert status(world, application_id) == "under_review"


def test_what_the_applicant_has_begun_to_answer_is_not_taken_back(world: World) -> None:
    application_id = revision_requested(world, "tujuan", "judul_kegiatan")
    talk = Talk(world, OFFICER)
    talk.press(f"case:retract:{application_id}")
    answer_again(world, application_id, tujuan="Tujuan yang lebih jelas.")
    talk.tap("Ya, tarik")
    assert "sudah mulai menjawab" in talk.last and status(world, application_id) == "revision_requested"
    assert "Tarik permintaan" not in talk.labels()


def test_only_the_holder_takes_a_request_back_and_only_of_the_round_they_saw(world: World) -> None:
    application_id = revision_requested(world, "tujuan")
    for who, round in ((OTHER_OFFICER, 1), (OFFICER, 2)):
        with pytest.raises(ActionRefused):
            do(world, who, on(application_id, lambda ctx, case, r=round: revisions.take_back(ctx, case, r)))  # type: ignore[misc]
    assert status(world, application_id) == "revision_requested"


def test_a_fatal_remark_is_shown_as_such_and_leads_to_a_rejection(world: World) -> None:
    application_id = under_review(world)
    talk = Talk(world, OFFICER)
    talk.press(f"verdict:taken:{application_id}:ditolak")
    talk.tap("Rancangan belum memadai dan belum diperbaiki sesuai catatan pemeriksa.")
    assert "pemohon belum pernah diminta memperbaiki" not in talk.last
    talk.tap("Tidak ada")
    assert "pemohon belum pernah diminta memperbaiki" in talk.last
    remark(world, application_id, "tujuan")
    talk.press(f"remark:open:{application_id}")
    talk.tap("Catatan 1 fatal")
    assert "(fatal)" in talk.last
    talk.press(f"case:revision:{application_id}")
    assert "Ada catatan fatal" in talk.last and "(fatal)" in talk.last
    talk.press(f"verdict:taken:{application_id}:ditolak")
    talk.tap("Rancangan belum memadai dan belum diperbaiki sesuai catatan pemeriksa.")
    talk.tap("Tidak ada")
    assert "pemohon belum pernah diminta memperbaiki" not in talk.last
    do(world, OFFICER, on(application_id, lambda ctx, case: remarks.set_severity(ctx, case, 1, "mendable")))
    assert [row.severity for row in rows(world)] == ["mendable"]


def test_ready_made_grounds_and_remarks_say_whether_the_applicant_could_mend_them(world: World) -> None:
    application_id = under_review(world)
    fatal = "Data yang dituju sudah tersedia dari kegiatan statistik lain."
    talk = Talk(world, OFFICER)
    talk.press(f"remark:ask:{application_id}:3.2")
    assert f"Fatal: {fatal}" in talk.last
    talk.press(f"verdict:taken:{application_id}:ditolak")
    mendable = talk.last.partition("Dapat diperbaiki pemohon:")[2]
    assert f"Fatal, tidak dapat diperbaiki pemohon:\n• {fatal}" in talk.last and "Rancangan belum memadai" in mendable
    talk.tap(fatal)
    talk.tap("Tidak ada")
    assert "pemohon belum pernah diminta memperbaiki" not in talk.last, "nothing could be mended"
    talk.press(f"verdict:taken:{application_id}:layak")
    assert "Fatal" not in talk.last


def test_a_block_stays_read_in_the_next_round_unless_its_answers_changed(world: World) -> None:
    application_id = revision_requested(world, "judul_kegiatan")
    answer_again(world, application_id, judul_kegiatan="Survei Kepuasan Pasien Rumah Sakit Jeneponto 2026")
    resubmit(world, application_id)
    talk = Talk(world, OFFICER)
    talk.press(f"case:show:{application_id}")
    assert "Blok yang belum Anda buka: 0" in talk.last
    do(world, OTHER_OFFICER, on(application_id, cases.take_over))
    other = Talk(world, OTHER_OFFICER)
    other.press(f"case:show:{application_id}")
    assert "Blok yang belum Anda buka: 0, I, II, III" in other.last, "a colleague reads for themselves"
