"""Runs the conversations in `tests/transcripts/*.chat`; `pytest --update tests/test_transcripts.py` rewrites them.

# a remark
= address budi · language en      who talks from here on; a new name is a new phone
> words                           what the person says; `\\n` is a new line, `{code}` the code from the newest mail
> [Label]                         the newest button with that label, however old
>! words                          sent before the last answer had been seen
> (file.pdf)                      a file of that kind; several: (a.pdf, b.png)
< words                           what the service says
~ restart · ~ later 2 days
~ mail                            the newest mail
~ invite officer Siti             a code for joining, `{invite}` from now on
~ submitted                       an application of whoever talks, complete and without a fault, is there at once
~ clock                           the clock is looked at: reminders, digests
"""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversations.types import Prompt
from bot.handlers.whatsapp.render import Payload, addressed, payloads
from locales import SUPPORTED
from storage import jobs
from tests.casework import submitted
from tests.graphapi.messages import check_request
from tests.labels import faults
from tests.samples import sample
from tests.talk import Talk, World

FOLDER = Path(__file__).parent / "transcripts"
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


def on_whatsapp(prompt: Prompt, locale: str) -> list[Payload]:
    """The messages beside the attachment, which the strict server of the Cloud API takes. Raises its `Refused`."""
    made = payloads(prompt, locale, "12345")
    for payload in made:
        check_request(addressed(payload, "ID.1"))
    files = {"document", "image"}
    return [payload for payload in made if payload["type"] not in files] or made


class Player:
    def __init__(self, world: World) -> None:
        self.world = world
        self.talks: dict[str, Talk] = {}
        self.invite = ""
        self.talk = self._who("pemohon", "id")

    def _who(self, name: str, language: str) -> Talk:
        talk = self.talks.setdefault(name, Talk(self.world, name))
        talk.language = language
        return talk

    def play(self, line: str) -> list[str]:
        """The lines that the service answers."""
        mark, _, rest = line.partition(" ")
        match mark:
            case "=":
                words = re.split(r"[\s·]+", rest)
                language = words[words.index("language") + 1] if "language" in words else "id"
                self.talk = self._who(words[words.index("address") + 1], language)
                return self.talk.lines(asyncio.run(self.talk.news()))
            case "~":
                return self._event(rest)
            case ">" | ">!":
                return self.talk.lines(self._said(rest, unseen=mark == ">!"))
        raise ValueError(f"not a line of a transcript: {line!r}")

    def _said(self, words: str, *, unseen: bool):  # type: ignore[no-untyped-def]
        if button := re.fullmatch(r"\[(.+)\]", words):
            return self.talk.tap(button[1])
        if files := re.fullmatch(r"\((.+)\)", words):
            names = [name.strip() for name in files[1].split(",")]
            return self.talk.send(*((name, sample(name)) for name in names))
        words = words.replace("\\n", "\n").replace("{invite}", self.invite)
        return self.talk.say(words.replace("{code}", self.world.code()) if "{code}" in words else words, unseen=unseen)

    def _event(self, words: str) -> list[str]:
        match words.split():
            case ["restart"]:
                self.world.restart()
            case ["invite", role, *name]:
                self.invite = self.world.invite(role, " ".join(name))
            case ["later", number, unit]:
                self.world.now += timedelta(seconds=int(number) * UNITS[unit])
            case ["submitted"]:
                submitted(self.world, self.talk.address)
            case ["clock"]:
                self._look_at_the_clock()
            case ["mail"]:
                to, subject, text = self.world.mails()[-1]
                lines = [f"{to} · {subject}", *text.splitlines()]
                return [re.sub(r"\b\d{6}\b", "{code}", line) for line in lines]
            case _:
                raise ValueError(f"not an event: {words!r}")
        return []

    def _look_at_the_clock(self) -> None:
        self.world.process.units.write_now(lambda session: jobs.add(session, "clock", "clock", self.world.now, {}))

        async def work() -> None:
            while await self.world.worker.work_once():
                pass

        asyncio.run(work())


def played(script: list[str], world: World) -> list[str]:
    """The whole transcript, with what the service really says."""
    return said_to(Player(world), script)


def said_to(player: Player, script: list[str]) -> list[str]:
    lines = []
    for line in script:
        if line.startswith("<"):
            continue
        lines.append(line)
        if line and not line.startswith("#"):
            lines += [f"< {said}".rstrip() for said in player.play(line)]
    return lines


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.chat")), ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    written = path.read_text(encoding="utf-8").splitlines()
    world = World(tmp_path / "data")
    player = Player(world)
    try:
        said = said_to(player, written)
    finally:
        world.stop()
    if request.config.getoption("--update"):
        path.write_text("\n".join(said) + "\n", encoding="utf-8")
        return
    assert said == written
    prompts = [message.prompt for talk in player.talks.values() for message in talk.told]
    assert [fault for locale in SUPPORTED for prompt in prompts for fault in faults(prompt, locale)] == []
    assert {len(on_whatsapp(prompt, locale)) for locale in SUPPORTED for prompt in prompts} == {1}
