"""What an officer does with an answer that came back: accept it, ask again, or propose a value for one tap."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.service import remarks, revisions
from bot.service.access import ActionRefused
from domain.form.definition import Value
from storage.tables import Remark
from tests.casework import (
    APPLICANT,
    OFFICER,
    OTHER_OFFICER,
    answer_again,
    audit_faults,
    do,
    draft_of,
    on,
    resubmit,
    revision_requested,
    status,
    under_review,
)
from tests.talk import Talk, World


def rows(world: World) -> list[Remark]:
    return world.process.units.write_now(lambda s: list(s.scalars(select(Remark).order_by(Remark.id))))


def returned(world: World, *questions: str) -> tuple[int, Talk]:
    """The second round: the applicant kept the answers, with a reply."""
    application_id = revision_requested(world, *questions)
    answer_again(world, application_id)
    resubmit(world, application_id)
    talk = Talk(world, OFFICER)
    talk.press(f"remark:open:{application_id}")
    return application_id, talk


def answer_of(world: World, application_id: int, question: str) -> Value:
    return world.process.units.write_now(lambda session: draft_of(session, application_id).answers[question])


def test_a_returned_answer_is_accepted_asked_about_again_or_gets_a_proposal(world: World) -> None:
    talk = returned(world, "judul_kegiatan", "tujuan", "tahun_kegiatan")[1]
    assert [label for label in talk.labels() if label.startswith("Terima jawaban")] == [
        "Terima jawaban 1 (0.1)",
        "Terima jawaban 2 (3.2)",
        "Terima jawaban 3 (0.2)",
    ]
    talk.tap("Terima jawaban 1 (0.1)")
    talk.tap("Tanya lagi 2")
    assert "Sudah sesuai dengan pedoman." in talk.last
    talk.say("Pedoman yang mana?")
    talk.tap("Simpan")
    assert "✓ Catatan 2 ditambah" in talk.last and "Mohon dijelaskan.\nPedoman yang mana?" in talk.last
    talk.tap("Usulkan isian 3")
    talk.say("entahlah")
    talk.tap("Simpan")
    assert rows(world)[2].proposal == {}, "a value that does not answer the question is not proposed"
    talk.say("2027")
    talk.tap("Simpan")
    assert "Usulan pemeriksa: 2027" in talk.last
    assert [(row.number, row.state) for row in rows(world)] == [(1, "closed"), (2, "open"), (3, "open")]
    assert audit_faults(world) == []


def test_the_applicant_takes_a_proposal_with_one_tap(world: World) -> None:
    application_id = under_review(world, "tahun_kegiatan")
    talk = Talk(world, OFFICER)
    talk.press(f"remark:propose:{application_id}:{rows(world)[0].id}:1")
    talk.say("2027")
    talk.tap("Simpan")
    talk.press(f"case:revision:{application_id}")
    assert "Usulan pemeriksa: 2027" in talk.last, "the request is shown whole"
    talk.tap("Ya, minta perbaikan")
    assert "Usulan pemeriksa: 2027" in world.mails()[-1][2]
    applicant = Talk(world, APPLICANT)
    applicant.say("perbaiki")
    assert "Catatan pemeriksa: Mohon dijelaskan.\nUsulan pemeriksa: 2027" in applicant.last
    applicant.tap("Pakai usulan")
    assert answer_of(world, application_id, "tahun_kegiatan") == 2027 and "Pakai usulan" not in applicant.labels()
    resubmit(world, application_id)
    talk.press(f"remark:open:{application_id}")
    assert "Sekarang: 2027" in talk.last and status(world, application_id) == "under_review"


def test_the_applicant_may_answer_otherwise_than_proposed(world: World) -> None:
    application_id = under_review(world, "tahun_kegiatan")
    do(world, OFFICER, on(application_id, lambda ctx, case: remarks.propose(ctx, case, 1, 1, "2027")))
    do(world, OFFICER, on(application_id, revisions.request_revision))
    applicant = Talk(world, APPLICANT)
    applicant.say("perbaiki")
    applicant.say("2028")
    assert answer_of(world, application_id, "tahun_kegiatan") == 2028


def test_nothing_is_proposed_by_others_for_other_rounds_or_in_place_of_the_same_answer(world: World) -> None:
    application_id = under_review(world, "tahun_kegiatan", "jadwal")
    for who, remark_id, round, words in (
        (OTHER_OFFICER, 1, 1, "2027"),
        (OFFICER, 1, 2, "2027"),
        (OFFICER, 1, 1, "2026"),
        (OFFICER, 2, 1, "Januari"),
        (OFFICER, 9, 1, "2027"),
    ):
        with pytest.raises(ActionRefused):
            do(
                world,
                who,
                on(application_id, lambda c, case, i=remark_id, r=round, w=words: remarks.propose(c, case, i, r, w)),  # type: ignore[misc]
            )
    assert [row.proposal for row in rows(world)] == [{}, {}]
