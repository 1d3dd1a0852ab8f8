"""What a part of the bench measures: figures with a value for each round."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    part: str
    subject: str  #: what was measured, such as a bot
    condition: str  #: such as "64 chats"
    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def text(self) -> str:
        """The median, and the range if there are several values."""
        middle = _short(self.median)
        if len(self.values) == 1:
            return middle
        return f"{middle} ({_short(min(self.values))}–{_short(max(self.values))})"


@dataclass(frozen=True, slots=True)
class Results:
    """A run of the bench."""

    command: str
    machine: str
    began: str
    minutes: float  #: that it took
    figures: tuple[Figure, ...]

    def find(self, part: str, subject: str, condition: str, name: str) -> Figure | None:
        wanted = (part, subject, condition, name)
        return next((it for it in self.figures if (it.part, it.subject, it.condition, it.name) == wanted), None)

    def of(self, part: str) -> list[Figure]:
        return [figure for figure in self.figures if figure.part == part]

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def load(path: Path) -> Results:
    read = json.loads(path.read_text(encoding="utf-8"))
    figures = tuple(Figure(**{**figure, "values": tuple(figure["values"])}) for figure in read.pop("figures"))
    return Results(**read, figures=figures)


def percentile(values: Iterable[float], share: float) -> float:
    ordered: Sequence[float] = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table in Markdown."""
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _short(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
