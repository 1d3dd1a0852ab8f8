"""python -m tests.estimated_holidays > domain/data/estimated_holidays.csv, with the package `holidays`.

The service does not have that package, which cannot load one country alone: it takes 20 to 30 MB, and seconds where
nothing is compiled yet. So the file is kept; for later years, lengthen `ESTIMATED` and print it again.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator

from domain.definitions import DATA
from domain.office.working_days import ESTIMATED

FILE = DATA / "estimated_holidays.csv"


def rows(year: int) -> Iterator[tuple[str, str, str]]:
    """Day, kind and name."""
    from holidays import country_holidays

    public = country_holidays("ID", years=year, categories=("public",), language="id")
    every = country_holidays("ID", years=year, categories=("public", "government"), language="id")
    for day, name in sorted(every.items()):
        kind = "holiday" if day in public else "joint_leave"
        yield day.isoformat(), kind, name.removesuffix(" (perkiraan)")


if __name__ == "__main__":
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("date", "kind", "name"))
    for number in ESTIMATED:
        writer.writerows(rows(number))
