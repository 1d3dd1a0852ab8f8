"""Runs the conversations in `tests/transcripts/*.chat` (see `tests/script.py`);
`pytest --update tests/test_transcripts.py` rewrites them.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.channel import StoredMessage
from bot.chat import Prompt
from bot.handlers.whatsapp.render import Payload, addressed, payloads
from locales import SUPPORTED
from tests.labels import faults
from tests.platforms.whatsapp.messages import check_request
from tests.samples import sample
from tests.script import Line, scripts
from tests.talk import Talk, World


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
        self.talk = self._who("pemohon", "id")

    def _who(self, name: str, language: str) -> Talk:
        talk = self.talks.setdefault(name, Talk(self.world, name))
        talk.language = language
        return talk

    def play(self, written: str) -> list[str]:
        """The lines that the service answers."""
        line = Line.of(written)
        if line == Line("~", "restart"):
            self.world.restart()
            return []
        if line.mark == "~":
            lines = line.happens(self.world, self.talk.address)
            asyncio.run(self.world.work())
            return lines
        if line.mark == "=":
            self.talk = self._who(*line.who)
            return self.talk.lines(asyncio.run(self.talk.news()))
        return self.talk.lines(self._said(line))

    def _said(self, line: Line) -> list[StoredMessage]:
        if line.button:
            return self.talk.tap(line.button)
        if line.files:
            return self.talk.send(*((name, sample(name)) for name in line.files))
        return self.talk.say(line.words(self.world), unseen=line.mark == ">!")


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


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
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
