"""Finds connections to PostgreSQL that died while nobody used them, as after a restart of the server.

SQLAlchemy's `pool_pre_ping` asks the server before every unit, which made a quarter of a unit's way to the server.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

#: seconds after which an unused connection is asked whether it lives
UNUSED = 1.0
#: key of a pool record's `info`: when the connection was last used
_USED_AT = "used_at"


class ConnectionCheck:
    """Asks a connection before its use when it was not used for a while, or not since another one was found dead."""

    def __init__(self, engine: Engine) -> None:
        self._dialect: Any = engine.dialect
        self._found_dead_at = 0.0
        event.listen(engine, "checkin", self._given_back)
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "invalidate", self._found_dead)

    def _given_back(self, _driver: Any, record: Any) -> None:
        record.info[_USED_AT] = monotonic()

    def _taken(self, driver: Any, record: Any, _proxy: Any) -> None:
        """The pool opens another connection on `DisconnectionError`."""
        used_at = record.info.get(_USED_AT)  # `None`: it was opened just now
        if used_at is None or used_at > max(monotonic() - UNUSED, self._found_dead_at):
            return
        try:
            self._dialect.do_ping(driver)
        except self._dialect.dbapi.Error as error:
            raise DisconnectionError from error

    def _found_dead(self, _driver: Any, _record: Any, _error: BaseException | None) -> None:
        self._found_dead_at = monotonic()
