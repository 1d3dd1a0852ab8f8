"""One id in the log from the message that came in to all that it causes, whoever does it later."""

from __future__ import annotations

from sqlalchemy import text
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from storage import tracing
from tests.casework import join
from tests.talk import Talk, World


def found(world: World, query: str) -> list[str]:
    return world.process.units.write_now(lambda session: list(session.scalars(text(query))))


def test_a_message_its_job_and_what_the_job_sends_share_one_id(new_world: World) -> None:
    join(new_world, "tari", "admin")
    talk = Talk(new_world, "tari")
    talk.press("staff:list", id="m1")
    with capture_logs(processors=[merge_contextvars]) as lines:
        talk.press("staff:check", id="m2")
    ours = tracing.of_message("console", "m2")
    said = {line["event"] for line in lines if line.get("trace_id") == ours}
    assert {"a message was handled", "a job ran"} <= said, lines
    assert found(new_world, "SELECT trace_id FROM jobs WHERE kind NOT IN ('forget', 'clock', 'spool', 'failures')") == [
        ours
    ]
    assert found(new_world, "SELECT trace_id FROM outbox ORDER BY id") == [
        tracing.of_message("console", "m1"),
        ours,
        ours,
    ]
