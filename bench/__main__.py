"""python -m bench: measures, side by side in one run, and writes the figures and BENCHMARKS.md. See `--help`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import click

from bench import backup, bots, conversation, growth, memory, report, rest, several, webhook
from bench.conversation import ConversationRun
from bench.figures import Figure, Results, percentile
from bench.machine import machine

#: more chats at once than this take long, and differ little from round to round
MANY, ROUNDS_OF_MANY = 100, 3
PARTS = ("conversation", "processes", "webhook", "growth", "idle", "start", "letters", "memory", "backup")


def numbers(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[int, ...]:
    return tuple(int(part) for part in value.split(","))


@click.command()
@click.option("--rounds", default=5, help="Rounds; the bots take turns within each.")
@click.option("--chats", default="1,64,500", callback=numbers, help="Chats at once, with commas.")
@click.option("--rows", default="1000,100000,1000000", callback=numbers, help="Rows of the growth part, with commas.")
@click.option("--processes", default="1,2", callback=numbers, help="Fronts on one database, with commas.")
@click.option("--parts", default=",".join(PARTS), help="What to measure, with commas.")
@click.option("--idle-seconds", default=15.0, help="How long the idle service is watched in each round.")
@click.option("--note", default="", help="A sentence for the head of BENCHMARKS.md.")
@click.option("--json", "file", default="build/bench.json", type=click.Path(path_type=Path), help="File of figures.")
def main(
    rounds: int,
    chats: tuple[int, ...],
    rows: tuple[int, ...],
    processes: tuple[int, ...],
    parts: str,
    idle_seconds: float,
    note: str,
    file: Path,
) -> None:
    for line in bots.missing():
        raise click.ClickException(line)
    began, start = datetime.now(UTC).isoformat(timespec="seconds"), monotonic()
    figures: list[Figure] = []
    measures: dict[str, Callable[[], Iterable[Figure]]] = {
        "conversation": lambda: _conversation(rounds, chats),
        "processes": lambda: several.measure(rounds, processes),
        "webhook": lambda: webhook.measure(rounds),
        "growth": lambda: growth.measure(rows),
        "idle": lambda: rest.measure_idle(rounds, idle_seconds),
        "start": lambda: rest.measure_start(rounds),
        "letters": lambda: rest.measure_letters(rounds),
        "memory": lambda: memory.measure(rounds),
        "backup": lambda: backup.measure(rounds),
    }
    chosen = f"ROUNDS={rounds} CHATS={_joined(chats)} ROWS={_joined(rows)} PROCESSES={_joined(processes)} PARTS={parts}"
    command = f'make bench {chosen} ARGS="--idle-seconds {idle_seconds:g}"'
    results = Results(command, _machine(), began, 0, ())
    for part in parts.split(","):
        figures += measures[part]()
        results = Results(command, _machine(), began, round((monotonic() - start) / 60, 1), tuple(figures))
        results.save(file)  # after each part: a long run that is broken off leaves what it has
        for figure in results.of(part):
            click.echo(f"{part}: {figure.subject}, {figure.condition}, {figure.name}: {figure.text} {figure.unit}")
    report.write(results, note)


def _joined(values: Sequence[int]) -> str:
    return ",".join(map(str, values))


def _conversation(rounds: int, chats: Sequence[int]) -> list[Figure]:
    """Every bot once in each round, one after the other: what disturbs the machine disturbs all of them."""
    runs: list[ConversationRun] = []
    for number in range(rounds):
        counts = [at_once for at_once in chats if at_once <= MANY or number < ROUNDS_OF_MANY]
        for bot in bots.BOTS:
            for run in asyncio.run(conversation.measure(bot, counts)) if counts else ():
                runs.append(run)
                pace = f"{run.steps / run.seconds:.0f} steps a second"
                click.echo(f"round {number + 1}: {bot.name}, chats: {run.chats}, {pace}", err=True)
    return [figure for bot in bots.BOTS for at_once in chats for figure in _figures(runs, bot.name, at_once)]


def _figures(runs: Sequence[ConversationRun], bot: str, chats: int) -> list[Figure]:
    of_bot = [run for run in runs if (run.bot, run.chats) == (bot, chats)]
    condition = f"{chats} chats" if chats > 1 else "1 chat"
    columns: dict[tuple[str, str], list[float]] = {
        ("steps", "/s"): [run.steps / run.seconds for run in of_bot],
        ("CPU a step", "ms"): [run.cpu_seconds / run.steps * 1000 for run in of_bot],
        ("p50", "ms"): [percentile(run.latencies, 0.5) * 1000 for run in of_bot],
        ("p99", "ms"): [percentile(run.latencies, 0.99) * 1000 for run in of_bot],
    }
    return [Figure("conversation", bot, condition, name, unit, tuple(v)) for (name, unit), v in columns.items()]


def _machine() -> str:
    return f"{machine()}; load at the end {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
