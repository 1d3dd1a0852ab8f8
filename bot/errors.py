"""Errors that every layer may raise, and how a log names them."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


class OperatorError(Exception):
    """A mistake that the operator can mend, such as a wrong setting. The message is one line that says what to do; the
    exit code is 2.
    """

    exit_code = 2


class TemporaryFailure(OperatorError):
    """What may work in a moment, such as a start while the database is away. The exit code is that of `EX_TEMPFAIL`
    (sysexits.h): after 2 the units in deploy/ do not start the service again, after this one they do.
    """

    exit_code = 75


def type_and_place(error: BaseException) -> str:
    """The types of an error and of its causes, and the innermost line of our own code that it passed through.

    The messages of the errors are left out: they may repeat what people wrote, as those of a database do.
    """
    types = " < ".join(type(each).__name__ for each in _causes(error))
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _is_ours(frame.filename)] or frames[-1:]
    return f"{types} at {_place(ours[-1])}" if ours else types


def types_and_places(error: BaseException) -> str:
    """The same for a log, with every line that the error and its causes passed through; the innermost line is last."""
    lines: list[str] = []
    for each in reversed(list(_causes(error))):
        lines += [f"  {_place(frame)} in {frame.name}" for frame in traceback.extract_tb(each.__traceback__)]
        lines.append(type(each).__name__)
    return "\n".join(lines)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _is_ours(file: str) -> bool:
    path = Path(file)
    return path.is_relative_to(_ROOT) and "site-packages" not in path.parts


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    shown = path.relative_to(_ROOT) if _is_ours(frame.filename) else Path(*path.parts[-2:])
    return f"{shown}:{frame.lineno}"
