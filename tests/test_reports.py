"""`/laporan`: the figures of a period, its chart and its Excel file, and who may ask for them."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select, text

import locales
from bot.service import cases, complaints, consultation_desk, consultations, decisions, drafts, reports, revisions
from bot.service.context import Context
from domain.report_period import year_of
from storage.tables import Application, Draft, File
from tests import casework
from tests.casework import APPLICANT, DIRECTOR, HEAD, OFFICER, do, on
from tests.stored_files import content
from tests.talk import Talk, World


def reject(ctx: Context, application: Application) -> None:
    decisions.decide(ctx, application, application.round, cases.REJECTED, ["Belum memadai."], [])


def decide_after(world: World, days: int, remarks: tuple[str, ...] = ()) -> int:
    """Rejected so many days after it was sent. `remarks`: on these questions; the applicant answers in a day."""
    sent = world.now
    application_id = casework.under_review(world, *remarks)
    if remarks:
        do(world, OFFICER, on(application_id, revisions.request_revision))
        world.now += timedelta(days=1)
        casework.answer_again(world, application_id)
        casework.resubmit(world, application_id)
    world.now = sent + timedelta(days=days)
    do(world, OFFICER, on(application_id, reject))
    world.now = sent
    return application_id


def stop_at(world: World, question: str) -> None:
    """Somebody left a form after this answer, eight days ago."""

    def leave(ctx: Context) -> None:
        draft = ctx.session.scalars(select(Draft).where(Draft.state == "open", Draft.person_id == ctx.person_id)).one()
        drafts.record(ctx, draft, ctx.app.form(casework.FORM).questions[question], "Mengetahui kepuasan pasien.")
        draft.updated_at = ctx.now - timedelta(days=8)

    casework.half_filled(world, question, who=f"pergi-{question}")
    do(world, f"pergi-{question}", leave)


def a_quarter(world: World) -> None:
    """Three cases of March, decided after 1, 4 and 31 working days, and two forms that were left."""
    decide_after(world, 1)
    decide_after(world, 4, ("judul_kegiatan", "cara_pengumpulan_data"))
    decide_after(world, 51, ("judul_kegiatan",))
    world.now += timedelta(days=20)
    stop_at(world, "tujuan")
    world.now -= timedelta(days=20)


def rows(world: World, sheet: str) -> dict[str, object]:
    book = load_workbook(BytesIO(content(world, "xlsx")))
    return {str(name): figure for name, figure, *_ in book[sheet].iter_rows(values_only=True) if name}


def test_a_quarter_is_told_drawn_and_written(world: World) -> None:
    assert do(world, APPLICANT, lambda ctx: complaints.file(ctx, "Antreannya panjang."))
    asked = do(world, APPLICANT, lambda ctx: consultations.ask(ctx, "Berapa sampel?")).consultation
    do(world, OFFICER, lambda ctx: consultation_desk.answer(ctx, asked.id, "Tiga puluh."))
    assert do(world, APPLICANT, lambda ctx: consultations.end(ctx, asked.id))
    assert do(world, APPLICANT, lambda ctx: consultations.rate(ctx, asked.id, 4))
    a_quarter(world)
    world.now += timedelta(days=90)
    talk = Talk(world, HEAD)
    talk.say("/laporan triwulan 1 2026")
    chart, told = talk.told[-2], talk.told[-1]
    assert "1 Januari 2026 sampai 31 Maret 2026: 3 masuk, 0 terbit layak, 0 ditolak." in locales.say(
        chart.prompt.text, "id"
    )
    figures = rows(world, "Ringkasan")
    assert figures["Masuk"] == 3
    assert (figures["Pengaduan masuk"], figures["Pengaduan terlambat dijawab"]) == (1, 1)
    assert (figures["Konsultasi dijawab tepat waktu"], figures["Bintang untuk konsultasi, rata-rata"]) == (1, "4,0")
    assert (figures["Hari kerja sampai hasil, median"], figures["Hasil diputuskan"]) == (1, 2)
    talk.say("/laporan 2026")
    words = talk.last
    for line in (
        "Hasil diputuskan: 3",
        "Hari kerja sampai hasil, median: 4",
        "Hari kerja sampai hasil, persentil ke-90: 31",
        "Hari kerja di kantor, persentil ke-90: 30",
        "Putaran, rata-rata: 1,7",
        "Hasil yang lewat janji: 1",
        "• 0.1 Judul Kegiatan: 2",
        "Berhenti setelah menjawab:\n• 3.2 Tujuan Kegiatan: 1",
        "• Terminal: 3",
    ):
        assert line in words, line
    assert told.prompt.attachment is not None and told.prompt.attachment.name == "laporan-20260101-20260331.xlsx"
    assert rows(world, "Lama") == {"Hari kerja sampai hasil": "Jumlah", "0–5": 2, "6–10": 0, "11–15": 0} | {
        "16–20": 0,
        "21–25": 0,
        "26–30": 0,
        ">30": 1,
    }
    assert rows(world, "Catatan berulang")["Mohon dijelaskan."] == 3
    picture = Image.open(BytesIO(content(world, "png")))
    assert (picture.format, picture.width) == ("PNG", 720)


def test_what_was_left_out_is_asked_for_and_odd_words_ask_again(world: World) -> None:
    talk = Talk(world, OFFICER)
    talk.say("/laporan")
    assert talk.labels() == ["Bulan ini", "Bulan lalu", "Triwulan ini", "Tahun ini", "Survei kepuasan", "Menu"]
    for words, told in (
        ("kemarin dulu sekali", "Jangka waktunya belum terbaca"),
        ("15/4/2026 – 1/3/2026", "lebih awal daripada tanggal mulai"),
        ("Maret 2026", "Laporan 1 Maret 2026 sampai 31 Maret 2026"),
    ):
        talk.say(words)
        assert told in talk.last, words
    talk.say("/laporan tw II")
    assert "Laporan 1 April 2026 sampai 30 Juni 2026" in talk.last
    talk.say("/laporan")
    talk.tap("Bulan lalu")
    assert "Laporan 1 Februari 2026 sampai 28 Februari 2026" in talk.last
    for odd in ("report:make:20260101:20250101", "report:make:20261301:20261302", "report:make:1:99999999"):
        talk.press(odd)
        assert "Laporan untuk masa mana?" in talk.last, odd


def test_only_the_staff_read_reports_and_who_left_meanwhile_gets_none(world: World) -> None:
    casework.join(world, "admin", "admin")
    for who in (OFFICER, DIRECTOR, "admin"):
        talk = Talk(world, who)
        talk.say("/laporan 2026")
        assert "Laporan 1 Januari 2026 sampai 31 Desember 2026" in talk.last, who
    talk = Talk(world, APPLICANT)
    for ask in (talk.say, talk.press):
        ask("/laporan 2026" if ask == talk.say else "report:make:20260101:20261231")
        assert "Perintah ini hanya untuk petugas." in talk.last
    do(world, HEAD, lambda ctx: reports.order(ctx, year_of(date(2026, 1, 1))))
    revoked = "UPDATE officers SET revoked_at = joined_at WHERE name = 'Kepala'"
    world.process.units.write_now(lambda session: session.execute(text(revoked)))
    files = len(world.process.units.write_now(lambda session: session.scalars(select(File)).all()))
    stored = objects(world)
    asyncio.run(world.work())
    assert len(world.process.units.write_now(lambda session: session.scalars(select(File)).all())) == files
    assert objects(world) == stored, "nothing was drawn"


def objects(world: World) -> set[Path]:
    """Everything in the file store."""
    return set((world.process.settings.data_dir / "files").rglob("*"))
