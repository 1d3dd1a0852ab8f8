"""Figures of a report from counted values, such as how many cases took how many working days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil

from domain.frozen import frozen

#: value → how often it occurs
Histogram = Mapping[int, int]
#: (first, last) working days of the bars of a chart; the standard promises a result within 30
BARS: Sequence[tuple[int, int | None]] = ((0, 5), (6, 10), (11, 15), (16, 20), (21, 25), (26, 30), (31, None))


@frozen
class Spread:
    count: int
    median: int | None  #: `None` without values
    ninetieth: int | None


def spread(histogram: Histogram) -> Spread:
    return Spread(sum(histogram.values()), percentile(histogram, 50), percentile(histogram, 90))


def percentile(histogram: Histogram, percent: int) -> int | None:
    """The smallest value that at least so many percent do not exceed; `None` without values."""
    count = sum(histogram.values())
    seen, wanted = 0, ceil(count * percent / 100)
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= wanted and seen:
            return value
    return None


def mean(histogram: Histogram) -> Decimal | None:
    """With one decimal."""
    count = sum(histogram.values())
    total = sum(value * times for value, times in histogram.items())
    return (Decimal(total) / count).quantize(Decimal("0.1")) if count else None


def bars(histogram: Histogram) -> list[int]:
    """How many values fall into each of `BARS`."""
    return [
        sum(times for value, times in histogram.items() if first <= max(value, 0) and (last is None or value <= last))
        for first, last in BARS
    ]
