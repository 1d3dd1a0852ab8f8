"""Plays the lines of a transcript against a world (see `tests/script.py`)."""

from __future__ import annotations

import asyncio

from bot.channel import StoredMessage
from tests.filled_page import fill_by_link
from tests.form_files import sent_content
from tests.script import Line
from tests.talk import Talk, World


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
        if line == Line("~", "page"):
            asyncio.run(fill_by_link(self.talk))
            return self.talk.lines(asyncio.run(self.talk.news()))
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
            return self.talk.send(*((name, sent_content(self.talk, name)) for name in line.files))
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
