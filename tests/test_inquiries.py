"""An officer asks the applicant something without returning the form; the applicant answers from any screen."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.service import cases, data_export, decisions, inquiries
from bot.service.access import ActionRefused
from locales import say
from storage.tables import Application, Inquiry
from tests.casework import (
    APPLICANT,
    OFFICER,
    OTHER_OFFICER,
    audit_faults,
    audited,
    do,
    half_filled,
    on,
    staffed,
    status,
    under_review,
)
from tests.talk import Talk, World

ASKED = "Siapa yang memakai hasilnya?"


def rows(world: World) -> list[Inquiry]:
    return world.process.units.write_now(lambda s: list(s.scalars(select(Inquiry).order_by(Inquiry.id))))


def ask(world: World, application_id: int, words: str = ASKED, question: str = "tujuan") -> int:
    asked = world.process.app.form("recommendation_request").questions.get(question)
    return do(world, OFFICER, on(application_id, lambda ctx, case: inquiries.ask(ctx, case, asked, words).id))


def deadline(world: World, application_id: int) -> object:
    return world.process.units.write_now(lambda s: s.get_one(Application, application_id).due_on)


def test_a_question_is_asked_and_answered_while_the_form_stays_sent(world: World) -> None:
    application_id = under_review(world)
    officer, applicant = Talk(world, OFFICER), Talk(world, APPLICANT)
    applicant.say("halo")
    promised = deadline(world, application_id)
    officer.press(f"examine:answer:{application_id}:3.2")
    officer.tap("Tanya 3.2")
    assert "Formulir tidak dikembalikan" in officer.last
    officer.say(ASKED)
    officer.tap("Kirim")
    assert "✓ Pertanyaan dikirim" in officer.last and "1, dijawab 0" in officer.last
    asyncio.run(applicant.news())
    assert ASKED in applicant.last and "3.2" in applicant.last and "tulis: jawab" in world.mails()[-1][2]
    applicant.tap("Jawab")
    applicant.say("Bappeda dan RSUD.")
    applicant.tap("Kirim")
    assert "✓ Jawaban Anda tentang REK-2026-0001" in applicant.last
    asyncio.run(officer.news())
    assert "Jawaban pemohon: Bappeda dan RSUD." in officer.last
    officer.tap("Baca")
    assert f"“{ASKED}”" in officer.last and "Bappeda dan RSUD." in officer.last
    for screen in (f"examine:answer:{application_id}:3.2", f"examine:block:{application_id}:blok_iii"):
        officer.press(screen)
        assert f"Ditanyakan: {ASKED} Dijawab: Bappeda dan RSUD." in officer.last
    assert status(world, application_id) == "under_review" and deadline(world, application_id) == promised
    officer.press(f"history:page:{application_id}")
    assert "(pemohon) menjawab pertanyaan petugas" in officer.last and audit_faults(world) == []


def test_a_question_is_answered_from_a_form_the_menu_and_the_status_also_after_a_restart(world: World) -> None:
    application_id = under_review(world)
    half_filled(world, "tujuan")
    ask(world, application_id)
    applicant = Talk(world, APPLICANT)
    applicant.say("halo")
    assert "Petugas menunggu jawaban Anda" in applicant.last and "Jawab pertanyaan petugas" in applicant.labels()
    applicant.press(f"status:show:{application_id}")
    assert "Petugas menunggu jawaban Anda" in applicant.last and "Jawab" in applicant.labels()
    applicant.say("lanjutkan")
    assert "3.2" in applicant.last
    applicant.press(f"inquiry_answer:open:{rows(world)[0].id}")
    applicant.say("Bappeda.")
    world.restart()
    applicant.tap("Kirim")
    assert [row.answer for row in rows(world)] == ["Bappeda."] and "Lanjutkan permohonan" in applicant.labels()
    applicant.say("jawab")
    assert "tidak ada pertanyaan petugas" in applicant.last
    own = do(world, APPLICANT, lambda ctx: data_export.facts_of(ctx, ctx.person_id, say).document)
    assert (ASKED in str(own["permohonan"]), "Bappeda." in str(own["permohonan"])) == (True, True)


def test_several_questions_are_answered_one_after_the_other(world: World) -> None:
    application_id = under_review(world)
    for number in range(inquiries.MOST_OPEN):
        ask(world, application_id, f"Pertanyaan {number}?", "")
    with pytest.raises(ActionRefused, match="yang belum dijawab"):
        ask(world, application_id)
    applicant = Talk(world, APPLICANT)
    applicant.say("/jawab")
    for number in range(inquiries.MOST_OPEN):
        assert f"Pertanyaan {number}?" in applicant.last
        applicant.say(f"Jawaban {number}.")
        applicant.tap("Kirim")
        if number < inquiries.MOST_OPEN - 1:
            applicant.tap("Jawab")
    assert [row.answer for row in rows(world)] == [f"Jawaban {number}." for number in range(inquiries.MOST_OPEN)]


def test_a_question_that_was_withdrawn_or_decided_over_takes_no_answer(world: World) -> None:
    application_id = under_review(world)
    first, second = ask(world, application_id), ask(world, application_id, "Kapan?", "")
    applicant, officer = Talk(world, APPLICANT), Talk(world, OFFICER)
    applicant.press(f"inquiry_answer:open:{first}")
    officer.press(f"inquiry:list:{application_id}")
    officer.tap("Tarik pertanyaan 1")
    assert "✓ Pertanyaan ditarik." in officer.last and ASKED not in officer.last
    applicant.say("Bappeda.")
    applicant.tap("Kirim")
    assert "tidak menunggu jawaban lagi" in applicant.last
    do(world, OFFICER, on(application_id, lambda c, case: decisions.decide(c, case, 1, "ditolak", ["Tidak."], [])))
    applicant.press(f"inquiry_answer:open:{second}")
    assert "tidak menunggu jawaban lagi" in applicant.last
    applicant.say("menu")
    assert "Jawab pertanyaan petugas" not in applicant.labels()


def test_an_answer_by_telephone_is_written_down_by_the_officer_and_said_so(world: World) -> None:
    application_id = under_review(world)
    ask(world, application_id)
    officer = Talk(world, OFFICER)
    officer.press(f"inquiry:list:{application_id}")
    officer.tap("Catat jawaban 1")
    officer.say("Bupati.")
    officer.tap("Simpan")
    assert "Dicatat petugas: Bupati." in officer.last and "Catat jawaban 1" not in officer.labels()
    officer.press(f"history:page:{application_id}")
    assert "Siti mencatat jawaban pemohon: “Bupati.”" in officer.last


def test_nobody_else_asks_reads_or_answers(world: World) -> None:
    application_id = under_review(world)
    inquiry_id = ask(world, application_id)
    for who in (OTHER_OFFICER, "orang lain"):
        other = Talk(world, who)
        other.press(f"inquiry_answer:open:{inquiry_id}")
        assert ASKED not in other.last and "tidak menunggu jawaban lagi" in other.last
    stranger = Talk(world, "orang lain")
    stranger.press(f"inquiry:list:{application_id}")
    assert ASKED not in stranger.last
    do(world, OTHER_OFFICER, on(application_id, cases.take_over))
    with pytest.raises(ActionRefused):
        do(world, OFFICER, on(application_id, lambda ctx, case: inquiries.withdraw(ctx, case, inquiry_id)))
    assert [row.state for row in rows(world)] == ["open"]


@pytest.mark.postgres
def test_two_answers_at_once_are_one_answer(tmp_path: Path, postgres_database: str) -> None:
    world = staffed(World(tmp_path / "data", database_url=postgres_database))
    application_id = under_review(world)
    inquiry_id = ask(world, application_id)

    def answer(words: str) -> bool:
        try:
            do(world, APPLICANT, lambda ctx: inquiries.answer(ctx, inquiry_id, words))
        except ActionRefused:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(answer, ("satu", "dua", "tiga", "empat"))) == 1
    answered = select(func.count()).select_from(Inquiry).where(Inquiry.state == "answered")
    assert world.process.units.write_now(lambda session: session.scalar(answered)) == 1
    assert audited(world, application_id).count("answer_inquiry") == 1
    world.stop()
