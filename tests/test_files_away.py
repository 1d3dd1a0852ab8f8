"""The object store of a service is away: nothing that was typed is lost, and what needs a file waits. It also holds the
files of one service alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.channel import FetchFailed
from bot.cli import main
from bot.errors import OperatorError, TemporaryFailure
from bot.runtime import retention
from bot.runtime.health import HealthService
from storage.file_place import PlaceWrong
from storage.objects import StoreAway
from storage.tables import File, Job
from tests.casework import issued, staffed
from tests.filling import at
from tests.platforms.s3 import S3Server
from tests.samples import sample
from tests.talk import Talk, World, draft_answers

LETTER = ("surat.pdf", sample("surat.pdf"))


@pytest.fixture
def world(s3: S3Server, tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "data", settings=s3.settings)
    yield staffed(world)
    world.stop()


def files(world: World) -> list[File]:
    return list(world.process.units.read_now(lambda session: session.scalars(select(File).order_by(File.id)).all()))


def test_who_sends_a_file_meanwhile_is_told_to_send_it_again_and_everything_else_goes_on(
    s3: S3Server, world: World
) -> None:
    talk = at(world, "surat_permohonan", "instrumen", who="one")
    s3.stop()
    talk.send(LETTER)
    assert "surat.pdf: berkas ini belum dapat kami simpan karena ada gangguan. Silakan kirim lagi" in talk.last
    assert "9.1 Surat" in talk.last and "surat_permohonan" not in draft_answers(world)
    assert files(world) == [] and not list((world.folder / "files" / "spool").glob("*"))
    talk.say("kembali")
    assert "8." in talk.last
    talk.say("9.1")
    s3.start()
    talk.send(LETTER)
    assert "✓ 9.1 diterima: surat.pdf" in talk.last
    assert s3.names == {file.object for file in files(world)} != set()


def test_a_letter_waits_for_the_store_and_is_then_made_once(s3: S3Server, world: World) -> None:
    issued(world)
    s3.fault = "busy"
    asyncio.run(world.work())
    jobs = world.process.units.read_now(
        lambda session: session.scalars(select(Job).where(Job.kind == "letter", Job.done_at.is_(None))).all()
    )
    assert jobs and {(job.attempts, job.gave_up_at, job.failure) for job in jobs} == {(0, None, "")}
    s3.fault = ""
    world.now += timedelta(minutes=1)
    asyncio.run(world.work())
    letters = [file for file in files(world) if file.name == "surat-B-1-7304-KS.200-2026.pdf"]
    assert len(letters) == 1 and letters[0].object in s3.names


def test_a_file_that_cannot_be_read_now_is_not_said_to_be_gone(s3: S3Server, world: World) -> None:
    at(world, "surat_permohonan", "instrumen", who="one").send(LETTER)
    file_id, history = files(world)[-1].id, world.process.history
    s3.fault = "cut"
    with pytest.raises(FetchFailed, match="unreachable"):
        asyncio.run(history.attachment("console", "one", file_id))
    s3.fault = ""
    found = asyncio.run(history.attachment("console", "one", file_id))
    assert found is not None and found.name == "surat.pdf"


def test_what_no_row_names_is_swept_after_a_day_and_never_before(s3: S3Server, world: World) -> None:
    at(world, "surat_permohonan", "instrumen", who="one").send(LETTER)
    orphan = world.process.store.put(b"its row never came", "person/1")
    kept = {file.object for file in files(world)}
    asyncio.run(retention.run(world.process, s3.newest()))
    assert s3.names == {orphan, *kept}
    s3.age(timedelta(days=1, minutes=1))
    asyncio.run(retention.run(world.process, s3.newest() + timedelta(days=1, minutes=1)))
    assert s3.names == kept


def test_no_service_takes_or_sweeps_the_files_of_another_one(s3: S3Server, world: World, tmp_path: Path) -> None:
    kept = world.process.store.put(b"of the first service", "person/1")
    with pytest.raises(OperatorError, match="holds the files of another service"):
        World(tmp_path / "second", settings=s3.settings)
    other = World(tmp_path / "third", settings={**s3.settings, "files_url": "s3://berkas/kantor/7305"})
    mark, own = (next(key for key in s3.objects if key.startswith(f"kantor/{of}/inst")) for of in ("7304", "7305"))
    s3.objects[own], s3.objects[mark] = s3.objects[mark], s3.objects[own]
    s3.age(timedelta(days=9))
    with pytest.raises(PlaceWrong, match="nothing is deleted there"):
        asyncio.run(retention.run(world.process, s3.newest() + timedelta(days=9)))
    assert kept in s3.names
    other.stop()


def test_a_service_with_files_starts_only_where_they_lie(s3: S3Server, world: World, tmp_path: Path) -> None:
    at(world, "surat_permohonan", "instrumen", who="one").send(LETTER)
    world.stop()
    settings, world.settings = world.settings, {}
    with pytest.raises(OperatorError, match="set PST_FILES_URL to it again"):
        world.start()
    world.settings = {**settings, "files_url": "s3://berkas/elsewhere"}
    with pytest.raises(OperatorError, match=r"do not lie at s3://berkas/elsewhere; .* pst-bot backup"):
        world.start()
    world.settings = settings
    s3.stop()
    world.start()  # it goes on while the store is away
    assert Talk(world, "one").say("halo")


def test_a_store_that_never_answered_is_named_at_the_start(s3: S3Server, tmp_path: Path) -> None:
    s3.stop()
    with pytest.raises(TemporaryFailure, match=r"s3://berkas/kantor/7304: .*; check PST_FILES_URL"):
        World(tmp_path / "data", settings=s3.settings)
    s3.start()
    with pytest.raises(OperatorError, match="the keys are refused") as refused:
        World(tmp_path / "data", settings={**s3.settings, "files_secret_key": "x" * 30})
    assert refused.value.exit_code == 2


def test_the_health_names_a_store_that_is_away_until_it_works_again(s3: S3Server, world: World) -> None:
    health = HealthService(world.process, world.clock)
    found = []
    for fault in ("", "busy", ""):
        s3.fault = fault
        if fault:
            with pytest.raises(StoreAway):
                world.process.store.put(b"x", "person/1")
        report = asyncio.run(health.report())
        found += [(check.state, check.detail, report.is_ready) for check in report.checks if check.name == "files"]
    assert found == [("ok", "", True), ("warning", "no usable answer", True), ("ok", "", True)]


@pytest.mark.parametrize(("fault", "mark"), [("", "✓"), ("denied", "✗")])
def test_the_check_writes_reads_and_deletes_an_object(
    s3: S3Server, world: World, monkeypatch: pytest.MonkeyPatch, fault: str, mark: str
) -> None:
    before = set(s3.objects)
    s3.fault = fault
    for name, value in {**s3.environment, "PST_DATA_DIR": str(world.folder)}.items():
        monkeypatch.setenv(name, value)
    [found] = [line for line in CliRunner().invoke(main, ["check"]).output.splitlines() if "Files:" in line]
    assert found.startswith(mark) and "s3://berkas/kantor/7304" in found
    assert set(s3.objects) == before
