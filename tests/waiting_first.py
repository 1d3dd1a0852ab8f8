"""In which order the processes of a test run take the tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
#: folders and modules whose tests start programs or browsers, and mostly wait for them
WAITING = ("browser", "crash", "phones", "test_hostile_afternoon.py", "test_outages.py")


def waiting_first(items: Sequence[pytest.Item], processes: int) -> list[pytest.Item]:
    """`--dist worksteal` gives each process an equal part of the list, in its order, and whoever is done takes from the
    end of another's. So each part begins with modules that wait, which leave the processors to others, and only short
    tests are left at the end.
    """
    waiting: dict[Path, list[pytest.Item]] = {}
    others: list[pytest.Item] = []
    for item in items:
        tests = waiting.setdefault(item.path, []) if waits(item) else others
        tests.append(item)
    parts: list[list[pytest.Item]] = [[] for _ in range(processes)]
    for number, module in enumerate(waiting.values()):
        parts[number % processes].extend(module)
    left, rest = len(items), iter(others)
    for number, part in enumerate(parts):
        part.extend(islice(rest, max(0, left // (processes - number) - len(part))))
        left -= len(part)
    return [*chain.from_iterable(parts), *rest]


def waits(item: pytest.Item) -> bool:
    return item.path.relative_to(TESTS).parts[0] in WAITING
