"""Consultations from outside: asked with files, answered, asked again, ended and rated; late, deleted, and limited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.limits import DAILY
from bot.runtime import retention
from bot.service import consultation_desk, consultations, officers
from bot.service.access import ActionRefused
from storage.tables import AuditLine, Consultation, File, LiveMessage, SatisfactionSurvey
from tests.casework import APPLICANT, DIRECTOR, HEAD, OFFICER, OTHER_OFFICER, audit_faults, do, staffed
from tests.daily_jobs import morning, run_daily_jobs
from tests.filling import filling
from tests.made_files import pdf
from tests.talk import Talk, World

ASKED = "Berapa sampel yang cukup untuk 11 kecamatan?"
ANSWER = "Mulailah dari 30 per kecamatan."
_people = count(1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Shared: each test has an asker and a consultation of its own."""
    world = staffed(World(tmp_path_factory.mktemp("consultations") / "data"))
    yield world
    world.stop()


@pytest.fixture
def own_world(new_world: World) -> World:
    return staffed(new_world)


@pytest.fixture
def who() -> str:
    return f"penanya {next(_people)}"


def news(talk: Talk) -> str:
    """Everything that is new, as it is read."""
    return "\n".join(talk.lines(asyncio.run(talk.news())))


def stored(world: World, consultation_id: int) -> Consultation:
    return world.process.units.write_now(lambda session: session.get_one(Consultation, consultation_id))


def newest(world: World) -> int:
    query = select(Consultation.id).order_by(Consultation.id.desc()).limit(1)
    return world.process.units.write_now(lambda session: session.scalars(query).one())


def acts(world: World, consultation_id: int) -> list[str]:
    query = select(AuditLine.act).where(AuditLine.case == f"consultation/{consultation_id}").order_by(AuditLine.number)
    return world.process.units.write_now(lambda session: list(session.scalars(query)))


def ask(world: World, who: str, words: str = ASKED) -> int:
    return do(world, who, lambda ctx: consultations.ask(ctx, words)).consultation.id


def answer(world: World, consultation_id: int, who: str = OFFICER) -> None:
    do(world, who, lambda ctx: consultation_desk.answer(ctx, consultation_id, ANSWER))


def refused(world: World, who: str, act: str, *arguments: object) -> str:
    with pytest.raises(ActionRefused) as raised:
        do(world, who, lambda ctx: getattr(consultation_desk, act)(ctx, *arguments))
    return raised.value.text.msgid


def test_a_question_with_a_file_is_answered_asked_again_ended_and_rated(world: World, who: str) -> None:
    talk, officer = Talk(world, who), Talk(world, OFFICER)
    talk.say("konsultasi")
    talk.send(("rancangan.pdf", pdf()))
    assert "✓ rancangan.pdf dilampirkan." in talk.last and "Apa yang ingin Anda tanyakan?" in talk.last
    talk.say(ASKED)
    talk.send(("virus.exe", b"MZ\x90\x00"))
    assert "virus.exe: " in talk.last and ASKED in talk.last and "• rancangan.pdf" in talk.last
    talk.tap("Kirim")
    consultation_id = newest(world)
    number = stored(world, consultation_id).number
    assert f"dengan nomor {number}" in talk.last and "9 Maret 2026" in talk.last
    assert f"Konsultasi baru {number}" in news(officer)
    officer.tap("Baca")
    assert ASKED in officer.last and "[rancangan.pdf]" in officer.last and "virus" not in officer.last
    officer.tap("Buka rancangan.pdf")
    assert officer.told[-1].prompt.attachment is not None and "read_file" in acts(world, consultation_id)
    officer.press(f"consultation:desk:answer:{consultation_id}")
    officer.send(("contoh.pdf", pdf(pages=2)), text=ANSWER)
    officer.tap("Kirim")
    said = news(talk)
    assert "Jawaban atas konsultasi" in said and ANSWER in said and "contoh.pdf" in said and "Siti" in said
    talk.tap("Tanya lagi")
    talk.say("Kalau desa?")
    talk.tap("Kirim")
    assert "Ada tulisan baru" in news(officer)
    answer(world, consultation_id)
    news(talk)
    talk.tap("Sudah cukup")
    talk.tap("★★★★ 4 bintang")
    talk.say("Sangat membantu.")
    talk.tap("Kirim")
    stranger = Talk(world, f"{who} lain")
    stranger.press(f"survey:score:consultation:{consultation_id}:U1:1")
    talk.tap("Isi survei kepuasan")
    for _ in range(8):
        talk.say("4")
    talk.press(f"consultation:show:{consultation_id}")
    talk.tap("Lanjutkan survei")
    talk.say("4")
    assert "Jawaban survei Anda sudah kami simpan." in talk.last
    surveys = select(SatisfactionSurvey).where(SatisfactionSurvey.consultation_id == consultation_id)
    [survey] = world.process.units.write_now(lambda session: list(session.scalars(surveys)))
    assert set(survey.scores.values()) == {4} and survey.finished_at is not None
    found = stored(world, consultation_id)
    assert (found.state, found.stars, found.comment, found.in_time) == ("closed", 4, "Sangat membantu.", True)
    assert audit_faults(world) == []


def test_it_stands_on_the_status_and_opens_by_its_number_for_its_writer_alone(world: World, who: str) -> None:
    consultation_id = ask(world, who)
    number, talk, stranger = stored(world, consultation_id).number, Talk(world, who), Talk(world, f"bukan {who}")
    talk.say("status")
    assert "Konsultasi Anda yang belum selesai: 1" in talk.last
    talk.tap("Konsultasi")
    talk.tap(number)
    assert ASKED in talk.last and "Menunggu jawaban" in talk.last
    stranger.say("halo")
    stranger.say(number)
    assert f"Tidak ada konsultasi Anda dengan nomor {number}" in stranger.last
    for act in ("more", "enough", "show"):
        stranger.press(f"consultation:{act}:{consultation_id}")
        assert "tidak dapat Anda buka" in stranger.last
    desk = [f"consultation:desk:{act}:{consultation_id}" for act in ("open", "answer", "take")]
    for code in (*desk, f"rating:give:consultation:{consultation_id}:5"):
        stranger.press(code)
        assert ASKED not in stranger.last and stored(world, consultation_id).stars is None


def test_its_number_inside_a_form_is_answered_in_brief_and_the_question_returns(world: World) -> None:
    talk = filling(world, "unit_sampel", who="pengisi")
    consultation_id = ask(world, "pengisi")
    talk.say(stored(world, consultation_id).number)
    assert "KON-2026-" in talk.last and ": Menunggu jawaban." in talk.last and "5.7 Unit Sampel" in talk.last
    assert ASKED not in talk.last
    talk.say("/pengaduan")
    assert "Pengaduan" in talk.last and "5.7 Unit Sampel" in talk.last
    talk.tap("Tulis pengaduan di sini")
    assert "Silakan tulis pengaduan Anda" in talk.last


def test_nobody_without_the_role_and_nobody_about_their_own_question_answers(world: World) -> None:
    mine = ask(world, OTHER_OFFICER)
    for person in (OTHER_OFFICER, DIRECTOR, APPLICANT):
        for act, more in (("read", ()), ("take", ()), ("answer", (ANSWER,)), ("open_file", (1,))):
            assert refused(world, person, act, mine, *more)
    assert stored(world, mine).state == "open"


def test_what_one_officer_has_taken_another_does_not_answer_and_the_head_takes_over(world: World, who: str) -> None:
    consultation_id = ask(world, who)
    do(world, OFFICER, lambda ctx: consultation_desk.take(ctx, consultation_id))
    assert "petugas lain" in refused(world, OTHER_OFFICER, "answer", consultation_id, ANSWER)
    assert refused(world, OTHER_OFFICER, "take", consultation_id)
    do(world, HEAD, lambda ctx: consultation_desk.take(ctx, consultation_id))
    assert "mengambil alih" in news(Talk(world, OFFICER))
    answer(world, consultation_id, HEAD)
    assert "sudah dijawab" in refused(world, HEAD, "answer", consultation_id, ANSWER), "a second press answers nothing"


def test_days_are_watched_and_silence_closes(own_world: World) -> None:
    world, talk, officer, head = own_world, Talk(own_world, APPLICANT), Talk(own_world, OFFICER), Talk(own_world, HEAD)
    consultation_id = ask(world, APPLICANT)
    told = [news(officer), news(head)]
    for day in (6, 9, 10, 10):  # a working day before, the day itself, the day after
        run_daily_jobs(world, morning(day))
        told.append(news(officer))
    assert ["Pengingat" in words for words in told[2:]] == [True, True, False, False]
    assert news(head).count("seharusnya dijawab") == 1
    assert news(talk).count("Maaf, konsultasi") == 1
    answer(world, consultation_id)
    assert stored(world, consultation_id).in_time is False
    run_daily_jobs(world, world.now + timedelta(days=13))
    assert stored(world, consultation_id).state == "answered"
    run_daily_jobs(world, world.now + timedelta(days=2))
    assert stored(world, consultation_id).state == "closed"
    talk.press(f"consultation:more:{consultation_id}")
    assert "sudah selesai" in talk.last


def test_where_nobody_can_answer_nothing_is_said_to_be_passed_on(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    asked = do(world, APPLICANT, lambda ctx: consultations.ask(ctx, ASKED))
    assert not asked.has_reader
    talk = Talk(world, "lain")
    talk.press("consultation:ask")
    talk.say(ASKED)
    talk.tap("Kirim")
    assert "belum ada petugas yang dapat membacanya" in talk.last and "paling lambat" not in talk.last
    talk.say("bicara dengan petugas")
    talk.say(ASKED)
    assert "belum ada petugas yang dapat membacanya" in talk.last and "diteruskan" not in talk.last
    world.stop()


def test_questions_and_files_are_limited(world: World, who: str) -> None:
    talk = Talk(world, who)
    talk.press("consultation:ask")
    talk.send(*((f"{number}.pdf", pdf(pages=number)) for number in range(1, 7)))
    assert "5.pdf dilampirkan" in talk.last and "6.pdf: paling banyak 5 berkas." in talk.last
    for _ in range(DAILY["consultations_of_person"]):
        ask(world, who)
    talk.say(ASKED)
    talk.tap("Kirim")
    assert "sudah terlalu banyak" in talk.last and "Lanjutkan tulisan yang belum dikirim" in talk.labels()


def test_what_was_written_goes_after_the_offices_days_and_what_was_not_sent_too(own_world: World) -> None:
    world, talk = own_world, Talk(own_world, APPLICANT)
    talk.press("consultation:ask")
    talk.send(("tidak-terkirim.pdf", pdf()))
    talk.say("menu")
    talk.press("consultation:ask")
    talk.send(("rancangan.pdf", pdf(pages=2)), text=ASKED)
    talk.tap("Kirim")
    consultation_id = newest(world)
    file_id = world.process.units.write_now(
        lambda s: s.scalars(select(LiveMessage.file_id).where(LiveMessage.file_id.is_not(None))).one()
    )
    do(world, OFFICER, lambda ctx: consultation_desk.open_file(ctx, consultation_id, file_id or 0))
    answer(world, consultation_id)
    do(world, APPLICANT, lambda ctx: consultations.end(ctx, consultation_id))

    def names() -> list[str]:
        return world.process.units.write_now(lambda s: sorted(f.name for f in s.scalars(select(File))))

    def run(moment: datetime) -> list[str]:
        world.now = moment
        asyncio.run(retention.run(world.process, world.now))
        return names()

    assert names() == ["rancangan.pdf", "rancangan.pdf", "tidak-terkirim.pdf"]
    assert run(world.now + timedelta(days=29)) == ["rancangan.pdf", "rancangan.pdf", "tidak-terkirim.pdf"]
    assert run(world.now + timedelta(days=2)) == []
    assert world.process.units.write_now(lambda s: list(s.scalars(select(LiveMessage.id)))) == []
    assert stored(world, consultation_id).in_time is True, "the figures stay"


def test_a_revoked_officer_opens_no_file_of_a_consultation(own_world: World) -> None:
    world, talk, officer = own_world, Talk(own_world, APPLICANT), Talk(own_world, OFFICER)
    talk.press("consultation:ask")
    talk.send(("rancangan.pdf", pdf()), text=ASKED)
    talk.tap("Kirim")
    news(officer)
    officer.tap("Baca")
    officer.tap("Buka rancangan.pdf")
    attachment = officer.told[-1].prompt.attachment
    assert attachment is not None

    def read() -> bool:
        found = asyncio.run(world.process.history.attachment("console", OFFICER, attachment.file_id))
        return found is not None

    assert read()
    person_id = do(world, OFFICER, lambda ctx: ctx.person_id)
    keys = world.process.app.keys
    assert world.process.units.write_now(lambda s: officers.revoke(s, keys, person_id, world.now))
    assert not read()
    assert refused(world, OFFICER, "open_file", newest(world), attachment.file_id)


@pytest.mark.postgres
def test_of_two_answers_at_once_one_is_sent_while_the_asker_adds_something(
    tmp_path: Path, postgres_database: str
) -> None:
    world = staffed(World(tmp_path / "data", database_url=postgres_database))
    consultation_id = ask(world, APPLICANT)

    def answers(who: str) -> bool:
        try:
            answer(world, consultation_id, who)
        except ActionRefused:
            return False
        return True

    with ThreadPoolExecutor(5) as threads:
        added = threads.submit(
            do, world, APPLICANT, lambda ctx: consultations.ask_more(ctx, consultation_id, "Satu lagi.").has_reader
        )
        sent = [*threads.map(answers, (OFFICER, OTHER_OFFICER) * 2)]
        assert added.result(timeout=20) is True
    written = acts(world, consultation_id)
    assert sent.count(True) == written.count("answer") >= 1
    assert "answer answer" not in " ".join(written), "only what is added opens it again"
    world.stop()
