"""`make bench` compares every reply: the form says to ours what the bench expects, before anybody measures."""

from __future__ import annotations

from pathlib import Path

from bench.bots import FIRST_PERSON, register
from bench.form import OPENING, STEPS
from tests.talk import Talk, World


def test_the_form_answers_as_the_bench_expects(tmp_path: Path) -> None:
    world = World(tmp_path / "data")
    try:
        world.process.units.write_now(lambda session: register(session, 1))
        talk = Talk(world, str(FIRST_PERSON), "telegram")
        for step in (*OPENING, *STEPS):
            (said,) = talk.say(step.typed)
            missing = [words for words in step.replies if words not in talk.last]
            assert not missing, f"{step.typed!r}: {missing} is not said in {said.id}: {talk.last!r}"
    finally:
        world.stop()
