"""The section of BENCHMARKS.md about several processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.figures import Figure, Results, table
from bench.several import FREE, PART

HEAD = """\
## Several processes on PostgreSQL

`pst-bot front` once and several times on one database, 64 people on Telegram at once, who give the same answers as
above. Every reply is compared here too. The fronts, PostgreSQL, the loopback platform and the people share the cores of
one machine, and one front with its database and its people uses nearly all of two cores: a second one finds none. So
each number of fronts is measured twice: as it comes, and with a small part of a core for each front (control groups of
Linux), which leaves enough for everything else. The first says what this machine does. The second says whether fronts
stand in each other's way, and it is the one that the target means; its times are longer, because every front is slow.
"""
NEWS = """\
News: a person writes at one front, and the answer is on a page that is open at another one, the handling included; and
a process queues a message, and a front sends it to a chat. Nothing else goes on meanwhile.
"""
LIMITS = """\
What stops it from scaling, in the order in which it is reached:

- **Cores.** A front is one interpreter, so it uses one core. Its database takes two thirds of a core more for each
  front at full speed: plan five cores for three fronts.
- **Connections**: up to 16 of PostgreSQL for each front or worker, whose default is 100 in all: raise its
  `max_connections` beyond six processes, or lower `PST_DATABASE_POOL`.
- **One row for each person and application** is locked while a message is handled, so one person is never faster than
  one process. Rows that all share: the series of numbers (one for each application that is sent in), the row of
  `send_budgets` (once for eight messages), and the count of a limited act on a day.
- **The platforms**: 28 messages a second on Telegram and 60 on WhatsApp in all, however many processes there are. One
  front is far above that.
- **NOTIFY** takes a lock of the whole server at its commit. It is sent on a connection of its own, at most a hundred
  times a second by each process, and never in the transaction of a message.
- **Looks**: each process asks PostgreSQL once a second for what is due, with indexes that hold only what waits.
- **Uploads** wait in the spool of the shared data folder.
"""
_COLUMNS = ("steps", "p50", "p99", "CPU of fronts", "CPU of PostgreSQL", "CPU of the harness", "cores in use")


def section(results: Results) -> Iterator[str]:
    figures = results.of(PART)
    if not figures:
        return
    yield HEAD
    steps = [figure for figure in figures if figure.subject != "news"]
    units = {figure.name: figure.unit for figure in steps}
    titles = ["fronts", *(f"{name} ({units[name]})" if units[name] else name for name in _COLUMNS if name in units)]
    for condition in dict.fromkeys(figure.condition for figure in steps):
        yield f"### {condition}\n"
        subjects = dict.fromkeys(figure.subject for figure in steps if figure.condition == condition)
        yield from table(titles, [_row(results, subject, condition) for subject in subjects])
    yield NEWS
    news = [figure for figure in figures if figure.subject == "news"]
    whats = dict.fromkeys(figure.condition for figure in news)
    yield from table(("news", "median (ms)", "p99 (ms)"), [_news_row(news, what) for what in whats])
    yield LIMITS


def limited(results: Results) -> str:
    """The condition under which the fronts do not compete for the cores; empty where it was not measured."""
    conditions = (figure.condition for figure in results.of(PART) if figure.subject != "news")
    return next((condition for condition in conditions if condition != FREE), "")


def _row(results: Results, subject: str, condition: str) -> list[str]:
    found = (results.find(PART, subject, condition, name) for name in _COLUMNS)
    return [subject, *(figure.text for figure in found if figure)]


def _news_row(news: Sequence[Figure], what: str) -> list[str]:
    return [what, *(figure.text for figure in news if figure.condition == what)]
