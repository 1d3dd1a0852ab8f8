"""Retention: what the office keeps for a time only is gone afterwards, and it is seen that this happened."""

from __future__ import annotations

import asyncio
import csv
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.cli import main
from bot.service import applicants, cases, drafts, ratings
from bot.service import people as accounts
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Json
from storage import guests, jobs
from storage.tables import CodeAttempts, Draft, EmailCode, File, GuestVisit, Letter
from storage.unit import Session
from tests.casework import (
    APPLICANT,
    OFFICER,
    audit_faults,
    do,
    half_filled,
    issued,
    join,
    on,
    under_review,
    withdrawn,
)
from tests.planted_data import places_of
from tests.talk import Talk, World

UPLOAD, UPLOAD_NAME = "%PDF-1.7 isi lampiran yang disimpan sementara", "lampiran-sementara.pdf"
TITLE = "Judul isian yang ditinggalkan pemohonnya"


def after(world: World, **span: int) -> None:
    """Time passes, and the job that deletes old data runs."""
    world.now += timedelta(**span)
    world.process.units.write_now(lambda s: jobs.add(s, "forget", f"forget {world.now}", world.now, {}))
    asyncio.run(world.work())


def upload(ctx: Context, object_name: str) -> dict[str, Json]:
    file = drafts.add_file(ctx, UPLOAD_NAME, "pdf", len(UPLOAD), object_name, "person/1")
    return {"id": file.id, "name": file.name, "kind": "pdf", "size": file.size}


def case_with_upload(world: World) -> int:
    stored = world.process.store.put(UPLOAD.encode(), "person/1")
    application_id = issued(world, {"kak": [do(world, APPLICANT, lambda ctx: upload(ctx, stored))]})
    asyncio.run(world.work())
    read = on(application_id, lambda ctx, case: cases.open_file(ctx, case, str(uploads(ctx.session)[0].id)))
    do(world, OFFICER, read)
    return application_id


def uploads(session: Session) -> list[File]:
    return list(session.scalars(select(File).where(File.name == UPLOAD_NAME).order_by(File.id)))


def test_documents_go_after_the_offices_days_and_the_letter_stays(world: World) -> None:
    application_id = case_with_upload(world)
    assert do(world, APPLICANT, lambda ctx: ratings.rate(ctx, application_id, 5))
    after(world, days=29)
    assert len(world.process.units.write_now(uploads)) == 2, "of the applicant, and the copy for the officer"
    after(world, days=2)
    assert world.process.units.write_now(uploads) == []
    assert not any(where.startswith("object") for where in places_of(world, [UPLOAD]).get(UPLOAD, ()))
    letter = world.process.units.write_now(
        lambda session: session.scalars(select(Letter).where(Letter.stage == "issued")).one()
    )
    assert letter.file_id is not None
    with pytest.raises(ActionRefused):
        do(world, OFFICER, on(application_id, lambda ctx, case: cases.open_file(ctx, case, "1")))
    assert do(world, OFFICER, on(application_id, applicants.read)).name, "the case itself stays"
    assert audit_faults(world) == []


def test_documents_of_a_case_in_work_stay_however_old(world: World) -> None:
    stored = world.process.store.put(UPLOAD.encode(), "person/1")
    under_review(world, changes={"kak": [do(world, APPLICANT, lambda ctx: upload(ctx, stored))]})
    after(world, days=400)
    assert len(world.process.units.write_now(uploads)) == 1
    assert world.process.store.exists(stored)


def test_a_form_that_nobody_sends_goes_after_its_person_was_told(world: World) -> None:
    half_filled(world)
    do(world, APPLICANT, _retitle)
    after(world, days=352)
    talk = Talk(world, APPLICANT)
    asyncio.run(talk.news())
    assert "dihapus pada" in talk.last
    assert TITLE in places_of(world, [TITLE])
    after(world, days=13)
    assert TITLE in places_of(world, [TITLE])
    after(world, days=2)
    assert places_of(world, [TITLE]) == {}


def _retitle(ctx: Context) -> None:
    draft = ctx.session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one()
    draft.answers = {**draft.answers, "judul_kegiatan": TITLE}


def test_codes_go_a_day_after_they_are_of_no_use(world: World) -> None:
    do(world, APPLICANT, lambda ctx: accounts.send_code(ctx, ctx.actor.email))
    Talk(world, "orang").say("/gabung ABCDEFGHJK")
    kept = (EmailCode, CodeAttempts)
    assert all(count(world, table) for table in kept)
    after(world, days=2)
    assert [count(world, table) for table in kept] == [0, 0]


def count(world: World, table: type) -> int:
    return world.process.units.write_now(lambda session: session.query(table).count())


def test_the_command_shows_the_last_run_and_what_is_past_its_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawn(world)
    Talk(world, APPLICANT).say("halo")
    monkeypatch.setenv("PST_DATA_DIR", str(world.folder))
    before = CliRunner().invoke(main, ["retention"]).output
    assert before.startswith("last run: never") and "messages\t0 ended\t" in before
    assert "messages\t0 ended\t0 past" not in before, "the clock of the command is far ahead of the test's"
    after(world, days=31)
    shown = CliRunner().invoke(main, ["retention"]).output
    assert "last run: 2026-04-" in shown and "messages\t0 ended" not in shown
    join(world, "admin", "admin")
    admin = Talk(world, "admin")
    admin.press("staff:failures")
    assert "Data lama terakhir dihapus: 2 April 2026" in admin.last


def _name_like_a_formula(ctx: Context) -> None:
    ctx.actor.name, ctx.actor.phone = "+HYPERLINK(1)", "+62 812 9000 1111"


def _write_down_a_visitor(ctx: Context) -> None:
    visit = GuestVisit(day=ctx.today, at=ctx.now, recorded_by_id=ctx.person_id, service="konsultasi", answers=b"")
    guests.add(ctx.session, ctx.app.keys, visit, {"nama": "Daeng Rani", "telepon": "+62 812 9000 2222"})


def test_a_breach_is_drafted_with_its_end_and_who_is_affected(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    withdrawn(world)
    do(world, APPLICANT, _name_like_a_formula)
    for _ in range(2):  # the same visitor twice
        do(world, OFFICER, _write_down_a_visitor)
    monkeypatch.setenv("PST_DATA_DIR", str(world.folder))
    folder = tmp_path / "breach"
    done = CliRunner().invoke(main, ["breach", str(folder), "--known-at", "2024-03-04 10:00"])
    assert done.exit_code == 0 and "until 2024-03-07 10:00 WITA" in done.output
    with (folder / "terdampak.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    [applicant] = [row for row in rows if row["e-mail"] == "pemohon@example.go.id"]
    assert applicant["nama"] == "'+HYPERLINK(1)" and applicant["telepon"] == "+62 812 9000 1111"
    visitors = [row for row in rows if row["nama"] == "Daeng Rani"]
    assert [(row["nomor"], row["telepon"], row["data"]) for row in visitors] == [
        ("", "+62 812 9000 2222", "data diri, buku tamu")
    ]
    notice = (folder / "pemberitahuan-lembaga.txt").read_text(encoding="utf-8")
    assert "Pasal 46" in notice and f"{len(rows)} orang" in notice
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    for asked, said in (
        ([str(folder), "--known-at", "2024-03-04 10:00"], "is there already"),
        ([str(tmp_path / "later"), "--known-at", "2999-03-04 10:00"], "is in the future"),
        ([str(tmp_path / "later"), "--known-at", "2024-03-04 10:00", "--person", "999"], "with the number 999"),
    ):
        refused = CliRunner().invoke(main, ["breach", *asked])
        assert refused.exit_code == 2 and said in refused.output, refused.output
    assert not (tmp_path / "later").exists()
