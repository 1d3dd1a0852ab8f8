"""One line in the log when trouble begins, and one when it ends, however often something is tried meanwhile."""

from __future__ import annotations

import structlog

log = structlog.get_logger()


class TroubleLog:
    def __init__(self, what: str) -> None:
        """`what` fails, as the log says it."""
        self._what = what
        self._failures = 0
        self._reasons = set[str]()  #: that were logged since the trouble began

    def failed(self, why: str, *, exc_info: bool = False) -> None:
        """Another reason than before is another line."""
        self._failures += 1
        if why not in self._reasons:
            self._reasons.add(why)
            log.error("fails, is tried again", what=self._what, why=why, exc_info=exc_info)

    def worked(self) -> None:
        if self._failures:
            log.warning("works again", what=self._what, failures=self._failures)
            self._failures = 0
            self._reasons.clear()
