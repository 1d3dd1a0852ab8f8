"""`make crash`: see `docs/crash-report.md`, which it writes."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

from tests.crash_run.checks import Facts
from tests.crash_run.report import MINUTES, Run, write
from tests.crash_run.round import KINDS, Beginnings, Outcome, play
from tests.postgres import SPEED, made_cluster

#: PostgreSQL may be killed: what is committed must stay
SETTINGS = tuple(setting for setting in SPEED if not setting.startswith("synchronous_commit"))

#: letters that a fault shows before and after what differs
AROUND = 60


def main() -> int:
    parser = ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="trouble ends after so many")
    parser.add_argument("--report", type=Path, help="the file that is written")
    arguments = parser.parse_args()
    seed = arguments.seed or random.SystemRandom().randrange(1, 10**6)
    began, start = datetime.now(UTC), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pst-crash-") as folder, made_cluster(SETTINGS) as cluster:
        beginnings = Beginnings(Path(folder), cluster)
        for database in ("sqlite", "postgresql"):
            beginnings.prepare(database)
        outcomes = asyncio.run(_run(beginnings, Path(folder), arguments.kills, seed, arguments.minutes * 60))
    if arguments.report:
        write(
            arguments.report, Run(arguments.kills, seed, arguments.minutes, began, time.monotonic() - start, outcomes)
        )
    return 1 if any(outcome.faults for outcome in outcomes) else 0


async def _run(beginnings: Beginnings, folder: Path, kills: int, seed: int, seconds: float) -> list[Outcome]:
    end = time.monotonic() + seconds
    expected = await play(beginnings, KINDS[0], folder / "quiet", random.Random(seed))
    if expected.faults:
        raise AssertionError(f"a round without trouble: {expected.faults}")
    say(f"seed {seed}; a round without trouble took {expected.seconds:.0f} s")
    outcomes: list[Outcome] = []
    while (done := sum(outcome.kills.total() for outcome in outcomes)) < kills and time.monotonic() < end:
        number = len(outcomes) + 1
        kind = KINDS[len(outcomes) % len(KINDS)]
        chance = random.Random(f"{seed} {number}")
        outcome = await play(beginnings, kind, folder / str(number), chance, kills=kills - done, end=end)
        outcome.faults = [*outcome.faults, *_differences(outcome.facts, expected.facts)]
        outcomes.append(outcome)
        deaths = outcome.kills.total()
        took = f"{outcome.troubled:.0f} of {outcome.seconds:.0f} s"
        say(f"round {number}, {kind}: {deaths} kills in {took}; {done + deaths} of {kills}")
        _complain(outcome, seed, number)
    return outcomes


def _differences(found: Facts, expected: Facts) -> list[str]:
    return [
        f"{who}: {what}: {_unlike(repr(found[who][what]), repr(facts[what]))}"
        for who, facts in expected.items()
        if who in found  # none is where a round did not come to its end
        for what in facts
        if found[who][what] != facts[what]
    ]


def _unlike(found: str, expected: str) -> str:
    """What is between their common beginning and their common end, with some words around it."""
    start = _alike(found, expected)
    end = _alike(found[start:][::-1], expected[start:][::-1])
    begins = max(0, start - AROUND)

    def cut(text: str) -> str:
        ends = min(len(text), len(text) - end + AROUND)
        return "…" * bool(begins) + text[begins:ends] + "…" * (ends < len(text))

    return f"{cut(found)}, where nothing goes wrong {cut(expected)}"


def _alike(one: str, other: str) -> int:
    """With how many letters both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (letter, another) in pairs if letter != another), min(len(one), len(other)))


def _complain(outcome: Outcome, seed: int, number: int) -> None:
    if outcome.faults:
        say(outcome.standing)
    for fault in outcome.faults:
        say(f"FAULT in round {number} of seed {seed}, {outcome.kind}: {fault}")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
