"""The real process dies between receiving, committing, sending and settling, and is started again.

Each case does something as a page does it, in a process that dies at one point (`killed_program.py`), goes on in the
ordinary program, and must then stand exactly as an installation where nothing ever died.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL

import pytest

from tests.crash.killed_program import killed_program
from tests.crash.page import Page, until
from tests.crash.prepared_data import ACTS, ADDRESSES, TOKENS, Prepared, move_files, prepare
from tests.crash.scripts import ALL
from tests.crash.snapshot import (
    Line,
    conversation,
    dropped,
    faults,
    leftovers,
    misfits,
    sent_mails,
    snapshot,
    unsettled,
)
from tests.forked_processes import Launch, forked, pst_bot
from tests.platforms.s3 import S3Server, s3_server
from tests.program import run
from tests.service import Service
from tests.talk import World

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

#: seconds in which the process ends when it is asked to
GOODBYE = 5.0

Screens = dict[str, list[Line]]


@dataclass(frozen=True)
class Case:
    act: str
    point: str
    nth: int = 1
    orphans: int = 0  #: so many objects may lie there that no row names, because they were put before their row
    spooled: int = 0  #: so many files may lie in the spool that no message waits for any more
    in_object_store: bool = False


CASES = [
    Case("hello", "handle.after"),
    Case("answer", "receive.before"),
    Case("answer", "shown.before", 2),
    Case("code", "notify.before"),
    Case("code", "send.before"),
    Case("code", "send.half"),
    Case("code", "send.after"),
    Case("code", "settle.after"),
    Case("submit", "handle.after"),
    Case("submit", "commit.after"),
    Case("upload", "keep.after", spooled=1),
    Case("upload", "pending.kept", spooled=1),
    Case("upload", "commit.after", spooled=2),
    Case("document", "job.claimed"),
    Case("document", "file.put", orphans=1),
    Case("upload", "file.put", orphans=1, spooled=2, in_object_store=True),
    Case("document", "file.put", orphans=2, in_object_store=True),
    Case("issue", "commit.after", 2),
    Case("issue", "send.after"),
]


#: of a letter: between its number, its drawing, its signature, and its delivery
LETTER = (
    *("handle.after", "commit.after"),
    *("letter.claimed", "letter.drawn", "letter.signed", "file.put", "ready.after", "commit.after"),
    *("send.before", "send.half", "send.after", "settle.after"),
)
#: act → the points at which one process after the other dies
IN_TURN = {
    "upload": ("keep.after", "pending.kept", "file.put", "handle.after", "commit.after"),
    "revise": ("handle.after", "commit.after", "send.before", "send.after"),
    "resubmit": ("receive.before", "handle.after", "commit.after"),
    "decide": (
        *("handle.after", "commit.after"),
        *("letter.claimed", "letter.drawn", "file.put", "ready.after", "commit.after"),
    ),
    "issue": LETTER,
    "amend": LETTER if ALL else ("letter.signed", "ready.after"),
    "replace": LETTER if ALL else ("commit.after", "send.after"),
    "record": (
        *("handle.after", "commit.after"),
        *("uploaded.after", "commit.after", "send.before", "send.after"),
    ),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.act}-{case.point}" + "-store" * case.in_object_store)
def test_a_process_that_dies_loses_nothing_and_does_nothing_twice(
    case: Case, prepared: Prepared, tmp_path: Path
) -> None:
    service = prepared.service(case.act, tmp_path)
    with s3_server() if case.in_object_store else nullcontext() as store:
        if store is not None:
            move_files(service.folder / "var", store)
            service.set(store.environment)
        try:
            screens = asyncio.run(_die_and_go_on(service, case.act, [(case.point, str(case.nth))]))
        finally:
            service.kill()
        _check(service, screens, prepared, case, store)


@pytest.mark.parametrize("act", IN_TURN)
def test_dying_at_every_point_in_turn_loses_nothing_and_does_nothing_twice(
    act: str, prepared: Prepared, tmp_path: Path
) -> None:
    service = prepared.service(act, tmp_path)
    try:
        screens = asyncio.run(_die_and_go_on(service, act, [(point, "1") for point in IN_TURN[act]]))
    finally:
        service.kill()
    _check(service, screens, prepared, Case(act, "all", orphans=9, spooled=9))


async def _die_and_go_on(service: Service, name: str, deaths: list[tuple[str, ...]]) -> Screens:
    """What stands on everybody's screen in the end."""
    act = ACTS[name]
    first, *others = act.lines
    async with _pages(service) as pages:
        page = pages[act.who]
        for number, death in enumerate(deaths):
            await _start(service, forked(killed_program, *death))
            if number == 0:
                await until(lambda: all(open_page.synced for open_page in pages.values()))
                await page.do(first)
            await until(lambda: _has_died(service))
        await _start(service, forked(pst_bot, "run", "--demo"))
        await _settled(service, page)
        for line in others:
            await page.do(line.replace("{code}", service.code() if "{code}" in line else ""))
            await _settled(service, page)
        return {who: open_page.lines for who, open_page in pages.items()}


@asynccontextmanager
async def _pages(service: Service) -> AsyncIterator[dict[str, Page]]:
    async with AsyncExitStack() as stack:
        yield {who: await stack.enter_async_context(Page(service.url, token)) for who, token in TOKENS.items()}


async def _start(service: Service, launch: Launch) -> None:
    """Beside the pages, which come back at the first moment. A killed program may be dead before it answers."""
    service.launch = launch
    try:
        await asyncio.to_thread(service.start)
    except AssertionError:
        if not _has_died(service):
            raise


def _has_died(service: Service) -> bool:
    assert service.process is not None
    ended = service.process.poll()
    assert ended in {None, -SIGKILL}, service.log[-2000:]
    return ended is not None


async def _settled(service: Service, page: Page) -> None:
    await until(lambda: page.idle and not unsettled(service.folder))


def _check(service: Service, screens: Screens, prepared: Prepared, case: Case, store: S3Server | None = None) -> None:
    assert "Traceback" not in service.log, service.log[-3000:]
    assert store is None or store.flagged == []
    world = World(service.folder / "var", now=datetime.now(UTC), settings=store.settings if store is not None else {})
    try:
        found = snapshot(world)
        for table, rows in prepared.after[case.act].items():
            assert found[table] == rows, f"{table}: not as where nothing died"
        for who, screen in screens.items():
            said = conversation(world, ADDRESSES[who])
            assert screen == said[len(said) - len(screen) :], f"the screen of {who} is not what was said"
            assert screen or not said
        assert dropped(world) == sent_mails(world), "each mail is one file"
        assert faults(world) == []
        assert misfits(world) == []
        orphans, spooled = leftovers(world)
        assert orphans <= case.orphans and spooled <= case.spooled, (orphans, spooled)
        _a_day_later(world, store)
        assert leftovers(world) == (0, 0), "the retention job leaves what nothing names"
    finally:
        world.stop()


def _a_day_later(world: World, store: S3Server | None) -> None:
    """The retention job has come round, and everything that was written lies there since yesterday."""
    world.now += timedelta(days=1)
    if store is not None:
        store.age(timedelta(hours=1))
    yesterday = (world.now - timedelta(days=1, hours=1)).timestamp()
    for file in (world.folder / "files").rglob("*"):
        os.utime(file, (yesterday, yesterday))
    while asyncio.run(world.worker.work_once()):
        pass


def test_asked_to_end_it_ends_at_once_and_loses_nothing(prepared: Prepared, tmp_path: Path) -> None:
    service = prepared.service("traffic", tmp_path)
    try:
        screens = asyncio.run(_stop_and_go_on(service, "traffic", stop_after={0, 2, 5}))
    finally:
        service.kill()
    _check(service, screens, prepared, Case("traffic", "never", spooled=9))


async def _stop_and_go_on(service: Service, name: str, stop_after: set[int]) -> Screens:
    """Each time the page has just sent something."""
    act = ACTS[name]
    await _start(service, forked(killed_program, "never"))
    async with Page(service.url, TOKENS[act.who]) as page:
        await until(lambda: page.synced)
        for number, line in enumerate(act.lines):
            await page.do(line)
            if number in stop_after:
                await asyncio.to_thread(_stop, service)
                await _start(service, forked(killed_program, "never"))
            await _settled(service, page)
        return {act.who: page.lines}


def _stop(service: Service) -> None:
    begun = time.monotonic()
    service.stop()
    assert service.process is not None and service.process.returncode == 0, service.log[-2000:]
    assert time.monotonic() - begun < GOODBYE


def test_a_second_one_on_the_same_port_says_so_in_one_line(tmp_path: Path) -> None:
    service = Service(tmp_path)
    service.start()
    try:
        second = run(tmp_path, "run", "--demo", PST_LISTEN=f"127.0.0.1:{service.port}")
        assert second.returncode == 2, second.stderr
        assert len(second.stderr.splitlines()) == 1 and "PST_LISTEN" in second.stderr, second.stderr
        _stop(service)  # the first one was not disturbed
    finally:
        service.kill()
