"""The real program, but it kills itself, as a power cut would, when it comes to a named point for the n-th time.

Nothing is replaced: our own functions are called as ever, and the point lies just before or just after one of them.
"""

from __future__ import annotations

import inspect
import itertools
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path

from sqlalchemy.orm import Session

import bot.pipeline.inbound
import bot.service.cover_letters
import bot.service.held_acts
import bot.service.letters
import letters.recommendation
import letters.signing
from bot.handlers.email import EmailChannel
from bot.pipeline.commit import Committed
from bot.pipeline.deliver import Deliverer
from bot.pipeline.history import HistoryService
from bot.pipeline.inbound import InboundService
from bot.service.context import Context
from storage import inbox, jobs, sending
from storage.files import FileStore
from storage.unit import Units
from tests.forked_processes import pst_bot

#: what the successor has to wait for when this process dies with a row in its hands
LEASE = timedelta(seconds=1)

Arguments = tuple[object, ...]
Strike = Callable[[], None]
#: how often this call counts, by its arguments and, after it, its result
Counts = Callable[[Arguments, object], int]


def _always(_arguments: Arguments, _result: object) -> bool:
    return True


def _somebody_is_woken(arguments: Arguments, _result: object) -> bool:
    return bool(arguments[1])  # the sweep wakes nobody most of the time


def _is_mail(arguments: Arguments, _result: object) -> bool:
    return str(arguments[0]).endswith(".eml")


def _something_was_queued(_arguments: Arguments, result: object) -> bool:
    return isinstance(result, Committed) and bool(result.queued)


def _units_that_queued(arguments: Arguments, outcomes: object) -> int:
    """Of a transaction of several units. A single one is run as any other."""
    assert isinstance(outcomes, list)
    return sum(_something_was_queued(arguments, outcome.result) for outcome in outcomes) if len(outcomes) > 1 else 0


def _everything_is_executed(arguments: Arguments, _result: object) -> bool:
    """The transaction has nothing left to do but to commit."""
    sessions = (argument.session if isinstance(argument, Context) else argument for argument in arguments)
    next(session for session in sessions if isinstance(session, Session)).flush()
    return True


def before(owner: object, name: str, counts: Counts, strike: Strike) -> None:
    real = getattr(owner, name)

    @wraps(real)
    def wrapped(*arguments: object, **named: object) -> object:
        for _ in range(counts(arguments, None)):
            strike()
        return real(*arguments, **named)

    @wraps(real)
    async def awaited(*arguments: object, **named: object) -> object:
        for _ in range(counts(arguments, None)):
            strike()
        return await real(*arguments, **named)

    setattr(owner, name, awaited if inspect.iscoroutinefunction(real) else wrapped)


def after(owner: object, name: str, counts: Counts, strike: Strike) -> None:
    real = getattr(owner, name)

    @wraps(real)
    def wrapped(*arguments: object, **named: object) -> object:
        result = real(*arguments, **named)
        for _ in range(counts(arguments, result)):
            strike()
        return result

    @wraps(real)
    async def awaited(*arguments: object, **named: object) -> object:
        result = await real(*arguments, **named)
        for _ in range(counts(arguments, result)):
            strike()
        return result

    setattr(owner, name, awaited if inspect.iscoroutinefunction(real) else wrapped)


def _after_commit(strike: Strike) -> None:
    """Counts every unit that queued something, alone or with others in one transaction."""
    after(Units, "write_now", _something_was_queued, strike)
    after(Units, "_run_together", _units_that_queued, strike)


POINTS: dict[str, Callable[[Strike], None]] = {
    # a message
    "receive.before": partial(before, InboundService, "receive", _always),
    "handle.after": partial(after, bot.pipeline.inbound, "handle", _everything_is_executed),
    "commit.after": _after_commit,
    "notify.before": partial(before, Deliverer, "notify", _somebody_is_woken),
    "shown.before": partial(before, HistoryService, "acknowledge", _always),
    # a mail
    "send.before": partial(before, EmailChannel, "send", _always),
    "send.half": partial(before, Path, "rename", _is_mail),
    "send.after": partial(after, EmailChannel, "send", _always),
    "settle.after": partial(after, Deliverer, "_send", _always),
    # an upload
    "keep.after": partial(after, inbox, "keep", _everything_is_executed),
    "pending.kept": partial(before, InboundService, "_inspect_and_run", _always),
    "file.put": partial(after, FileStore, "put", _always),
    # a document
    "job.claimed": partial(before, bot.service.cover_letters, "facts_of", _always),
    # a letter
    "letter.claimed": partial(before, bot.service.letters, "request_of", _always),
    "letter.drawn": partial(after, letters.recommendation, "draw", _always),
    "letter.signed": partial(after, letters.signing, "sign", _always),
    "ready.after": partial(after, bot.service.letters, "complete", _everything_is_executed),
    "uploaded.after": partial(after, bot.service.letters, "deliver_uploaded", _everything_is_executed),
    # what was confirmed, and not undone
    "held.done": partial(after, bot.service.held_acts, "run", _everything_is_executed),
    # none: only the leases are short
    "never": lambda _strike: None,
}


def strike_at(nth: int) -> Strike:
    times = itertools.count(1)

    def strike() -> None:
        if next(times) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    return strike


def killed_program(point: str, nth: str = "1") -> None:
    sending.LEASE = jobs.LEASE = LEASE
    POINTS[point](strike_at(int(nth)))
    pst_bot("run", "--demo")
