"""Applications: several people act at once."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.service import applications, cases, decisions, drafts, revisions
from bot.service.access import ActionRefused
from bot.service.context import Context
from storage.tables import Application, Letter, Remark
from tests import casework
from tests.casework import (
    AFTER_SILENCE,
    APPLICANT,
    DIRECTOR,
    OFFICER,
    OTHER_OFFICER,
    acts,
    answer_again,
    awaiting_issue,
    context_of,
    do,
    draft_of,
    expire,
    on,
    resubmit,
    revision_requested,
    staffed,
    status,
    submitted,
    under_review,
    withdraw,
)
from tests.talk import Talk, World
from tests.unit.case_rows import all_of, case

MANY = 64


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
