"""The queue against takers, callers, absences and restarts: a list in memory says what must be true."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from bot.limits import DAILY
from bot.service import queue, queue_desk
from bot.service.access import ActionRefused
from bot.service.queue_news import code_of
from domain.queue import BACK_AFTER, MOST_CALLS_UNANSWERED
from tests.casework import OFFICER, OTHER_OFFICER, do, staffed
from tests.queue_rows import TODAY, call, code_and_state, end, take, tickets, visitor
from tests.talk import World

TOMORROW = date(2026, 3, 3)
PEOPLE = st.sampled_from([f"pengunjung {n}" for n in range(5)])
CALLERS = st.sampled_from((OFFICER, OTHER_OFFICER))
SERVICES = st.sampled_from(("rekomendasi", "konsultasi"))


class QueueMachine(RuleBasedStateMachine):
    """Everybody takes a number in one line. `waiting`: today's numbers in order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.world = staffed(World(Path(self.folder.name) / "data"))
        self.waiting: list[str] = []
        self.at_desk: dict[str, str] = {}  #: officer → number
        self.holds: dict[str, str] = {}  #: person → number
        self.unanswered: dict[str, int] = {}
        self.taken: Counter[str] = Counter()  #: today, by person; moving takes one too
        self.is_paused = False
        self.given: set[str] = set()

    def teardown(self) -> None:
        self.world.stop()
        self.folder.cleanup()

    @initialize(count=st.integers(0, 8))
    def some_have_come_early(self, count: int) -> None:
        for _ in range(count):
            self.give_to_somebody_without_a_phone("konsultasi")

    @rule(person=PEOPLE, service=SERVICES)
    def take(self, person: str, service: str) -> None:
        try:
            code = take(self.world, person, service)
        except ActionRefused:
            return  # too many on this day
        if person in self.holds:
            assert code == self.holds[person], "one person has one number"
            return
        assert code not in self.given, "no number is given twice"
        self.given.add(code)
        self.taken[person] += 1
        self.holds[person] = code
        self.waiting.append(code)

    @rule(service=SERVICES)
    def give_to_somebody_without_a_phone(self, service: str) -> None:
        code = do(self.world, OFFICER, lambda ctx: code_of(queue_desk.give_number(ctx, service)))
        assert code not in self.given
        self.given.add(code)
        self.waiting.append(code)

    @rule(person=PEOPLE, moves=st.booleans())
    def give_back_or_move(self, person: str, moves: bool) -> None:
        def act(session: Session) -> bool:
            ctx = visitor(self.world, session, person)
            ticket = queue.my_ticket(ctx)
            if ticket is None or ticket.day != TODAY:
                return False
            try:
                queue.move(ctx, ticket.id, TOMORROW) if moves else queue.cancel(ctx, ticket.id)
            except ActionRefused:
                return False
            return True

        changed = self.world.process.units.write_now(act)
        self.taken[person] += moves and person in self.holds
        is_too_often = moves and self.taken[person] > DAILY["queue_numbers_of_person"]
        assert changed is (self.holds.get(person) in self.waiting and not is_too_often)
        if changed:
            self.waiting.remove(self.holds.pop(person))
            if moves:
                self.clear_tomorrow(person)

    def clear_tomorrow(self, person: str) -> None:
        """So that the person can take a number today again."""

        def act(session: Session) -> None:
            ctx = visitor(self.world, session, person)
            ticket = queue.my_ticket(ctx)
            assert ticket is not None and ticket.day == TOMORROW
            queue.cancel(ctx, ticket.id)

        self.world.process.units.write_now(act)

    @rule(who=CALLERS)
    def call_next(self, who: str) -> None:
        try:
            code = call(self.world, who)
        except ActionRefused:
            assert self.is_paused or who in self.at_desk
            return
        assert not self.is_paused and who not in self.at_desk
        assert code == (self.waiting.pop(0) if self.waiting else None), "the first in the line is called"
        if code is not None:
            self.at_desk[who] = code

    @rule(who=CALLERS, comes=st.lists(st.booleans(), min_size=1, max_size=4))
    def call_several(self, who: str, comes: list[bool]) -> None:
        self.pause(who, False)
        for one in comes:
            self.serve(who)
            self.call_next(who)
            self.serve(who) if one else self.note_absence(who)

    @rule(who=CALLERS)
    def serve(self, who: str) -> None:
        if (code := self.at_desk.pop(who, None)) is not None:
            assert end(self.world, "serve", who) == code
            self.forget(code)

    @rule(who=CALLERS)
    def note_absence(self, who: str) -> None:
        if (code := self.at_desk.pop(who, None)) is None:
            return
        assert end(self.world, "absent", who) == code
        self.unanswered[code] = self.unanswered.get(code, 0) + 1
        if self.unanswered[code] >= MOST_CALLS_UNANSWERED:
            self.forget(code)
        else:
            self.waiting.insert(BACK_AFTER, code)

    @rule(who=CALLERS, paused=st.booleans())
    def pause(self, who: str, paused: bool) -> None:
        do(self.world, who, lambda ctx: queue_desk.pause(ctx, paused=paused))
        self.is_paused = paused

    @rule()
    def restart(self) -> None:
        self.world.restart()

    def forget(self, code: str) -> None:
        self.holds = {person: held for person, held in self.holds.items() if held != code}

    @invariant()
    def the_line_is_as_expected(self) -> None:
        states = [code_and_state(ticket) for ticket in tickets(self.world) if ticket.day == TODAY]
        assert [code for code, state in states if state == "waiting"] == self.waiting
        assert {code for code, state in states if state == "called"} == set(self.at_desk.values())


@pytest.mark.timeout(420)  # Hypothesis shortens a failing example for at most 300 s
def test_the_queue_keeps_its_order_whatever_takers_and_callers_do() -> None:
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
            phases=(Phase.generate,),  # a play of 25 steps is short enough to read; making it shorter takes minutes
        ),
    )
