"""The trace id: the log says it with everything that one message, or one run of a job, causes.

A message and a job that are stored for later keep it, so what another process does with them has the same id.
"""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy.orm import Session

#: key of `Session.info`
_TRACE_ID = "trace_id"


def of_message(channel: str, external_id: str) -> str:
    """Of a message that came in: the same when it is delivered or run again. The platform's own id is not logged,
    because WhatsApp's holds the number of a phone.
    """
    return _written(hashlib.sha256(f"{channel}/{external_id}".encode()).digest()[:6])


def new_id() -> str:
    return _written(secrets.token_bytes(6))


def _written(value: bytes) -> str:
    """With a letter first, so that it never looks like a number that is masked."""
    return f"t{value.hex()}"


def set_id(session: Session, trace_id: str) -> None:
    """What this unit queues belongs to this trace."""
    session.info[_TRACE_ID] = trace_id


def id_of(session: Session) -> str:
    """Empty in a unit of a command."""
    trace_id: str = session.info.get(_TRACE_ID, "")
    return trace_id
