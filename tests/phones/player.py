"""Plays a transcript on phones, and looks at each of them after every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import unified_diff
from pathlib import Path
from typing import Any, Protocol

from bot.channel import StoredMessage
from bot.chat import Choice
from bot.conversations.language import LANGUAGES
from bot.runtime.channels import every_channel
from storage.tables import OutboxRow
from tests.form_files import sent_content
from tests.phones.live import Live
from tests.phones.seen import Seen, attached, differences, on_the_way
from tests.script import Line
from tests.service import free_port
from tests.talk import Talk, World

STEP = timedelta(seconds=10)
#: begins the label of the button after a file, in each language
_ADD_FILE = ("Tambah berkas", "Add a file")
#: what is done here and does not stand in the transcript
NO_TIME = timedelta(0)


class Phone(Protocol):
    address: str

    async def writes(self, *texts: str) -> None:
        """Several: the others long before the answer to the first."""
        ...

    async def presses(self, choice: Choice, label: str, shown_as: Sequence[str]) -> str:
        """Gives the id of the message with the button; empty if its words were typed."""
        ...

    async def sends(self, *files: tuple[str, bytes]) -> None:
        """Together, in one album."""
        ...

    async def rests(self, answers: Sequence[StoredMessage]) -> None:
        """Nothing moves any more on the screen."""
        ...

    def seen(self, ids: Sequence[str]) -> Seen: ...


class Network(Protocol):
    """A platform's strict server, and the people on it."""

    name: str
    edits: bool  #: whether the message with the pressed button can be changed in place
    albums: bool
    most: int  #: messages in one step, attachments aside
    language: str  #: in which people are written to before they choose; empty: in that of their phone

    def settings(self, port: int) -> dict[str, Any]: ...

    def phone(self, number: int, name: str, language: str) -> Phone: ...

    def is_now(self, now: datetime) -> None: ...

    async def arrived(self) -> None:
        """The service has what people sent."""
        ...

    async def complaints(self) -> list[str]:
        """What a correct service would not have done."""
        ...


#: opens one
On = Callable[[], AbstractAsyncContextManager[Network]]


@dataclass
class Holder:
    """Somebody with a phone."""

    name: str
    phone: Phone
    talk: Talk
    shown_as: dict[int, list[str]] = field(default_factory=dict)  #: message → its ids on the phone
    buttons: set[str] = field(default_factory=set)  #: codes that were on buttons
    waiting: list[StoredMessage] = field(default_factory=list)  #: not there before they write again
    is_welcomed: bool = False  #: before the transcript begins

    def wanted(self, label: str) -> tuple[Choice, StoredMessage]:
        choice = self.talk.button(label)
        return choice, next(m for m in reversed(self.talk.told) if choice in m.prompt.choices)

    def can_press(self, label: str) -> bool:
        """What no button ever said can be typed while it is asked, and not any more when it is old."""
        choice, message = self.wanted(label)
        return choice.value in self.buttons or message is self.talk.told[-1]

    def must_write_first(self, label: str) -> bool:
        """The button is in a message that comes only then."""
        choice, message = self.wanted(label)
        return choice.value not in self.buttons and message in self.waiting


class Player:
    def __init__(self, world: World, live: Live, network: Network) -> None:
        self._world = world
        self._live = live
        self._network = network
        self._holders: dict[str, Holder] = {}
        self._holder: Holder | None = None
        self.wrong: list[str] = []
        self.left_out: list[str] = []

    async def play(self, lines: Sequence[Line], written: list[str]) -> None:
        """One step, which is one line, or a message with those that were sent before its answer was seen; and what
        should be answered.
        """
        first = lines[0]
        if first == Line("~", "restart"):
            await self._live.restart()
        elif first.mark == "~":
            holder = await self._somebody()
            read = first.happens(self._world, holder.name)
            self._network.is_now(self._world.now)
            await self._live.idle()
            await self._live.sweep()
            self._compare(lines, written, read)
        elif first.mark == "=":
            self._holder = await self._who(*first.who)
            self._compare(lines, written, await self._news(self._holder))
        else:
            await self._step(lines, written)

    async def everybody_looks(self) -> None:
        for holder in self._holders.values():
            await self._news(holder)

    async def _somebody(self) -> Holder:
        """Who talks, also in a transcript that does not say it."""
        if self._holder is None:
            self._holder = await self._who("pemohon", "id")
        return self._holder

    async def _who(self, name: str, language: str) -> Holder:
        if name not in self._holders:
            phone = self._network.phone(len(self._holders), name, language)
            talk = Talk(self._world, phone.address, self._network.name, language)
            self._world.found_at[name] = (self._network.name, phone.address)
            holder = self._holders[name] = Holder(name, phone, talk)
            if self._network.language not in {"", language}:
                await self._act(holder, Line(">", "/bahasa"), takes=NO_TIME)
                await self._act(holder, Line(">", f"[{LANGUAGES[language]}]"), takes=NO_TIME)
                holder.is_welcomed = True
        return self._holders[name]

    async def _step(self, lines: Sequence[Line], written: list[str]) -> None:
        """Files that come one by one are answered one by one; who chose a language is welcomed already."""
        holder, first = await self._somebody(), lines[0]
        if first.button and holder.must_write_first(first.button):
            await self._act(holder, Line(">", "halo"), takes=NO_TIME)
        if first.button and not holder.can_press(first.button):
            self.left_out.append(first.rest)
        elif len(first.files) > 1 and not self._network.albums:
            *before, last = first.files
            for file in before:
                await self._act(holder, Line(">", f"({file})"), takes=NO_TIME)
                more = [label for label in holder.talk.labels() if label.startswith(_ADD_FILE)]
                await self._act(holder, Line(">", f"[{more[0]}]"), takes=NO_TIME)
            said = await self._act(holder, Line(">", f"({last})"))
            self._compare(lines, [line.replace(", ".join(first.files), last) for line in written], said)
        elif holder.is_welcomed:
            holder.is_welcomed = False
            self._compare(lines, written[written.index("") + 1 :], await self._act(holder, *lines))
        else:
            self._compare(lines, written, await self._act(holder, *lines))

    async def _act(self, holder: Holder, *lines: Line, takes: timedelta = STEP) -> list[str]:
        """What is answered."""
        self._world.now += takes * len(lines)
        self._network.is_now(self._world.now)
        first, pressed = lines[0], ""
        if first.button:
            choice, message = holder.wanted(first.button)
            pressed = await holder.phone.presses(choice, first.button, holder.shown_as[message.id])
        elif first.files:
            await holder.phone.sends(*((name, sent_content(holder.talk, name)) for name in first.files))
        else:
            await holder.phone.writes(*(line.words(self._world) for line in lines))
        await self._network.arrived()
        await self._live.idle()
        newest = holder.shown_as[max(holder.shown_as)] if holder.shown_as else []
        return await self._news(holder, len(lines), on=pressed if pressed in newest else "")

    async def _news(self, holder: Holder, steps: int = 1, on: str = "") -> list[str]:
        """What was said to somebody since they did so many things. `on`: the button that they pressed was on this
        message, the newest.
        """
        new = await holder.talk.news()
        await holder.phone.rests(new)
        waited, holder.waiting = holder.waiting, []
        rows = await on_the_way(self._world, [*waited, *new])
        for message in [*waited, *new]:
            await self._look(holder, message, rows[message.id], on)
        replies = [holder.phone.seen(holder.shown_as[m.id]) for m in new if m.prompt.reason == "reply"]
        if (count := sum(reply.messages for reply in replies)) > self._network.most * steps:
            self.wrong.append(f"{holder.name} got {count} messages in one step: {replies}")
        return holder.talk.lines(new)

    async def _look(self, holder: Holder, message: StoredMessage, row: OutboxRow, on: str) -> None:
        ids = [str(id) for id in row.remote_ids]
        holder.shown_as[message.id] = ids
        if row.template_sent_at:
            holder.waiting.append(message)
            return
        seen = holder.phone.seen(ids)
        holder.buttons |= seen.buttons.keys()
        wrong = differences(message, seen, await attached(self._world, message))
        if row.sent_at is None:
            wrong.append(f"anything: {row.failure or 'it was not sent'}")
        if message.prompt.edits_message and on and self._network.edits and ids != [on]:
            wrong.append(f"it in place of {on}")
        self.wrong += [f"{holder.name} does not see {what}; but {seen}" for what in wrong]

    def _compare(self, lines: Sequence[Line], written: list[str], said: list[str]) -> None:
        said = _without_links([line.rstrip() for line in said])
        if said != written:
            self.wrong += [f"after {lines}:", *unified_diff(written, said, "as written", "as said", lineterm="")]


#: said only where the service has a public address
_ON_PAGES = " Kode QR pada surat juga dapat dipindai; cocokkan nomor surat, judul kegiatan, dan instansi yang tampil."


def _without_links(said: Sequence[str]) -> list[str]:
    """A transcript is written for a channel without links of its own, which stand beside a code on the others."""
    kept: list[str] = []
    for line in (line.replace(_ON_PAGES, "") for line in said):
        if line.startswith(("https://t.me/", "https://wa.me/")) and kept[-1] == "Atau membuka tautan ini:":
            kept = kept[:-2]
        else:
            kept.append(line)
    return kept


def steps(script: Sequence[str]) -> list[tuple[list[Line], list[str]]]:
    """What is played at once, and what is answered to it."""
    found: list[tuple[list[Line], list[str]]] = []
    for written in script:
        if written.startswith("<"):
            found[-1][1].append(written.removeprefix("<").removeprefix(" "))
        elif written and not written.startswith("#"):
            line = Line.of(written)
            if line.mark == ">!":
                found[-1][0].append(line)
            else:
                found.append(([line], []))
    return found


async def played(script: Sequence[str], folder: Path, on: On) -> tuple[str, list[str]]:
    """Everything that is not as it should be, up to the first step in which something was; and what was left out."""
    async with on() as network:
        port = free_port()
        world = World(folder, channels=every_channel, settings=network.settings(port))
        live = Live(world, port)
        await live.open()
        player = Player(world, live, network)
        try:
            for lines, written in steps(script):
                await player.play(lines, written)
                if player.wrong:
                    break
            await player.everybody_looks()
            return "\n".join([*player.wrong, *await network.complaints()]), player.left_out
        finally:
            await live.close()
