"""Walks the form in chat as a person does who makes no mistake, and counts the messages: `make journey` prints them."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.runtime.log import set_up_log
from tests.filled_page import with_pages
from tests.script import Line
from tests.talk import World, draft_answers
from tests.transcript_player import Player

FOLDER = Path(__file__).parent / "journeys"
#: name of a journey in `tests/journeys` → what its person does
JOURNEYS = {
    "compilation": "First application: a compilation of records",
    "file": "First application: the survey, filled in as a file",
    "page": "First application: the survey, filled in on its pages",
    "repeat": "The same compilation a year later, copied",
    "survey": "First application: a sample survey",
}
#: journeys of one person, one after the other
CHAINS = (("compilation", "repeat"), ("survey",), ("file",), ("page",))
_SUBMITTED = re.compile(r"REK-\d{4}-\d{4}")


@dataclass(frozen=True, slots=True)
class Count:
    sent: int  #: messages of the person
    received: int  #: messages of the service in the chat
    answers: int  #: of the application


def walk_chain(names: tuple[str, ...], world: World) -> Mapping[str, Count]:
    """Raises `AssertionError` when an application is not sent in the end."""
    player = Player(with_pages(world))
    return {name: _walk(name, player) for name in names}


def _walk(name: str, player: Player) -> Count:
    sent, before = 0, len(player.talk.told)
    said: list[str] = []
    for line in (FOLDER / f"{name}.chat").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            said = player.play(line)
            sent += Line.of(line).mark == ">"
    assert _SUBMITTED.search("\n".join(said)), "\n".join(said)
    return Count(sent, len(player.talk.told) - before, len(draft_answers(player.world)))


def row(name: str, count: Count) -> str:
    """The row of a journey in the README's table."""
    return f"| {JOURNEYS[name]} | {count.answers} | {count.sent} | {count.received} |"


def main() -> None:
    set_up_log("warning", [])
    for names in CHAINS:
        with tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder) / "data")
            try:
                counts = walk_chain(names, world)
            finally:
                world.stop()
        sys.stdout.writelines(f"{row(name, count)}\n" for name, count in counts.items())


if __name__ == "__main__":
    main()
