"""Applications: several people act at once, revisions, and letters that are interrupted."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.runtime.jobs import draw_letter
from bot.service import applications, cases, decisions, drafts, officers, revisions
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.form.definition import Value
from letters.recommendation import Recommendation, render
from storage import applications as rows
from storage import jobs
from storage.tables import Application, CatalogueEntry, File, Job, Letter, NumberSeries, Remark, Submission
from tests import casework
from tests.casework import (
    AFTER_SILENCE,
    APPLICANT,
    DIRECTOR,
    FORM,
    OFFICER,
    OTHER_OFFICER,
    acts,
    answer_again,
    awaiting_issue,
    context_of,
    do,
    draft_of,
    expire,
    issued,
    on,
    remark,
    resubmit,
    revision_requested,
    staffed,
    status,
    submitted,
    under_review,
    withdraw,
)
from tests.talk import Talk, World

MANY = 64


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = staffed(World(tmp_path / "data"))
    yield world
    world.stop()


@pytest.fixture
def on_postgres(postgres_database: str, tmp_path: Path) -> Iterator[World]:
    world = staffed(World(tmp_path / "data", database_url=postgres_database))
    yield world
    world.stop()


def at_once(world: World, *works: tuple[str, Callable[[Context], object]]) -> list[object]:
    """Starts all units before any of them has ended. A refusal is a result."""

    def unit(who: str, act: Callable[[Context], object]) -> Callable[[Session], object]:
        def work(session: Session) -> object:
            try:
                return act(context_of(world, session, who))
            except ActionRefused as refused:
                return refused

        return work

    async def all_of_them() -> list[object]:
        return list(await asyncio.gather(*(world.process.units.write(unit(*work)) for work in works)))

    return asyncio.run(all_of_them())


def refused(results: list[object]) -> list[ActionRefused]:
    return [result for result in results if isinstance(result, ActionRefused)]


def case(world: World, application_id: int) -> Application:
    return world.process.units.write_now(lambda session: session.get_one(Application, application_id))


def all_of(world: World, table: type) -> list[object]:
    return world.process.units.write_now(lambda session: session.query(table).all())


def two_claims(world: World) -> None:
    application_id = submitted(world)
    names = (OFFICER, OTHER_OFFICER)
    results = at_once(world, *((name, on(application_id, cases.claim)) for name in names))
    (loser,) = refused(results)
    winner = names[results.index(None)]
    assert loser.text.args["name"] == winner.title()
    holder = do(world, winner, lambda ctx: ctx.actor.id)
    assert (case(world, application_id).officer_id, status(world, application_id)) == (holder, "under_review")
    assert world.process.units.write_now(lambda session: acts(session, application_id)).count("claim") == 1


def verdict_and_withdrawal(world: World) -> None:
    def approve(ctx: Context, it: Application) -> None:
        decisions.decide(ctx, it, it.round, cases.FEASIBLE, ["Memadai."], [])

    for first in (0, 1):
        application_id = under_review(world)
        works: list[tuple[str, Callable[[Context], object]]] = [
            (OFFICER, on(application_id, approve)),
            (APPLICANT, partial(withdraw, application_id=application_id)),
        ]
        results = at_once(world, works[first], works[1 - first])
        done = world.process.units.write_now(partial(acts, application_id=application_id))
        assert ("decide" in done) != ("withdraw" in done), done
        assert len(refused(results)) + results.count(False) == 1
        assert status(world, application_id) == ("withdrawn" if "withdraw" in done else "letter_drafted")


def sends_revision(ctx: Context, application_id: int) -> Application | None:
    """What the last button of a revision does."""
    draft = drafts.get_mine(ctx, draft_of(ctx.session, application_id).id)
    return revisions.resubmit(ctx, draft) if draft else None


def revision_and_its_end(world: World) -> None:
    """The applicant sends a revision, and at once withdraws on another device, or an officer lets it expire."""
    ends: dict[str, tuple[str, Callable[[int], Callable[[Context], object]]]] = {
        "withdraw": (APPLICANT, lambda application_id: partial(withdraw, application_id=application_id)),
        "expire": (OFFICER, lambda application_id: on(application_id, expire)),
    }
    for (act, (who, end)), first in product(ends.items(), (0, 1)):
        application_id = revision_requested(world)
        answer_again(world, application_id)
        world.now += AFTER_SILENCE
        works: list[tuple[str, Callable[[Context], object]]] = [
            (APPLICANT, partial(sends_revision, application_id=application_id)),
            (who, end(application_id)),
        ]
        at_once(world, works[first], works[1 - first])
        done = world.process.units.write_now(partial(acts, application_id=application_id))
        sent, ended = "resubmit" in done, act in done
        assert sent or ended, done
        assert status(world, application_id) == (
            {"withdraw": "withdrawn", "expire": "expired"}[act] if ended else "under_review"
        )
        assert not (sent and ended) or (act == "withdraw" and done.index("resubmit") < done.index("withdraw")), done
        draft = world.process.units.write_now(partial(draft_of, application_id=application_id))
        assert (draft.state, draft.remarks, draft.refill) == ("submitted", {}, [])


def remark_and_resubmission(world: World) -> None:
    application_id = under_review(world, "judul_kegiatan")
    talk = Talk(world, OFFICER)
    talk.press(f"remark:ask:{application_id}:3.2")
    do(world, OFFICER, on(application_id, revisions.request_revision))  # on another device
    answer_again(world, application_id, judul_kegiatan="Survei Kepuasan Pasien Rumah Sakit Jeneponto")
    resubmit(world, application_id)
    talk.say("Tujuan masih terlalu umum.")
    talk.tap("Simpan")
    states = {row.question: (row.state, row.round) for row in all_of(world, Remark) if isinstance(row, Remark)}
    assert states == {"judul_kegiatan": ("answered", 1), "tujuan": ("open", 2)}


def many_issues(world: World) -> None:
    application_ids = [awaiting_issue(world, cases.REJECTED if n % 4 == 0 else cases.FEASIBLE) for n in range(MANY)]
    assert not refused(
        at_once(world, *((DIRECTOR, on(application_id, casework.issue)) for application_id in application_ids))
    )
    letters = [row for row in all_of(world, Letter) if isinstance(row, Letter) and row.stage == "issued"]
    serials = sorted(int(str(row.number).split("/")[0].removeprefix("B-")) for row in letters)
    identities = sorted(int(row.identity.rpartition(".")[2]) for row in letters if row.identity)
    assert serials == list(range(1, MANY + 1))
    assert identities == list(range(1, MANY * 3 // 4 + 1))
    assert casework.audit_faults(world) == []


def test_two_officers_claim_at_once_and_the_second_is_told_who(world: World) -> None:
    two_claims(world)


def test_a_verdict_and_a_withdrawal_at_once_have_one_effect(world: World) -> None:
    verdict_and_withdrawal(world)


def test_many_letters_issued_at_once_have_no_gap_and_no_double(world: World) -> None:
    many_issues(world)


def test_a_remark_written_while_the_revision_comes_back_is_not_lost(world: World) -> None:
    remark_and_resubmission(world)


def test_a_revision_and_its_end_at_once_have_one_outcome(world: World) -> None:
    revision_and_its_end(world)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "race", [two_claims, verdict_and_withdrawal, revision_and_its_end, remark_and_resubmission, many_issues]
)
def test_the_same_races_on_postgresql(race: Callable[[World], None], on_postgres: World) -> None:
    race(on_postgres)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "who,end",
    [(APPLICANT, withdraw), (OFFICER, lambda ctx, application_id: on(application_id, expire)(ctx))],
    ids=["withdrawal", "expiry"],
)
def test_both_sides_lock_a_revision_in_the_same_order(
    who: str, end: Callable[[Context, int], object], on_postgres: World
) -> None:
    """Each unit takes its first lock before the other continues, if it can. In different orders they would block each
    other.
    """
    world = on_postgres
    application_id = revision_requested(world)
    answer_again(world, application_id)
    world.now += AFTER_SILENCE
    both = threading.Barrier(2)

    def meet() -> None:
        with contextlib.suppress(threading.BrokenBarrierError):  # expected: the other unit waits for a lock of this one
            both.wait(0.7)

    def send(ctx: Context) -> object:
        assert drafts.get_mine(ctx, draft_of(ctx.session, application_id).id)
        meet()
        return sends_revision(ctx, application_id)

    def finish(ctx: Context) -> object:
        assert applications.get_mine(ctx, application_id) if who == APPLICANT else cases.open_case(ctx, application_id)
        meet()
        return end(ctx, application_id)

    at_once(world, (APPLICANT, send), (who, finish))
    done = world.process.units.write_now(partial(acts, application_id=application_id))
    assert {"resubmit", "withdraw", "expire"} & set(done)


def test_one_letter_issued_twice_at_once_has_one_number(world: World) -> None:
    application_id = awaiting_issue(world)
    assert len(refused(at_once(world, *[(DIRECTOR, on(application_id, casework.issue))] * 3))) == 2
    assert [row.number is not None for row in all_of(world, Letter) if isinstance(row, Letter)] == [False, True]


def test_a_revision_requested_twice_is_requested_once(world: World) -> None:
    application_id = under_review(world, "judul_kegiatan")
    results = at_once(world, *[(OFFICER, on(application_id, revisions.request_revision))] * 2)
    assert len(refused(results)) == 1
    assert len([mail for mail in world.mails() if "sudah diperiksa" in mail[2]]) == 1


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
    assert world.process.units.write_now(lambda session: acts(session, application_id))[-2:] == ["resubmit", "release"]


def test_an_interrupted_issue_uses_no_number(world: World) -> None:
    application_id = awaiting_issue(world)

    def cut_off(ctx: Context, it: Application) -> None:
        casework.issue(ctx, it)
        raise RuntimeError("a deliberate fault")

    with pytest.raises(RuntimeError):
        do(world, DIRECTOR, on(application_id, cut_off))
    assert status(world, application_id) == "awaiting_issue"
    series = [row.name for row in all_of(world, NumberSeries) if isinstance(row, NumberSeries)]
    assert not [name for name in series if name.startswith(("letter/", "identity/"))]
    do(world, DIRECTOR, on(application_id, casework.issue))
    assert newest_letter(world).number == "B-1/7304/KS.200/2026"


def newest_letter(world: World) -> Letter:
    letter = all_of(world, Letter)[-1]
    assert isinstance(letter, Letter)
    return letter


def work(world: World) -> None:
    async def until_idle() -> None:
        while await world.worker.work_once():
            pass

    asyncio.run(until_idle())


def delivered(world: World) -> int:
    return sum("sudah terbit" in subject for _, subject, _ in world.mails())


def test_a_letter_drawn_twice_is_delivered_once(world: World) -> None:
    issued(world)
    due = [
        jobs.DueJob(row.id, row.kind, row.arguments, 1)
        for row in all_of(world, Job)
        if isinstance(row, Job) and row.arguments.get("letter") == newest_letter(world).id
    ]

    async def twice() -> None:
        both = (draw_letter(world.process, due[0], world.now) for _ in range(2))
        await asyncio.gather(*both)

    asyncio.run(twice())
    work(world)
    assert delivered(world) == 1
    assert len([row for row in all_of(world, CatalogueEntry)]) == 1
    names = [row.name for row in all_of(world, File) if isinstance(row, File)]
    assert names.count("surat-B-1-7304-KS.200-2026.pdf") == 1


def test_a_letter_arrives_after_a_restart_and_is_what_its_facts_say(world: World) -> None:
    issued(world)
    assert (newest_letter(world).state, delivered(world)) == ("pending", 0)
    world.restart()
    work(world)
    letter = newest_letter(world)
    assert (letter.state, delivered(world)) == ("ready", 1)
    drawn = render(Recommendation.of_json(letter.facts))
    assert letter.sha256 == hashlib.sha256(drawn).hexdigest()
    file = world.process.units.write_now(lambda session: session.get_one(File, letter.file_id))
    assert world.process.store.read(file.object, file.owner) == drawn


def test_the_catalogue_has_the_letters_own_day(world: World) -> None:
    world.now = world.now.replace(hour=23)  # in the office's zone it is the next day already
    issued(world)
    world.now = world.now.replace(day=9)
    work(world)
    (entry,) = all_of(world, CatalogueEntry)
    assert isinstance(entry, CatalogueEntry) and str(entry.letter_date) == newest_letter(world).facts["day"]


def test_a_rejected_application_gets_a_number_and_no_identity(world: World) -> None:
    application_id = awaiting_issue(world, cases.REJECTED)
    do(world, DIRECTOR, on(application_id, casework.issue))
    work(world)
    assert (newest_letter(world).number, newest_letter(world).identity) == ("B-1/7304/KS.200/2026", None)
    assert all_of(world, CatalogueEntry) == []


def test_a_draft_of_the_letter_is_not_the_applicants(world: World) -> None:
    application_id = awaiting_issue(world)
    work(world)

    def theirs(ctx: Context) -> File | None:
        mine = applications.get_mine(ctx, application_id)
        return applications.letter_file(ctx, mine) if mine else None

    assert newest_letter(world).state == "ready" and do(world, APPLICANT, theirs) is None
