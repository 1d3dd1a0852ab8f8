"""Which trace a task works for: structlog adds its id to every line of the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bound_contextvars, get_contextvars

from storage import tracing


@contextmanager
def traced(trace_id: str) -> Iterator[None]:
    """`trace_id`: empty for what nothing caused, as a job of every day: it gets one of its own."""
    with bound_contextvars(trace_id=trace_id or tracing.new_id()):
        yield


def current() -> str:
    """That of the running task; a new one outside of `traced`, as for what a page sends."""
    trace_id: str = get_contextvars().get("trace_id", "")
    return trace_id or tracing.new_id()
