"""A letter that is issued reaches its applicant, or the staff know that it did not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversations import router
from bot.pipeline.payload import seal_raw
from bot.runtime.jobs import JOBS
from bot.runtime.process import Process
from bot.service import cases, cover_letters, decisions, letters, officers, register
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.letter_facts import Registered
from domain.signer import Signer
from storage import inbox, jobs, number_series
from storage import letters as letters_rows
from storage import register as register_rows
from storage.jobs import DueJob
from storage.tables import Application, Draft, Job, Letter, NumberSeries, Officer
from tests.casework import APPLICANT, DIRECTOR, HEAD, awaiting_issue, context_of, do, half_filled, issued, staffed
from tests.program import run
from tests.talk import Talk, World

SERIES = "letter/2026"
ASKED = "Siapa nama lengkap Anda?"
NAME = "Drs. H. Ahmad Yani, M.Si."


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = staffed(World(tmp_path / "var"))
    yield world
    world.stop()


def draw(world: World) -> None:
    asyncio.run(world.work())


def serial(world: World) -> int:
    def read(session: Session) -> int:
        series = session.get(NumberSeries, SERIES)
        return series.last if series else 0

    return world.process.units.write_now(read)


def forget_name(world: World, who: str) -> None:
    """As the first version left whoever was invited without a name."""
    do(world, who, lambda ctx: setattr(ctx.session.get_one(Officer, ctx.actor.id), "name", ""))


def issue(world: World, application_id: int, who: str = DIRECTOR) -> None:
    def act(session: Session) -> None:
        ctx = context_of(world, session, who)
        application = cases.open_case(ctx, application_id)
        decisions.issue(ctx, application, cases.drawn_letter(ctx, application).id)

    world.process.units.write_now(act)


def change_signer(world: World, name: str) -> None:
    """Changes the frozen facts of the issued letter."""

    def change(session: Session) -> None:
        letter = session.scalars(select(Letter).where(Letter.stage == "issued")).one()
        letter.facts = {**letter.facts, "signer": {**dict(letter.facts["signer"]), "name": name}}  # type: ignore[arg-type]

    world.process.units.write_now(change)


# names


def test_whoever_is_invited_without_a_name_is_asked_for_it_and_signs_with_it(world: World) -> None:
    director = Talk(world, "baru")
    director.say("halo")
    director.say(f"/gabung {world.invite('director', '')}")
    assert ASKED in director.last
    director.say("12")
    assert "Nama terdiri atas huruf, misalnya Siti Aminah, S.ST." in director.last and ASKED in director.last
    director.say(NAME)
    assert "✓ Tersimpan." in director.last and "pangkat dan NIP" in director.last
    director.tap("Tidak dicantumkan")
    assert "Berkas permohonan" in director.last
    application_id = awaiting_issue(world)
    draw(world)
    issue(world, application_id, "baru")
    letter = world.process.units.write_now(lambda s: s.scalars(select(Letter).where(Letter.stage == "issued")).one())
    assert letter.facts["signer"]["name"] == NAME  # type: ignore[index,call-overload]


def test_a_director_without_a_name_issues_nothing_and_uses_no_number(world: World) -> None:
    application_id = awaiting_issue(world)
    draw(world)
    forget_name(world, DIRECTOR)
    with pytest.raises(ActionRefused, match="Yang belum ada"):
        issue(world, application_id)
    assert serial(world) == 0
    talk = Talk(world, DIRECTOR)
    talk.press(f"verdict:issue:{application_id}")
    assert "Siapa yang menandatangani surat ini?" in talk.last
    talk.say("/berkas")
    talk.say(NAME)
    issue(world, application_id)
    assert serial(world) == 1


def test_a_letter_without_its_recipient_is_not_issued_and_uses_no_number(world: World) -> None:
    application_id = awaiting_issue(world)
    draw(world)
    do(world, HEAD, lambda ctx: setattr(ctx.session.get_one(Application, application_id), "organiser", " "))
    with pytest.raises(ActionRefused, match="Yang belum ada"):
        issue(world, application_id)
    assert serial(world) == 0


# jobs


def test_a_letter_that_cannot_be_drawn_is_told_to_the_head_and_drawn_after_the_mistake_is_mended(
    world: World, tmp_path: Path
) -> None:
    applicant, head = Talk(world, APPLICANT), Talk(world, HEAD)
    issued(world)
    change_signer(world, "")
    for _ in range(jobs.ATTEMPTS):
        draw(world)
        world.now += timedelta(hours=1)
    draw(world)
    assert told(applicant, "sudah terbit") == 0
    applicant.say("/status")
    assert "Surat sedang disiapkan" in applicant.last
    assert told(head, "gagal disiapkan") == 1
    listed = run(tmp_path, "jobs", "list")
    assert "given up" in listed.stdout and "1 failing" in listed.stdout, listed
    change_signer(world, NAME)
    assert run(tmp_path, "jobs", "retry").stdout.strip() == "1 will be tried again"
    world.now += timedelta(days=365)  # the command used the real clock
    world.process.units.write_now(lambda session: jobs.retry(session, world.now))
    draw(world)
    assert told(applicant, "sudah terbit") == 1
    assert run(tmp_path, "jobs", "list").stdout.strip() == "0 failing"


def told(talk: Talk, words: str) -> int:
    """How many messages that this address has not seen yet contain the words."""
    asyncio.run(talk.news())
    return sum(words in talk.lines([message])[0] for message in talk.told)


def test_the_job_of_a_killed_process_is_free_again_after_half_a_minute(world: World) -> None:
    units, start = world.process.units, world.now
    units.write_now(lambda session: jobs.add(session, "letter", "k", start, {}))
    due = units.write_now(lambda session: jobs.claim(session, start))
    assert due is not None
    later = start + timedelta(seconds=20)
    units.write_now(lambda session: jobs.renew(session, due.id, later))
    assert units.write_now(lambda session: jobs.claim(session, later + timedelta(seconds=20))) is None
    again = units.write_now(lambda session: jobs.claim(session, later + timedelta(seconds=31)))
    assert again is not None and again.id == due.id


def test_a_job_that_takes_longer_than_its_lease_runs_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """`slow` is a kind of job of this test."""
    ran = []

    async def slow(process: Process, due: DueJob, now: object) -> None:
        ran.append(due.id)
        for _ in range(20):
            world.now += timedelta(seconds=0.05)
            await asyncio.sleep(0.05)
        await process.units.write(lambda session: jobs.finish(session, due.id, world.now))

    async def both() -> None:
        working = asyncio.create_task(world.worker.work_once())
        while not working.done():
            await asyncio.sleep(0.02)
            await world.worker.work_once()

    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=0.3))
    monkeypatch.setitem(JOBS, "slow", slow)
    world.process.units.write_now(lambda session: jobs.add(session, "slow", "slow", world.now, {}))
    asyncio.run(both())
    assert len(ran) == 1
    job = world.process.units.write_now(lambda session: session.scalars(select(Job).where(Job.kind == "slow")).one())
    assert job.done_at is not None


# failed messages


def test_failed_messages_are_told_to_the_head_at_most_once_in_five_minutes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a deliberate fault")

    head, people = Talk(world, HEAD), [Talk(world, f"orang{n}") for n in range(3)]
    world.process.units.write_now(lambda session: jobs.add(session, "failures", "failures", world.now, {}))
    draw(world)
    with monkeypatch.context() as patch:
        patch.setattr(router, "on_message", broken)
        for talk in people:
            talk.say("halo")
            assert "petugas sudah diberi tahu" in talk.last
    assert (told(head, "Ada 1 pesan"), told(head, "gagal ditangani")) == (1, 1)
    world.now += timedelta(minutes=6)
    draw(world)
    assert (told(head, "Ada 2 pesan"), told(head, "gagal ditangani")) == (1, 2)
    world.now += timedelta(minutes=6)
    draw(world)
    assert told(head, "gagal ditangani") == 2


def test_input_that_nobody_can_read_is_told_to_the_head_at_once(world: World) -> None:
    head = Talk(world, HEAD)
    for _ in range(2):  # delivered again
        asyncio.run(world.process.events.dead_letter("console", b"{}", "an update that the library cannot read"))
    assert told(head, "Ada 1 pesan") == 1


def test_a_cover_letter_that_cannot_be_made_is_told_to_whoever_asked_for_it(world: World) -> None:
    applicant, head = Talk(world, APPLICANT), Talk(world, HEAD)
    half_filled(world)

    def ask(ctx: Context) -> None:
        draft = ctx.session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one()
        cover_letters.request(ctx, "cover_letter", draft, Signer())
        ctx.session.delete(draft)  # a deliberate fault

    do(world, APPLICANT, ask)
    draw(world)
    assert told(applicant, "Kami coba lagi") == 1
    for _ in range(jobs.ATTEMPTS):
        world.now += timedelta(hours=1)
        draw(world)
    assert (told(applicant, "Kami coba lagi"), told(applicant, "gagal kami buat. Petugas sudah diberi tahu.")) == (1, 1)
    assert told(head, "Dokumen yang diminta gagal dibuat: surat pengantar.") == 1


def test_more_than_a_thousand_failed_messages_are_listed_and_run_again(world: World, tmp_path: Path) -> None:
    """They are input that an older program could not read, which this one can."""
    keys, now, many = world.process.app.keys, world.now, 1005

    def fill(session: Session) -> None:
        for number in range(many):
            external_id = f"{inbox.DEAD_LETTER}{number}"
            sealed = seal_raw(keys, "console", external_id, b"{}")
            inbox.keep(session, "console", external_id, "", now, "failed", sealed, "an update")

    async def read_now(_channel: str, _part: bytes) -> bool:
        return True

    world.process.units.write_now(fill)
    assert run(tmp_path, "inbox", "list").stdout.strip().endswith(f"{many} failed")
    assert asyncio.run(world.process.inbound.retry_failed(read_now)) == (many, 0)


def test_without_staff_nobody_is_said_to_have_been_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a deliberate fault")

    world = World(tmp_path / "data")
    talk = Talk(world)
    with monkeypatch.context() as patch:
        patch.setattr(router, "on_message", broken)
        talk.say("halo")
    assert "Pesan Anda tersimpan dan akan kami tangani." in talk.last
    world.stop()


# numbers


def record(world: World, application_id: int, serial: int) -> None:
    """A letter that was signed outside, as `issue_by_upload` records it: not with a number that is taken."""

    def add(session: Session) -> None:
        ctx = context_of(world, session, DIRECTOR)
        number_series.lock(session, letters.series_of_numbers(ctx))
        number, identity = f"B-{serial}/7304/KS.200/2026", f"V-26.7304.{serial:03d}"
        if register_rows.holder(session, number, identity):
            return  # the officer is told so
        row = Letter(application_id=application_id, stage="uploaded", state="ready", facts={}, sha256="")
        row.number, row.identity, row.created_at = number, identity, ctx.now
        letters_rows.add(session, row)
        application = session.get_one(Application, application_id)
        register.enter(ctx, application, row, Registered(number, identity, register.new_code(), ctx.today))

    world.process.units.write_now(add)


def issue_many(world: World, many: int, recorded: tuple[int, ...]) -> list[str]:
    """Issues applications at once, while letters with their own numbers are recorded. Returns the numbers given."""
    ids, outside = [awaiting_issue(world) for _ in range(many)], awaiting_issue(world)
    draw(world)
    for serial in recorded[::2]:
        record(world, outside, serial)

    async def all_at_once() -> None:
        units = world.process.units
        await asyncio.gather(
            *(units.write(lambda session, id=id: _issue(world, session, id)) for id in ids),  # type: ignore[misc]
            *(asyncio.to_thread(record, world, outside, serial) for serial in recorded[1::2]),
        )

    asyncio.run(all_at_once())
    query = select(Letter).where(Letter.stage == "issued")
    return [str(letter.number) for letter in world.process.units.write_now(lambda s: list(s.scalars(query)))]


def _issue(world: World, session: Session, application_id: int) -> None:
    ctx = context_of(world, session, DIRECTOR)
    application = cases.open_case(ctx, application_id)
    decisions.issue(ctx, application, cases.drawn_letter(ctx, application).id)


def test_numbers_that_were_recorded_with_an_upload_are_skipped(world: World) -> None:
    given = issue_many(world, 4, (1, 70, 3, 71))
    assert sorted(int(number.split("/")[0].removeprefix("B-")) for number in given) == [2, 4, 5, 6]


@pytest.mark.postgres
@pytest.mark.timeout(300)
def test_many_letters_at_once_skip_recorded_numbers_on_postgresql(postgres_database: str, tmp_path: Path) -> None:
    world = staffed(World(tmp_path / "var", database_url=postgres_database))
    given = issue_many(world, 24, (2, 9, 5, 20, 6, 13, 17, 22))
    serials = {int(number.split("/")[0].removeprefix("B-")) for number in given}
    assert len(given) == 24 and len(serials) == 24
    assert not serials & {2, 5, 6, 17}
    world.stop()


def test_no_role_is_without_a_name_after_joining(world: World) -> None:
    for role in ("officer", "head", "director", "admin"):
        talk = Talk(world, f"tanpa-nama-{role}")
        talk.say(f"/gabung {world.invite(role, '')}")
        assert ASKED in talk.last, role
        talk.say("Sitti Aisyah")
        assert all(officer.name for officer in world.process.units.write_now(officers.list_active)), role
