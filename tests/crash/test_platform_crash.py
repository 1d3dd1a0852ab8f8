"""The real process dies between receiving, committing, sending and settling, and people go on on their phones.

Every test is one conversation on a strict server of the platform, in which the process dies again and again, each time
at another point of a message's way (`killed_process.py`), or while the platform leaves it without an answer. In the end
everything must stand as where nothing ever died, and every message must have come, in its order. With CRASH=all it
dies three times as often.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.casework import APPLICANT
from tests.crash.conversation import Conversation, Service, check_snapshot, is_same
from tests.crash.phone import Network
from tests.crash.scripts import ALL, APPLYING, DECIDING, HURRYING, SILENT, stage
from tests.crash.telegram_phone import telegram
from tests.crash.whatsapp_phone import whatsapp

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600 if ALL else 300)]

NETWORKS: dict[str, Callable[[], AbstractAsyncContextManager[Network]]] = {
    "telegram": telegram,
    "telegram-webhook": lambda: telegram("webhook"),
    "whatsapp": whatsapp,
}
SCRIPTS = {"applying": APPLYING, "deciding": DECIDING, "hurrying": HURRYING, "silent": SILENT}
#: where nobody polls, what was left behind and what comes by webhook could meet
CASES = [
    *(("telegram", "applying"), ("whatsapp", "deciding")),
    *((network, "hurrying") for network in ("telegram-webhook", "whatsapp")),
]
if ALL:
    CASES += [
        *(("telegram", "deciding"), ("whatsapp", "applying"), ("telegram", "hurrying")),
        *(("telegram-webhook", "applying"), ("telegram-webhook", "deciding")),
    ]


@pytest.mark.parametrize(("network", "script"), CASES)
async def test_whoever_writes_while_the_process_dies_again_and_again_notices_nothing(
    network: str, script: str, tmp_path: Path
) -> None:
    gone = await _gone_through(network, script, tmp_path)
    gone.check()
    await asyncio.to_thread(check_snapshot, gone)


@pytest.mark.parametrize("network", ["telegram", "whatsapp"])
async def test_what_goes_wrong_between_us_and_a_platform_costs_nothing(network: str, tmp_path: Path) -> None:
    gone = await _gone_through(network, "applying", tmp_path, troubled=True)
    gone.check()
    await asyncio.to_thread(check_snapshot, gone)


async def test_what_waited_behind_a_knock_comes_when_the_reader_writes(tmp_path: Path) -> None:
    gone = await _gone_through("whatsapp", "silent", tmp_path)
    shown = gone.phones[APPLICANT].shown
    knock, *parts = dict.fromkeys(shown)
    (letter,) = gone.stage.told[APPLICANT]
    assert knock.words.startswith("Surat untuk permohonan") and not is_same(knock, letter)
    assert len(parts) == 2 and all(is_same(part, letter) for part in parts), "the file, and what is said to it"
    assert len(shown) <= 3 + gone.again, "more is doubled than the deaths explain"
    assert gone.network.flagged == []
    await asyncio.to_thread(check_snapshot, gone)


async def _gone_through(network: str, script: str, folder: Path, *, troubled: bool = False) -> Conversation:
    async with NETWORKS[network]() as opened:
        ready = await asyncio.to_thread(stage, SCRIPTS[script], opened, folder)
        conversation = Conversation(ready, opened, Service(folder, opened), troubled)
        await conversation.goes()
        return conversation
