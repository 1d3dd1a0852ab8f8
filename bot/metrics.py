"""What a process counts about its own work. `bot.runtime.metrics` writes it in the format of Prometheus.

Counting is an addition to an integer: it happens for every message, whether anybody reads the counts or not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

#: upper bounds in seconds; a step takes milliseconds, and longer where it waits for others
BOUNDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(slots=True)
class DurationHistogram:
    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))  #: by bound; the last one has none
    total: float = 0.0  #: seconds

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


@dataclass(slots=True)
class ProcessMetrics:
    received: Counter[str] = field(default_factory=Counter)  #: channel → messages that came in
    not_handled: Counter[str] = field(default_factory=Counter)  #: channel → messages that were kept as failed
    #: (channel, outcome) → attempts to send; `sent`, `template`, or the kind of the failure
    sends: Counter[tuple[str, str]] = field(default_factory=Counter)
    jobs: Counter[tuple[str, str]] = field(default_factory=Counter)  #: (kind, `done` or `failed`) → runs
    steps: DurationHistogram = field(default_factory=DurationHistogram)  #: from the begin of handling to the commit
