"""`pst-bot key rotate` with small pages, which kills itself just after one of its functions."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Mapping
from functools import partial

from bot.runtime import key_rotation as rotation
from storage import key_rotation
from storage.files import FileStore
from tests.crash.killed_program import after
from tests.forked_processes import pst_bot

#: in the order in which they come; each number says how many calls go well
POINTS: Mapping[str, tuple[Callable[[Callable[[], None]], None], int]] = {
    "the key file has two keys": (partial(after, rotation, "add_key", lambda *_: 1), 0),
    "a page was sealed and not committed": (partial(after, key_rotation, "seal_page", lambda *_: 1), 3),
    "a file was stored and no row names it": (partial(after, FileStore, "put", lambda *_: 1), 0),
    "no row names the old file": (partial(after, rotation, "_seal_one_page", lambda *_: 1), 0),
    "everything was sealed": (partial(after, rotation, "_seal_everything", lambda *_: 1), 0),
    "the audit was anchored": (partial(after, rotation, "_anchor_anew", lambda *_: 1), 0),
}


def rotate_until(point: str) -> None:
    """Ends by SIGKILL, unless the point is never reached."""
    key_rotation.PAGE = key_rotation.FILE_PAGE = 1
    install, lets_pass = POINTS[point]
    calls = itertools.count()

    def strike() -> None:
        if next(calls) == lets_pass:
            os.kill(os.getpid(), signal.SIGKILL)

    install(strike)
    pst_bot("key", "rotate")
