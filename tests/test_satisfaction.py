"""The satisfaction survey: offered after the stars, answered with a tap each, left and taken up again, once only."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

import locales
from bot.runtime import retention
from bot.service import consultation_desk, consultations, queue_desk
from bot.service import surveys as records
from domain.satisfaction import ELEMENTS, QUESTIONS, Element, Scores
from domain.text import Json
from letters import satisfaction_chart
from storage import personal_data, satisfaction
from storage.statistics import Moments
from storage.tables import Rating, SatisfactionSurvey
from tests import casework
from tests.casework import APPLICANT, HEAD, OFFICER, do, staffed
from tests.queue_rows import call, end, take, tickets
from tests.sample_papers import SATISFACTION
from tests.sample_surveys import WORKED
from tests.stored_files import content
from tests.talk import Talk, World

BEGIN, GO_ON = "Isi survei kepuasan", "Lanjutkan survei"


def surveys(world: World) -> list[tuple[int | None, dict[str, Json], bool]]:
    """The application, the answers, and whether the survey is finished."""

    def read(session: Session) -> list[tuple[int | None, dict[str, Json], bool]]:
        rows = session.scalars(select(SatisfactionSurvey).order_by(SatisfactionSurvey.id))
        return [(row.application_id, row.scores, row.finished_at is not None) for row in rows]

    return world.process.units.write_now(read)


def question(number: int) -> str:
    return QUESTIONS[ELEMENTS[number - 1]].question.msgid


def test_the_survey_follows_the_stars_and_each_answer_is_a_tap(world: World) -> None:
    case = casework.issued(world)
    talk = Talk(world, APPLICANT)
    talk.press(f"rating:stars:{case}:4")
    talk.say("berapa lama prosesnya?")
    talk.tap("Ini pertanyaan")
    assert "30 hari kerja" in talk.last and "tulis satu kalimat" in talk.last, "a question is no comment"
    talk.say("Apakah kucing boleh ikut?")
    talk.tap("Ini pertanyaan")
    assert "belum memahami" in talk.last or "Maksud Anda yang mana?" in talk.last
    talk.press(f"rating:stars:{case}:4")
    talk.say("Ramah sekali.")
    assert talk.labels() == ["Kirim", "Tambah lagi", "Batal"]
    talk.tap("Batal")
    talk.press(f"rating:later:{case}")
    assert "9 pertanyaan" in talk.last and talk.labels() == [BEGIN, "Menu"]
    talk.tap(BEGIN)
    for number, element in enumerate(ELEMENTS, start=1):
        assert f"Survei kepuasan, {number} dari 9" in talk.last and question(number) in talk.last
        labels = [answer.label.msgid for answer in QUESTIONS[element].answers]
        assert talk.labels()[:4] == labels
        talk.tap(labels[3 if element != "U8" else 1])
    assert talk.last.startswith("Terima kasih. Jawaban survei Anda sudah kami simpan.")
    assert surveys(world) == [(case, {name: 4 for name in ELEMENTS} | {"U8": 2}, True)]
    for old in (f"survey:open:letter:{case}", f"survey:ask:letter:{case}:U2", f"survey:score:letter:{case}:U1:1"):
        talk.press(old)
        assert "Survei untuk layanan ini sudah Anda isi." in talk.last, old
    assert surveys(world)[0][1]["U1"] == 4, "a survey that is finished stays"
    talk.press(f"rating:later:{case}")
    assert BEGIN not in talk.labels(), "what was answered is not offered again"


def test_the_survey_is_left_and_taken_up_again_where_it_stood(world: World) -> None:
    case = casework.closed(world)
    talk = Talk(world, APPLICANT)
    talk.press(f"status:show:{case}")
    talk.tap(BEGIN)
    talk.say("4")
    talk.say("kurang mudah")
    talk.say("berapa biayanya?")
    assert "tidak dipungut biaya" in talk.last and question(3) in talk.last, "it is answered, and the survey goes on"
    world.restart()
    talk.press(f"status:show:{case}")
    talk.tap(GO_ON)
    assert question(3) in talk.last
    talk.say("lumayan")
    assert "Pilih salah satu jawaban" in talk.last and question(3) in talk.last
    talk.tap("Kembali")
    assert question(2) in talk.last
    talk.tap("Mudah")
    talk.say("kembali")
    assert question(2) in talk.last
    assert surveys(world) == [(case, {"U1": 4, "U2": 3}, False)]
    talk.say("menu")
    assert question(2) not in talk.last


def test_who_did_not_get_the_service_or_comes_too_late_answers_nothing(world: World) -> None:
    rated, unrated = casework.closed(world), casework.issued(world)
    stranger, talk = Talk(world, "orang-lain"), Talk(world, APPLICANT)
    stranger.press(f"survey:score:letter:{rated}:U1:1")
    talk.press(f"survey:score:letter:{unrated}:U1:4")
    assert "sesudah Anda memberi bintang" in talk.last
    talk.press(f"survey:score:letter:{rated}:U1:9")
    talk.press("survey:score:letter:999999:U1:4")
    assert surveys(world) == []
    world.now += timedelta(days=31)
    talk.press(f"status:show:{rated}")
    assert BEGIN not in talk.labels()
    talk.press(f"survey:open:letter:{rated}")
    assert "tidak dapat diisi lagi" in talk.last
    assert surveys(world) == []


def test_retention_forgets_who_answered_and_deletes_what_was_not_finished(world: World) -> None:
    finished, begun = casework.closed(world), casework.closed(world)
    for element in ELEMENTS:
        do(world, APPLICANT, partial(records.record, service="letter", row_id=finished, element=element, score=3))
    do(world, APPLICANT, partial(records.record, service="letter", row_id=begun, element="U1", score=3))
    for days, left in ((59, [finished, begun]), (2, [None])):
        world.now += timedelta(days=days)
        asyncio.run(retention.run(world.process, world.now))
        assert [application_id for application_id, *_ in surveys(world)] == left


@pytest.mark.postgres
def test_answers_from_many_phones_at_once_are_all_kept_in_one_survey_on_postgresql(
    tmp_path: Path, postgres_database: str
) -> None:
    world = staffed(World(tmp_path / "data", database_url=postgres_database))
    asked = do(world, APPLICANT, lambda ctx: consultations.ask(ctx, "Berapa sampel yang cukup?")).consultation.id
    do(world, OFFICER, lambda ctx: consultation_desk.answer(ctx, asked, "Mulailah dari 30."))
    assert do(world, APPLICANT, lambda ctx: consultations.end(ctx, asked) and consultations.rate(ctx, asked, 5))

    def press(element: Element) -> None:
        do(world, APPLICANT, partial(records.record, service="consultation", row_id=asked, element=element, score=4))

    with ThreadPoolExecutor(len(ELEMENTS)) as threads:
        list(threads.map(press, ELEMENTS))
    assert surveys(world) == [(None, dict.fromkeys(ELEMENTS, 4), True)]
    world.stop()


def answered(world: World, *given: Scores) -> None:
    """So many surveys of today whose applications are not known any more, as retention leaves them."""

    def add(session: Session) -> None:
        for scores in given:
            session.add(SatisfactionSurvey(scores=dict(scores), started_at=world.now, finished_at=world.now))

    world.process.units.write_now(add)


def commented(world: World, words: str) -> None:
    case = casework.closed(world)

    def write(session: Session) -> None:
        session.get_one(Rating, case).comment = words

    world.process.units.write_now(write)


def sheets(world: World) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(BytesIO(content(world, "xlsx")))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_report_of_a_period_is_told_drawn_and_written(world: World) -> None:
    answered(world, *WORKED)
    world.now += timedelta(days=40)
    answered(world, {name: 1 for name in ELEMENTS})
    world.process.units.write_now(lambda s: s.add(SatisfactionSurvey(scores={"U1": 1}, started_at=world.now)))
    talk = Talk(world, OFFICER)
    talk.say("/laporan")
    talk.tap("Survei kepuasan")
    talk.say("Maret 2026")
    told = talk.told[-3].prompt
    for line in (
        "IKM: 78,47",
        "Mutu pelayanan: B, baik",
        "Responden: 12",
        "Selang kepercayaan 95 persen: 73,14 sampai 83,8",
        "Unsur terendah: U8 Penanganan pengaduan",
        "U4 Biaya/tarif: 4",
    ):
        assert line in locales.say(told.text, "id"), line
    files = [one.prompt.attachment.name for one in talk.told[-3:] if one.prompt.attachment]
    assert files == [f"kepuasan-20260301-20260331.{kind}" for kind in ("png", "xlsx", "pdf")]
    found = sheets(world)
    assert found["Unsur"][8][:3] == ("U8", "Penanganan pengaduan, saran, dan masukan", 2.58)
    lowest_first = sorted(tuple(one.values()) for one in WORKED)
    assert [row[1:] for row in found["Responden"][1:]] == lowest_first, "the order tells nothing"
    assert content(world, "pdf").startswith(b"%PDF") and Image.open(BytesIO(content(world, "png"))).width == 720


def test_few_respondents_are_not_reliable_and_cannot_be_recognised(world: World) -> None:
    answered(world, *WORKED[:4])
    commented(world, "Saya Budi, petugasnya ramah.")
    talk = Talk(world, HEAD)
    talk.say("/laporan skm 2026")
    words = locales.say(talk.told[-3].prompt.text, "id")
    assert "Responden: 4" in words and "Belum andal: kurang dari 10 responden." in words
    found = sheets(world)
    assert set(found) == {"Ringkasan", "Unsur"}
    assert "Budi" not in str(found) and "kurang dari 5 orang" in str(found["Ringkasan"])
    talk.say("/laporan skm 2025")
    assert "Belum ada survei yang selesai diisi dalam masa ini." in locales.say(talk.told[-3].prompt.text, "id")
    stranger = Talk(world, APPLICANT)
    stranger.press("report:make:20260101:20261231:satisfaction")
    assert "Perintah ini hanya untuk petugas." in stranger.last


def test_a_served_visitor_with_a_chat_gives_stars_a_comment_and_the_survey(world: World) -> None:
    staffed(world)
    visitor, officer = Talk(world, "pengunjung"), Talk(world, OFFICER)
    take(world, visitor.address)
    do(world, OFFICER, lambda ctx: queue_desk.give_number(ctx, "konsultasi"))
    for _ in range(2):  # the second one has no phone, so nobody is asked
        call(world)
        end(world)
    asked = [message for message in asyncio.run(visitor.news()) if len(message.prompt.choices) == 5]
    assert len(asked) == 1 and "A-001 sudah selesai dilayani" in visitor.last
    visitor.say("4")
    visitor.say("berapa lama prosesnya?")
    visitor.tap("Ini pertanyaan")
    visitor.say("Cepat dan ramah.")
    visitor.tap("Kirim")
    assert BEGIN in visitor.labels() and "komentar Anda sudah kami simpan" in visitor.last
    visitor.say("antrean")
    visitor.tap(BEGIN)
    for number in range(1, 10):
        assert f"{number} dari 9" in visitor.last
        visitor.say("4")
    (survey,) = world.process.units.write_now(lambda session: session.scalars(select(SatisfactionSurvey)).all())
    (ticket, other) = tickets(world)
    assert (survey.queue_ticket_id, survey.application_id) == (ticket.id, None) and survey.finished_at is not None
    assert (ticket.stars, ticket.comment, other.stars) == (4, "Cepat dan ramah.", None)
    Talk(world, "orang-lain").press(f"rating:give:visit:{ticket.id}:1")
    visitor.press(f"rating:give:visit:{other.id}:5")
    world.now += timedelta(days=8)
    visitor.press(f"rating:give:visit:{ticket.id}:1")
    assert "tidak dapat diubah lagi" in visitor.last and [one.stars for one in tickets(world)] == [4, None]
    officer.say("/penilaian")
    assert "Kunjungan: rata-rata 4 dari 1 penilaian" in officer.last
    officer.tap("Komentar kunjungan")
    assert "★★★★ Cepat dan ramah." in officer.last
    days = world.process.app.office.retention.messages
    for passed, kept in ((days - 9, "Cepat dan ramah."), (2, "")):  # eight have passed
        world.now += timedelta(days=passed)
        asyncio.run(retention.run(world.process, world.now))
        assert (tickets(world)[0].comment, tickets(world)[0].stars) == (kept, 4)


def test_who_has_their_data_deleted_leaves_no_words_about_a_visit(world: World) -> None:
    staffed(world)
    visitor = Talk(world, "pengunjung")
    take(world, visitor.address)
    call(world)
    end(world)
    asyncio.run(visitor.news())
    visitor.say("5")
    visitor.say("Cepat.")
    visitor.tap("Kirim")
    assert tickets(world)[0].comment == "Cepat."
    do(world, "pengunjung", lambda ctx: personal_data.erase(ctx.session, ctx.actor, ctx.now))
    assert (tickets(world)[0].comment, tickets(world)[0].person_id) == ("", None)


def test_stars_of_letters_consultations_and_visits_are_counted_apart_and_reported_together(world: World) -> None:
    case = casework.issued(world)
    Talk(world, APPLICANT).press(f"rating:give:letter:{case}:2")
    asked = do(world, APPLICANT, lambda ctx: consultations.ask(ctx, "Berapa sampelnya?")).consultation.id
    do(world, OFFICER, lambda ctx: consultation_desk.answer(ctx, asked, "30."))
    do(world, APPLICANT, lambda ctx: consultations.end(ctx, asked) and consultations.rate(ctx, asked, 3))
    do(world, APPLICANT, lambda ctx: consultations.comment(ctx, asked, "Jelas."))
    take(world, APPLICANT)
    call(world)
    end(world)
    Talk(world, APPLICANT).press(f"rating:give:visit:{tickets(world)[0].id}:5")
    talk = Talk(world, HEAD)
    talk.say("/penilaian")
    assert talk.last.splitlines()[1:4] == [
        "Surat rekomendasi: rata-rata 2 dari 1 penilaian",
        "Konsultasi: rata-rata 3 dari 1 penilaian",
        "Kunjungan: rata-rata 5 dari 1 penilaian",
    ]
    talk.tap("Komentar konsultasi")
    assert talk.last.endswith("Komentar tentang Konsultasi:\n★★★ Jelas.")
    today = Moments(world.now - timedelta(days=1), world.now + timedelta(days=1))
    stars = world.process.units.write_now(lambda session: satisfaction.stars(session, today))
    assert sorted(stars) == [2, 3, 5]


def test_the_chart_shows_the_lowest_element_in_another_colour() -> None:
    picture = Image.open(BytesIO(satisfaction_chart.render(SATISFACTION)))
    found = {picture.getpixel((40, 300 + 76 * row + 45)) for row in range(9)}
    assert len(found) == 2 and Decimal(picture.height) > 900
