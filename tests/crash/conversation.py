"""A conversation on phones with a process that dies of it, or that nothing but trouble comes over."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGKILL

from tests.crash.phone import SILENCES, Network, Phone, Shown, act
from tests.crash.process_entry import run_program, set_kill_point
from tests.crash.scripts import PEOPLE, Stage, Step
from tests.crash.snapshot import UNSETTLED_BY_US, dropped, faults, leftovers, sent_mails, snapshot, unsettled
from tests.forked_processes import Running, forked
from tests.service import free_port
from tests.talk import World

#: seconds for whatever is waited for; the machine may be busy
PATIENCE = 60.0
#: deaths after a message had left and before that was written down
DIES_BLIND = {"told", "sent"}


@dataclass
class Service:
    """The program on a folder; it lives again and again."""

    folder: Path
    network: Network
    port: int = field(default_factory=free_port)
    life: Running | None = None

    def starts(self) -> None:
        url = f"http://127.0.0.1:{self.port}/"
        own = {"PST_DATA_DIR": str(self.folder / "var"), "PST_LISTEN": f"127.0.0.1:{self.port}"}
        self.life = forked(run_program)(self.folder, {**own, **self.network.environment(url)})

    def dies_at(self, point: str) -> None:
        set_kill_point(self.folder, point)

    @property
    def is_dead(self) -> bool:
        assert self.life is not None
        ended = self.life.poll()
        assert ended in {None, -SIGKILL}, self.log[-2000:]
        return ended is not None

    def kill(self) -> None:
        """As a power cut does it."""
        if self.life is not None and self.life.poll() is None:
            self.life.send_signal(SIGKILL)
            self.life.wait(30)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def unsettled(self) -> int:
        return unsettled(self.folder, UNSETTLED_BY_US)


@dataclass
class Conversation:
    stage: Stage
    network: Network
    service: Service
    troubled: bool = False  #: nobody dies, but `trouble.py` comes over them
    again: int = 0  #: so many messages appeared in lives that then died: these may have come once more

    def __post_init__(self) -> None:
        self.phones: dict[str, Phone] = {who: self.network.phone(number) for who, number in PEOPLE.items()}

    async def goes(self) -> None:
        """From the first step to the last; and then everything that people did comes again."""
        if not self.troubled:
            self.network.forgives()
        self.service.starts()
        try:
            for step in self.stage.script.steps:
                await self._goes(step)
            await self._everything_comes_again()
        finally:
            self.service.kill()

    async def _goes(self, step: Step) -> None:
        deaths = [] if self.troubled else [death for death in step.dies_at if self._can(death)]
        if not deaths:
            await self._act(step)
        for number, death in enumerate(deaths):
            await self._dies(step, death, again=number > 0)
            if step.meanwhile and not number:
                self.network.presses()
                await self.phones[step.who].says(step.meanwhile)
        if deaths:
            self.service.starts()
        await self._until(lambda: self.settled, f"{step.words!r} is not done with")

    async def _dies(self, step: Step, death: str, *, again: bool) -> None:
        point, _, reader = death.partition("@")
        silence = self.network.silences.get(point)
        if silence:
            happened = silence(self.phones[reader or step.who])
        else:
            self.service.dies_at(point)
            happened = lambda: self.service.is_dead  # noqa: E731
        shown = self._shown
        if again:
            self.service.starts()
        else:
            await self._act(step)
        await self._until(happened, f"{step.words!r} never came to {death!r}")
        if point == "confirming":
            await self._until(lambda: not self.service.unsettled, f"{step.words!r} is not settled")
        self.service.kill()
        self.network.answers_again()
        self.again += self._shown - shown
        if point in DIES_BLIND:
            assert self._shown > shown, f"{step.words!r}: {death!r} came before anything was sent"

    async def _everything_comes_again(self) -> None:
        before = {who: len(phone.shown) for who, phone in self.phones.items()}
        await self.network.repeats()
        await self._until(lambda: self.settled, "what came again is not done with")
        for who, phone in self.phones.items():
            appeared = phone.shown[before[who] :]
            assert not appeared, f"{who} was answered once more: {appeared}"

    def _can(self, death: str) -> bool:
        """Whether the death can happen here; "kept 2" is the second part of an album."""
        is_possible = self.network.albums or death != "kept 2"
        return is_possible and death.partition("@")[0] not in SILENCES - set(self.network.silences)

    async def _act(self, step: Step) -> None:
        if self.troubled:
            self.network.goes_wrong(step.words)
        await act(self.phones[step.who], step.words.format(case=self.stage.case))
        self.network.lets_go()

    @property
    def settled(self) -> bool:
        """Nothing that anybody did is left to do."""
        is_over = self.network.went_wrong or not self.troubled
        return is_over and self.network.taken and not self.service.unsettled

    async def _until(self, condition: Callable[[], object], otherwise: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"{otherwise}; {self.network.flagged[-3:]}; {self.service.log[-2000:]}"
            await asyncio.sleep(0.04)

    def check(self) -> None:
        """Everything was told in its order, and nobody did what a correct service would not have done."""
        assert "Traceback" not in self.service.log, self.service.log[-3000:]
        assert self.network.flagged == []
        for who, phone in self.phones.items():
            in_order(phone.shown, self.stage.told[who], who)
        # a platform may show a file and the words with it as two messages
        told = sum(2 if seen.file else 1 for told in self.stage.told.values() for seen in told)
        assert self._shown <= told + self.again + self.network.unheard, "more is doubled than anything explains"

    @property
    def _shown(self) -> int:
        return sum(len(phone.shown) for phone in self.phones.values())


def in_order(shown: list[Shown], told: list[Shown], who: str) -> None:
    """Every message came, one after the other; it may have come again before the next one did."""
    last = -1
    for message in shown:
        following = last + 1
        if following < len(told) and is_same(message, told[following]):
            last = following
        else:
            assert last >= 0 and is_same(message, told[last]), f"{who} was told out of turn: {message}"
    assert last == len(told) - 1, f"{who} was never told: {told[last + 1 :]}"


def is_same(message: Shown, told: Shown) -> bool:
    """What is shown may have more words, such as numbered choices, and lie in two: a file, and what is said to it."""
    words = _plain(told.words) in _plain(message.words)
    return (words or not message.words) and message.file in {told.file, ""} if told.file else words


def _plain(words: str) -> str:
    """Without the number in the name that a photo gets from Telegram, how far a notice has come by now, and the button
    of the page, which only a service with an address offers.
    """
    words = re.sub(r"foto-\d+\.jpg", "foto.jpg", " ".join(words.split()))
    words = re.sub(r", \{'v': '[^']*', 'l': \{'m': 'Isi di halaman'\}, 'n': True\}", "", words)
    return re.sub(r"Pemberitahuan terakhir kepada pemohon \([^)]*\): [^.]*\.", "", words)


def check_snapshot(conversation: Conversation) -> None:
    """As where nothing died."""
    service, reference = conversation.service, conversation.stage.snapshot
    world = World(service.folder / "var", now=datetime.now(UTC))
    try:
        found = snapshot(world)
        arrived = found.pop("inbox")
        assert set(arrived) == {(conversation.network.channel, "done", None, "")}, "something is pending, or has failed"
        assert len(arrived) == conversation.network.said, "each message is one row"
        for table, rows in reference.items():
            if table != "inbox":
                assert _plain(repr(found[table])) == _plain(repr(rows)), f"{table}: not as where nothing died"
        assert dropped(world) == sent_mails(world), "each mail is one file"
        assert faults(world) == []
        leftovers(world)  # a row without its object is never all right
    finally:
        world.stop()
