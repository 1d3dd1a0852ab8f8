"""Applications: remarks, and the revisions that answer them."""

from __future__ import annotations

import pytest

from bot.service import cases, decisions, drafts, officers, revisions
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.definition import Value
from storage import applications as rows
from storage.tables import Remark, Submission
from tests.casework import (
    APPLICANT,
    FORM,
    OFFICER,
    answer_again,
    audited,
    do,
    draft_of,
    on,
    remark,
    resubmit,
    revision_requested,
    status,
    submitted,
    under_review,
)
from tests.talk import Talk, World
from tests.unit.case_rows import all_of, case


def test_a_revision_needs_a_remark(world: World) -> None:
    application_id = under_review(world)
    with pytest.raises(ActionRefused, match="paling sedikit satu catatan"):
        do(world, OFFICER, on(application_id, revisions.request_revision))


def test_a_feasible_verdict_needs_every_remark_closed(world: World) -> None:
    application_id = under_review(world, "judul_kegiatan")
    with pytest.raises(ActionRefused, match="belum ditutup"):
        do(
            world,
            OFFICER,
            on(application_id, lambda ctx, it: decisions.decide(ctx, it, it.round, cases.FEASIBLE, ["Memadai."], [])),
        )


def test_a_remark_needs_an_answer(world: World) -> None:
    application_id = under_review(world)
    with pytest.raises(ActionRefused, match="tidak ada di permohonan"):
        remark(world, application_id, "metode_nonprobabilitas")


def test_an_answer_with_a_remark_is_kept_only_with_a_reply(world: World) -> None:
    application_id = revision_requested(world, "eselon2")
    with pytest.raises(ActionRefused, match="belum dijawab"):
        resubmit(world, application_id)
    talk = Talk(world, APPLICANT)
    talk.press(f"revise:start:{application_id}")
    for same in ("[Tetap seperti ini]", "Kepala Dinas Kesehatan"):  # kept, or typed once more
        talk.tap(same[1:-1]) if same.startswith("[") else talk.say(same)
        assert "Mengapa isian ini tetap?" in talk.last
        talk.press(f"revise:start:{application_id}")
    talk.tap("Tetap seperti ini")
    talk.say("...")
    assert "Tulis jawabannya dengan kata-kata" in talk.last
    talk.say("Jabatan itu sudah benar.")
    resubmit(world, application_id)
    (row,) = all_of(world, Remark)
    assert isinstance(row, Remark) and (row.state, row.reply) == ("answered", "Jabatan itu sudah benar.")


def open_questions(world: World, application_id: int) -> set[str]:
    def read(ctx: Context) -> set[str]:
        draft = draft_of(ctx.session, application_id)
        return {question.id for question in drafts.path(ctx, ctx.app.form(FORM), draft)}

    return do(world, APPLICANT, read)


def test_a_question_that_applies_after_a_change_is_asked_even_if_it_has_an_answer(world: World) -> None:
    old: dict[str, Value] = {"pemilihan_sampel": "probabilitas", "metode_nonprobabilitas": "purposive"}
    application_id = submitted(world, APPLICANT, old)
    do(world, OFFICER, on(application_id, cases.claim))
    remark(world, application_id, "pemilihan_sampel")
    do(world, OFFICER, on(application_id, revisions.request_revision))
    assert open_questions(world, application_id) == {"pemilihan_sampel", "catatan"}
    answer_again(world, application_id, pemilihan_sampel="nonprobabilitas")
    assert open_questions(world, application_id) == {"pemilihan_sampel", "metode_nonprobabilitas", "catatan"}
    with pytest.raises(ActionRefused, match="belum dijawab"):
        resubmit(world, application_id)
    talk = Talk(world, APPLICANT)
    talk.press(f"revise:start:{application_id}")
    assert "Isian sekarang" in talk.last and "formulirnya berubah" not in talk.last
    talk.tap("Tetap seperti ini")
    resubmit(world, application_id)
    frozen = submission(world, application_id, 2)
    assert frozen["metode_nonprobabilitas"] == "purposive"
    assert not {"metode_probabilitas", "kerangka_sampel", "sampling_error"} & set(frozen)


def submission(world: World, application_id: int, revision: int) -> dict[str, object]:
    row = world.process.units.write_now(lambda session: rows.submission(session, application_id, revision))
    assert row is not None
    return dict(row.answers)


def test_answers_that_do_not_apply_are_never_in_a_submission(world: World) -> None:
    application_id = submitted(
        world, APPLICANT, {"metode_nonprobabilitas": "purposive", "rilis_tercetak": "2026-12-15"}
    )
    assert not {"metode_nonprobabilitas", "rilis_tercetak"} & set(submission(world, application_id, 1))


def test_each_round_freezes_the_next_revision_and_leaves_the_earlier_ones(world: World) -> None:
    application_id = revision_requested(world)
    first = submission(world, application_id, 1)
    for turn in (2, 3):
        answer_again(world, application_id, judul_kegiatan=f"Survei Kepuasan Pasien Puskesmas Putaran {turn}")
        resubmit(world, application_id)
        if turn == 2:
            do(world, OFFICER, on(application_id, revisions.request_revision))
    frozen = [row.revision for row in all_of(world, Submission) if isinstance(row, Submission)]
    assert frozen == [1, 2, 3] and submission(world, application_id, 1) == first
    assert submission(world, application_id, 3)["judul_kegiatan"] == "Survei Kepuasan Pasien Puskesmas Putaran 3"


def test_a_revised_title_is_the_applications_title_and_the_screen_says_what_it_was(world: World) -> None:
    application_id = revision_requested(world)
    answer_again(world, application_id, judul_kegiatan="Survei Kepuasan Pasien Rumah Sakit Jeneponto")
    resubmit(world, application_id)
    assert case(world, application_id).title == "Survei Kepuasan Pasien Rumah Sakit Jeneponto"
    talk = Talk(world, OFFICER)
    talk.press(f"examine:block:{application_id}:blok_0")
    assert "Sebelumnya: Survei Kepuasan Pasien Puskesmas Kabupaten Jeneponto" in talk.last
    assert talk.last.count("Sebelumnya") == 1


def test_a_revision_of_an_officer_who_has_left_returns_to_the_inbox(world: World) -> None:
    application_id = revision_requested(world)
    do(world, OFFICER, lambda ctx: officers.revoke(ctx.session, ctx.app.keys, ctx.actor.id, ctx.now))
    answer_again(world, application_id)
    resubmit(world, application_id)
    assert (status(world, application_id), case(world, application_id).officer_id) == ("submitted", None)
    assert audited(world, application_id)[-2:] == ["resubmit", "release"]
