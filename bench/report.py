"""Writes BENCHMARKS.md from the figures of a run. python -m bench.report build/bench.json"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bench import backup, report_processes, several
from bench.bots import BOTS
from bench.figures import Figure, Results, load, table
from bench.memory import TELEGRAM, WEB, WORKER
from tests.program import ROOT

PAGE = ROOT / "BENCHMARKS.md"
OURS, POSTGRES, REDIS = "ours (SQLite)", "ours (PostgreSQL)", "aiogram + Redis (AOF always)"
MEMORY, PICKLE = "aiogram in memory", "python-telegram-bot + pickle"
REST = ("webhook", "idle", "start", "letters", "memory", "backup")
_COLUMNS = (("steps", "/s"), ("CPU a step", "ms"), ("p50", "ms"), ("p99", "ms"))

HEAD = """\
# Benchmarks

Everything below was measured by one command in one run, on one machine; this file is written from its figures. A
value is the median of the rounds, with the lowest and the highest in brackets.

    make bench                                        # everything, in about 30 minutes
    make bench ROUNDS=1 CHATS=1,64 ROWS=1000,100000   # a short run, in about five minutes
    make bench PARTS=processes PROCESSES=1,2,3        # so many fronts on one database
    make bench PARTS=webhook,idle,start               # some of it
"""
CONVERSATION = """\
## The form on Telegram

Each person types 20 answers to the first questions of the request form; the next one leaves when the reply to the
last one is on the screen. **Every reply is compared** with what the question demands; a wrong one ends the run. All
bots talk to the same loopback Bot API (`tests/platforms/telegram`), by webhook, with the same questions, checks and
buttons. They take turns within each round. A bot is started once in a round, and other people come for each number of
chats, so that the first number warms it up for the next; more than 100 chats have three rounds at most. A webhook is
acknowledged when the answer is stored, except by python-telegram-bot, which queues it. CPU is that of the bot with its
database server. Telegram's limits of messages a second are lifted for all of them by the harness (`bench/ours.py`); the
platform's server runs on the same cores.

Ours does more in a step than a peer: it keeps the message and its reply sealed, knows redeliveries, late and edited
messages, locks the dialogue, writes the reply to an outbox before it is sent, and can be killed at any point.
"""
GROWTH = """\
## Growth

Generated rows: as many applications in work as entries in the catalogue, 50 officers. One call of the storage
function, in its own transaction, warm.
"""
LOSSES = """\
## Where we lose

- Common words of the catalogue that meet in no entry cost as much as the shortest of their lists, on PostgreSQL as
  all of them: a second index would be needed.
- How many applications are in each status is counted on every look at the inbox, in time that grows with the work
  that is open.
"""

BETWEEN = """\
## What stands between

From profiles of one step (py-spy with the interpreter's lock, 64 chats, SQLite; on a machine that others used too, so
the shares count and not the times). The writer's thread takes two thirds of a step, the event loop the rest.

| part of a step | share |
|---|---|
| conversation: rules of the form, buttons, the draft | 22 % |
| order, outbox and delivery | 17 % |
| SQLAlchemy: the draft as an entity, sessions | 13 % |
| event loop and threads | 13 % |
| statements, and SQLite itself | 12 % |
| HTTP, both ways (aiohttp) | 11 % |
| texts: making, cleaning and joining them | 4 % |
| JSON, sealing | 4 % |
| rendering for Telegram, and saying texts in the reader's language | 4 % |

- **CPU and steps against peers that keep less**: a peer writes one value to a dictionary, a file or Redis; what ours
  says, stores, orders and delivers beyond that has no match there. Of the step of a bot in memory HTTP and aiogram are
  nearly all; ours needs them too. One interpreter does all of a step, so steps a second follow
  from the CPU of a step, and no part above is large enough to close the rest alone. What was taken away last: posting
  answers through aiohttp's session (0.06 ms of 0.1), saying texts in parts (0.06 of 0.11), reading plain texts through
  aiogram's models and router (0.15 of 0.16 with cold caches, 0.07 in a loop that does nothing else), records whose
  fields are set by a function call, and what a message looked up two to nine times (together 0.3 of the writer's 1.2).
  What was tried and left: a longer or shorter switch interval of the threads and running units in the event loop (no
  difference beyond the noise), uvloop (3 %; it is the extra `speed`).
- **500 chats**: a message that would wait 0.1 s is stored first and its platform answered, so everybody's answer is
  written twice: a second seal, insert and update, and two more tasks. Peers let the webhook wait instead.
- **p99 at 64 chats** was the one reply that also looks for similar activities, which everybody got at the same time;
  it is asked without the ORM now. What remains is the order of arrival: the last of 64 waits for the others. The
  harness collects no garbage while it measures, because its pauses of up to 0.2 s counted as the bots'.
- **PostgreSQL**: twelve round trips a step, eleven for the answer and one for the delivery, with a thread switch each;
  the server takes 40 % of its CPU. Sending the first three statements together with their begin (psycopg's pipeline)
  was tried and left: it saves three round trips and no CPU.
- **Webhook of WhatsApp**: what is being handled and what is being acknowledged share one interpreter. Everybody writes
  for the first time here, which costs five times as much as an answer; a message that has waited 0.1 s is stored, and
  its platform is answered. The slowest are the first ones of a process, which load what all need.
- **Start**: importing the libraries takes all of it, 0.8 s of CPU; Telegram adds half a second, since aiogram's models
  are built when they are first used and python-telegram-bot comes with the first notice (before: 2.4 s).
  Alembic and the libraries that inspect files are left out; those that read phone numbers and addresses are imported
  while the first page can be read. Half of the rest is classes: SQLAlchemy's, pydantic's, and 560
  of our own, which take a third of what they took as frozen dataclasses (decision 56). Nothing reads the drafts; which
  versions of the forms are in use is found by an index.
- **Memory**: classes and code of the libraries are nearly all of it: SQLAlchemy 21 MB, cryptography 6, aiohttp 7,
  pydantic 7, phonenumbers 8; the program itself 30. Telegram adds 23, since only those of aiogram's models are built
  that are used (before: 130). What was taken away: the package that estimates holidays (30 MB for all countries; the
  years until 2040 are a file now), and lists of pairs in the index of phrases (12 MB). Python without docstrings (-OO)
  would save 6 MB, one arena of malloc 2.
"""


@dataclass(frozen=True, slots=True)
class Target:
    what: str
    limit: str
    measured: Callable[[Results], float | None]
    is_met: Callable[[float], bool]
    unit: str = ""


def _value(part: str, subject: str, condition: str, name: str) -> Callable[[Results], float | None]:
    def measured(results: Results) -> float | None:
        figure = results.find(part, subject, condition, name)
        return figure.median if figure else None

    return measured


def _ratio(
    over: Callable[[Results], float | None], under: Callable[[Results], float | None]
) -> Callable[[Results], float | None]:
    def measured(results: Results) -> float | None:
        numerator, denominator = over(results), under(results)
        return numerator / denominator if numerator is not None and denominator else None

    return measured


def _against(peer: str, name: str) -> Callable[[Results], float | None]:
    return _ratio(_value("conversation", OURS, "64 chats", name), _value("conversation", peer, "64 chats", name))


def _grown(query: str) -> Callable[[Results], float | None]:
    """The largest number of rows against a thousand, on the database on which it has grown more."""

    def measured(results: Results) -> float | None:
        grown = [ratio for subject in (OURS, POSTGRES) if (ratio := of(results, subject)) is not None]
        return max(grown, default=None)

    def of(results: Results, subject: str) -> float | None:
        found = [figure for figure in results.of("growth") if (figure.subject, figure.name) == (subject, query)]
        by_rows = {int(figure.condition.split()[0].replace(",", "")): figure.median for figure in found}
        return by_rows[max(by_rows)] / by_rows[1000] if len(by_rows) > 1 and 1000 in by_rows else None

    return measured


def _of_two_fronts(results: Results) -> float | None:
    """Steps of two fronts against one, where the cores suffice for both."""
    condition = report_processes.limited(results)
    one, two = (_value(several.PART, several.subject_of(count), condition, "steps")(results) for count in (1, 2))
    return two / one if one and two else None


def _at_most(limit: float) -> Callable[[float], bool]:
    return lambda value: value <= limit


def _at_least(limit: float) -> Callable[[float], bool]:
    return lambda value: value >= limit


TARGETS = (
    Target(
        "CPU a step, Telegram webhook, everything included (64 chats)",
        "≤ 2.5 ms",
        _value("conversation", OURS, "64 chats", "CPU a step"),
        _at_most(2.5),
        " ms",
    ),
    Target(f"steps/s at 64 chats against {REDIS}", "≥ 1.0 ×", _against(REDIS, "steps"), _at_least(1.0), " ×"),
    Target(f"… against {PICKLE}", "≥ 1.2 ×", _against(PICKLE, "steps"), _at_least(1.2), " ×"),
    Target(f"… against {MEMORY} (loses all on a crash)", "≥ 0.7 ×", _against(MEMORY, "steps"), _at_least(0.7), " ×"),
    Target(f"p99 at 64 chats against {REDIS}", "≤ 1.0 ×", _against(REDIS, "p99"), _at_most(1.0), " ×"),
    Target(
        "WhatsApp webhook, 64 at once, acknowledged",
        "≥ 300 /s",
        _value("webhook", OURS, "64 at once", "acknowledged"),
        _at_least(300),
        " /s",
    ),
    Target(
        "WhatsApp webhook, 64 at once, p99",
        "≤ 250 ms",
        _value("webhook", OURS, "64 at once", "p99"),
        _at_most(250),
        " ms",
    ),
    Target(
        "steps/s with two fronts against one, PostgreSQL, cores free", "≥ 1.6 ×", _of_two_fronts, _at_least(1.6), " ×"
    ),
    *(
        Target(
            f"news {what}, {name}",
            f"≤ {limit} ms",
            _value(several.PART, "news", what, name),
            _at_most(limit),
            " ms",
        )
        for what in several.NEWS_WAYS
        for name, limit in (("median", 100), ("p99", 500))
    ),
    Target('"mine", most rows against 10³', "≤ 1.5 ×", _grown("mine"), _at_most(1.5), " ×"),
    Target(
        "officers' search, most rows against 10³",
        "≤ 1.5 ×",
        _grown("officers' search, two common words"),
        _at_most(1.5),
        " ×",
    ),
    Target(
        "catalogue of common words, most rows against 10³",
        "≤ 1.5 ×",
        _grown("catalogue, common words"),
        _at_most(1.5),
        " ×",
    ),
    Target("idle: CPU", "≤ 0.1 %", _value("idle", OURS, "Telegram webhook", "CPU"), _at_most(0.1), " %"),
    Target("idle: wake-ups", "≤ 1 /s", _value("idle", OURS, "Telegram webhook", "wake-ups"), _at_most(1), " /s"),
    Target(
        "start to first page with 100,000 drafts",
        "≤ 1 s",
        _value("start", OURS, "100,000 drafts", "first page of the web chat"),
        _at_most(1),
        " s",
    ),
    Target(
        "start to first reply on Telegram with 100,000 drafts",
        "≤ 3.5 s",
        _value("start", OURS, "100,000 drafts", "first reply on Telegram"),
        _at_most(3.5),
        " s",
    ),
    Target(
        "a letter", "≤ 60 ms CPU", _value("letters", "ours", "letter of recommendation", "CPU"), _at_most(60), " ms"
    ),
    Target("a cover letter", "≤ 40 ms CPU", _value("letters", "ours", "cover letter", "CPU"), _at_most(40), " ms"),
    Target(
        f"p99 of {backup.PEOPLE} people during a backup of {backup.ROWS:,} applications, against without",
        "≤ 2 ×",
        _ratio(*(_value("backup", OURS, backup.CONDITION, name) for name in (backup.MEANWHILE, backup.ALONE))),
        _at_most(2),
        " ×",
    ),
    Target("memory: web chat only", "≤ 100 MB", _value("memory", OURS, WEB, "PSS"), _at_most(100), " MB"),
    Target("memory: with Telegram", "≤ 240 MB", _value("memory", OURS, TELEGRAM, "PSS"), _at_most(240), " MB"),
    Target("memory: worker", "≤ 120 MB", _value("memory", POSTGRES, WORKER, "PSS"), _at_most(120), " MB"),
)


def write(results: Results, note: str = "") -> None:
    PAGE.write_text("\n".join(_page(results, note)) + "\n", encoding="utf-8")


def _page(results: Results, note: str) -> Iterator[str]:
    yield HEAD
    if note:
        yield f"**{note}**\n"
    yield f"- Command: `{results.command}`\n- Began: {results.began}\n- Took: {results.minutes:g} minutes"
    yield f"- Machine: {results.machine}\n"
    yield "## Targets\n"
    yield from table(("what", "target", "measured", ""), map(_target_row, TARGETS, [results] * len(TARGETS)))
    if results.of("conversation"):
        yield CONVERSATION
        yield from _conversations(results)
    yield from report_processes.section(results)
    if results.of("growth"):
        yield GROWTH
        yield from _growth(results)
    rest = [figure for part in REST for figure in results.of(part)]
    if rest:
        yield "## Webhook of WhatsApp, idle, start, letters, memory, backup\n"
        rows = ([figure.part, figure.condition, figure.name, f"{figure.text} {figure.unit}"] for figure in rest)
        yield from table(("part", "condition", "figure", "value"), rows)
    yield LOSSES.rstrip()
    yield from _lost_to(results)
    yield ""
    yield BETWEEN.rstrip()


def _target_row(target: Target, results: Results) -> list[str]:
    value = target.measured(results)
    if value is None:
        return [target.what, target.limit, "not measured", ""]
    return [target.what, target.limit, f"{value:,.2f}{target.unit}", "met" if target.is_met(value) else "**not met**"]


def _conversations(results: Results) -> Iterator[str]:
    conditions = dict.fromkeys(figure.condition for figure in results.of("conversation"))
    for condition in conditions:
        yield f"### {condition}\n"
        titles = ("bot", "survives a power cut", *(f"{name} ({unit})" for name, unit in _COLUMNS))
        rows = []
        for bot in BOTS:
            found = [results.find("conversation", bot.name, condition, name) for name, _ in _COLUMNS]
            rows.append([bot.name, bot.keeps, *(figure.text if figure else "" for figure in found)])
        yield from table(titles, rows)


def _lost_to(results: Results) -> Iterator[str]:
    """A line for each peer that makes more steps a second than ours."""
    for figure in results.of("conversation"):
        own = results.find("conversation", OURS, figure.condition, "steps")
        if figure.name == "steps" and own and figure.median > own.median and not figure.subject.startswith("ours"):
            times = figure.median / own.median
            yield f"- {figure.condition}: {figure.subject} makes {times:.1f} × as many steps a second."


def _growth(results: Results) -> Iterator[str]:
    figures = results.of("growth")
    sizes = list(dict.fromkeys(figure.condition for figure in figures))
    for subject in dict.fromkeys(figure.subject for figure in figures):
        yield f"### {subject}, ms\n"
        own = [figure for figure in figures if figure.subject == subject]
        names = dict.fromkeys(figure.name for figure in own)
        yield from table(("query", *sizes), ([name, *_by_size(own, name, sizes)] for name in names))


def _by_size(figures: Sequence[Figure], name: str, sizes: Sequence[str]) -> Iterator[str]:
    found = {figure.condition: figure.text for figure in figures if figure.name == name}
    return (found.get(size, "") for size in sizes)


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--note", default="", help="A sentence for the head.")
def main(file: Path, note: str) -> None:
    write(load(file), note)


if __name__ == "__main__":
    main()
