"""Walks the form in chat as a person does who makes no mistake, and counts the messages: `make journey` prints them."""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.script import Line
from tests.talk import World, draft_answers
from tests.transcript_player import Player

FOLDER = Path(__file__).parent / "journeys"
#: name of a journey in `tests/journeys` → what its person does
JOURNEYS = {
    "compilation": "First application: a compilation of records",
    "survey": "First application: a sample survey",
}
_SUBMITTED = re.compile(r"REK-\d{4}-\d{4}")


@dataclass(frozen=True, slots=True)
class Count:
    sent: int  #: messages of the person
    received: int  #: messages of the service in the chat
    answers: int  #: of the application


def walk(name: str, world: World) -> Count:
    """Raises `AssertionError` when the application is not sent in the end."""
    player, sent = Player(world), 0
    said: list[str] = []
    for line in (FOLDER / f"{name}.chat").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            said = player.play(line)
            sent += Line.of(line).mark == ">"
    assert _SUBMITTED.search("\n".join(said)), "\n".join(said)
    return Count(sent, len(player.talk.told), len(draft_answers(world)))


def row(name: str, count: Count) -> str:
    """The row of a journey in the README's table."""
    return f"| {JOURNEYS[name]} | {count.answers} | {count.sent} | {count.received} |"


def main() -> None:
    for name in JOURNEYS:
        with tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder) / "data")
            try:
                sys.stdout.write(f"{row(name, walk(name, world))}\n")
            finally:
                world.stop()


if __name__ == "__main__":
    main()
