"""Writes `docs/crash-report.md` from the figures of a run."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from textwrap import shorten

from bench.machine import machine
from tests.crash_run.people import APPLICANTS, DOUBLED, REORDERED
from tests.crash_run.round import Outcome

_CHECKED = """\
A round is one installation with eight people: two officers, a director and {applicants} applicants, on Telegram, on
WhatsApp and on pages. Each applicant resumes a draft, answers, uploads files (on Telegram an album), submits, answers a
remark, gets the letter and rates. All of them do so at once, as fast as they are answered. Platforms are the strict
servers of `tests/platforms`. A process that died starts again at once. Before the rounds, one goes without any trouble;
what it leaves in the tables is what every other one must leave.

After each round, every update of the platforms comes once more, and must change nothing. The processes end by
themselves when they are asked to. Then it is checked that

- each message of a person is kept once and handled, and none has failed;
- of each applicant: the answers, the submissions, the files, the application, the remark, the acts in the audit, the
  letters, the entry in the register, the rating and the news by chat and mail are those of the round without trouble,
  so each is there once;
- the numbers of applications and letters have no gap and no double, and the officers were told of each application
  once by each kind of news;
- everything that was said stands on the screen of its person, replies in their order, and the news of one application
  in theirs; a message may have come again before the next one, or later if it needed more than three attempts;
- each mail is one file, each row of a file has its object, the chains of the audit verify, nobody did what a platform
  forbids, and no process left a traceback.

A fault was once put into the code to see whether it is found: a message that is handled again when its platform
delivers it again. It was, in the round without trouble.

Not promised: the parts of an album wait for each other while they come (`bot/pipeline/albums.py`). What comes later, as
when the way to the platform is cut between two parts, is a message of its own. Where its question is answered by then,
its sender is told that these files were not kept; the run counts them as missing all the same.
"""


#: after which trouble ends where nobody says when: never
MINUTES = 600.0
#: letters of a fault that are shown
LONGEST = 600


@dataclass(frozen=True)
class Run:
    kills: int  #: that were asked for
    seed: int
    minutes: float  #: after which trouble was to end
    began: datetime
    seconds: float
    outcomes: Sequence[Outcome]

    def total(self, of: str) -> Counter[str]:
        counts: Counter[str] = Counter()
        for outcome in self.outcomes:
            counts += getattr(outcome, of)
        return counts


def write(file: Path, run: Run) -> None:
    kills, faults = run.total("kills").total(), sum(len(outcome.faults) for outcome in run.outcomes)
    updates = run.total("disorder")
    lines = [
        "# Crash report",
        "",
        "Written by one command, from the figures of one run.",
        "",
        "    make crash            # 1,000 kills",
        "    make crash KILLS=20   # a short run, in about five minutes",
        "    make crash SEED=…     # the choices of an earlier run; what they meet depends on the machine's speed",
        "",
        f"- Command: `make crash KILLS={run.kills} SEED={run.seed}{_limit(run)}`",
        f"- Began: {run.began:%Y-%m-%dT%H:%M:%S}Z",
        f"- Took: {run.seconds / 60:.0f} minutes, {_named(len(run.outcomes), 'round')}",
        f"- Machine: {machine()}; load at the end {os.getloadavg()[0]:.1f}",
        f"- Result: {kills:,} kills, {_named(faults, 'fault')}",
        "",
        "## What went wrong on purpose",
        "",
        "| what | how often |",
        "|---|---|",
        f"| processes killed | {kills:,} |",
        *(f"| … {name} | {count:,} |" for name, count in sorted(_processes(run).items())),
        *(f"| {name} | {count:,} |" for name, count in sorted(run.total("troubles").items())),
        f"| updates of the platforms | {updates['updates']:,} |",
        f"| … that came twice | {_share(updates, 'doubled')} (wanted: {DOUBLED:.0%}) |",
        f"| … that came late, or after an older one | {_share(updates, 'reordered')} (wanted: {REORDERED:.0%}) |",
        f"| starts that failed, because the database was away or the disk full | {_failed_starts(run):,} |",
        "",
        "## What came of it",
        "",
        "| round | kills | minutes | messages said | shown | faults |",
        "|---|---|---|---|---|---|",
        *(_row(number, outcome) for number, outcome in enumerate(run.outcomes, 1)),
        "",
        "More are shown than said: a process that dies between sending a message and noting it sends it again.",
        "",
        *(
            f"- FAULT in round {n}: {shorten(fault, LONGEST, placeholder=' …')}\n"
            for n, outcome in enumerate(run.outcomes, 1)
            for fault in outcome.faults
        ),
        "## Named points",
        "",
        "A named point lies in the way of a message or of its answer (`tests/crash/killed_process.py`).",
        "",
        "| point | deaths |",
        "|---|---|",
        *(f"| {point} | {count} |" for point, count in run.total("points").most_common()),
        "",
        "## What is checked",
        "",
        _CHECKED.format(applicants=len(APPLICANTS)).rstrip(),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _limit(run: Run) -> str:
    return f' ARGS="--minutes {run.minutes:g}"' if run.minutes != MINUTES else ""


def _processes(run: Run) -> Mapping[str, int]:
    """Command → kills."""
    counts: Counter[str] = Counter()
    for name, count in run.total("kills").items():
        counts[f"`pst-bot {name.partition('-')[2]}`"] += count
    return counts


def _share(updates: Counter[str], what: str) -> str:
    return f"{updates[what]:,}, {updates[what] / max(1, updates['updates']):.0%}"


def _failed_starts(run: Run) -> int:
    return sum(outcome.failed_starts for outcome in run.outcomes)


def _row(number: int, outcome: Outcome) -> str:
    figures = (outcome.kills.total(), f"{outcome.seconds / 60:.1f}", outcome.said, outcome.told, len(outcome.faults))
    return f"| {number}: {outcome.kind} | " + " | ".join(map(str, figures)) + " |"


def _named(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
