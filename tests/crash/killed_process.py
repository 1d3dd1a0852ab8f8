"""The program as `pst-bot run` starts it, with short waits, until it kills itself at a named point.

It kills itself, as a power cut would, at the point that the file `kill_point` in its folder names: "handled", or
"kept 2" for the second time. The file may be written while it runs. Nothing is replaced: our own functions are called
as ever, and a point lies just before or just after one of them.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientTimeout
from sqlalchemy.orm import configure_mappers

import letters.cover_letter
import letters.recommendation  # noqa: F401
from bot.channel import RateLimit
from bot.cli import main
from bot.conversations.form import page
from bot.handlers import email, telegram, whatsapp  # noqa: F401
from bot.handlers.telegram import client, receive
from bot.handlers.telegram.receive import TelegramReceiver
from bot.handlers.telegram.send import TelegramChannel
from bot.handlers.whatsapp import client as graph_client
from bot.handlers.whatsapp.receive import WhatsAppReceiver
from bot.handlers.whatsapp.send import WhatsAppChannel
from bot.handlers.whatsapp.updates import WhatsAppMessage
from bot.pipeline import albums, media, watch
from bot.pipeline.deliver import Deliverer
from bot.pipeline.form_pages import FormPageService
from bot.pipeline.media import MediaPipeline
from bot.runtime import demo, web, worker  # noqa: F401
from storage import jobs, sending, spool
from tests.crash import killed_program
from tests.crash.killed_program import Arguments, Strike, after, before
from tests.crash.process_entry import KILL_POINT

configure_mappers()  # every life would do it for itself


def _always(_arguments: Arguments, _result: object) -> bool:
    return True


def _somebody_spoke(arguments: tuple[Any, ...], _result: object) -> bool:
    return any(isinstance(item, WhatsAppMessage) for item in arguments[1])  # statuses come the same way


def _is_chat(arguments: tuple[Any, ...], _result: object) -> bool:
    return bool(arguments[1].channel != "email")


#: in the order of a message's way, then of its answer's
POINTS: Mapping[str, Sequence[Callable[[Strike], None]]] = {
    "received": [
        partial(before, TelegramReceiver, "_take", _always),
        partial(before, WhatsAppReceiver, "_store", _somebody_spoke),
    ],
    "kept": [killed_program.POINTS["keep.after"]],
    "pending": [killed_program.POINTS["pending.kept"]],
    "spooling": [partial(before, spool, "_frame", _always)],
    "fetched": [partial(after, MediaPipeline, "_fetched", _always)],
    "put": [killed_program.POINTS["file.put"]],
    "handled": [killed_program.POINTS["handle.after"], partial(after, page, "save_answers", _always)],
    "committed": [
        killed_program.POINTS["commit.after"],
        *(partial(after, FormPageService, name, _always) for name in ("save_answer", "save_section")),
    ],
    # kept, but Telegram's offset has not moved and no webhook got its 200
    "unconfirmed": [
        partial(after, TelegramReceiver, "_take", _always),
        partial(after, WhatsAppReceiver, "_store", _somebody_spoke),
    ],
    "claimed": [partial(before, TelegramChannel, "send", _always), partial(before, WhatsAppChannel, "send", _always)],
    "sent": [partial(after, TelegramChannel, "send", _always), partial(after, WhatsAppChannel, "send", _always)],
    "settled": [partial(after, Deliverer, "_settle", _is_chat)],
}


class KillPoint:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._passed: Counter[str] = Counter()

    def strikes_at(self, point: str) -> None:
        if not self._file.exists():
            return
        name, _, nth = self._file.read_text(encoding="utf-8").partition(" ")
        if name != point:
            return
        self._passed[name] += 1
        if self._passed[name] == int(nth or 1):
            self._file.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def run_program(folder: Path) -> None:
    dies_at_points(folder)
    hurry()
    sys.argv = ["pst-bot"]
    main(["run"])


def dies_at_points(folder: Path) -> None:
    """From now on this process does."""
    kill_point = KillPoint(folder / KILL_POINT)
    for name, places in POINTS.items():
        for place in places:
            place(partial(kill_point.strikes_at, name))


def hurry() -> None:
    """What a test would wait for: leases of the dead, pauses before the next try, the pace of a patient sender."""
    sending.LEASE = jobs.LEASE = timedelta(seconds=0.4)
    sending.PAUSES = (timedelta(seconds=0.2),) * len(sending.PAUSES)
    watch.LOOK_EVERY = 0.2
    media.FETCH_PAUSES = (0.2, 0.4, 0.8)
    albums.ALBUM_WAIT, albums.ALBUM_WAIT_AFTER_CRASH = 0.5, 8
    receive.LEASE, receive.RENEWAL, receive.PAUSES = 0.6, 0.2, (0, 1, 1, 1, 1, 1)
    client.TIMEOUT, graph_client.CALL_TIMEOUT = 3.0, ClientTimeout(total=3)
    TelegramChannel.capabilities = replace(TelegramChannel.capabilities, each=RateLimit(burst=100, every=0.1))
